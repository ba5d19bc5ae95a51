"""One proposal being worked out: what is known of the need, and the best teams so far."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from .model import Team
from .objective import Scorer
from .ranking import Podium
from .table import Flags, Ints, Table


@dataclass
class Contest:
    """Scores teams given as rows of a table and keeps the best of them."""

    scorer: Scorer
    podium: Podium
    full: Table
    """All who may join; sub-tables of it keep the ids."""

    def enter(self, table: Table, rows: Iterable[int]) -> Team:
        """Scores the team exactly, under its best lead, and offers it to the podium."""
        team = self.scorer.team(table.members(list(rows)))
        self.podium.offer(team)
        return team

    @property
    def floor(self) -> tuple[int, int] | None:
        """Value and size of the last team on the podium; None while a place is free."""
        if not self.podium.full:
            return None
        last = self.podium.teams[-1]
        return self.full.value(last), len(last.members)

    @property
    def target(self) -> int | None:
        """Value to beat, or None while every team is welcome."""
        return self.floor[0] if self.floor else None

    def alive(self, bounds: Ints, size: int) -> Flags:
        """Which bounds leave room for a podium team of at least `size` members.

        At equal value fewer members win, then ids decide: an equal bound still counts unless
        the team is already larger than the last on the podium.
        """
        if self.floor is None:
            return np.ones(bounds.shape, dtype=np.bool_)
        value, members = self.floor
        return bounds >= value if size <= members else bounds > value
