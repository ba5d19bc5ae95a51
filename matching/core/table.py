"""The registry as one need sees it: one row per organization that may join, one column per requirement.

Rows are sorted by id, so that the order of the input never matters. Values are int64 in 1e-6.
Fewer open musts go before any score, so a gain that closes a must carries a bonus larger than
any difference of scores: the greatest *value* is then the best team.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .model import Team
from .pairs import Pairs

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Table:
    """Everything the search needs to know about who may join."""

    names: Sequence[str]
    """Ids of the whole registry, ascending."""
    index: Mapping[str, int]
    """Places in `names`."""
    origin: Ints
    """(n,) places of these rows in `names`, ascending."""
    gains: Ints
    """(n, m) coverage, with `closing` added where the must is closed; nothing in the columns of locked seats."""
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
    apart_one: Ints
    apart_other: Ints
    """(pairs,) rows of two who may not be in one team, each pair both ways; none of them is required."""
    penalties: Ints
    """(m,) cost of each requirement's open weakness."""
    fixed: int
    """What every team has: coverage of the locked seats, and the cohesion cost that the lead does not pay."""
    closing: int
    musts: int
    """Musts that can be open: those of locked seats that are closed in every team are not counted."""
    max_size: int

    def __len__(self) -> int:
        return len(self.origin)

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of the rows."""
        return self.named(self.origin)

    def named(self, origin: Ints) -> tuple[str, ...]:
        return tuple(self.names[place] for place in origin.tolist())

    def members(self, rows: Sequence[int]) -> tuple[str, ...]:
        """Ids of some rows."""
        return self.named(self.origin[list(rows)])

    def row(self, member: str) -> int:
        """Raises KeyError for an organization that is not among the rows."""
        origin = self.index[member]
        place = int(np.searchsorted(self.origin, origin))
        if place == len(self) or int(self.origin[place]) != origin:
            raise KeyError(member)
        return place

    def take(self, rows: Ints) -> "Table":
        """The same problem with these rows only (ascending, with all required ones)."""
        place = np.full(len(self), -1)
        place[rows] = np.arange(len(rows))
        ties = _among(place, self.tie_lead, self.tie_member)
        pairs = _among(place, self.apart_one, self.apart_other)
        by_row: dict[str, Any] = {name: getattr(self, name)[rows] for name in _BY_ROW}
        return replace(
            self,
            tie_lead=place[self.tie_lead[ties]],
            tie_member=place[self.tie_member[ties]],
            tie_bonus=self.tie_bonus[ties],
            apart_one=place[self.apart_one[pairs]],
            apart_other=place[self.apart_other[pairs]],
            **by_row,
        )

    def bonuses(self) -> Pairs:
        """Tie bonus by row of the lead and row of the member."""
        return Pairs(len(self), self.tie_lead, self.tie_member, self.tie_bonus)

    def apart(self) -> Pairs:
        """Who may not be in a team with whom."""
        return Pairs(len(self), self.apart_one, self.apart_other, np.ones(len(self.apart_one), dtype=np.bool_))

    def value(self, team: Team) -> int:
        """Orders teams as their open musts and scores do."""
        return team.score + self.closing * (self.musts - team.open_must)


def _among(place: Ints, one: Ints, other: Ints) -> Ints:
    """Pairs of which both ends have a place."""
    begun = np.flatnonzero(place[one] >= 0)
    return begun[place[other[begun]] >= 0]


_BY_ROW = tuple(
    item.name
    for item in fields(Table)
    if item.name in {"origin", "gains", "costs", "capacities", "lead_bonus", "leads", "required", "weak", "strong"}
)
