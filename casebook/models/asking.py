"""What readers ask of an owner: to read more of a case."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casebook.models.cases import Case
from casebook.vocabulary import RequestState, SectionKind
from network.access import Reader, organization_ids_of
from network.models import User
from network.text import clean_line, clean_text

SOON = timedelta(days=14)


class AccessRequestQuerySet(models.QuerySet["AccessRequest"]):
    def visible_to(self, reader: Reader) -> "AccessRequestQuerySet":
        """The reader's own, as long as the reader may see the case, and those to the reader's organizations."""
        if not isinstance(reader, User) or not reader.is_active:
            return self.none()
        own = Q(by=reader, case__in=Case.objects.visible_to(reader).order_by().values("pk"))
        return self.filter(own | Q(case__owner__in=organization_ids_of(reader)))

    def open(self) -> "AccessRequestQuerySet":
        return self.filter(state=RequestState.OPEN)

    def in_force(self) -> "AccessRequestQuerySet":
        """Granted, not taken back, and the last day has not passed (Asia/Tokyo)."""
        return self.filter(state=RequestState.GRANTED, revoked_at__isnull=True, until__gte=timezone.localdate())


class AccessRequest(models.Model):
    """A reader of some of a case asks to read more of it, and says what for."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="access_requests")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="access_requests")
    on_behalf_of = models.CharField(_("所属"), max_length=200, blank=True, validators=[clean_line])
    """The organization or lab of the person, as it was called then."""
    purpose = models.CharField(_("読みたい理由"), max_length=1000, validators=[clean_text])
    state = models.CharField(max_length=10, choices=RequestState.choices, default=RequestState.OPEN)
    asked_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    answer = models.CharField(_("回答"), max_length=1000, blank=True, validators=[clean_text])
    kinds: "models.JSONField[list[str], list[str]]" = models.JSONField(default=list, blank=True)
    """The sections that were opened, by kind. For the owner's members: nobody else learns what there is."""
    until = models.DateField(_("期限"), null=True, blank=True)
    """The last day on which they are open to the person."""
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = AccessRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("閲覧の申請")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RequestState.values), name="request_state_known"),
            models.UniqueConstraint(
                fields=["case", "by"], condition=Q(state=RequestState.OPEN), name="one_open_request_per_case_and_person"
            ),
            models.CheckConstraint(
                condition=~Q(state=RequestState.DECLINED) | ~Q(answer=""), name="declined_request_has_a_reason"
            ),
            models.CheckConstraint(
                condition=~Q(state=RequestState.GRANTED) | Q(until__isnull=False), name="granted_request_has_a_term"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.by} → {self.case} ({self.state})"

    @property
    def key(self) -> str:
        """What its grants let in: the person, and nobody of the same organization."""
        return f"user:{self.by_id}"

    @property
    def is_open(self) -> bool:
        return self.state == RequestState.OPEN

    @property
    def is_in_force(self) -> bool:
        """The rule of `in_force` for one that is loaded."""
        granted = self.state == RequestState.GRANTED and self.revoked_at is None
        return granted and self.until is not None and self.until >= timezone.localdate()

    @property
    def ends_soon(self) -> bool:
        """In force, for no more than SOON from today."""
        return self.is_in_force and self.until is not None and self.until <= timezone.localdate() + SOON

    @property
    def kind_names(self) -> list[str]:
        """The opened sections in reading order."""
        return [str(kind.label) for kind in SectionKind if kind in self.kinds]
