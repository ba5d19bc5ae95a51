"""What stands between two organizations: past work, and interests."""

from datetime import date
from typing import Any, Self, TypeVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from network.access import Reader, lab_ids_facilitated_by, organization_ids_of
from network.models.organizations import Organization
from network.text import clean_text
from network.vocabulary import PartnershipState, TieKind, TieVisibility

Pair = TypeVar("Pair", bound=models.Model)


class PairQuerySet(models.QuerySet[Pair]):
    """Rows of two organizations, `first` and `second`."""

    def between(self, organizations: models.QuerySet[Organization, Any]) -> Self:
        """Those whose two ends are both among these.

        The ends are asked for as sums (`first_alone`, `second_alone`), which no index knows: of the index over both,
        SQLite would look up every combination, 36 million of them for the six thousand of one prefecture.
        """
        alone = self.alias(first_alone=F("first_id") + 0, second_alone=F("second_id") + 0)
        keys = organizations.order_by().values("pk")
        return alone.filter(Q(first_alone__in=keys), Q(second_alone__in=keys))


class CollaborationQuerySet(PairQuerySet["Collaboration"]):
    def visible_to(self, reader: Reader) -> Self:
        """Past work of organizations that the reader may both know of."""
        return self.between(Organization.objects.visible_to(reader))


class Collaboration(models.Model):
    """Engagements two organizations finished together; the pair is unordered and stored smaller id first."""

    first = models.ForeignKey(Organization, models.CASCADE, related_name="collaborations_as_first")
    second = models.ForeignKey(Organization, models.CASCADE, related_name="collaborations_as_second")
    engagements = models.PositiveIntegerField(_("件数"), default=0)
    last = models.DateField(_("直近"), null=True, blank=True)
    stated_strength = models.FloatField(
        null=True, blank=True, validators=[MinValueValidator(0.0), MaxValueValidator(1.0)]
    )

    objects = CollaborationQuerySet.as_manager()

    class Meta:
        verbose_name = _("連携の実績")
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="collaboration_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="collaboration_smaller_id_first"),
        ]

    def __str__(self) -> str:
        return f"{self.first} – {self.second}: {self.engagements}"


class TieQuerySet(PairQuerySet["Tie"]):
    def visible_to(self, reader: Reader) -> "TieQuerySet":
        """Interests between organizations the reader may know of: the own organizations' all, those opened to the
        network, and those of organizations in a lab the reader facilitates for."""
        own = organization_ids_of(reader)
        joined = Organization.labs.through.objects.filter(lab__in=lab_ids_facilitated_by(reader)).values("organization")
        told = Q(visibility=TieVisibility.NETWORK)
        for mine in (own, joined):
            told |= Q(first__in=mine) | Q(second__in=mine)
        return self.filter(told).between(Organization.objects.visible_to(reader))

    def in_force(self, day: date) -> "TieQuerySet":
        """Interests that exist on that day; first and last day count, and an open end has none."""
        begun = Q(since__isnull=True) | Q(since__lte=day)
        return self.filter(begun, Q(until__isnull=True) | Q(until__gte=day))


class Tie(models.Model):
    """An interest between two organizations; the pair is unordered and stored smaller id first."""

    first = models.ForeignKey(Organization, models.CASCADE, related_name="ties_as_first")
    second = models.ForeignKey(Organization, models.CASCADE, related_name="ties_as_second")
    kind = models.CharField(_("種類"), max_length=20, choices=TieKind.choices)
    since = models.DateField(_("開始"), null=True, blank=True)
    until = models.DateField(_("終了"), null=True, blank=True)
    note = models.CharField(_("説明"), max_length=400, blank=True, validators=[clean_text])
    visibility = models.CharField(
        _("公開範囲"), max_length=10, choices=TieVisibility.choices, default=TieVisibility.NETWORK
    )
    declared_by = models.ForeignKey(Organization, models.SET_NULL, null=True, blank=True, related_name="+")
    """Which of the two disclosed it; empty where a file did."""

    objects = TieQuerySet.as_manager()

    class Meta:
        verbose_name = _("利害関係")
        constraints = [
            models.UniqueConstraint(fields=["first", "second", "kind"], name="tie_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="tie_smaller_id_first"),
            models.CheckConstraint(condition=Q(kind__in=TieKind.values), name="tie_kind_known"),
            models.CheckConstraint(condition=Q(visibility__in=TieVisibility.values), name="tie_visibility_known"),
            models.CheckConstraint(
                condition=Q(since__isnull=True) | Q(until__isnull=True) | Q(until__gte=F("since")),
                name="tie_until_not_before_since",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first} – {self.second}: {self.kind}"


class PartnershipQuerySet(PairQuerySet["Partnership"]):
    def visible_to(self, reader: Reader) -> "PartnershipQuerySet":
        """Confirmed partnerships between organizations the reader may know of; all others only to members of the
        two organizations."""
        own = organization_ids_of(reader)
        told = Q(state=PartnershipState.CONFIRMED) | Q(first__in=own) | Q(second__in=own)
        return self.filter(told).between(Organization.objects.visible_to(reader))


class Partnership(models.Model):
    """Two organizations that say they work together; the pair is unordered and stored smaller id first.

    It counts only once both sides have said so.
    """

    first = models.ForeignKey(Organization, models.CASCADE, related_name="partnerships_as_first")
    second = models.ForeignKey(Organization, models.CASCADE, related_name="partnerships_as_second")
    state = models.CharField(
        _("状態"), max_length=10, choices=PartnershipState.choices, default=PartnershipState.PROPOSED
    )
    proposed_by = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    """The side that asked; the other one answers."""
    note = models.CharField(_("一緒にしていること"), max_length=400, blank=True, validators=[clean_text])
    since = models.DateField(_("開始"), null=True, blank=True)
    proposed_at = models.DateTimeField()
    proposed_by_person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by_person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(_("理由"), max_length=400, blank=True, validators=[clean_text])

    objects = PartnershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("連携関係")
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="partnership_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="partnership_smaller_id_first"),
            models.CheckConstraint(condition=Q(state__in=PartnershipState.values), name="partnership_state_known"),
            models.CheckConstraint(
                condition=Q(proposed_by=F("first")) | Q(proposed_by=F("second")), name="partnership_proposed_by_a_side"
            ),
            models.CheckConstraint(
                condition=~Q(state=PartnershipState.CONFIRMED) | Q(answered_at__isnull=False),
                name="partnership_confirmed_by_both",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first} – {self.second} ({self.state})"
