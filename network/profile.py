"""What a profile page draws from the records."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Q, QuerySet

from network.access import Reader
from network.models import Collaboration, Organization, Rating, Tie


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


def partners(organization: Organization, reader: Reader) -> list[tuple[Organization, Collaboration]]:
    """With whom the organization has worked, most often first; only partners the reader may know of."""
    together = Collaboration.objects.filter(Q(first=organization) | Q(second=organization))
    visible = set(Organization.objects.visible_to(reader).values_list("pk", flat=True))
    pairs = [
        (row.second if row.first_id == organization.pk else row.first, row)
        for row in together.select_related("first", "second").order_by("-engagements", "-last", "pk")
    ]
    return [(partner, row) for partner, row in pairs if partner.pk in visible]


def ties(organization: Organization, reader: Reader) -> QuerySet[Tie]:
    """Disclosed interests of the organization; only those with organizations the reader may know of."""
    visible = Organization.objects.visible_to(reader)
    own = Tie.objects.filter(Q(first=organization) | Q(second=organization))
    return own.filter(first__in=visible, second__in=visible).select_related("first", "second")
