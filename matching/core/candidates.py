"""What each candidate can still add to a node, and how far the teams with it can reach."""

from dataclasses import dataclass

import numpy as np

from .bounds import NEVER, worth_of
from .nodes import Batch
from .pairs import Pairs
from .table import Flags, Ints, Table


@dataclass(frozen=True)
class Ranked:
    """A batch's candidates, best first, padded to equal width."""

    rows: Ints
    worth: Ints
    """(nodes, width) what each candidate can add at the node's prices; NEVER where padded."""

    def containing(self, fixed: Ints, places: int) -> Ints:
        """(nodes, width) bound on the teams below a node that contain the candidate; falls along the rank."""
        best = np.maximum(self.worth[:, :places], 0)
        others = np.repeat(best[:, : places - 1].sum(axis=1)[:, None], self.worth.shape[1], axis=1)
        others[:, :places] = best.sum(axis=1)[:, None] - best
        bound: Ints = fixed[:, None] + others + self.worth
        return bound

    def next(self, places: int) -> Ints:
        """(nodes, width) what the candidate ranked next can add, at most 0; NEVER where none can follow."""
        following = np.full(self.worth.shape, NEVER)
        if places > 1:
            following[:, :-1] = np.minimum(self.worth[:, 1:], 0)
        return following

    def first(self, fixed: Ints, places: int, kept: Flags) -> Ints:
        """(nodes, width) bound on the teams that take this candidate and then only kept ones ranked after it."""
        nodes, width = self.worth.shape
        positive = np.where(kept, np.maximum(self.worth, 0), 0)
        sums = np.concatenate((np.zeros((nodes, 1), dtype=np.int64), positive.cumsum(axis=1)), axis=1)
        last = np.minimum(np.arange(width) + places, width)
        bound: Ints = fixed[:, None] + self.worth + sums[:, last] - sums[:, 1:]
        return bound


def ranked(batch: Batch, table: Table, bonuses: Pairs, apart: Pairs | None = None) -> Ranked:
    """The candidates of every node by their worth at its prices, tie bonus with its lead included.

    Its lead, where it stands among them, and those who may not be in a team with one of its members (`apart`) come
    last, as if they were padding: what is kept of a node's candidates must be the first of them.
    """
    counts = batch.end - batch.start
    width, node = int(counts.max()), np.repeat(np.arange(len(batch)), counts)
    place = np.arange(len(node)) - np.repeat(np.cumsum(counts) - counts, counts)
    candidate = batch.lists[batch.row[node], batch.start[node] + place]
    excess = np.maximum(table.gains[candidate] - batch.theta[node], 0)
    rows, worth = np.zeros((len(batch), width), dtype=np.int64), np.full((len(batch), width), NEVER)
    rows[node, place] = candidate
    worth[node, place] = worth_of(excess, table.capacities[candidate]) - table.costs[candidate]
    worth[node, place] += bonuses.of(batch.members[node, 0], candidate)
    worth[rows == batch.members[:, :1]] = NEVER
    if apart is not None:
        worth[apart.of(batch.members[:, :, None], rows[:, None, :]).any(axis=1)] = NEVER
    order = np.argsort(-worth, axis=1, kind="stable")
    return Ranked(np.take_along_axis(rows, order, axis=1), np.take_along_axis(worth, order, axis=1))
