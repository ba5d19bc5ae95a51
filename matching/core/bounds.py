"""Upper bounds for all organizations at once.

Lagrangian relaxation of "each requirement is owned once": with a price theta_j >= 0 for each
requirement, a member is worth at most

    u_i = sum of its capacity's greatest (gain_ij - theta_j)+  -  cost_i

and a team at most  cohesion + sum(theta) + lead bonus + sum of u and tie bonuses.  This holds
for every theta; `tune` only looks for one that makes it small. Prices are integers, so that
every bound is exact.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .table import Flags, Floats, Ints, Table

NEVER = -(1 << 60)
"""Below every value: marks who cannot lead."""
PATIENCE = 4


@dataclass(frozen=True)
class LeadBounds:
    """What teams led by each organization can reach, whoever else joins."""

    bound: Ints
    """(n,) upper bound on the value of the teams it leads; NEVER where it cannot."""
    slack: Ints
    """(n,) the same without the last free place: add a member's worth to force it in."""


def greatest(values: Ints, count: int) -> Ints:
    """Rows of the `count` greatest values, greatest first, the earlier first among equals."""
    if count >= len(values):
        return np.argsort(-values, kind="stable")
    last = np.partition(values, len(values) - count)[len(values) - count]
    above, equal = np.flatnonzero(values > last), np.flatnonzero(values == last)
    chosen = np.sort(np.concatenate((above, equal[: count - len(above)])))
    return chosen[np.argsort(-values[chosen], kind="stable")]


def worth_of(excess: Ints, capacities: Ints) -> Ints:
    """Sum of the `capacities` greatest entries of each row of `excess` (all >= 0)."""
    total: Ints = excess.sum(axis=1)
    crowded = np.flatnonzero((excess > 0).sum(axis=1) > capacities)
    if len(crowded):
        descending = -np.sort(-excess[crowded], axis=1)
        sums = descending.cumsum(axis=1)
        total[crowded] = sums[np.arange(len(crowded)), capacities[crowded] - 1]
    return total


def member_worth(table: Table, theta: Ints) -> Ints:
    """(n,) u of every organization."""
    return worth_of(np.maximum(table.gains - theta, 0), table.capacities) - table.costs


def lead_bounds(table: Table, theta: Ints, worth: Ints) -> LeadBounds:
    """One pass over all organizations; partners of a lead are counted with their tie bonus."""
    required = table.required
    places = table.max_size - int(required.sum()) - np.where(required, 0, 1)
    filled, threshold = _others(worth, required, places)
    base = table.fixed + int(theta.sum()) + int(worth[required].sum())
    own = np.where(required, 0, worth) + table.lead_bonus
    bound = base + own + filled + _partners(table, worth, threshold)
    led = table.leads & (places >= 0)
    return LeadBounds(
        bound=np.where(led, bound, NEVER),
        slack=np.where(led & (places >= 1), bound - threshold, NEVER),
    )


def _others(worth: Ints, required: Flags, places: Ints) -> tuple[Ints, Ints]:
    """For each lead the sum of the `places` greatest positive worths of others, and the last of these (>= 0)."""
    pool = np.where(required, NEVER, worth)
    most = max(int(places.max(initial=0)), 0) + 2
    order = greatest(pool, most)
    position = np.full(len(pool), most)
    position[order] = np.arange(len(order))
    ranked = np.zeros(most, dtype=np.int64)
    ranked[: len(order)] = np.maximum(pool[order], 0)
    sums = np.concatenate(([0], ranked.cumsum()))
    free = np.maximum(places, 0)
    among = ~required & (position < free)
    filled = np.where(among, sums[free + 1] - np.maximum(worth, 0), sums[free])
    last = np.where(among, ranked[free], ranked[np.maximum(free - 1, 0)])
    return filled, last


def _partners(table: Table, worth: Ints, threshold: Ints) -> Ints:
    """What tie bonuses can add to each lead's bound: in full for required partners, else by displacing others."""
    partner = worth[table.tie_member] + table.tie_bonus - threshold[table.tie_lead]
    added = np.minimum(table.tie_bonus, np.maximum(partner, 0))
    added = np.where(table.required[table.tie_member], table.tie_bonus, added)
    # Sums of floats, exact: every partial sum is an integer below 2 ** 53.
    return np.bincount(table.tie_lead, weights=added, minlength=len(table)).astype(np.int64)


def member_bounds(table: Table, worth: Ints, leads: LeadBounds) -> Ints:
    """(n,) upper bound on the value of the teams that each organization joins without leading."""
    best = np.full(len(table), int(leads.slack.max(initial=NEVER)))
    np.maximum.at(best, table.tie_member, leads.slack[table.tie_lead] + table.tie_bonus)
    return best + worth


def tune(table: Table, start: Ints, target: int, rounds: int, stop: Callable[[], bool]) -> Ints:
    """Prices with a small root bound, by subgradient steps towards `target` (the value of a known team)."""
    theta, best, best_bound = start.astype(np.float64), start, None
    step, waited = 1.0, 0
    for _ in range(rounds):
        if stop():
            break
        prices = np.rint(theta).astype(np.int64)
        worth = member_worth(table, prices)
        bound = lead_bounds(table, prices, worth).bound
        root = int(bound.max())
        if best_bound is None or root < best_bound:
            best, best_bound, waited = prices, root, 0
        else:
            waited += 1
        if waited > PATIENCE:
            theta, step, waited = best.astype(np.float64), step / 2, 0
            continue
        direction = 1.0 - _demand(table, prices, _selected(table, worth, int(bound.argmax())))
        length = float(direction @ direction)
        if length == 0 or root <= target:
            break
        theta = np.maximum(theta - step * (root - target) / length * direction, 0)
    return best


def _selected(table: Table, worth: Ints, lead: int) -> Ints:
    """Rows of the team that attains the relaxed root bound under this lead."""
    ties = np.zeros(len(worth), dtype=np.int64)
    mine = table.tie_lead == lead
    ties[table.tie_member[mine]] = table.tie_bonus[mine]
    pool = np.where(table.required, NEVER, worth + ties)
    pool[lead] = NEVER
    fixed = np.flatnonzero(table.required | (np.arange(len(worth)) == lead))
    places = max(table.max_size - len(fixed), 0)
    ranked = np.argsort(-pool, kind="stable")[:places]
    return np.concatenate((fixed, ranked[pool[ranked] > 0]))


def _demand(table: Table, theta: Ints, rows: Ints) -> Floats:
    """(m,) how many of these members would own each requirement at these prices."""
    excess = np.maximum(table.gains[rows] - theta, 0)
    place = np.argsort(np.argsort(-excess, axis=1, kind="stable"), axis=1, kind="stable")
    taken: Floats = ((place < table.capacities[rows, None]) & (excess > 0)).sum(axis=0).astype(np.float64)
    return taken
