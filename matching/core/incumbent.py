"""Good teams to start from: greedy growth from a lead, then single swaps.

Nothing here is proved; the better these teams, the more the bounds can rule out.
"""

from collections.abc import Callable

import numpy as np

from .bounds import NEVER, greatest, worth_of
from .contest import Contest
from .model import Team
from .table import Ints, Table

TRIALS = 2
"""Most promising candidates that are scored exactly at each step."""
STEPS = 12


def first_team(contest: Contest, table: Table) -> Team:
    """The required and, when none of them may lead, the lead that scores best alone with them."""
    required = np.flatnonzero(table.required).tolist()
    if table.leads[required].any():
        return contest.enter(table, required)
    alone = table.lead_bonus + worth_of(table.gains, table.capacities) - table.costs
    best = int(np.where(table.leads, alone, NEVER).argmax())
    return contest.enter(table, [*required, best])


def climb(contest: Contest, table: Table, start: Team, stop: Callable[[], bool]) -> Team:
    """Adds, drops and swaps single members while the rank improves."""
    team = start
    for _ in range(STEPS):
        better = min(_neighbours(contest, table, team, stop), key=lambda other: other.rank, default=team)
        if better.rank >= team.rank or stop():
            break
        team = better
    return min(team, better, key=lambda other: other.rank)


def fill(contest: Contest, table: Table, stop: Callable[[], bool]) -> None:
    """Enters teams around those on the podium until it is full, if there are so many: while a place is free,
    nobody can be ruled out."""
    for team in list(contest.podium.teams):
        if contest.podium.full:
            break
        _neighbours(contest, table, team, stop, trials=contest.podium.places)


def _neighbours(
    contest: Contest, table: Table, team: Team, stop: Callable[[], bool], trials: int = TRIALS
) -> list[Team]:
    rows = [table.row(member) for member in team.members]
    found = _joined(contest, table, rows, None, trials) if len(rows) < table.max_size else []
    for leaving in rows:
        if not table.required[leaving] and not stop():
            found += _joined(contest, table, [other for other in rows if other != leaving], leaving, trials)
    return found


def _joined(contest: Contest, table: Table, rows: list[int], left: int | None, trials: int) -> list[Team]:
    """The teams of `rows` with each of the most promising others, and without any when one has `left`."""
    led = bool(table.leads[rows].any())
    covered, ties, found = np.zeros(table.gains.shape[1], dtype=np.int64), np.zeros(len(table), dtype=np.int64), []
    if led:
        team = contest.enter(table, rows)
        found = [team] if left is not None else []
        for item, owner in team.owners.items():
            covered[item] = table.gains[table.row(owner), item]
        mine = table.tie_lead == table.row(team.lead)
        ties[table.tie_member[mine]] = table.tie_bonus[mine]
    promise = worth_of(np.maximum(table.gains - covered, 0), table.capacities) - table.costs + ties
    if not led:
        promise = np.where(table.leads, promise + table.lead_bonus, NEVER)
    promise[rows if left is None else [*rows, left]] = NEVER
    if len(table.apart_one):
        promise[table.apart_other[np.isin(table.apart_one, rows)]] = NEVER
    return found + [contest.enter(table, [*rows, other]) for other in _greatest(promise, trials)]


def _greatest(promise: Ints, count: int) -> list[int]:
    return [row for row in greatest(promise, count).tolist() if promise[row] > NEVER]
