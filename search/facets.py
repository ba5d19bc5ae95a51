"""What results can be narrowed by: each facet's values, their names, and how many cases have them.

`finding.find` gives a page all it needs: `Results.facets` holds one `Facet` for each of NAMES in that order, with the
values that occur among the cases this reader may see and those that are chosen. `Facet.count("22")` is the count of any
value (0 where there is none), for a map that shows all of them; `known_values` lists what may be asked for.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from casebook.models import Case, CasePhase, Section
from casebook.vocabulary import Outcome, SectionKind, Tlp
from network.access import Reader
from network.codes import PHASES, PREFECTURES, STAGES, industry_majors
from network.models import Capability

NAMES: dict[str, str | Promise] = {
    "industry": _("業種"),
    "prefecture": _("都道府県"),
    "stage": _("支援前の段階"),
    "phase": _("局面"),
    "outcome": _("結果"),
    "year": _("年"),
    "capability": _("支援領域"),
    "tlp": _("共有の範囲"),
    "lessons": _("失敗から学ぶ"),
}
READABLE = "readable"
"""The one value of the facet `lessons`: the section 学び・失敗 is there, and this reader may read it."""
FREQUENT_FIRST = frozenset({"industry", "prefecture", "capability"})
"""Long lists open with what there is most of; short ones keep their own order."""
AT_ONCE = 10_000
"""Ids in one query; databases bound the number of parameters."""

Chosen = Mapping[str, frozenset[str]]
"""Values by facet; a case must have one of the values of each facet that has any."""
Facts = dict[str, tuple[str, ...]]
"""A case's values by facet."""


@dataclass(frozen=True)
class FacetValue:
    """A value, its name, and how many cases there would be with it."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class Facet:
    """One way to narrow results. Its own choice does not reduce its counts, so that one can switch."""

    name: str
    label: str
    values: list[FacetValue]

    def count(self, value: str) -> int:
        """How many cases there would be with the value."""
        return next((one.count for one in self.values if one.value == value), 0)

    @property
    def chosen(self) -> list[FacetValue]:
        """The values that are chosen, for the line that says by what the results are narrowed."""
        return [one for one in self.values if one.chosen]


def known_values() -> dict[str, dict[str, str]]:
    """Every value that may be asked for, by facet, with its name in the reader's language and in list order."""
    listed = _listed(get_language() or "")
    capabilities = Capability.objects.only("code", "name_ja", "name_en")
    return {
        name: listed[name] if name in listed else {capability.code: capability.name for capability in capabilities}
        for name in NAMES
    }


@lru_cache(maxsize=4)
def _listed(_language: str) -> dict[str, dict[str, str]]:
    """The facets whose values come with the product; named in the language that is active."""
    return {
        "industry": {code: entry.name for code, entry in industry_majors().items()},
        "prefecture": dict(PREFECTURES.choices()),
        "stage": dict(STAGES.choices()),
        "phase": dict(PHASES.choices()),
        "outcome": {value: str(label) for value, label in Outcome.choices},
        # Not the years that occur: which ones do is for readers of those cases to know.
        "year": {str(year): gettext("%(year)d年") % {"year": year} for year in range(2100, 1989, -1)},
        "tlp": {value: str(label) for value, label in Tlp.choices},
        "lessons": {READABLE: gettext("学び・失敗が読める")},
    }


def lessons_of(reader: Reader) -> QuerySet[Section]:
    """The sections behind the facet `lessons`; at most one of a case."""
    return Section.objects.visible_to(reader).filter(kind=SectionKind.LESSONS)


def facts_of(cases: Iterable[int], reader: Reader) -> dict[int, Facts]:
    """The facts of those of the cases that the reader may see now."""
    visible = Case.objects.visible_to(reader)
    facts: dict[int, Facts] = {}
    for batch in batched(cases):
        facts |= _facts(visible.filter(pk__in=batch), reader)
    return facts


def facets(counts: Mapping[str, Counter[str]], chosen: Chosen) -> list[Facet]:
    """The facets with the values that occur and those that are chosen, ready to be shown."""
    return [
        Facet(
            name,
            str(NAMES[name]),
            _values(counts[name], names, chosen.get(name, frozenset()), frequent_first=name in FREQUENT_FIRST),
        )
        for name, names in known_values().items()
    ]


def batched(ids: Iterable[int]) -> Iterator[list[int]]:
    """The ids in lists of at most AT_ONCE."""
    rest = iter(ids)
    while batch := list(islice(rest, AT_ONCE)):
        yield batch


def _facts(cases: QuerySet[Case], reader: Reader) -> dict[int, Facts]:
    rows = cases.order_by().values_list("pk", "industry", "prefecture", "stage_before", "outcome", "year", "tlp")
    facts: dict[int, Facts] = {}
    for pk, industry, prefecture, stage, outcome, year, tlp in rows:
        values = {"industry": industry, "prefecture": prefecture, "stage": stage, "outcome": outcome, "year": year}
        facts[pk] = {name: (str(value),) if value else () for name, value in {**values, "tlp": tlp}.items()}
        facts[pk] |= {"phase": (), "capability": (), "lessons": ()}
    phases = CasePhase.objects.filter(case__in=cases.order_by()).values_list("case_id", "phase")
    filed = Case.capabilities.through.objects.filter(case__in=cases.order_by())
    for name, pairs in {"phase": phases, "capability": filed.values_list("case_id", "capability__code")}.items():
        for pk, value in pairs:
            if pk in facts:
                facts[pk][name] += (value,)
    for pk in lessons_of(reader).filter(case__in=cases.order_by()).values_list("case_id", flat=True):
        if pk in facts:
            facts[pk]["lessons"] = (READABLE,)
    return facts


def _values(
    counted: Counter[str], names: Mapping[str, str], chosen: frozenset[str], *, frequent_first: bool
) -> list[FacetValue]:
    shown = [value for value in names if counted[value] or value in chosen]
    if frequent_first:
        shown.sort(key=lambda value: -counted[value])
    return [FacetValue(value, names[value], counted[value], value in chosen) for value in shown]
