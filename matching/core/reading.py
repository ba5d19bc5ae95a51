"""Reads the network into a table for one need."""

from collections.abc import Sequence

import numpy as np

from .constraints import may_lead, within_reach
from .model import COVERING_LEVEL, WEAKNESS, Need, Network, Organization, Weights
from .places import hops
from .table import Ints, Table
from .units import MILLION, Units, shares


def table_of(need: Need, network: Network, weights: Weights) -> Table:
    """Reads the network for one need; a must-include that may not join is simply absent."""
    units = Units.of(weights)
    joining, distances = _joining(need, network)
    levels, gains = _levels_and_gains(need, joining)
    count, size = len(need.requirements), min(need.max_size, max(len(joining), 1))
    costs = [
        units.member_cost(item, distance, need) + units.cohesion
        for item, distance in zip(joining, distances, strict=True)
    ]
    leads = [may_lead(item, need) for item in joining]
    penalties = _ints([round(units.open_weakness * share) for share in shares(need)])
    must = np.array([item.must for item in need.requirements], dtype=bool)
    required = np.array([item.level for item in need.requirements], dtype=np.int64)
    closes = must & (levels >= required) & (gains > 0)
    closing = 1 + _spread(gains, costs, penalties, units, size)
    tie_lead, tie_member, tie_bonus = _ties(joining, leads, network, units)
    return Table(
        ids=tuple(item.id for item in joining),
        gains=gains + closing * closes,
        costs=_ints(costs),
        capacities=_ints([max(1, min(item.max_requirements, count)) for item in joining]),
        lead_bonus=_ints([units.lead_bonus(item) for item in joining]),
        leads=np.array(leads, dtype=bool),
        required=np.array([item.id in need.must_include for item in joining], dtype=bool),
        weak=levels == WEAKNESS,
        strong=levels >= COVERING_LEVEL,
        tie_lead=tie_lead,
        tie_member=tie_member,
        tie_bonus=tie_bonus,
        penalties=penalties,
        cohesion=units.cohesion,
        closing=closing,
        musts=int(must.sum()),
        max_size=need.max_size,
    )


def _joining(need: Need, network: Network) -> tuple[list[Organization], list[int | None]]:
    """Who may join, sorted by id, with the distances in hops."""
    distance_of: dict[tuple[str, ...], int | None] = {}
    for item in network.organizations:
        if item.prefectures not in distance_of:
            distance_of[item.prefectures] = hops(network.hops, need.prefecture, item.prefectures)
    joining = [
        item
        for item in network.organizations
        if item.slots >= 1
        and item.id not in need.exclude
        and within_reach(need, distance_of[item.prefectures], item.remote)
    ]
    joining.sort(key=lambda item: item.id)
    return joining, [distance_of[item.prefectures] for item in joining]


def _levels_and_gains(need: Need, joining: Sequence[Organization]) -> tuple[Ints, Ints]:
    """(n, m) raw levels and coverage; the same float operations in the same order as `units.gain`."""
    shape = (len(joining), len(need.requirements))
    levels, gains = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    for column, (requirement, share) in enumerate(zip(need.requirements, shares(need), strict=True)):
        name = requirement.capability
        level = _ints([item.levels.get(name, 0) for item in joining])
        confidence = np.array([item.confidence.get(name, 1.0) for item in joining], dtype=np.float64)
        covered = np.minimum(np.maximum(level, 0) * confidence / requirement.level, 1)
        levels[:, column] = level
        gains[:, column] = np.rint(MILLION * share * covered).astype(np.int64)
    return levels, gains


def _spread(gains: Ints, costs: Sequence[int], penalties: Ints, units: Units, size: int) -> int:
    """At least what the scores of any two teams can differ."""
    dearest, cheapest = max([0, *costs]), min([0, *costs])
    most = int(gains.max(axis=0, initial=0).sum()) + max(units.lead, 0) - size * cheapest
    return most + size * dearest + int(penalties.sum())


def _ties(
    joining: Sequence[Organization], leads: Sequence[bool], network: Network, units: Units
) -> tuple[Ints, Ints, Ints]:
    """Collaborations whose one end may lead, each in the direction lead, member; sorted."""
    row = {item.id: place for place, item in enumerate(joining)}
    found: list[tuple[int, int, int]] = []
    for pair, strength in network.strengths.items():
        ends = [row[end] for end in pair if end in row]
        if len(ends) == 2:
            bonus = units.tie_bonus(strength)
            found += [(one, other, bonus) for one, other in (ends, ends[::-1]) if leads[one] and bonus]
    columns = _ints(sorted(found)).reshape(-1, 3)
    return columns[:, 0], columns[:, 1], columns[:, 2]


def _ints(values: object) -> Ints:
    return np.array(values, dtype=np.int64)
