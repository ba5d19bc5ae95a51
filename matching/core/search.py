"""Branch and bound: the children of a node take one candidate each and keep those ranked after it.

So every team is met once under each lead it may have. All bounds are integers; who is ruled
out could at best not reach the podium.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from .bounds import NEVER
from .candidates import ranked
from .contest import Contest
from .nearness import Nearness
from .nodes import Batch, led_by
from .ranking import ApartFrom
from .reduction import Field
from .table import Flags, Ints


@dataclass
class Search:
    """One run over a reduced field."""

    contest: Contest
    field: Field
    theta: Ints
    tell: Callable[[Contest, int, int], None] = lambda _contest, _nodes, _left: None
    """Told, before every batch, how many nodes were opened and the greatest bound left."""
    nodes: int = 0
    """Nodes opened so far: the measure of how much the bounds left to do."""

    def __post_init__(self) -> None:
        self.table = self.field.table
        self.bonuses = self.table.bonuses()
        self.apart = self.table.apart() if len(self.table.apart_one) else None
        admits = self.contest.podium.admits
        self.nearness = Nearness(self.table, admits.chosen) if isinstance(admits, ApartFrom) else None

    def run(self, stop: Callable[[], bool]) -> int | None:
        """None when proved; else the greatest bound left open."""
        parts = (part for batch in self._roots() for part in batch.split())
        roots, stack = sorted(parts, key=lambda part: int(part.bound.max())), list[Batch]()
        while roots or stack:
            left = max(int(batch.bound.max()) for batch in (*roots[-1:], *stack))
            if stop():
                return left
            self.tell(self.contest, self.nodes, left)
            batch = (stack or roots).pop()
            batch = batch.only(self.contest.alive(batch.bound, batch.size))
            self.nodes += len(batch)
            if len(batch):
                stack.extend(self._expand(batch).split())
        return None

    def _roots(self) -> Iterator[Batch]:
        """Each possible lead with all required members, and all others as candidates: one list for all of them,
        as there may be tens of thousands of each."""
        table = self.table
        required = np.flatnonzero(table.required)
        joining = np.flatnonzero(self.field.joining)
        for among in (True, False):
            leads = np.flatnonzero(self.field.leading & (table.required == among))
            if not len(leads) or len(required) + (not among) > table.max_size:
                continue
            others = np.array([[row for row in required if row != lead] for lead in leads], dtype=np.int64)
            batch = led_by(table, leads, self.field.bounds[leads], self.theta)
            for rows in others.T:
                batch = batch.joined(table, rows, self.bonuses.of(leads, rows))
            self._enter(batch)
            every = np.zeros(len(batch), dtype=np.int64)
            batch = replace(batch, lists=joining[None, :], row=every, end=every + len(joining))
            yield _open(batch.only(self.contest.alive(batch.bound, batch.size)), table.max_size)

    def _enter(self, batch: Batch) -> None:
        """Scores the teams that could reach the podium, the most promising first."""
        reach = batch.reach(self.table)
        for node in np.argsort(-reach, kind="stable"):
            if not self.contest.alive(reach[node], batch.size):
                break
            self.contest.enter(self.table, batch.members[node].tolist())

    def _expand(self, batch: Batch) -> Batch:
        """The children that may still reach the podium, their own teams entered."""
        places = self.table.max_size - batch.size
        fixed, candidates = batch.fixed(self.table), ranked(batch, self.table, self.bonuses, self.apart)
        kept = self.contest.alive(candidates.containing(fixed, places), batch.size + 1) & (candidates.worth > NEVER)
        first = np.minimum(candidates.first(fixed, places, kept), batch.bound[:, None])
        if self.nearness and self.nearness.teams:
            # Too near to a chosen team, it matters only with somebody more in it.
            near = self.nearness.with_one_more(batch.members, candidates.rows)
            first = np.where(near, np.maximum(first + candidates.next(places), NEVER), first)
        node, place = np.nonzero(kept & self.contest.alive(first, batch.size + 1))
        parents, rows = batch.only(node), candidates.rows[node, place]
        children = replace(
            parents.joined(self.table, rows, self.bonuses.of(parents.members[:, 0], rows)),
            bound=first[node, place],
            lists=candidates.rows,
            row=node,
            start=place + 1,
            end=kept.sum(axis=1)[node],
        )
        children = children.only(~self._beaten(children))
        self._enter(children)
        return _open(children, self.table.max_size)

    def _beaten(self, batch: Batch) -> Flags:
        """Nodes that could at best equal the podium's last team in value and size, and lose to it by ids."""
        floor = self.contest.floor
        if floor is None or batch.size != floor[1]:
            return np.zeros(len(batch), dtype=np.bool_)
        last = [self.table.index[member] for member in self.contest.podium.teams[-1].members]
        difference = np.sort(self.table.origin[batch.members], axis=1) - last
        first = np.take_along_axis(difference, (difference != 0).argmax(axis=1)[:, None], axis=1)[:, 0]
        beaten: Flags = (batch.bound == floor[0]) & (first > 0)
        return beaten


def _open(batch: Batch, max_size: int) -> Batch:
    """The nodes that can take another member."""
    return batch.only((batch.start < batch.end) & (batch.size < max_size))
