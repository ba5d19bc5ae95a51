"""Which nodes of the search are too near to a team chosen before, seen under the node's own lead.

A team whose best lead is another one is met again under that lead, and judged there.
"""

from collections.abc import Iterable

import numpy as np

from .model import Team
from .ranking import APART
from .table import Flags, Ints, Table


class Nearness:
    """Chosen teams as rows of a table; those whose lead is not among the rows can have no near team in it."""

    def __init__(self, table: Table, chosen: Iterable[Team]) -> None:
        self.teams: list[tuple[int, int, Flags]] = []
        places = {origin: row for row, origin in enumerate(table.origin.tolist())}
        for team in chosen:
            rows = [places[table.index[member]] for member in team.members if table.index[member] in places]
            lead = places.get(table.index[team.lead])
            if lead is not None:
                among = np.zeros(len(table), dtype=np.bool_)
                among[rows] = True
                self.teams.append((lead, len(team.members), among))

    def with_one_more(self, members: Ints, candidates: Ints) -> Flags:
        """(nodes, width) whether a node's (nodes, size) members, the lead first, and the candidate are near to one."""
        found = np.zeros(candidates.shape, dtype=np.bool_)
        for lead, size, among in self.teams:
            led = members[:, 0] == lead
            if led.any():
                shared = among[members[led]].sum(axis=1)[:, None] + among[candidates[led]]
                only_here, only_there = members.shape[1] + 1 - shared, size - shared
                found[led] |= np.maximum(only_here, only_there) < APART
        return found
