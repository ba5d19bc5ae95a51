"""Who complements an organization that has no client in mind: the matcher asked for the other half of a pair."""

from collections.abc import Callable
from dataclasses import dataclass

from .arrays import arrays_of
from .constraints import by_id
from .model import COVERING_LEVEL, WEAKNESS, Need, Network, Organization, Requirement, Weights
from .objective import Scorer
from .solver import never, propose
from .views import network_of

DECLARED, LOW = 2.0, 1.0
"""What a declared weakness and a low level weigh among what one lacks."""
MOST = 20
"""At most so many things are looked for at once: as many requirements as a need may have."""


@dataclass(frozen=True, slots=True)
class Partner:
    """One who complements; capabilities by code."""

    organization: str
    score: int
    """Units of 1e-6 by which the pair is better than the organization alone."""
    gives: tuple[str, ...]
    """What it does at the covering level or above of what the other lacks."""
    takes: tuple[str, ...]
    """Its own weaknesses that the other covers."""


def lacking(organization: Organization) -> tuple[Requirement, ...]:
    """What the organization lacks, as requirements: its weaknesses, then what it declares below the covering level."""
    weak = sorted(code for code, level in organization.levels.items() if level == WEAKNESS)
    low = sorted(code for code, level in organization.levels.items() if 0 < level < COVERING_LEVEL)
    wanted = [(code, DECLARED) for code in weak] + [(code, LOW) for code in low]
    return tuple(Requirement(code, "", COVERING_LEVEL, weight) for code, weight in wanted[:MOST])


def complements(
    organization: Organization,
    network: Network,
    weights: Weights,
    top: int = 10,
    stop: Callable[[], bool] = never,
) -> tuple[Partner, ...]:
    """The best partners, best first, none that leaves the organization worse off than alone; empty when it lacks
    nothing. The organization, one of the network, leads the pair and is taken as available."""
    wanted = lacking(organization)
    if not wanted:
        return ()
    pair = _asking(organization, network)
    us = by_id(pair)[organization.id]
    need = Need(
        us.prefectures[0],
        wanted,
        lead_kinds=frozenset({US}),
        max_size=2,
        must_include=frozenset({us.id}),
    )
    alone = Scorer(need, pair, weights).team([us.id]).score
    teams = propose(need, pair, weights, top + 1, stop).teams
    found = [(team.score - alone, next(iter(set(team.members) - {us.id}), "")) for team in teams]
    return tuple(
        Partner(other, score, _covered(by_id(pair)[other], us), _covered(us, by_id(pair)[other]))
        for score, other in found
        if other and score > 0
    )[:top]


def _asking(organization: Organization, network: Network) -> Network:
    """The network in which this organization is free, most suitable to lead, and of a kind of its own."""
    arrays = arrays_of(network)
    row = arrays.row[organization.id]
    kind, slots, suitability = arrays.kind.copy(), arrays.slots.copy(), arrays.suitability.copy()
    kind[row], slots[row], suitability[row] = len(arrays.kinds), 1, 1.0
    asking = arrays.changed(kinds=(*arrays.kinds, US), kind=kind, slots=slots, suitability=suitability)
    return network_of(asking, network.hops, network.version)


US = "the one who asks"
"""A kind of its own, so that nobody else leads the pair."""


def _covered(strong: Organization, weak: Organization) -> tuple[str, ...]:
    """What the one does well and the other declares as a weakness or does below the covering level."""
    return tuple(
        code
        for code, level in sorted(weak.levels.items())
        if level != 0 and level < COVERING_LEVEL and strong.levels.get(code, 0) >= COVERING_LEVEL
    )
