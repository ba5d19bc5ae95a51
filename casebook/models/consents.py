"""The consent ledger: who agreed to which text, how far it may travel, and until when."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casebook.vocabulary import ConsentState, Means, Naming, Scope
from network.access import Reader, organization_ids_edited_by, organization_ids_of
from network.models import Organization
from network.text import clean_line, clean_text


class ConsentQuerySet(models.QuerySet["Consent"]):
    def visible_to(self, reader: Reader) -> "ConsentQuerySet":
        """The ledgers of the reader's organizations."""
        return self.filter(case__owner__in=organization_ids_of(reader))

    def asked_of(self, reader: Reader) -> "ConsentQuerySet":
        """What organizations were asked that the reader is an editor of, and what these answered."""
        return self.filter(organization__in=organization_ids_edited_by(reader)).exclude(case__owner=F("organization"))

    def broken_on(self, day: date) -> "ConsentQuerySet":
        """Consents that a published text rests on and that do not hold on the day: withdrawn, or run out."""
        return self.filter(Q(withdrawn_at__isnull=False) | Q(until__lt=day), binding=True)

    def holding_on(self, day: date) -> "ConsentQuerySet":
        """Consents that were given and hold on the day."""
        lasting = Q(until__isnull=True) | Q(until__gte=day)
        return self.filter(lasting, state=ConsentState.GIVEN, withdrawn_at__isnull=True)


class Consent(models.Model):
    """One party's word on one exact text; never overwritten: a new text asks for a new one.

    `organization` is empty for the client, who has no account: then an editor writes down who agreed and how.
    """

    case = models.ForeignKey("casebook.Case", models.CASCADE, related_name="consents")
    organization = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="case_consents",
        verbose_name=_("参加した機関"),
    )
    state = models.CharField(_("状態"), max_length=10, choices=ConsentState.choices, default=ConsentState.ASKED)
    digest = models.CharField(max_length=64)
    """Of the text that was shown (`casebook.writing.content.Content.digest`)."""
    scope = models.CharField(_("公開してよい範囲"), max_length=10, choices=Scope.choices, default=Scope.NAMED)
    naming = models.CharField(_("名前の出し方"), max_length=10, choices=Naming.choices, default=Naming.ANONYMOUS)
    until = models.DateField(_("同意の期限"), null=True, blank=True)
    """The last day on which it holds."""
    person = models.CharField(_("同意した方"), max_length=120, blank=True, validators=[clean_line])
    means = models.CharField(_("確認の方法"), max_length=10, blank=True, choices=Means.choices)
    agreed_on = models.DateField(_("同意の日"), null=True, blank=True)
    contact = models.CharField(_("撤回の連絡先"), max_length=200, blank=True, validators=[clean_line])
    """Where the party turns to take it back."""
    note = models.CharField(_("備考"), max_length=1000, blank=True, validators=[clean_text])
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    withdrawn_reason = models.CharField(_("撤回の理由"), max_length=1000, blank=True, validators=[clean_text])
    binding = models.BooleanField(default=False)
    """True while the published text rests on it: once it does not hold, the case is closed to everybody outside."""

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("同意")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ConsentState.values), name="consent_state_known"),
            models.CheckConstraint(
                condition=Q(binding=False) | Q(state=ConsentState.GIVEN), name="only_a_given_consent_binds"
            ),
            models.CheckConstraint(
                condition=~Q(state=ConsentState.GIVEN, organization__isnull=True) | ~Q(person="") & ~Q(means=""),
                name="clients_consent_names_person_and_means",
            ),
        ]
        indexes = [models.Index(fields=["case"], condition=Q(binding=True), name="consent_binding")]

    def __str__(self) -> str:
        return f"{self.case}: {self.organization or '-'} ({self.state})"

    def holds_on(self, day: date) -> bool:
        """Whether it was given and neither withdrawn nor run out by that day."""
        given = self.state == ConsentState.GIVEN and self.withdrawn_at is None
        return given and (self.until is None or self.until >= day)
