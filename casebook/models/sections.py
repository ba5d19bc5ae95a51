"""Sections and the keys they accept: the whole access rule of the casebook."""

from collections.abc import Collection, Iterable
from datetime import date

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casebook.models.openness import is_open, is_open_in, is_own
from casebook.vocabulary import AUDIENCE_KEYS, CaseState, SectionKind, Tlp
from network.access import Reader, keys_held_by
from network.text import clean_text

ORDER = models.Case(
    *(models.When(kind=kind, then=position) for position, kind in enumerate(SectionKind.values)),
    output_field=models.IntegerField(),
)


def label_of(keys: Iterable[str]) -> Tlp:
    """The label that says how far a text may travel that accepts these keys."""
    found = set(keys)
    if "public" in found:
        return Tlp.CLEAR
    if "network" in found:
        return Tlp.GREEN
    if any(key.startswith(("lab:", "org:", "team")) for key in found):
        return Tlp.AMBER
    return Tlp.RED if found else Tlp.AMBER_STRICT


class SectionQuerySet(models.QuerySet["Section"]):
    def visible_to(self, reader: Reader) -> "SectionQuerySet":
        """Sections of open cases that accept a key the reader holds, and all sections of the reader's own cases."""
        granted = Grant.objects.in_force().filter(section=OuterRef("pk"), key__in=keys_held_by(reader))
        return self.filter(is_own(reader, "case__") | Q(Exists(granted)) & is_open(reader, "case__"))

    def in_reading_order(self) -> "SectionQuerySet":
        return self.order_by("case_id", ORDER)


class Section(models.Model):
    """One part of a case with its own audience."""

    case = models.ForeignKey("casebook.Case", models.CASCADE, related_name="sections")
    kind = models.CharField(_("種類"), max_length=12, choices=SectionKind.choices)
    text = models.TextField(_("本文"), max_length=20_000, validators=[clean_text])

    objects = SectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("節")
        constraints = [
            models.UniqueConstraint(fields=["case", "kind"], name="section_kind_once_per_case"),
            models.CheckConstraint(condition=Q(kind__in=SectionKind.values), name="section_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.case}: {self.get_kind_display()}"

    @property
    def tlp(self) -> Tlp:
        """The label that says how far this section may travel, read from the keys it accepts now."""
        today = timezone.localdate()
        return label_of(grant.key for grant in self.grants.all() if grant.holds_on(today))

    @property
    def audience(self) -> str:
        """The audience whose keys are exactly the section's; empty for grants given one by one.

        Those name labs, organizations or persons, mix audiences, or end on a day (even one that has passed).
        """
        grants = list(self.grants.all())
        keys = {grant.key for grant in grants}
        if any(grant.until for grant in grants):
            return ""
        return next((audience for audience, found in AUDIENCE_KEYS.items() if set(found) == keys), "")


class GrantQuerySet(models.QuerySet["Grant"]):
    def opening_in(self, states: Collection[CaseState]) -> "GrantQuerySet":
        """Grants that open their section today to who holds the key, where the case is in one of the states."""
        return self.in_force().filter(is_open_in(states, "section__case__"))

    def in_force(self) -> "GrantQuerySet":
        """Grants without an end, or whose last day has not passed (Asia/Tokyo)."""
        return self.filter(Q(until__isnull=True) | Q(until__gte=timezone.localdate()))


class Grant(models.Model):
    """A key that a section accepts, and the last day on which it does."""

    section = models.ForeignKey(Section, models.CASCADE, related_name="grants")
    key = models.CharField(_("鍵"), max_length=40, db_index=True)
    until = models.DateField(_("最終日"), null=True, blank=True)

    objects = GrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("許可")
        constraints = [models.UniqueConstraint(fields=["section", "key"], name="grant_key_once_per_section")]

    def __str__(self) -> str:
        return f"{self.section} ← {self.key}"

    def holds_on(self, day: date) -> bool:
        return self.until is None or self.until >= day
