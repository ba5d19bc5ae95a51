"""Must requirements in the bounds: once it is sure how many can be closed, a small bonus is enough.

The bonus that puts open musts before any score makes bounds coarse where capacities are short:
a fraction of a closed must outweighs everything else. When no team closes more musts than the
last team on the podium, only teams that close equally many matter, and among these any bonus
keeps the order of values. A bonus on the scale of the scores then gives much sharper bounds.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from .bounds import lead_bounds, member_worth, tune
from .table import Flags, Ints, Table

SCALE = 1_000_000
ROUNDS = 40
BONUSES = (400_000, 150_000, 50_000)
"""Bonuses tried instead, in 1e-6 of score."""


def closes(table: Table) -> Flags:
    """(n, m) whether owning the requirement closes a must; for tables with their first bonus only."""
    return table.gains >= table.closing


def with_bonus(table: Table, bonus: int) -> Table:
    """The same problem with another bonus for each closed must."""
    return replace(table, gains=table.gains + (bonus - table.closing) * closes(table), closing=bonus)


def settled(table: Table, count: int, stop: Callable[[], bool]) -> bool:
    """Whether provably no team closes more than `count` musts."""
    closing = closes(table)
    if int(closing.any(axis=0).sum()) <= count:
        return True
    none = np.zeros(0, dtype=np.int64)
    only = replace(
        table,
        gains=SCALE * closing.astype(np.int64),
        costs=np.zeros_like(table.costs),
        lead_bonus=np.zeros_like(table.lead_bonus),
        tie_lead=none,
        tie_member=none,
        tie_bonus=none,
        fixed=0,
    )
    unreachable = SCALE * (count + 1)
    start: Ints = np.full(table.gains.shape[1], SCALE // 2)
    theta = tune(only, start, unreachable - 1, ROUNDS, stop)
    return int(lead_bounds(only, theta, member_worth(only, theta)).bound.max()) < unreachable
