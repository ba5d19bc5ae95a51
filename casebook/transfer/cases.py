"""Writes cases with their sections, grants and everything else that belongs to them."""

from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from typing import Any

from django.utils import timezone

from casebook.labels import keys_of_label
from casebook.models import Case, CasePhase
from casebook.transfer.keys import TO_COME
from casebook.transfer.relations import ParticipantWriter, RelatedWriter
from casebook.transfer.sections import MeasureWriter, SectionWriter
from casebook.transfer.teams import keep_teams, make_teams
from casebook.vocabulary import CaseState
from network.models import Organization
from network.transfer.counts import Tally
from network.transfer.known import Known
from network.transfer.reading import Line
from network.transfer.writing import Children, save_all, set_fields

COLUMNS = (
    "title", "industry", "year", "stage_before", "stage_after", "outcome", "tlp", "published", "state", "opens_on",
    "basis", "subtitle", "size_band", "contact", "keywords", "schemes", "related_urls",
)  # fmt: skip
"""Columns that take a field of a line as it is."""


class CaseWriter:
    """Writes batches of case lines."""

    def __init__(self, known: Known) -> None:
        self.known, self.now, self.tally = known, timezone.now(), Tally()
        self.phases = Children(CasePhase, owner="case_id", key=("phase",))
        self.capabilities = Children(Case.capabilities.through, owner="case_id", key=("capability_id",))
        self.participants, self.related = ParticipantWriter(known), RelatedWriter()
        self.sections = SectionWriter()
        self.measures = MeasureWriter()

    def write(self, lines: Sequence[Line]) -> list[Case]:
        """Writes one batch and returns the cases that are new or different."""
        present = Case.objects.in_bulk([line.fields["id"] for line in lines], field_name="external_id")
        self._load([case.pk for case in present.values()])
        labs, teams = self._labs_of_owners(lines), make_teams(lines, present)
        created: list[Case] = []
        changed: list[Case] = []
        fields = {"updated_at"}
        for line in lines:
            old = present.get(line.fields["id"])
            case = old or Case(external_id=line.fields["id"])
            different = set_fields(case, self._columns(line.fields, case, teams))
            differs = self._replace_sets(line, case, labs) or bool(different)
            self.tally.count(created=old is None, changed=differs)
            if old is None:
                created.append(case)
            elif differs:
                case.updated_at = self.now
                fields |= different
                changed.append(case)
        save_all(Case, created=created, changed=changed, fields=fields)
        self._flush()
        keep_teams([*created, *changed])
        return created + changed

    def _load(self, pks: list[int]) -> None:
        for writer in (self.phases, self.capabilities, self.participants, self.related, self.sections, self.measures):
            writer.load(pks)

    def _flush(self) -> None:
        for writer in (self.phases, self.capabilities, self.participants, self.sections, self.measures):
            writer.flush()

    def _labs_of_owners(self, lines: Sequence[Line]) -> dict[int, list[int]]:
        owners = {self.known.organizations[line.fields["owner"]] for line in lines}
        found: dict[int, list[int]] = defaultdict(list)
        joined = Organization.labs.through.objects.filter(organization_id__in=owners)
        for owner, lab in joined.values_list("organization_id", "lab_id"):
            found[owner].append(lab)
        return found

    def _columns(self, line: dict[str, Any], case: Case, teams: dict[str, int]) -> dict[str, Any]:
        columns: dict[str, Any] = {name: line[name] for name in COLUMNS if name in line}
        if line.get("withheld") and case.pk is None:
            columns["state"] = CaseState.ARCHIVED  # its consents are not in the file, and one of them does not hold
        if line["id"] in teams:
            columns["team_id"] = teams[line["id"]]
        columns["owner_id"] = self.known.organizations[line["owner"]]
        if "source" in line:
            source = line["source"] or {}
            columns |= {"source_title": source.get("title", ""), "source_url": source.get("url", "")}
        if municipality := line.get("municipality"):
            return columns | {"municipality_id": municipality, "prefecture": self.known.municipalities[municipality]}
        prefecture = line.get("prefecture", case.prefecture)
        if "municipality" in line or prefecture != case.prefecture:
            columns |= {"municipality_id": None, "prefecture": prefecture}
        return columns

    def _replace_sets(self, whole: Line, case: Case, labs: dict[int, list[int]]) -> bool:
        line, differs = whole.fields, False
        if "phases" in line:
            differs |= self.phases.replace(case, {(phase,): () for phase in line["phases"]})
        if "capabilities" in line:
            pks = [self.known.capabilities[code] for code in line["capabilities"]]
            differs |= self.capabilities.replace(case, {(pk,): () for pk in pks})
        participants = self.participants.organizations(case)
        if "participants" in line:
            participants = [self.known.organizations[entry["organization"]] for entry in line["participants"]]
            differs |= self.participants.replace(case, line["participants"])
        if "measures" in line:
            differs |= self.measures.replace(case, line["measures"])
        if "related" in line:
            differs |= self.related.replace(case, whole)
        keys_of = partial(keys_of_label, owner=case.owner_id, participants=participants, labs=labs[case.owner_id])
        stored = {TO_COME + line["id"]: f"team:{case.team_id}"} if case.team_id else {}
        return self.sections.replace(case, line["sections"], keys_of, stored) or differs
