"""What one reader sees of one case: the same for the page, the API and every export."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from django.db.models import QuerySet

from casebook.models import Case, Measure, Participant, Section
from casebook.vocabulary import SectionKind
from network.access import Reader

Row = TypeVar("Row", Measure, Participant)


@dataclass(frozen=True, slots=True)
class Reading:
    """A case cut down to the sections its reader may read.

    Figures belong to 成果, participants to 支援体制, and the source to 実名・連絡先 where the case has one:
    they are empty when that section is not readable.
    """

    case: Case
    sections: list[Section]
    measures: list[Measure]
    participants: list[Participant]
    shows_source: bool
    has_more: bool
    """True when the case has sections that this reader may not read."""
    schemes: list[str] = field(default_factory=list)
    """Of readers of 取り組み."""
    related_urls: list[str] = field(default_factory=list)
    """Of those who read the source."""
    related: list[str] = field(default_factory=list)
    """External ids of the cases named beside this one, as far as the reader may see them."""


def read(cases: Iterable[Case], reader: Reader) -> list[Reading]:
    """Readings of the given (visible) cases in their order; a fixed number of queries for any number of cases."""
    cases = list(cases)
    ids = [case.pk for case in cases]
    readable: dict[int, list[Section]] = {pk: [] for pk in ids}
    visible = Section.objects.visible_to(reader).filter(case__in=ids)
    for section in visible.in_reading_order().prefetch_related("grants"):
        readable[section.case_id].append(section)
    kinds: dict[int, set[str]] = {pk: set() for pk in ids}
    for pk, kind in Section.objects.filter(case__in=ids).values_list("case_id", "kind"):
        kinds[pk].add(kind)
    measures = by_case(Measure.objects.filter(case__in=ids))
    participations = Participant.objects.filter(case__in=ids).select_related("organization").order_by("pk")
    participants = by_case(participations.prefetch_related("capabilities"))
    related = related_to(ids, lambda: Case.objects.visible_to(reader))
    return [
        _reading(
            case,
            readable[case.pk],
            kinds[case.pk],
            measures=measures.get(case.pk, []),
            participants=participants.get(case.pk, []),
            related=related.get(case.pk, []),
        )
        for case in cases
    ]


def related_to(cases: Iterable[int], among: "Callable[[], QuerySet[Case]]") -> dict[int, list[str]]:
    """External ids, sorted, of the cases that were named beside each of these, by its id; one query where none is,
    and those of `among` where some are."""
    through = Case.related.through.objects.filter(from_case__in=cases)
    pairs = list(through.values_list("from_case", "to_case"))
    names = dict(among().filter(pk__in={to for _case, to in pairs}).values_list("pk", "external_id")) if pairs else {}
    found: dict[int, list[str]] = {}
    for case, to in sorted(pairs, key=lambda pair: names.get(pair[1], "")):
        if to in names:
            found.setdefault(case, []).append(names[to])
    return found


def _reading(
    case: Case,
    sections: list[Section],
    kinds: set[str],
    *,
    measures: list[Measure],
    participants: list[Participant],
    related: list[str],
) -> Reading:
    shown = {section.kind for section in sections}
    naming = SectionKind.IDENTITY if SectionKind.IDENTITY in kinds else SectionKind.SUMMARY
    return Reading(
        case=case,
        sections=sections,
        measures=measures if SectionKind.RESULT in shown else [],
        participants=participants if SectionKind.TEAM in shown else [],
        shows_source=bool(case.source_title or case.source_url) and naming in shown,
        has_more=bool(kinds - shown),
        schemes=case.schemes if SectionKind.ACTION in shown else [],
        related_urls=case.related_urls if naming in shown else [],
        related=related,
    )


def by_case(rows: Iterable[Row]) -> dict[int, list[Row]]:
    """Rows grouped by their case's id."""
    grouped: dict[int, list[Row]] = {}
    for row in rows:
        grouped.setdefault(row.case_id, []).append(row)
    return grouped
