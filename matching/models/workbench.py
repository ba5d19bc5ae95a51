"""A need's workbench: teams that facilitators put together by hand, and what was done there, numbered."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from matching.models.needs import Need
from matching.models.proposals import Proposal
from matching.vocabulary import BenchDeed
from network.access import Reader
from network.text import clean_text

LONGEST_NOTE = 2000
"""Characters of a variant's note."""


class Workbench(models.Model):
    """The counters of one need's workbench; both count up under a lock on this row. There is none before the first
    variant."""

    need = models.OneToOneField(Need, models.CASCADE, related_name="workbench")
    last_seq = models.PositiveIntegerField(default=0)
    """Number of the latest event."""
    last_number = models.PositiveIntegerField(default=0)
    """Number of the latest variant; a number is not given again."""

    class Meta:
        verbose_name = _("検討台")

    def __str__(self) -> str:
        return str(self.need)


class VariantQuerySet(models.QuerySet["Variant"]):
    def visible_to(self, reader: Reader) -> "VariantQuerySet":
        """Variants for visible needs."""
        return self.filter(need__in=Need.objects.visible_to(reader))

    def editable_by(self, reader: Reader) -> "VariantQuerySet":
        return self.filter(need__in=Need.objects.editable_by(reader))


class Variant(models.Model):
    """A team changed by hand, with the answer of its last scoring."""

    need = models.ForeignKey(Need, models.CASCADE, related_name="variants")
    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="variants")
    place = models.PositiveSmallIntegerField(default=0)
    """With which of the proposal's teams it began, from 0."""
    number = models.PositiveIntegerField()
    position = models.PositiveIntegerField()
    """From left to right."""
    members: "models.JSONField[list[str], list[str]]" = models.JSONField(default=list, blank=True)
    """External ids, sorted; likewise the two below."""
    locked: "models.JSONField[list[str], list[str]]" = models.JSONField(default=list, blank=True)
    """Members that nothing may take out."""
    excluded: "models.JSONField[list[str], list[str]]" = models.JSONField(default=list, blank=True)
    """Organizations that are not offered for it."""
    note = models.TextField(_("メモ"), max_length=LONGEST_NOTE, blank=True, validators=[clean_text])
    shortlisted = models.BooleanField(_("候補として残す"), default=False)
    version = models.PositiveIntegerField(default=1)
    answer: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    """The shape of `Proposal.result` with one team or none, and what `matching.rescoring` adds."""
    engine = models.CharField(max_length=40)
    registry_version = models.CharField(max_length=64)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)

    objects = VariantQuerySet.as_manager()

    class Meta:
        verbose_name = _("検討中の案")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["need", "number"], name="variant_numbered_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="variant_numbered_from_1"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return str(_("案%(letters)s") % {"letters": letters(self.number)})

    @property
    def team(self) -> dict[str, Any] | None:
        """The team with its score; None where it has none."""
        return next(iter(self.answer["teams"]), None)


def letters(number: int) -> str:
    """A, B, … Z, AA, AB, … for 1, 2, …"""
    found = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        found = chr(ord("A") + rest) + found
    return found


class BenchEvent(models.Model):
    """One thing that was done at a workbench."""

    workbench = models.ForeignKey(Workbench, models.CASCADE, related_name="events")
    seq = models.PositiveIntegerField()
    deed = models.CharField(max_length=12, choices=BenchDeed.choices)
    variant = models.ForeignKey(Variant, models.SET_NULL, null=True, blank=True, related_name="events")
    version = models.PositiveIntegerField(default=0)
    """The variant's, after it."""
    facts: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    """`number` of the variant; `organization` and `other` by external id; `change` that it made, as answers keep it."""
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=120, blank=True)
    """As the person was called then."""
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("検討の記録")
        ordering = ["workbench", "-seq"]
        constraints = [
            models.UniqueConstraint(fields=["workbench", "seq"], name="bench_event_numbered_once"),
            models.CheckConstraint(condition=Q(seq__gte=1), name="bench_event_numbered_from_1"),
            models.CheckConstraint(condition=Q(deed__in=BenchDeed.values), name="bench_deed_known"),
        ]

    def __str__(self) -> str:
        return f"{self.workbench_id}/{self.seq} {self.deed}"
