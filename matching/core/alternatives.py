"""What else there would have been: who is next best in a requirement, and what the conditions of a need cost."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from .arrays import arrays_of
from .constraints import is_feasible
from .model import Need, Network, Team, Weights
from .objective import Scorer
from .reading import table_of
from .solver import never, propose
from .table import Flags, Ints, Table
from .whatif import Change


@dataclass(frozen=True, slots=True)
class NextBest:
    """Who else could own a requirement, by its index."""

    requirement: int
    inside: str | None
    """The member that would own it if its owner did not."""
    outside: str | None
    """Who could own it best of all that are not in the team: the greatest coverage less the cost of the member."""
    change: Change | None
    """From the team to that with the outsider in the owner's place (or added, where nobody owns it); None where that
    team breaks a condition."""


@dataclass(frozen=True, slots=True)
class Fairness:
    """What it costs to let those go first who were proposed less."""

    price: int
    """Units of 1e-6 by which the best team would be better if exposure did not count; measured without exposure."""
    without: tuple[str, ...]
    """Members of that team."""


def next_best(team: Team, need: Need, network: Network, weights: Weights) -> tuple[NextBest, ...]:
    """One entry for each requirement, in their order."""
    scorer, table = Scorer(need, network, weights), table_of(replace(need, locked=()), network, weights)
    elsewhere = ~np.isin(table.origin, [table.index[member] for member in team.members])
    found = []
    for index in range(len(need.requirements)):
        owner, outside = team.owners.get(index), _outside(index, elsewhere, table)
        change = _replaced(owner, outside, team, scorer) if outside else None
        found.append(NextBest(index, _inside(owner, index, team, scorer), outside, change))
    return tuple(found)


def coverage(table: Table) -> Ints:
    """(n, m) what each row covers of each requirement, without what closing a must adds."""
    return np.where(table.gains >= table.closing, table.gains - table.closing, table.gains)


def _inside(owner: str | None, index: int, team: Team, scorer: Scorer) -> str | None:
    others = [scorer.profile(member) for member in team.members if member != owner]
    able = [(-profile.gains[index], profile.id) for profile in others if profile.gains[index] > 0]
    return min(able)[1] if able else None


def _outside(requirement: int, elsewhere: Flags, table: Table) -> str | None:
    gains = coverage(table)[:, requirement]
    able = np.flatnonzero(elsewhere & (gains > 0))
    if not len(able):
        return None
    best = int(able[np.argmax(gains[able] - table.costs[able])])  # of equals the first by id
    return str(table.names[int(table.origin[best])])


def _replaced(owner: str | None, outside: str, team: Team, scorer: Scorer) -> Change | None:
    members = [member for member in team.members if member != owner] + [outside]
    if not is_feasible(members, scorer.need, scorer.network):
        return None
    return Change(team, scorer.team(members))


def contributions(team: Team, need: Need, network: Network, weights: Weights) -> Mapping[str, Change | None]:
    """By member, the change from the team without it to the team: what it adds; None where no team would remain."""
    scorer = Scorer(need, network, weights)
    found: dict[str, Change | None] = {}
    for member in team.members:
        rest = [other for other in team.members if other != member]
        found[member] = Change(scorer.team(rest), team) if is_feasible(rest, need, network) else None
    return found


def must_include_prices(
    team: Team, need: Need, network: Network, weights: Weights, stop: Callable[[], bool] = never
) -> Mapping[str, Change | None]:
    """For each organization that the need demands, the change from the best team without the demand to this one;
    None where the best team has it anyway. Where time ran out before a proof, nothing is said of it."""
    found: dict[str, Change | None] = {}
    for member in sorted(need.must_include):
        given = propose(replace(need, must_include=need.must_include - {member}), network, weights, 1, stop)
        if given.optimal and given.teams:
            best = given.teams[0]
            found[member] = None if member in best.members or best.rank >= team.rank else Change(best, team)
    return found


def fairness(
    team: Team, need: Need, network: Network, weights: Weights, stop: Callable[[], bool] = never
) -> Fairness | None:
    """What the best team gives up for fair exposure; `team` is that best team. None without a proof."""
    if not weights.exposure or not arrays_of(network).exposure.any():
        return Fairness(0, team.members)
    blind = replace(weights, exposure=0.0)
    given = propose(need, network, blind, 1, stop)
    if not given.optimal or not given.teams:
        return None
    best, mine = given.teams[0], Scorer(need, network, blind).team(team.members)
    return Fairness(max(0, best.score - mine.score) if best.open_must == mine.open_must else 0, best.members)
