"""Writes who took part in a case, with what each brought, and the cases named beside it."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from casebook.models import Case, Participant
from network.transfer.errors import Problems
from network.transfer.known import Known
from network.transfer.reading import Line
from network.transfer.shapes import shown
from network.transfer.writing import Children, batched


class ParticipantWriter:
    """Replaces the participants of cases and the capabilities each brought."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self._rows = Children(Participant, owner="case_id", key=("organization_id",), values=("role",))
        self._through = Participant.capabilities.through
        self._present: dict[tuple[int, int], set[int]] = {}
        self._wanted: list[tuple[Case, dict[int, set[int]]]] = []

    def load(self, cases: Iterable[int]) -> None:
        pks = list(cases)
        self._rows.load(pks)
        rows = self._through.objects.filter(participant__case__in=pks)
        self._present = {}
        for case, organization, capability in rows.values_list(
            "participant__case", "participant__organization", "capability"
        ):
            self._present.setdefault((case, organization), set()).add(capability)

    def organizations(self, case: Case) -> list[int]:
        """Those that take part, as they were loaded or will be written."""
        return [pk for (pk,) in self._rows.of(case)]

    def replace(self, case: Case, lines: list[dict[str, Any]]) -> bool:
        named = {self.known.organizations[line["organization"]]: line for line in lines}
        brought = {
            pk: {self.known.capabilities[code] for code in line.get("capabilities", ())} for pk, line in named.items()
        }
        differs = self._rows.replace(case, {(pk,): (line.get("role", ""),) for pk, line in named.items()})
        if brought != {pk: self._present.get((case.pk, pk), set()) for pk in brought}:
            self._wanted.append((case, brought))
            differs = True
        return differs

    def flush(self) -> None:
        self._rows.flush()
        if not self._wanted:
            return
        rows = Participant.objects.filter(case__in=[case.pk for case, _brought in self._wanted])
        pks = {(case, organization): pk for pk, case, organization in rows.values_list("pk", "case", "organization")}
        held = [pks[case.pk, organization] for case, brought in self._wanted for organization in brought]
        self._through.objects.filter(participant__in=held).delete()
        self._through.objects.bulk_create(
            self._through(participant_id=pks[case.pk, organization], capability_id=capability)
            for case, brought in self._wanted
            for organization, capabilities in brought.items()
            for capability in sorted(capabilities)
        )
        self._wanted = []


class RelatedWriter:
    """Replaces which cases are named beside a case: batch by batch, written when every case of the file is there."""

    def __init__(self) -> None:
        self._through = Case.related.through
        self._present: dict[int, set[str]] = {}
        self._wanted: list[tuple[int, Case, list[str]]] = []

    def load(self, cases: Iterable[int]) -> None:
        self._present = {}
        rows = self._through.objects.filter(from_case__in=list(cases))
        for case, reference in rows.values_list("from_case", "to_case__external_id"):
            self._present.setdefault(case, set()).add(reference)

    def replace(self, case: Case, line: Line) -> bool:
        """Notes what has to change; a case beside itself is left out."""
        names = [name for name in line.fields["related"] if name != case.external_id]
        if set(names) == self._present.get(case.pk, set()):
            return False
        self._wanted.append((line.number, case, names))
        return True

    def write(self, problems: Problems) -> None:
        """Writes what `replace` noted; a name that no case has is a problem of its line."""
        names = sorted({name for _number, _case, found in self._wanted for name in found})
        pks: dict[str, int] = {}
        for batch in batched(names):
            pks |= dict(Case.objects.filter(external_id__in=batch).values_list("external_id", "pk"))
        for number, _case, found in self._wanted:
            for name in found:
                if name not in pks:
                    said = _("関連する事例「%(id)s」は登録されていません。") % {"id": shown(name)}
                    problems.add(number, "related", said)
        for wanted in batched(self._wanted):
            self._through.objects.filter(from_case__in=[case.pk for _number, case, _names in wanted]).delete()
            self._through.objects.bulk_create(
                self._through(from_case_id=case.pk, to_case_id=pks[name])
                for _number, case, found in wanted
                for name in found
                if name in pks
            )
        self._wanted = []
