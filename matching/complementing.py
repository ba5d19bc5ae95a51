"""Who complements an organization: the registry as one reader may know it, put to `core.complement`."""

from dataclasses import dataclass
from time import perf_counter

import numpy as np
from django.utils import timezone

from matching.core import model as core
from matching.core.arrays import arrays_of
from matching.core.complement import Partner, complements, lacking
from matching.core.constraints import by_id
from matching.core.views import network_of
from matching.explaining import distance
from matching.facts import network, prefecture_hops
from matching.weights import PROFILES
from network.access import Reader
from network.models import Capability, Organization

TIME_LIMIT = 5.0
SHOWN = 10


@dataclass(frozen=True, slots=True)
class PartnerView:
    organization: Organization
    points: float
    gives: list[str]
    takes: list[str]
    far: str


@dataclass(frozen=True, slots=True)
class Complements:
    lacks: list[tuple[str, bool]]
    """What the organization lacks by name, and whether it is a declared weakness."""
    partners: list[PartnerView]


def known_to(reader: Reader, registry: core.Network) -> core.Network:
    """The registry with the weaknesses that the reader may know; the others look as if nothing were declared."""
    arrays = arrays_of(registry)
    named = Organization.objects.weaknesses_known_to(reader).values_list("external_id", flat=True)
    known = np.zeros(len(arrays), dtype=bool)
    known[[arrays.row[name] for name in named.iterator() if name in arrays.row]] = True
    told = (arrays.rating_level != core.WEAKNESS) | known[arrays.rating_row]
    return network_of(arrays.keeping(ratings=told), registry.hops, registry.version)


def complements_of(organization: Organization, reader: Reader) -> Complements:
    """For a member of the organization (`reader`)."""
    registry = known_to(reader, network(timezone.localdate()))
    us = by_id(registry).get(organization.external_id)
    if us is None:
        return Complements([], [])
    begun = perf_counter()
    found = complements(us, registry, PROFILES["default"], SHOWN, stop=lambda: perf_counter() - begun > TIME_LIMIT)
    names = {capability.code: capability.name for capability in Capability.objects.all()}
    rows = Organization.objects.visible_to(reader).select_related("municipality")
    shown = {row.external_id: row for row in rows.filter(external_id__in=[each.organization for each in found])}
    lacks = [
        (names.get(item.capability, item.capability), us.levels[item.capability] == core.WEAKNESS)
        for item in lacking(us)
    ]
    return Complements(
        lacks,
        [_view(each, shown[each.organization], names, organization) for each in found if each.organization in shown],
    )


def _view(found: Partner, other: Organization, names: dict[str, str], us: Organization) -> PartnerView:
    return PartnerView(
        organization=other,
        points=found.score / 10_000,
        gives=[names.get(code, code) for code in found.gives],
        takes=[names.get(code, code) for code in found.takes],
        far=distance(prefecture_hops().get(us.prefecture, {}).get(other.prefecture)),
    )
