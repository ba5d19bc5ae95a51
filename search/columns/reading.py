"""From the database into columns: of every case, or of some."""

from collections.abc import Collection, Iterable
from typing import Any

import numpy as np
from django.db.models import QuerySet

from casebook.models import Case, CasePhase, Grant, Section
from casebook.vocabulary import SectionKind
from search.columns.tables import STATES, Cases, Codebook, Columns, Grants, Ids, Pairs, Sections

FACETS = {"industry": "industry", "prefecture": "prefecture", "stage": "stage_before", "outcome": "outcome"}
FACETS |= {"year": "year", "tlp": "tlp"}
"""Where the value of each facet stands that has one at most."""
BOOKS = [*FACETS, "key", "phase", "capability"]
AT_ONCE = 20_000
FILED = Case.capabilities.through.objects


def read(books: dict[str, Codebook], cases: Collection[int] | None = None) -> Columns:
    """The columns of these cases as they are now; of all cases without any named."""
    return Columns(
        books=books,
        sections=_sections(_of(Section.objects.all(), "case", cases)),
        grants=_grants(books["key"], _of(Grant.objects.opening_in(STATES), "section__case", cases)),
        cases=_cases(books, _of(Case.objects.all(), "pk", cases)),
        phase=_pairs(books["phase"], _of(CasePhase.objects.all(), "case", cases), "phase"),
        capability=_pairs(books["capability"], _of(FILED.all(), "case", cases), "capability__code"),
    ).consistent()


def _of(rows: "QuerySet[Any]", way: str, cases: Collection[int] | None) -> "QuerySet[Any]":
    return rows.order_by() if cases is None else rows.order_by().filter(**{f"{way}__in": cases})


def _sections(rows: "QuerySet[Any]") -> Sections:
    table = _table(rows.order_by("pk").values_list("pk", "case_id", "kind", "document__length"), 4, _section)
    return Sections(table[:, 0], table[:, 1], table[:, 2] == 1, table[:, 3].astype(np.int32))


def _section(row: tuple[int, int, str, int | None]) -> tuple[int, ...]:
    pk, case, kind, length = row
    return pk, case, kind == SectionKind.LESSONS, -1 if length is None else length


def _grants(book: Codebook, rows: "QuerySet[Any]") -> Grants:
    numbers = {str(state): number for number, state in enumerate(STATES)}
    values = rows.values_list("section_id", "section__case_id", "key", "section__case__state")
    table = _table(values, 4, lambda row: (row[0], row[1], book(row[2]), numbers[row[3]]))
    return Grants(table[:, 0], table[:, 1], table[:, 2].astype(np.int32), table[:, 3].astype(np.int32))


def _cases(books: dict[str, Codebook], rows: "QuerySet[Any]") -> Cases:
    made = [books[name] for name in FACETS]

    def numbers(row: tuple[Any, ...]) -> tuple[int, ...]:
        return (row[0], *(book(value) for book, value in zip(made, row[1:], strict=True)))

    table = _table(rows.order_by("pk").values_list("pk", *FACETS.values()), 1 + len(FACETS), numbers)
    return Cases(table[:, 0], *(table[:, place].astype(np.int32) for place in range(1, 1 + len(FACETS))))


def _pairs(book: Codebook, rows: "QuerySet[Any]", value: str) -> Pairs:
    table = _table(rows.values_list("case_id", value), 2, lambda row: (row[0], book(row[1])))
    return Pairs(table[:, 0], table[:, 1].astype(np.int32))


def _table(rows: "QuerySet[Any]", width: int, numbers: Any) -> Ids:
    """The rows as numbers; the texts of a large casebook never stand in memory together."""
    parts: list[Ids] = [np.empty((0, width), np.int64)]
    batch: list[tuple[int, ...]] = []
    for row in rows.iterator(AT_ONCE):
        batch.append(numbers(row))
        if len(batch) == AT_ONCE:
            parts.append(np.array(batch, np.int64))
            batch = []
    return np.concatenate([*parts, np.array(batch, np.int64)] if batch else parts)


def ids_of(rows: Iterable[int]) -> Ids:
    """A sorted column of these ids."""
    return np.unique(np.fromiter(rows, np.int64))
