"""Assessments of one edition beside each other: where the company stood, where it stands, and what moved."""

from collections.abc import Sequence
from dataclasses import dataclass

from matching.instruments import Edition, editions
from matching.models import Assessment

MOST_COLUMNS = 4


@dataclass(frozen=True, slots=True)
class Row:
    """One item: its level at each assessment shown, None where it was not answered, and the change between the first
    and the last of them."""

    code: str
    name: str
    part: str
    is_key: bool
    levels: list[int | None]
    change: int | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Assessments by one edition: the first and the latest three at most, oldest first."""

    edition: Edition
    shown: list[Assessment]
    every: list[Assessment]
    rows: list[Row]
    first: float | None
    last: float | None
    """Means of the first and of the last over the items that both answered; None where there are none, or only one
    assessment."""
    both: int


def comparisons(assessments: Sequence[Assessment]) -> list[Comparison]:
    """One for each edition that was asked, the newest edition first; never one across two editions."""
    found = []
    for edition in reversed(editions().values()):
        every = [one for one in assessments if one.edition == edition.code]
        if every:
            found.append(_compared(edition, every))
    return found


def _compared(edition: Edition, every: list[Assessment]) -> Comparison:
    shown = every if len(every) <= MOST_COLUMNS else [every[0], *every[1 - MOST_COLUMNS :]]
    first, last = every[0].levels, every[-1].levels
    both = [code for code in edition.items if code in first and code in last] if len(every) > 1 else []
    return Comparison(
        edition,
        shown,
        every,
        [row for row in _rows(edition, shown) if any(level is not None for level in row.levels)],
        sum(first[code] for code in both) / len(both) if both else None,
        sum(last[code] for code in both) / len(both) if both else None,
        len(both),
    )


def _rows(edition: Edition, shown: list[Assessment]) -> list[Row]:
    rows = []
    for code, item in edition.items.items():
        levels = [one.levels.get(code) for one in shown]
        begin, end = levels[0], levels[-1]
        change = end - begin if len(shown) > 1 and begin is not None and end is not None else None
        rows.append(Row(code, item.name, item.part.name, item.is_key, levels, change))
    return rows
