"""Who owns which requirement: an optimal assignment under every member's capacity.

A bipartite b-matching on integers. While nobody is asked for more than its capacity, each
requirement simply goes to its best member; only then are augmenting paths searched.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

UNOWNED = -1


@dataclass(slots=True)
class Assignment:
    """Requirements handed out one after another; optimal for those handed out so far.

    `values[j][i]` > 0 is what requirement j is worth with member i; 0 means i cannot own it.
    """

    values: Sequence[Sequence[int]]
    room: list[int]
    """How many more requirements each member can own."""
    owners: list[int] = field(default_factory=list)

    def give(self, requirement: int) -> None:
        """Adds the next requirement by the best augmenting path (the total grows by the path's worth)."""
        row = self.values[requirement]
        favourite = max(range(len(row)), key=row.__getitem__)
        self.owners.append(UNOWNED)
        if row[favourite] <= 0:
            return
        if self.room[favourite]:
            self._settle(requirement, favourite)
            return
        self._augment(requirement)

    def _settle(self, requirement: int, member: int) -> None:
        self.owners[requirement] = member
        self.room[member] -= 1

    def _augment(self, requirement: int) -> None:
        """Bellman-Ford for the path of greatest worth: each step takes a requirement from a full member."""
        worth = [value if value > 0 else None for value in self.values[requirement]]
        taken = [requirement] * len(worth)
        for _ in worth:
            if not self._relax(worth, taken):
                break
        self._apply(requirement, worth, taken)

    def _relax(self, worth: list[int | None], taken: list[int]) -> bool:
        changed = False
        for moved, owner in enumerate(self.owners[:-1]):
            if owner == UNOWNED or worth[owner] is None or self.room[owner]:
                continue
            row = self.values[moved]
            at_owner = (worth[owner] or 0) - row[owner]
            for member, value in enumerate(row):
                known = worth[member]
                if value > 0 and member != owner and (known is None or at_owner + value > known):
                    worth[member], taken[member] = at_owner + value, moved
                    changed = True
        return changed

    def _apply(self, requirement: int, worth: list[int | None], taken: list[int]) -> None:
        """Ends the best path at a member with room, or by leaving some requirement unowned; never at a loss."""
        free = [(value, -member) for member, value in enumerate(worth) if value is not None and self.room[member]]
        dropped = [
            ((worth[owner] or 0) - self.values[moved][owner], -moved)
            for moved, owner in enumerate(self.owners[:-1])
            if owner != UNOWNED and worth[owner] is not None
        ]
        best_free, best_drop = max(free, default=(0, 0)), max(dropped, default=(0, 0))
        if max(best_free[0], best_drop[0]) <= 0:
            return
        if best_free[0] >= best_drop[0]:
            end = -best_free[1]
        else:
            end = self.owners[-best_drop[1]]
            self.room[end] += 1
            self.owners[-best_drop[1]] = UNOWNED
        self.room[end] -= 1
        self._shift(requirement, end, taken)

    def _shift(self, requirement: int, end: int, taken: list[int]) -> None:
        member = end
        while True:
            moved = taken[member]
            before, self.owners[moved] = self.owners[moved], member
            if moved == requirement:
                return
            member = before


def assign(values: Sequence[Sequence[int]], capacities: Sequence[int]) -> list[int]:
    """Owner (a member's position, or UNOWNED) of each requirement, so that the total value is greatest.

    `values[j][i]` are integers >= 0; a requirement worth 0 with everybody stays unowned.
    Deterministic; among equal values the earlier position wins where capacity does not bind.
    """
    assignment = Assignment(values, list(capacities))
    for requirement in range(len(values)):
        assignment.give(requirement)
    return assignment.owners
