"""Where the search starts from: prices tuned on the most promising organizations, for all of them."""

from collections.abc import Sequence

import numpy as np

from .bounds import NEVER, greatest, member_worth
from .model import Team
from .musts import closes
from .table import Ints, Table

POOL = 600
"""Organizations on which prices are tuned and good teams are looked for."""
ROUNDS = 60


def covered_by(table: Table, team: Team) -> Ints:
    """What this team covers of each requirement."""
    prices = np.zeros(table.gains.shape[1], dtype=np.int64)
    for item, owner in team.owners.items():
        prices[item] = table.gains[table.row(owner), item]
    return prices


def promising(table: Table, theta: Ints, ids: Sequence[str]) -> Ints:
    """The most promising rows at these prices, ascending, with the required ones and these ids."""
    worth = member_worth(table, theta) + np.where(table.leads, table.lead_bonus, 0)
    chosen = table.required.copy()
    chosen[[table.row(member) for member in ids]] = True
    return np.sort(greatest(np.where(chosen, -NEVER, worth), max(POOL, int(chosen.sum()))))


def ceiling(table: Table) -> int:
    """No team's score is greater, whatever it closes."""
    plain = table.gains - table.closing * closes(table)
    best_lead = int(table.lead_bonus.max(initial=0))
    return (
        table.fixed
        + int(plain.max(axis=0, initial=0).sum())
        + best_lead
        - table.max_size * int(table.costs.min(initial=0))
    )
