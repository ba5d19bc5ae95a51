"""What a profile page draws from the records."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.db.models import F, Q
from django.utils import timezone

from network.access import Reader
from network.models import Collaboration, Organization, Rating
from network.models.relations import Tie, TieQuerySet

PARTNERS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Bars:
    """The ratings of one area, strongest first."""

    area: str
    ratings: list[Rating]


def bars(ratings: Iterable[Rating]) -> list[Bars]:
    """Ratings grouped by area in the taxonomy's order."""
    ordered = sorted(ratings, key=lambda rating: rating.capability.order)
    return [
        Bars(area, sorted(group, key=lambda rating: -rating.level))
        for area, group in groupby(ordered, key=lambda rating: rating.capability.area_name)
    ]


@dataclass(frozen=True, slots=True)
class Partners:
    """With whom an organization has worked most often, and how many partners more there are."""

    shown: list[tuple[Organization, Collaboration]]
    more: int


def partners(organization: Organization, reader: Reader) -> Partners:
    """With whom the organization has worked, most often first; only partners the reader may know of."""
    visible = Organization.objects.visible_to(reader).order_by().values("pk")
    together = Collaboration.objects.filter(Q(first=organization) | Q(second=organization))
    together = together.filter(first__in=visible, second__in=visible)
    ordered = together.order_by("-engagements", F("last").desc(nulls_last=True), "pk")
    rows = ordered.select_related("first", "second")[:PARTNERS_SHOWN]
    pairs = [(row.second if row.first_id == organization.pk else row.first, row) for row in rows]
    return Partners(pairs, together.count() - len(pairs))


def ties(organization: Organization, reader: Reader) -> TieQuerySet:
    """Disclosed interests the organization has today; only those with organizations the reader may know of."""
    visible = Organization.objects.visible_to(reader).order_by().values("pk")
    own = Tie.objects.in_force(timezone.localdate()).filter(Q(first=organization) | Q(second=organization))
    return own.filter(first__in=visible, second__in=visible).select_related("first", "second").order_by("pk")
