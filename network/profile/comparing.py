"""Some organizations side by side: what each says of itself, and what one lacks that another has."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.utils import timezone

from network.access import Reader
from network.codes import INDUSTRIES, PREFECTURES
from network.models import Capability, Organization, Rating
from network.models.organizations import OrganizationQuerySet
from network.picking import is_id
from network.vocabulary import Stance

AT_LEAST, AT_MOST = 2, 4
STRONG = 3
"""The level that one can rely on: a capability is compared where anybody reaches it."""
"""More digits than any key has."""


@dataclass(frozen=True)
class Line:
    """One capability: the rating of each organization, None where it says nothing (that the reader may know)."""

    capability: Capability
    ratings: list[Rating | None]


@dataclass(frozen=True)
class Area:
    """One area of the taxonomy: the highest level of each organization, and the lines that tell most."""

    name: str
    best: list[int]
    lines: list[Line]


@dataclass(frozen=True)
class Help:
    """What one organization can bring that another one lacks."""

    by: Organization
    capabilities: list[Capability]


@dataclass(frozen=True)
class Column:
    """One organization with what stands in its column."""

    organization: Organization
    areas: list[str]
    """Where it works, whole prefectures first."""
    industries: list[str]
    labs: list[str]
    accepts: bool
    weaknesses: list[Rating] | None
    """None where the reader may not know them."""
    lacks: list[Help]
    address: str
    """The query string of the same comparison without this one."""


@dataclass(frozen=True)
class Comparison:
    """Empty columns and `asked` tell why there is nothing to compare."""

    columns: list[Column]
    areas: list[Area]
    asked: int

    @property
    def too_many(self) -> bool:
        return self.asked > AT_MOST

    @property
    def too_few(self) -> bool:
        return not self.too_many and len(self.columns) < AT_LEAST


def comparison(asked: Iterable[str], reader: Reader) -> Comparison:
    """The named organizations that the reader may know of, in the order in which they were named."""
    pks = list(dict.fromkeys(int(text) for text in asked if is_id(text)))
    if len(pks) > AT_MOST:
        return Comparison([], [], len(pks))
    visible = _with_everything(Organization.objects.visible_to(reader)).in_bulk(pks)
    shown = [visible[pk] for pk in pks if pk in visible]
    ratings = Rating.objects.visible_to(reader).filter(organization__in=shown).select_related("capability")
    by_organization: dict[int, dict[int, Rating]] = defaultdict(dict)
    for rating in ratings:
        by_organization[rating.organization_id][rating.capability_id] = rating
    known = Organization.objects.weaknesses_known_to(reader).filter(pk__in=[o.pk for o in shown])
    frank = set(known.values_list("pk", flat=True))
    held = [by_organization[organization.pk] for organization in shown]
    columns = [_column(organization, shown, held, frank=organization.pk in frank) for organization in shown]
    return Comparison(columns, _areas(held), len(pks))


def _with_everything(organizations: OrganizationQuerySet) -> OrganizationQuerySet:
    found = organizations.select_related("municipality")
    return found.prefetch_related("service_areas__municipality", "industries", "labs")


def _column(
    organization: Organization, shown: Sequence[Organization], held: Sequence[dict[int, Rating]], *, frank: bool
) -> Column:
    own = held[shown.index(organization)]
    others = [other for other in shown if other != organization]
    areas = sorted(organization.service_areas.all(), key=lambda area: (area.municipality_id or "", area.prefecture))
    return Column(
        organization=organization,
        areas=[str(area.municipality) if area.municipality else PREFECTURES.name(area.prefecture) for area in areas],
        industries=sorted(INDUSTRIES.name(entry.industry) for entry in organization.industries.all()),
        labs=[lab.name for lab in organization.labs.all()],
        accepts=organization.accepts_on(timezone.localdate()),
        weaknesses=_in_order(rating for rating in own.values() if rating.is_weakness) if frank else None,
        lacks=[Help(other, lacking) for other in others if (lacking := _lacking(own, held[shown.index(other)]))],
        address="?" + "&".join(f"id={other.pk}" for other in others),
    )


def _lacking(own: dict[int, Rating], other: dict[int, Rating]) -> list[Capability]:
    """What the other one can be relied on for and oneself declares nothing in. A weakness that the reader may not know
    looks the same as one that is not there."""
    strong = _in_order(rating for rating in other.values() if _level(rating) >= STRONG)
    return [rating.capability for rating in strong if not _level(own.get(rating.capability_id))]


def _areas(held: Sequence[dict[int, Rating]]) -> list[Area]:
    capabilities = {rating.capability_id: rating.capability for own in held for rating in own.values()}
    ordered = sorted(capabilities.values(), key=lambda capability: (capability.order, capability.code))
    areas = [_area(name, list(group), held) for name, group in groupby(ordered, key=lambda entry: entry.area_name)]
    return [area for area in areas if any(area.best)]


def _area(name: str, capabilities: list[Capability], held: Sequence[dict[int, Rating]]) -> Area:
    lines = [Line(capability, [own.get(capability.pk) for own in held]) for capability in capabilities]
    return Area(
        name=name,
        best=[max((_level(own.get(capability.pk)) for capability in capabilities), default=0) for own in held],
        lines=[line for line in lines if max(map(_level, line.ratings)) >= STRONG],
    )


def _level(rating: Rating | None) -> int:
    """What can be built on: nothing where it is a weakness."""
    return 0 if rating is None or rating.stance == Stance.WEAKNESS else rating.level


def _in_order(ratings: Iterable[Rating]) -> list[Rating]:
    return sorted(ratings, key=lambda rating: (-rating.level, rating.capability.order))
