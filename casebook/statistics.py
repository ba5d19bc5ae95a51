"""How many cases there are of what, without telling of a case that the reader may not see.

Cases are counted in base cells (industry × prefecture × year). A cell's number is the cases that the reader may see one
by one, and of the others as many as make whole threes: visible + 3·⌊hidden/3⌋. Everything shown is a sum of these
numbers, so whatever two views are subtracted, of two pages, filters or moments: what is left of hidden cases is a
multiple of three, never one or two.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.db.models import BooleanField, Count, ExpressionWrapper, Q, QuerySet

from casebook.models import Case, Grant
from casebook.models.openness import is_open
from network.access import Reader

SMALLEST = 3
"""Hidden cases are told of in groups of so many; fewer are left out."""


class Cell(NamedTuple):
    """What is counted together; empty where a case does not say."""

    industry: str
    prefecture: str
    year: int | None


DIMENSIONS = Cell._fields
FACTS = ("outcome", "stage_before", "stage_after")
MANY = {"phase": "phases__phase", "capability": "capabilities__code"}
"""What is counted of visible cases only: what a case says once, and what it says any number of times."""
Chosen = Mapping[str, str | int | None]
"""Values by dimension; a dimension that is not there is not narrowed."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """One view. `by` has, for every dimension, the number by value under the *other* choices, so that one can change
    one's mind; `visible` counts, under all choices, the cases that the reader may see, by what else they say."""

    total: int
    seen: int
    """Those of the total that the reader may see one by one."""
    by: dict[str, Counter[str | int | None]]
    visible: dict[str, Counter[str]]


def told(visible: int, hidden: int) -> int:
    """The number of a base cell."""
    return visible + hidden // SMALLEST * SMALLEST


@dataclass(frozen=True, slots=True)
class Counts:
    """`numbers` are what may be told of each base cell; `seen` are its cases that the reader may see one by one, and
    `facts` what these say beside, by cell and by name."""

    numbers: Counter[Cell]
    seen: Counter[Cell]
    facts: dict[Cell, dict[str, Counter[str]]]


def counts(reader: Reader) -> Counts:
    """Everything by base cell; two queries beside who the reader is, whatever is chosen."""
    among_shared = Case.objects.filter(_shared()).order_by()
    everything = Counter(dict(_grouped(among_shared)))
    seen, seen_shared = Counter[Cell](), Counter[Cell]()
    facts: dict[Cell, dict[str, Counter[str]]] = {}
    visible = Case.objects.visible_to(reader).order_by()
    rows = visible.annotate(shared=ExpressionWrapper(_shared(), output_field=BooleanField()))
    for *values, shared, number in rows.values_list(*DIMENSIONS, *FACTS, "shared").annotate(number=Count("pk")):
        cell = Cell(*values[: len(DIMENSIONS)])
        seen[cell] += number
        seen_shared[cell] += number if shared else 0
        told_of = facts.setdefault(cell, {name: Counter() for name in FACTS})
        for name, value in zip(FACTS, values[len(DIMENSIONS) :], strict=True):
            if value not in {None, ""}:
                told_of[name][str(value)] += number
    cells = everything.keys() | seen.keys()
    numbers = {cell: told(seen[cell], max(0, everything[cell] - seen_shared[cell])) for cell in cells}
    return Counts(Counter(numbers), seen, facts)


def statistics(reader: Reader, chosen: Chosen) -> Statistics:
    """The view of one reader under some choices."""
    found = counts(reader)
    return Statistics(
        total=total(found.numbers, chosen),
        seen=total(found.seen, chosen),
        by={name: along(found.numbers, name, chosen) for name in DIMENSIONS},
        visible=_visible(found, reader, chosen),
    )


def total(numbers: Mapping[Cell, int], chosen: Chosen) -> int:
    """The sum over all cells that have what was chosen."""
    return sum(number for cell, number in numbers.items() if _matches(cell, chosen))


def along(numbers: Mapping[Cell, int], name: str, chosen: Chosen) -> Counter[str | int | None]:
    """The sums by value of one dimension, under what was chosen of the others."""
    found: Counter[str | int | None] = Counter()
    for cell, number in numbers.items():
        if number and _matches(cell, chosen, but=name):
            found[getattr(cell, name)] += number
    return found


def _shared() -> Q:
    """Cases that somebody outside their owner may read today."""
    return is_open(AnonymousUser()) & Q(pk__in=Grant.objects.in_force().values("section__case"))


def _grouped(cases: "QuerySet[Case]") -> list[tuple[Cell, int]]:
    rows = cases.values_list(*DIMENSIONS).annotate(number=Count("pk"))
    return [(Cell(*values), number) for *values, number in rows]


def _matches(cell: Cell, chosen: Chosen, but: str = "") -> bool:
    return all(getattr(cell, name) == value for name, value in chosen.items() if name != but)


def _visible(found: Counts, reader: Reader, chosen: Chosen) -> dict[str, Counter[str]]:
    """Only what the reader could count by hand: here a small number tells nothing new. A case has any number of phases
    and capabilities, so these are counted by themselves."""
    summed: dict[str, Counter[str]] = {name: Counter() for name in FACTS}
    for cell, told_of in found.facts.items():
        if _matches(cell, chosen):
            for name, numbers in told_of.items():
                summed[name] += numbers
    cases = Case.objects.visible_to(reader).filter(**chosen).order_by()
    return {name: _counted(cases, column) for name, column in MANY.items()} | summed


def _counted(cases: "QuerySet[Case]", column: str) -> Counter[str]:
    rows = cases.values_list(column).annotate(number=Count("pk"))
    return Counter({str(value): number for value, number in rows if value not in {None, ""}})
