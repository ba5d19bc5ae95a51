"""How evenly proposals fall among organizations of equal fit.

An organization's exposure is what it was proposed, of its fair share of what it fitted:

    e = min(1, Σ proposed · 2^(−age/h) / (1 + Σ 1/n · 2^(−age/h)))

The sums run over the places in teams of late, the second over those that it fitted, each with the n who fitted it. So
whoever has had its share counts 1, whoever has had less counts less and goes before equals: as nobody's e exceeds 1,
all who keep somebody out for long reach it, and even the worst of those who fit (see `places`) has its turn.

Only places that it could have taken count: whoever is closed gathers neither sum, so that looking busy earns no later
preference; and how much room one declares stands nowhere in it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from .alternatives import coverage
from .constraints import is_feasible
from .model import Need, Network, Team, Weights
from .objective import Scorer
from .reading import table_of
from .table import Table
from .units import MILLION

HALF_LIFE = 90
"""Days after which a proposal counts half."""
MOST_FITTING = 60
"""At most so many are looked at for one place, the most promising first."""


@dataclass(frozen=True, slots=True)
class Place:
    """A member's place in a team."""

    member: str
    fitting: tuple[str, ...]
    """Sorted ids of all who could have had it, the member among them."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One need of late."""

    age: int
    """Days since."""
    places: tuple[Place, ...]


def places(team: Team, need: Need, network: Network, weights: Weights) -> tuple[Place, ...]:
    """Who would have done as well in each member's place: with whom, exposure aside, the team leaves no more musts
    open and scores less by no more than exposure can weigh (`weights.exposure`)."""
    blind = replace(weights, exposure=0.0)
    scorer, table = Scorer(need, network, blind), table_of(replace(need, locked=()), network, blind)
    least = scorer.team(team.members).score - round(MILLION * weights.exposure)
    return tuple(
        Place(member, tuple(sorted({member, *_as_good(member, team, table, least, scorer)}))) for member in team.members
    )


def _as_good(member: str, team: Team, table: Table, least: int, scorer: Scorer) -> Iterator[str]:
    """The most promising first: by what they add to what the others cover, less their cost."""
    rest = [other for other in team.members if other != member]
    covered = np.zeros(len(scorer.need.requirements), dtype=np.int64)
    for other in rest:
        covered = np.maximum(covered, scorer.profile(other).gains)
    gains = coverage(table)
    promise = np.maximum(gains - covered, 0).sum(axis=1) - table.costs
    outside = ~np.isin(table.origin, [table.index[one] for one in team.members]) & (gains > 0).any(axis=1)
    rows = np.flatnonzero(outside)
    for row in rows[np.argsort(-promise[rows], kind="stable")][:MOST_FITTING].tolist():
        name = table.names[table.origin[row]]
        if is_feasible([*rest, name], scorer.need, scorer.network):
            other_team = scorer.team([*rest, name])
            if other_team.score >= least and other_team.open_must <= team.open_must:
                yield name


def exposures(turns: Iterable[Turn]) -> dict[str, float]:
    """By id, in [0, 1]; absent means 0."""
    proposed: dict[str, float] = {}
    fair: dict[str, float] = {}
    for turn in turns:
        counts = 2.0 ** (-turn.age / HALF_LIFE)
        for place in turn.places:
            proposed[place.member] = proposed.get(place.member, 0.0) + counts
            for member in place.fitting:
                fair[member] = fair.get(member, 0.0) + counts / len(place.fitting)
    return {member: round(min(1.0, times / (1 + fair[member])), 6) for member, times in proposed.items()}


def gini(values: Sequence[float]) -> float:
    """Gini coefficient of values >= 0: 0 when all are equal, near 1 when one has everything; 0 for nothing at all."""
    ordered, count = sorted(values), len(values)
    total = sum(ordered)
    if not total:
        return 0.0
    weighted = sum((2 * place - count - 1) * value for place, value in enumerate(ordered, start=1))
    return weighted / (count * total)
