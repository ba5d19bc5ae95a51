"""What a table would do to the registry, row by row, before anything is done.

Each row becomes a whole line of a network file: what is registered now, with the row's cells put in. The line is
checked exactly as a file's is, and what it would change is told cell by cell.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from network.access import Reader, is_steward
from network.models import Municipality, Organization
from network.tables import cells
from network.tables.columns import Line, closed, columns, opened, put
from network.tables.heads import read_heads
from network.tables.reading import Row, rows
from network.transfer.errors import Problems
from network.transfer.known import Known
from network.transfer.network_file import check_between_lines
from network.transfer.network_lines import TYPES, References, organization_shape
from network.transfer.organization_lines import OrganizationLines
from network.transfer.reading import Line as CheckedLine
from network.transfer.shapes import Refusal
from network.transfer.writing import BATCH
from network.vocabulary import Stance

NEW, CHANGED, UNCHANGED, REFUSED = "new", "changed", "unchanged", "refused"
GIVEN = ("kind", "labs")
"""What others decide: a lab opens its cases to those who joined it, and a kind makes a 主治医."""
MAX_TOLD = 12
"""Cells of one row that the preview spells out."""


@dataclass
class Outcome:
    """What becomes of one row. `line` is what would be written; None where nothing would."""

    row: int
    id: str
    name: str
    kind: str = REFUSED
    told: list[list[str]] = field(default_factory=list)
    """[column, before, after] for a change, [column, "", why] for a refusal."""
    line: Line | None = None

    def as_json(self) -> dict[str, Any]:
        return {"row": self.row, "id": self.id, "name": self.name, "kind": self.kind, "told": self.told[:MAX_TOLD]}


class Preview:
    """Reads a table for one person, a batch of rows at a time, so that a long one shows how far it has come."""

    def __init__(self, source: BinaryIO, by: Reader) -> None:
        self.known = Known.load()
        self.columns = columns(Municipality.objects.in_bulk())
        self.by_key = {column.key: column for column in self.columns}
        self.shape = organization_shape(References(self.known, {}))
        self.lines_of = OrganizationLines()
        self.by = by
        self._rows = rows(source)
        self.heads = read_heads(self._rows, self.columns)

    def outcomes(self) -> Iterator[list[Outcome]]:
        """All rows, in batches; the last step, what rows say of each other, is `settle`."""
        for batch in self._batches():
            yield self._outcomes(batch)

    def _batches(self) -> Iterator[list[Row]]:
        batch: list[Row] = []
        for row in self._rows:
            batch.append(row)
            if len(batch) == BATCH:
                yield batch
                batch = []
        if batch:
            yield batch

    def _outcomes(self, batch: list[Row]) -> list[Outcome]:
        position = self.heads.index(self.by_key["id"])
        ids = {number: cells.plain(row[position]) if position < len(row) else "" for number, row in batch}
        self._present(set(ids.values()))
        return [self._outcome(number, row, ids[number]) for number, row in batch]

    def _present(self, ids: set[str]) -> None:
        """Remembers what is registered under these ids, and what this person may do and know there."""
        pks = sorted(self.known.organizations[id_] for id_ in ids if id_ in self.known.organizations)
        here = Organization.objects.filter(pk__in=pks).values_list("external_id", flat=True)
        lines = {str(line["id"]): opened(line) for line in self.lines_of.of(pks)}
        self.visible = set(here.filter(pk__in=Organization.objects.visible_to(self.by).order_by().values("pk")))
        self.allowed = set(changeable(self.by).filter(pk__in=pks).values_list("external_id", flat=True))
        frank = set(here.filter(pk__in=Organization.objects.weaknesses_known_to(self.by).values("pk")))
        self.present = {id_: line if id_ in frank else without_weaknesses(line) for id_, line in lines.items()}
        self.hidden = {id_: _weaknesses(line) for id_, line in lines.items() if id_ not in frank}

    def _outcome(self, number: int, row: list[str], id_: str) -> Outcome:
        before = self.present.get(id_)
        outcome = Outcome(number, id_, str(before["name"]) if before and id_ in self.visible else "")
        if reason := self._not_allowed(id_, before):
            outcome.told = [[self.by_key["id"].head, "", reason]]
            return outcome
        line, problems = self._line(row, id_, before)
        changes = self._differences(before, line) if before else []
        if not problems and (changes or before is None):
            problems = self._checked(line)
        outcome.name = outcome.name or str(line.get("name", ""))
        if problems:
            outcome.told = problems
        elif before is None:
            outcome.kind, outcome.line = NEW, closed(line)
        elif changes:
            outcome.kind, outcome.told = CHANGED, changes
            kept = {**self.hidden.get(id_, {}), **line["ratings"]}  # what one may not know one leaves as it is
            outcome.line = closed({**line, "ratings": kept})
        else:
            outcome.kind = UNCHANGED
        return outcome

    def _not_allowed(self, id_: str, before: Line | None) -> str:
        """Why the person may not bring this row; empty when so. A hidden record reads like one that is not there."""
        if id_ in self.allowed or (before is None and is_steward(self.by)):
            return ""
        if id_ in self.visible:
            return _("この機関を編集できません。その機関の編集者に依頼してください。")
        return _("登録されていない機関です。新しい機関の登録は、登録の申請からお願いします。")

    def _line(self, row: list[str], id_: str, before: Line | None) -> tuple[Line, list[list[str]]]:
        line: Line = dict(before) if before else {"type": "organization", "id": id_}
        problems: list[list[str]] = []
        for column, cell in zip(self.heads, row, strict=False):
            if before and cell == column.cell(before):
                continue
            try:
                put(column, line, cell if column.key != "id" else id_)
            except Refusal as refusal:
                problems += [[column.head, "", said] for _path, said in refusal.problems]
        if len(row) > len(self.heads):
            problems.append(["", "", _("見出しのない列に値があります。")])
        _place(line, before)
        return line, problems + self._presumed(line, before)

    def _presumed(self, line: Line, before: Line | None) -> list[list[str]]:
        """What an editor would take for the own organization and cannot on any page either."""
        if before is None or is_steward(self.by):
            return []
        said = _("この欄を変えられるのは運営者だけです。いまの値のままにしてください。")
        return [[self.by_key[key].head, "", said] for key in GIVEN if line[key] != before[key]]

    def _checked(self, line: Line) -> list[list[str]]:
        try:
            self.shape(closed(line))
        except Refusal as refusal:
            return [[self._head(path), "", said] for path, said in refusal.problems]
        return []

    def _head(self, path: str) -> str:
        """The column that a path of the line belongs to."""
        whole = path.partition("[")[0]
        found = self.by_key.get(whole) or self.by_key.get(path.partition(".")[0])
        return found.head if found else path

    def _differences(self, before: Line, after: Line) -> list[list[str]]:
        """The cells that would change."""
        cells_of = ((column.head, column.cell(before), column.cell(after)) for column in self.heads)
        return [[head, was, will] for head, was, will in cells_of if was != will]

    def settle(self, outcomes: list[Outcome]) -> None:
        """Refuses rows that cannot stand beside each other: one id twice, one 法人番号 for two."""
        problems = Problems()
        by_type: dict[str, list[CheckedLine]] = {name: [] for name in TYPES}
        by_row = {outcome.row: outcome for outcome in outcomes}
        first: dict[str, int] = {}
        for outcome in outcomes:
            if first.setdefault(outcome.id, outcome.row) != outcome.row:
                said = _("%(line)d行目と同じIDです。1つの行にまとめてください。")
                problems.add(outcome.row, "id", said % {"line": first[outcome.id]})
            elif outcome.line is not None:
                by_type["organization"].append(CheckedLine(outcome.row, self.shape(outcome.line)))
        check_between_lines(by_type, self.known, problems, by=self.by)
        for problem in problems.kept:
            refused = by_row[problem.line]
            if refused.kind != REFUSED:
                refused.kind, refused.line, refused.told = REFUSED, None, []
            refused.told.append([self._head(problem.field), "", problem.message])


def without_weaknesses(line: Line) -> Line:
    """The line as who may not know them reads it: as if nothing were declared there."""
    hidden = _weaknesses(line)
    return {**line, "ratings": {code: entry for code, entry in line["ratings"].items() if code not in hidden}}


def _weaknesses(line: Line) -> dict[str, Any]:
    return {code: entry for code, entry in line["ratings"].items() if entry["stance"] == Stance.WEAKNESS}


def _place(line: Line, before: Line | None) -> None:
    """A new municipality brings its prefecture along, and another prefecture alone leaves the municipality."""
    if before is None:
        return
    if line["municipality"] != before["municipality"] and line["prefecture"] == before["prefecture"]:
        line.pop("prefecture")
    elif line["prefecture"] != before["prefecture"] and line["municipality"] == before["municipality"]:
        line["municipality"] = None


def told(rows: list[dict[str, Any]], by: Reader) -> list[dict[str, Any]]:
    """The rows of a kept preview as this person may read them now: an organization may have closed its weaknesses
    since."""
    weak = {row["id"] for row in rows if row["kind"] == CHANGED and _veiled(row["told"]) != row["told"]}
    if not weak:
        return rows
    hidden = weak - set(Organization.objects.weaknesses_known_to(by).values_list("external_id", flat=True))
    return [{**row, "told": _veiled(row["told"])} if row["id"] in hidden else row for row in rows]


def _veiled(cells_told: list[list[str]]) -> list[list[str]]:
    """With what stood in a cell of ratings taken away where it was a weakness."""
    weak = cells.rating_text(0, Stance.WEAKNESS)
    return [[head, "" if was.startswith(weak) and "[" in head else was, will] for head, was, will in cells_told]


def changeable(by: Reader) -> Any:
    """A steward keeps the whole registry, an editor the own organizations."""
    return Organization.objects.visible_to(by) if is_steward(by) else Organization.objects.editable_by(by)


def as_file(outcomes: Iterable[Outcome]) -> bytes:
    """The rows that change something, as a network file."""
    lines = (outcome.line for outcome in outcomes if outcome.line is not None)
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()
