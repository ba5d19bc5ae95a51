"""Every case that a reader may see, a page at a time: counted and cut by the database, however many there are."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from casebook.models import Case, CasePhase
from network.access import Reader
from search.facets import NAMES, Chosen

COLUMNS = {
    "industry": "industry",
    "prefecture": "prefecture",
    "stage": "stage_before",
    "outcome": "outcome",
    "year": "year",
    "tlp": "tlp",
}
"""The facets of which a case has one value at most, and where it stands."""
FILED = Case.capabilities.through.objects
ROWS: dict[str, tuple[Callable[[], QuerySet[Any]], str]] = {
    "phase": (CasePhase.objects.all, "phase"),
    "capability": (FILED.all, "capability__code"),
}
"""The facets of which a case has any number of values: a row for each, and where it stands in the row."""


@dataclass(frozen=True)
class Listing:
    """One page of case ids, how many cases there are, and for each facet how many of them have each value."""

    total: int
    page: list[int]
    counts: dict[str, Counter[str]]


def listing(reader: Reader, chosen: Chosen, *, limit: int, offset: int) -> Listing:
    """The cases that have what was chosen, newest first; the same number of queries for any number of cases."""
    visible = Case.objects.visible_to(reader).order_by()
    found = _having(visible, chosen)
    total = found.count()
    newest_first = found.order_by(F("year").desc(nulls_last=True), "-pk").values_list("pk", flat=True)
    return Listing(
        total=total,
        # Beyond the end nothing is asked: databases refuse numbers that are too great.
        page=list(newest_first[offset : offset + limit]) if limit and offset < total else [],
        counts={name: _counted(name, _having(visible, chosen, besides=name)) for name in NAMES},
    )


def _having(cases: QuerySet[Case], chosen: Chosen, *, besides: str = "") -> QuerySet[Case]:
    for name, values in chosen.items():
        if values and name != besides:
            cases = cases.filter(_has(name, values))
    return cases


def _has(name: str, values: frozenset[str]) -> Q:
    if name in COLUMNS:
        return Q(**{f"{COLUMNS[name]}__in": values})
    rows, value = ROWS[name]
    # Not a join: a case with two of the values is one case.
    return Q(pk__in=rows().filter(**{f"{value}__in": values}).values("case"))


def _counted(name: str, cases: QuerySet[Case]) -> Counter[str]:
    """How many of the cases have each value of the facet."""
    rows: QuerySet[Any] = cases
    if name in COLUMNS:
        column = COLUMNS[name]
    else:
        every, column = ROWS[name]
        rows = every().filter(case__in=cases.values("pk"))
    pairs = rows.values_list(column).annotate(count=Count("pk"))
    return Counter({str(value): count for value, count in pairs if value})
