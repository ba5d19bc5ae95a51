"""Where the search starts from: prices tuned on the most promising organizations, for all of them."""

from collections.abc import Callable, Sequence

import numpy as np

from .bounds import NEVER, lead_bounds, member_worth, tune
from .model import Team
from .musts import closes
from .table import Ints, Table

POOL = 600
"""Organizations on which prices are tuned and good teams are looked for."""
ROUNDS = 60
RENEWALS = 4


def tuned_on_pools(table: Table, start: Ints, target: int, stop: Callable[[], bool]) -> Ints:
    """Prices tuned on a pool, to which those are added who break its bound."""
    theta, rows = start, np.zeros(0, dtype=np.int64)
    found = [(root_bound(table, start), start)]
    for _ in range(RENEWALS):
        rows = np.union1d(rows, promising(table, theta, ()))
        pool = table.take(rows)
        theta = tune(pool, theta, target, ROUNDS, stop)
        found.append((root_bound(table, theta), theta))
        if stop() or found[-1][0] - root_bound(pool, theta) <= (found[-1][0] - target) // 20:
            break
    return min(found, key=lambda pair: pair[0])[1]


def root_bound(table: Table, theta: Ints) -> int:
    """Bound on every team's value at these prices."""
    return int(lead_bounds(table, theta, member_worth(table, theta)).bound.max())


def covered_by(table: Table, team: Team) -> Ints:
    """What this team covers of each requirement."""
    row = {member: place for place, member in enumerate(table.ids)}
    prices = np.zeros(table.gains.shape[1], dtype=np.int64)
    for item, owner in team.owners.items():
        prices[item] = table.gains[row[owner], item]
    return prices


def promising(table: Table, theta: Ints, ids: Sequence[str]) -> Ints:
    """The most promising rows at these prices, ascending, with the required ones and these ids."""
    worth = member_worth(table, theta) + np.where(table.leads, table.lead_bonus, 0)
    chosen = np.isin(np.array(table.ids), ids) | table.required
    ranked = np.argsort(-np.where(chosen, -NEVER, worth), kind="stable")
    return np.sort(ranked[: max(POOL, int(chosen.sum()))])


def ceiling(table: Table) -> int:
    """No team's score is greater, whatever it closes."""
    plain = table.gains - table.closing * closes(table)
    best_lead = int(table.lead_bonus.max(initial=0))
    return int(plain.max(axis=0, initial=0).sum()) + best_lead - table.max_size * int(table.costs.min(initial=0))
