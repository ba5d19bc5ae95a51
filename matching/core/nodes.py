"""Nodes of the search tree, many at a time: a lead with some members, and who may still join.

A node carries its own prices theta (see `bounds`): a member who would own no more than its
capacity raises them to what it covers; one who would own more is *crowded*, leaves the prices
as they are and is counted with its excess over them. Both are valid for any prices.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from .bounds import worth_of
from .table import Flags, Ints, Table

BATCH = 40_000
"""Pairs of node and candidate handled at once."""


@dataclass(frozen=True)
class Batch:
    """Nodes with equally many members; the first axis of all arrays but `lists` runs over them."""

    members: Ints
    """(nodes, size) rows of the table, the lead first."""
    theta: Ints
    """(nodes, m) prices."""
    covered: Ints
    """(nodes, m) greatest gain among the members."""
    crowded: Flags
    """(nodes, size)"""
    base: Ints
    """Cohesion, lead and tie bonuses, minus all costs."""
    bound: Ints
    """Upper bound on the value of the node's team and of every team below it."""
    lists: Ints
    """(lists, width) candidates, shared by the children of one node."""
    row: Ints
    start: Ints
    end: Ints
    """A node's candidates are lists[row, start:end]."""

    def __len__(self) -> int:
        return len(self.base)

    @property
    def size(self) -> int:
        return int(self.members.shape[1])

    def only(self, nodes: Ints | Flags) -> "Batch":
        return Batch(
            members=self.members[nodes],
            theta=self.theta[nodes],
            covered=self.covered[nodes],
            crowded=self.crowded[nodes],
            base=self.base[nodes],
            bound=self.bound[nodes],
            lists=self.lists,
            row=self.row[nodes],
            start=self.start[nodes],
            end=self.end[nodes],
        )

    def split(self) -> Iterator["Batch"]:
        """Parts of about BATCH pairs, the greatest bounds last."""
        if not len(self):
            return
        order = np.argsort(self.bound, kind="stable")
        part = np.cumsum((self.end - self.start)[order] + 1) // BATCH
        for nodes in np.split(order, np.flatnonzero(np.diff(part)) + 1):
            yield self.only(nodes)

    def joined(self, table: Table, rows: Ints, bonuses: Ints) -> "Batch":
        """Each node with one more member, and the (nodes,) bonus of its collaboration with the lead."""
        excess = np.maximum(table.gains[rows] - self.theta, 0)
        crowded = (excess > 0).sum(axis=1) > table.capacities[rows]
        return replace(
            self,
            members=np.column_stack((self.members, rows)),
            theta=np.where(crowded[:, None], self.theta, self.theta + excess),
            covered=np.maximum(self.covered, table.gains[rows]),
            crowded=np.column_stack((self.crowded, crowded)),
            base=self.base - table.costs[rows] + bonuses,
        )

    def fixed(self, table: Table) -> Ints:
        """(nodes,) bound on the team without anybody else, the prices of what others may own included."""
        total: Ints = self.base + self.theta.sum(axis=1)
        node, place = np.nonzero(self.crowded)
        rows = self.members[node, place]
        excess = np.maximum(table.gains[rows] - self.theta[node], 0)
        np.add.at(total, node, worth_of(excess, table.capacities[rows]))
        return total

    def reach(self, table: Table) -> Ints:
        """(nodes,) upper bound on the team as it stands, its open weaknesses counted."""
        weak, strong = table.weak[self.members].any(axis=1), table.strong[self.members].any(axis=1)
        alone = worth_of(table.gains, table.capacities)[self.members].sum(axis=1)
        found: Ints = self.base + np.minimum(self.covered.sum(axis=1), alone) - (weak & ~strong) @ table.penalties
        return found


def led_by(table: Table, leads: Ints, bounds: Ints, theta: Ints) -> Batch:
    """One node for each lead, nobody else in it yet, without candidates."""
    nodes = len(leads)
    empty = Batch(
        members=np.zeros((nodes, 0), dtype=np.int64),
        theta=np.tile(theta, (nodes, 1)),
        covered=np.zeros((nodes, len(theta)), dtype=np.int64),
        crowded=np.zeros((nodes, 0), dtype=np.bool_),
        base=table.fixed + table.lead_bonus[leads],
        bound=bounds,
        lists=np.zeros((nodes, 0), dtype=np.int64),
        row=np.arange(nodes),
        start=np.zeros(nodes, dtype=np.int64),
        end=np.zeros(nodes, dtype=np.int64),
    )
    return empty.joined(table, leads, np.zeros(nodes, dtype=np.int64))
