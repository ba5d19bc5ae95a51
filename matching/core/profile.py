"""One organization as one need sees it, and who of a team's members owns which requirement."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from .assignment import UNOWNED, assign


@dataclass(frozen=True, slots=True)
class Profile:
    """One organization as this need sees it; tuples run over the requirements."""

    id: str
    gains: tuple[int, ...]
    levels: tuple[int, ...]
    closes: tuple[bool, ...]
    """Whether owning the requirement closes it: a must at the required level (and a gain above 0)."""
    capacity: int
    cost: int
    lead: int | None
    """Lead bonus, or None when it may not lead."""


def owners_among(
    members: Sequence[Profile], locked: Mapping[int, int] | None = None, seats: Collection[int] = ()
) -> dict[int, int]:
    """Position of the owner by requirement. One integer per pair orders: closed musts, gain, level, id.

    `locked` gives the owners' positions of locked seats; nobody else owns one of the locked `seats`.
    """
    held = Counter((locked or {}).values())
    size, count = len(members), len(members[0].gains)
    liking = 1 + count * 5 * size
    closing = 1 + sum(max(column) for column in zip(*(member.gains for member in members), strict=True))
    values = [
        [
            (closing * member.closes[item] + member.gains[item]) * liking
            + member.levels[item] * size
            + size
            - 1
            - place
            if member.gains[item] > 0 and item not in seats
            else 0
            for place, member in enumerate(members)
        ]
        for item in range(count)
    ]
    owners = assign(values, [max(0, member.capacity - held[place]) for place, member in enumerate(members)])
    return {item: owner for item, owner in enumerate(owners) if owner != UNOWNED} | dict(locked or {})
