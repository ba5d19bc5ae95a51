"""Reads the registry from the database into columns: by key, of all organizations or of some."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.db.models import Q, QuerySet

from matching.core.model import WEAKNESS
from network.believing.evidence import CONFIRMED, Confidences
from network.codes import primary_doctor_kinds
from network.graph.strength import strength
from network.models import Capability, Collaboration, Office, Organization, OrganizationIndustry, Rating, Tie
from network.vocabulary import LEAD_CAPABILITY, MAX_LEVEL, CapacityStatus, Stance, TieVisibility, WeaknessAudience

Array = np.ndarray[Any, np.dtype[Any]]
AT_ONCE = 5_000
DEFAULT_MAX_REQUIREMENTS = 3
AVAILABILITY: dict[str, float] = {CapacityStatus.OPEN: 1.0, CapacityStatus.LIMITED: 0.5}
RATING = [("owner", np.int64), ("capability", np.int64), ("level", np.int8), ("confidence", np.float64)]
ORGANIZATION = (
    "pk", "external_id", "kind", "prefecture", "remote", "capacity_status", "capacity_slots",
    "stated_max_requirements", "stated_availability", "stated_exposure", "stated_lead_suitability", "weakness_audience",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """What one organization says of itself, ratings aside."""

    pk: int
    id: str
    kind: str
    places: tuple[str, ...]
    industries: frozenset[str]
    capacity: int
    slots: int
    availability: float
    exposure: float | None
    """As a file states it; None where it is measured."""
    suitability: float
    remote: bool
    open_weaknesses: bool
    """Whether the whole network may know its declared weaknesses."""


@dataclass(frozen=True)
class Read:
    """What was read; the ends of pairs and the owners of ratings are keys."""

    rows: list[Row]
    ratings: Array
    """Owner, capability, level (−1 for a weakness, never 0), confidence."""
    labs: list[tuple[int, int]]
    collaborations: list[tuple[int, int, float]]
    interests: list[tuple[int, int, str, bool]]
    """Both ends, kind, and whether the two keep it from the network."""


def lead_suitability(kind: str, pmo_level: int) -> float:
    """How suited an organization is to lead, in [0, 1]: half for a 主治医 kind, half for its PMO level."""
    return 0.5 * (kind in primary_doctor_kinds()) + 0.5 * max(pmo_level, 0) / MAX_LEVEL


def read(today: date, pks: Collection[int] | None = None) -> Read:
    """The active ones of these organizations, or all active ones, with everything that names one of them."""
    ratings = np.fromiter(_ratings(today, pks), RATING)
    return Read(
        rows=_organizations(pks, ratings),
        ratings=ratings,
        labs=list(_owned(Organization.labs.through.objects.all(), pks, "organization_id", "lab_id")),
        collaborations=[
            (first, second, strength(engagements, last, today) if stated is None else stated)
            for first, second, engagements, last, stated in _between(
                Collaboration.objects.all(), pks, "engagements", "last", "stated_strength"
            )
        ],
        interests=[
            (first, second, kind, visibility != TieVisibility.NETWORK)
            for first, second, kind, visibility in _between(
                Tie.objects.in_force(today), pks, "kind", "visibility"
            )
        ],
    )  # fmt: skip


def _organizations(pks: Collection[int] | None, ratings: Array) -> list[Row]:
    industries: dict[int, set[str]] = defaultdict(set)
    for pk, industry in _owned(OrganizationIndustry.objects.all(), pks, "organization_id", "industry"):
        industries[pk].add(industry)
    offices: dict[int, list[tuple[str, bool, bool]]] = defaultdict(list)
    names = ("organization_id", "prefecture", "on_site", "remote")
    for pk, prefecture, on_site, remote in _owned(Office.objects.order_by("pk"), pks, *names):
        offices[pk].append((prefecture, on_site, remote))
    leading = Capability.objects.filter(code=LEAD_CAPABILITY).values_list("pk", flat=True).first()
    led = ratings[ratings["capability"] == leading]
    levels = dict(zip(led["owner"].tolist(), led["level"].tolist(), strict=True))
    found = _owned(Organization.objects.filter(is_active=True).order_by("pk"), pks, *ORGANIZATION)
    return [_row(item, offices[item[0]], frozenset(industries[item[0]]), levels.get(item[0], 0)) for item in found]


def _row(item: tuple[Any, ...], offices: list[tuple[str, bool, bool]], industries: frozenset[str], pmo: int) -> Row:
    pk, external_id, kind, prefecture, remote, status, slots, most, available, exposure, suitability, audience = item
    # An office is a place of its own where people go out from it; one that works from afar only is near nobody.
    places = [prefecture, *(place for place, on_site, _remote in offices if on_site)]
    return Row(
        pk=pk,
        id=external_id,
        kind=kind,
        places=tuple(dict.fromkeys(places)),
        industries=industries,
        capacity=DEFAULT_MAX_REQUIREMENTS if most is None else most,
        # A statement about capacity that has run out counts on: unknown is not unavailable, and the page marks it.
        slots=slots if CapacityStatus(status).accepts else 0,
        availability=AVAILABILITY.get(status, 0.0) if available is None else available,
        exposure=exposure,
        suitability=lead_suitability(kind, pmo) if suitability is None else suitability,
        remote=remote or any(afar for _place, _on_site, afar in offices),
        open_weaknesses=audience == WeaknessAudience.NETWORK,
    )


def _ratings(today: date, pks: Collection[int] | None) -> Iterator[tuple[int, int, int, float]]:
    """Levels and how far those above 0 are believed; a weakness is believed in full."""
    believed = Confidences(today, pks)
    names = ("organization_id", "capability_id", "level", "stance", "stated_confidence", CONFIRMED)
    for pk, capability, level, stance, stated, confirmed in _owned(Rating.objects.order_by(), pks, *names):
        if stance == Stance.WEAKNESS:
            yield pk, capability, WEAKNESS, 1.0
        elif level:
            confidence = believed.of(pk, capability, level, confirmed) if stated is None else stated
            yield pk, capability, level, min(confidence, 1.0)


def _owned(rows: "QuerySet[Any]", pks: Collection[int] | None, *names: Any) -> Iterator[tuple[Any, ...]]:
    """Values of what hangs on these organizations; the first name is their key."""
    found = rows.values_list(*names)
    if pks is None:
        yield from found.iterator(AT_ONCE)
        return
    for part in _parts(pks):
        yield from found.filter(**{f"{names[0]}__in": part})


def _between(rows: "QuerySet[Any]", pks: Collection[int] | None, *names: str) -> Iterator[tuple[Any, ...]]:
    """Values of what stands between two active organizations, one of these among them; each once."""
    active = rows.filter(first__is_active=True, second__is_active=True).order_by()
    found = active.values_list("first_id", "second_id", *names)
    if pks is None:
        yield from found.iterator(AT_ONCE)
        return
    seen: set[tuple[Any, ...]] = set()
    for part in _parts(pks):
        for row in found.filter(Q(first__in=part) | Q(second__in=part)):
            if row not in seen:
                seen.add(row)
                yield row


def _parts(pks: Collection[int]) -> Iterator[list[int]]:
    ordered = sorted(pks)
    for start in range(0, len(ordered), AT_ONCE):
        yield ordered[start : start + AT_ONCE]
