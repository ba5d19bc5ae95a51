"""What stands between two organizations: past work, and interests."""

from datetime import date

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from network.models.organizations import Organization
from network.text import clean_text
from network.vocabulary import TieKind


class Collaboration(models.Model):
    """Engagements two organizations finished together; the pair is unordered and stored smaller id first."""

    first = models.ForeignKey(Organization, models.CASCADE, related_name="collaborations_as_first")
    second = models.ForeignKey(Organization, models.CASCADE, related_name="collaborations_as_second")
    engagements = models.PositiveIntegerField(_("件数"), default=0)
    last = models.DateField(_("直近"), null=True, blank=True)
    stated_strength = models.FloatField(
        null=True, blank=True, validators=[MinValueValidator(0.0), MaxValueValidator(1.0)]
    )

    class Meta:
        verbose_name = _("連携の実績")
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="collaboration_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="collaboration_smaller_id_first"),
        ]

    def __str__(self) -> str:
        return f"{self.first} – {self.second}: {self.engagements}"


class TieQuerySet(models.QuerySet["Tie"]):
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

    objects = TieQuerySet.as_manager()

    class Meta:
        verbose_name = _("利害関係")
        constraints = [
            models.UniqueConstraint(fields=["first", "second", "kind"], name="tie_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="tie_smaller_id_first"),
            models.CheckConstraint(condition=Q(kind__in=TieKind.values), name="tie_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.first} – {self.second}: {self.kind}"
