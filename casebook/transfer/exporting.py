"""Cases as lines of a case file: all of them for the operator, or what one reader may read."""

from collections.abc import Iterable, Iterator

from casebook.models import Case, Measure, Participant, Section
from casebook.reading import Reading, by_case, read
from casebook.transfer.keys import KeyNames
from network.access import Reader, organization_ids_of
from network.transfer.known import Known
from network.transfer.organization_lines import Exported, iso
from network.transfer.writing import batched


def case_lines(reader: Reader | None = None) -> Iterator[Exported]:
    """Every case with its keys, sorted by id, or, for a reader, the visible cases cut down to what it may read.

    A reader learns the keys of its own organizations' cases only: who else may read is nobody else's business.
    """
    cases = Case.objects.all() if reader is None else Case.objects.visible_to(reader)
    own = None if reader is None else set(organization_ids_of(reader))
    known = Known.load()
    writer = CaseLines(known)
    ids = dict(cases.values_list("external_id", "pk"))
    for batch in batched(sorted(ids)):
        records = list(
            Case.objects.filter(pk__in=[ids[name] for name in batch]).prefetch_related("phases", "capabilities")
        )
        records.sort(key=lambda case: case.external_id)
        for reading in _whole(records) if reader is None else read(records, reader):
            yield writer.line(reading, with_keys=own is None or reading.case.owner_id in own)


def _whole(cases: list[Case]) -> Iterator[Reading]:
    """Readings that leave nothing out."""
    sections: dict[int, list[Section]] = {case.pk: [] for case in cases}
    for section in Section.objects.filter(case__in=cases).in_reading_order().prefetch_related("grants"):
        sections[section.case_id].append(section)
    measures = by_case(Measure.objects.filter(case__in=cases))
    participants = by_case(Participant.objects.filter(case__in=cases))
    for case in cases:
        yield Reading(
            case=case,
            sections=sections[case.pk],
            measures=measures.get(case.pk, []),
            participants=participants.get(case.pk, []),
            shows_source=True,
            has_more=False,
        )


class CaseLines:
    """Makes lines of readings, with the names that files use."""

    def __init__(self, known: Known) -> None:
        self.organizations = {pk: name for name, pk in known.organizations.items()}
        self.keys = KeyNames(known)

    def line(self, reading: Reading, *, with_keys: bool) -> Exported:
        case = reading.case
        source = {"title": case.source_title, "url": case.source_url or None}
        return {
            "id": case.external_id,
            "title": case.title,
            "owner": self.organizations[case.owner_id],
            "industry": case.industry or None,
            "prefecture": case.prefecture or None,
            "municipality": case.municipality_id,
            "year": case.year,
            "stage_before": case.stage_before,
            "stage_after": case.stage_after,
            "phases": sorted(entry.phase for entry in case.phases.all()),
            "capabilities": sorted(entry.code for entry in case.capabilities.all()),
            "outcome": case.outcome or None,
            "tlp": case.tlp,
            "participants": self._participants(reading.participants),
            "sections": [self._section(section, with_keys=with_keys) for section in reading.sections],
            "measures": [_measure(measure) for measure in reading.measures],
            "source": source if reading.shows_source and any(source.values()) else None,
            "published": iso(case.published),
        }

    def _participants(self, participants: Iterable[Participant]) -> list[Exported]:
        roles = {self.organizations[entry.organization_id]: entry.role for entry in participants}
        return [{"organization": name, "role": roles[name]} for name in sorted(roles)]

    def _section(self, section: Section, *, with_keys: bool) -> Exported:
        line: Exported = {"kind": section.kind, "text": section.text}
        return line | self._grants(section) if with_keys else line

    def _grants(self, section: Section) -> Exported:
        """The section's keys; one common last day stands beside them, different ones stand with each."""
        found = {self.keys.written(grant.key): iso(grant.until) for grant in section.grants.all()}
        ends = {name: until for name, until in found.items() if name is not None}
        names = sorted(ends)
        if len(set(ends.values())) > 1:
            return {"keys": [{"key": name, "until": ends[name]} for name in names]}
        common = ends[names[0]] if names else None
        return {"keys": names, "until": common} if common else {"keys": names}


def _measure(measure: Measure) -> Exported:
    return {"name": measure.name, "unit": measure.unit, "before": measure.before, "after": measure.after}
