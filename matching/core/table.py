"""The registry as arrays: one row per organization that may join, one column per requirement.

Rows are sorted by id, so that the order of the input never matters. Values are int64 in 1e-6.
Fewer open musts go before any score, so a gain that closes a must carries a bonus larger than
any difference of scores: the greatest *value* is then the best team.
"""

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from .model import Team

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Table:
    """Everything the search needs to know about who may join."""

    ids: tuple[str, ...]
    gains: Ints
    """(n, m) coverage, with `closing` added where the must is closed."""
    costs: Ints
    """(n,) member cost and the cohesion cost of one more member."""
    capacities: Ints
    """(n,) requirements it can own, at least 1."""
    lead_bonus: Ints
    leads: Flags
    """(n,) whether it may lead."""
    required: Flags
    """(n,) whether every team must include it."""
    weak: Flags
    strong: Flags
    """(n, m) declared weakness; level that covers one."""
    tie_lead: Ints
    tie_member: Ints
    tie_bonus: Ints
    """(ties,) row of the possible lead, row of the other, what their collaboration gives back."""
    penalties: Ints
    """(m,) cost of each requirement's open weakness."""
    cohesion: int
    """Cohesion cost of one member; the lead pays none."""
    closing: int
    musts: int
    max_size: int

    def take(self, rows: Ints) -> "Table":
        """The same problem with these rows only (ascending, with all required ones)."""
        place = np.full(len(self.ids), -1)
        place[rows] = np.arange(len(rows))
        both = (place[self.tie_lead] >= 0) & (place[self.tie_member] >= 0)
        by_row = [item.name for item in fields(self) if item.name in _BY_ROW]
        return replace(
            self,
            ids=tuple(self.ids[row] for row in rows.tolist()),
            tie_lead=place[self.tie_lead[both]],
            tie_member=place[self.tie_member[both]],
            tie_bonus=self.tie_bonus[both],
            **{name: getattr(self, name)[rows] for name in by_row},
        )

    def bonuses(self) -> Ints:
        """(n, n) tie bonus by row of the lead and row of the member."""
        dense = np.zeros((len(self.ids), len(self.ids)), dtype=np.int64)
        dense[self.tie_lead, self.tie_member] = self.tie_bonus
        return dense

    def value(self, team: Team) -> int:
        """Orders teams as their open musts and scores do."""
        return team.score + self.closing * (self.musts - team.open_must)


_BY_ROW = frozenset({"gains", "costs", "capacities", "lead_bonus", "leads", "required", "weak", "strong"})
