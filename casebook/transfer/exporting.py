"""Cases as lines of a case file: all of them for the operator, or what one reader may read."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from django.utils import timezone
from django.utils.translation import gettext_noop

from casebook.models import Case, Consent, Measure, Participant, Section
from casebook.reading import Reading, by_case, read, related_to
from casebook.readlog import record
from casebook.transfer.keys import KeyNames
from casebook.transfer.naming import known_for, teams_for
from casebook.transfer.teams import teams_of_cases
from casebook.vocabulary import LogAction
from network.access import Reader, organization_ids_of
from network.transfer.known import Known
from network.transfer.organization_lines import Exported, iso
from network.transfer.writing import batched

COMMAND = gettext_noop("コマンド")


def case_lines(
    reader: Reader | None = None, *, only: Collection[int] | None = None, why: str = COMMAND
) -> Iterator[Exported]:
    """Every case with its keys, sorted by id, or, for a reader, the visible cases cut down to what it may read; `only`
    those with these ids, where given.

    A reader learns the keys of its own organizations' cases only: who else may read is nobody else's business. What is
    about to leave the house is written into its owners' logs first, with `why`.
    """
    own = None if reader is None else set(organization_ids_of(reader))
    everything = CaseLines(Known.load(), teams_of_cases()) if only is None else None
    for readings in exported_readings(reader, only=only, why=why):
        writer = everything or CaseLines(known_for(readings, with_keys=True), teams_for(readings))
        broken = withheld([reading.case.pk for reading in readings])
        for reading in readings:
            with_keys = own is None or reading.case.owner_id in own
            yield writer.line(reading, with_keys=with_keys, withheld=reading.case.pk in broken)


def exported_readings(
    reader: Reader | None, *, only: Collection[int] | None = None, why: str
) -> Iterator[list[Reading]]:
    """What `case_lines` is made of, in batches; each is in the logs before it is handed out."""
    cases = Case.objects.all() if reader is None else Case.objects.visible_to(reader)
    if only is not None:
        cases = cases.filter(pk__in=only)
    ids = dict(cases.values_list("external_id", "pk"))
    for batch in batched(sorted(ids)):
        found = Case.objects.filter(pk__in=[ids[name] for name in batch]).select_related("owner", "municipality")
        records = sorted(found.prefetch_related("phases", "capabilities"), key=lambda case: case.external_id)
        readings = _whole(records) if reader is None else read(records, reader)
        record(readings, LogAction.EXPORT, reader, why=why)
        yield readings


def withheld(cases: Collection[int]) -> set[int]:
    """Those of the cases that rest on a consent that does not hold today."""
    broken = Consent.objects.broken_on(timezone.localdate()).filter(case__in=cases)
    return set(broken.values_list("case", flat=True))


def _whole(cases: list[Case]) -> list[Reading]:
    """Readings that leave nothing out."""
    sections: dict[int, list[Section]] = {case.pk: [] for case in cases}
    for section in Section.objects.filter(case__in=cases).in_reading_order().prefetch_related("grants"):
        sections[section.case_id].append(section)
    measures = by_case(Measure.objects.filter(case__in=cases))
    participants = by_case(Participant.objects.filter(case__in=cases).prefetch_related("capabilities"))
    related = related_to([case.pk for case in cases], Case.objects.all)
    return [
        Reading(
            case=case,
            sections=sections[case.pk],
            measures=measures.get(case.pk, []),
            participants=participants.get(case.pk, []),
            shows_source=True,
            has_more=False,
            schemes=case.schemes,
            related_urls=case.related_urls,
            related=related.get(case.pk, []),
        )
        for case in cases
    ]


class CaseLines:
    """Makes lines of readings, with the names that files use."""

    def __init__(self, known: Known, teams: Mapping[str, int] | None = None) -> None:
        """`teams`: the teams of cases that the keys may name, by the case's external id."""
        self.organizations = {pk: name for name, pk in known.organizations.items()}
        self.keys = KeyNames(known, teams or {})

    def line(self, reading: Reading, *, with_keys: bool, withheld: bool = False) -> Exported:
        """`with_keys`: for the owning organization, with who reads what from when. `withheld` says there that a
        consent does not hold: no file carries consents, and whoever takes this one in elsewhere must not open what was
        closed."""
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
            "basis": case.basis or None,
            "subtitle": case.subtitle,
            "size_band": case.size_band or None,
            "contact": case.contact,
            "keywords": case.keywords,
            "schemes": reading.schemes,
            "related_urls": reading.related_urls,
            "related": reading.related,
            **(_openness(case, withheld) if with_keys else {}),
        }

    def _participants(self, participants: Iterable[Participant]) -> list[Exported]:
        lines: list[Exported] = [
            {
                "organization": self.organizations[entry.organization_id],
                "role": entry.role,
                "capabilities": sorted(capability.code for capability in entry.capabilities.all()),
            }
            for entry in participants
        ]
        return sorted(lines, key=lambda line: str(line["organization"]))

    def _section(self, section: Section, *, with_keys: bool) -> Exported:
        line: Exported = {"kind": section.kind, "text": section.text, "tlp": str(section.tlp)}
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
    figures: Exported = {"name": measure.name, "unit": measure.unit, "before": measure.before, "after": measure.after}
    return figures | {"how": measure.how, "on": iso(measure.on)}


def _openness(case: Case, withheld: bool) -> Exported:
    return {"state": case.state, "opens_on": iso(case.opens_on), **({"withheld": True} if withheld else {})}
