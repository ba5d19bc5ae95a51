"""Cases counted, narrowed and cut into pages, however many there are: in memory, from what this reader may see."""

from collections import Counter
from dataclasses import dataclass
from functools import reduce

import numpy as np

from search.columns import Codes, Ids, Mask, Sight
from search.facets import NAMES, READABLE, Chosen


@dataclass(frozen=True)
class Listing:
    """One page of case ids, how many cases there are, and for each facet how many of them have each value."""

    total: int
    page: list[int]
    counts: dict[str, Counter[str]]


def listing(sight: Sight, chosen: Chosen, *, page: slice, among: Ids | None = None) -> Listing:
    """The visible cases that have what was chosen, of those at the positions `among` and in their order; of all,
    newest first, without it. A facet's own choice does not reduce its counts."""
    order = sight.columns.newest_first if among is None else among
    having = {name: _having(sight, name, values) for name, values in chosen.items() if values}
    base = np.zeros(len(sight.visible), bool)
    base[order] = True
    base &= sight.visible
    found = order[reduce(np.logical_and, having.values(), base)[order]]
    return Listing(
        total=len(found),
        page=sight.columns.cases.id[found[page]].tolist(),
        counts={name: _counted(sight, name, reduce(np.logical_and, _besides(having, name), base)) for name in NAMES},
    )


def _besides(having: dict[str, Mask], name: str) -> list[Mask]:
    return [mask for other, mask in having.items() if other != name]


def _having(sight: Sight, name: str, values: frozenset[str]) -> Mask:
    """Which cases have one of the facet's values."""
    if name == "lessons":
        return sight.lessons if READABLE in values else np.zeros(len(sight.visible), bool)
    book = sight.columns.books[name]
    wanted = np.zeros(len(book.words) + 1, bool)  # the last is NONE
    wanted[[book.numbers[value] for value in values if value in book.numbers]] = True
    rows, value = _rows(sight, name)
    found = np.zeros(len(sight.visible), bool)
    found[rows[wanted[value]]] = True
    return found


def _counted(sight: Sight, name: str, cases: Mask) -> Counter[str]:
    """How many of the cases have each value of the facet."""
    if name == "lessons":
        count = int((cases & sight.lessons).sum())
        return Counter({READABLE: count} if count else {})
    rows, value = _rows(sight, name)
    numbers = np.bincount(value[cases[rows] & (value >= 0)])
    words = sight.columns.books[name].words
    return Counter({words[number]: int(numbers[number]) for number in np.flatnonzero(numbers)})


def _rows(sight: Sight, name: str) -> tuple[Ids, Codes]:
    """The facet's rows: the position of the case, and the number of the value."""
    if name in sight.columns.several:
        return sight.columns.several[name]
    value: Codes = getattr(sight.columns.cases, name)
    return sight.columns.every, value
