"""What one reader sees of one case: the same for the page, the API and every export."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

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
    participants = by_case(Participant.objects.filter(case__in=ids).select_related("organization").order_by("pk"))
    return [
        _reading(case, readable[case.pk], kinds[case.pk], measures.get(case.pk, []), participants.get(case.pk, []))
        for case in cases
    ]


def _reading(
    case: Case, sections: list[Section], kinds: set[str], measures: list[Measure], participants: list[Participant]
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
    )


def by_case(rows: Iterable[Row]) -> dict[int, list[Row]]:
    """Rows grouped by their case's id."""
    grouped: dict[int, list[Row]] = {}
    for row in rows:
        grouped.setdefault(row.case_id, []).append(row)
    return grouped
