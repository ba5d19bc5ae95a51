"""The steward's queues: which records need somebody to look at them, and why.

Every rule can be told in SQL. A declared weakness counts in none of them: a steward may not know of it, and a number
would tell. Counts of whole queues are kept for as long as the registry and the day stay the same.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache as store
from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, F, Max, Min, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from network.actions.stewarding import REMIND_AGAIN_AFTER, reminded_since
from network.models import Membership, Merge, Organization, Rating, RegistryVersion, ServiceArea
from network.models.capabilities import reconfirm_after
from network.models.organizations import OrganizationQuerySet
from network.stewarding import duplicates, suspicions
from network.vocabulary import Role, Stance

KEPT_FOR = 24 * 60 * 60
GAPS: Mapping[str, Promise] = {
    "ratings": _("自己評価がない"),
    "contact": _("連絡先がない"),
    "area": _("対応地域がない"),
    "ties": _("利害関係の申告がない"),
    "editor": _("編集者がいない"),
    "about": _("紹介がない"),
}
"""What can be missing, in the order in which it hurts."""


@dataclass(frozen=True, slots=True)
class Freshness:
    """How far the lines of one record are confirmed."""

    lines: int
    stale: int
    oldest: datetime | None
    """The oldest confirmation; None where a line was never confirmed."""
    reminded_at: datetime | None
    """When its editors were last asked, if that is less than a week ago."""

    @property
    def share(self) -> int:
        """Percent of the lines that are stale."""
        return round(100 * self.stale / self.lines) if self.lines else 0

    @property
    def months(self) -> int:
        """Whole months since the oldest confirmation."""
        return (timezone.now() - self.oldest).days * 12 // 365 if self.oldest else 0


def stale_before() -> datetime:
    """Confirmations before this moment are too old; it moves at midnight, so that a page of a list stays what it was
    for a day."""
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0) - reconfirm_after()


def stale() -> OrganizationQuerySet:
    """Active records with a line that nobody confirmed in time, longest unconfirmed first."""
    lines = _lines().filter(organization=OuterRef("pk")).filter(_is_stale())
    found = Organization.objects.filter(Exists(lines), is_active=True)
    return found.order_by(F("last_confirmed_at").asc(nulls_first=True), "pk")


def freshness(pks: list[int]) -> dict[int, Freshness]:
    """By organization; two queries for any number."""
    rows = _lines().filter(organization__in=pks).order_by().values("organization")
    counted = rows.annotate(
        lines=Count("pk"),
        stale=Count("pk", filter=_is_stale()),
        never=Count("pk", filter=Q(confirmed_at__isnull=True)),
        oldest=Min("confirmed_at"),
    )
    reminded = dict(
        reminded_since(timezone.now() - REMIND_AGAIN_AFTER)
        .filter(organization__in=pks)
        .order_by()
        .values("organization")
        .annotate(at=Max("created_at"))
        .values_list("organization", "at")
    )
    found = {
        row["organization"]: Freshness(
            row["lines"], row["stale"], None if row["never"] else row["oldest"], reminded.get(row["organization"])
        )
        for row in counted
    }
    return {pk: found.get(pk, Freshness(0, 0, None, reminded.get(pk))) for pk in pks}


def incomplete(gap: str = "") -> OrganizationQuerySet:
    """Active records that lack something, oldest first, each annotated with what (`no_ratings` …); with a gap, only
    those that lack it."""
    missing = {f"no_{name}": condition() for name, condition in CONDITIONS.items()}
    flags = {name: ExpressionWrapper(condition, BooleanField()) for name, condition in missing.items()}
    wanted = Q()
    for name, condition in missing.items():
        wanted |= condition if not gap or name == f"no_{gap}" else Q()
    return Organization.objects.filter(wanted, is_active=True).annotate(**flags).order_by("pk")


def gaps_of(organization: Organization) -> list[Promise]:
    """What a record from `incomplete` lacks, in words."""
    return [label for name, label in GAPS.items() if getattr(organization, f"no_{name}")]


def _lines() -> QuerySet[Rating]:
    return Rating.objects.exclude(stance=Stance.WEAKNESS)


def _is_stale() -> Q:
    return Q(confirmed_at__isnull=True) | Q(confirmed_at__lt=stale_before())


def _no_area() -> Q:
    areas = ServiceArea.objects.filter(organization=OuterRef("pk"))
    return Q(~Exists(areas), nationwide=False, remote=False)


def _no_editor() -> Q:
    editors = Membership.objects.filter(organization=OuterRef("pk"), role=Role.EDITOR, user__is_active=True)
    return Q(~Exists(editors))


CONDITIONS: Mapping[str, Callable[[], Q]] = {
    "ratings": lambda: Q(~Exists(_lines().filter(organization=OuterRef("pk")))),
    "contact": lambda: Q(contact_email="", contact_phone=""),
    "area": _no_area,
    "ties": lambda: Q(ties_declared__isnull=True),
    "editor": _no_editor,
    "about": lambda: Q(about=""),
}


def counted(name: str, count: Callable[[], int]) -> int:
    """The size of a queue, counted once per version of the registry and day."""
    key = f"network.stewarding.queues.{name}.{RegistryVersion.current()}.{timezone.localdate()}"
    found: int | None = store.get(key)
    if found is None:
        found = count()
        store.set(key, found, KEPT_FOR)
    return found


def sizes() -> dict[str, int]:
    """How many wait in each queue."""
    return {
        "stale": counted("stale", stale().count),
        "incomplete": counted("incomplete", incomplete().count),
        "duplicates": len(duplicates.suspected()) + len(duplicates.applications()),
        "suspicious": len(suspicions.suspected()),
        "merges": Merge.objects.filter(undone_at=None).count(),
    }
