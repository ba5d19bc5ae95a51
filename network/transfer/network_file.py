"""A network file, read and checked as a whole: its lines by type, or every mistake in it."""

from collections import defaultdict
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from network.access import Reader
from network.models import Capability, Organization
from network.transfer.errors import Problems
from network.transfer.known import Known
from network.transfer.lines import numbered_lines, parse_object
from network.transfer.network_lines import IDENTIFIED_BY, TYPES, References, merged_into, shapes
from network.transfer.reading import Line, checked_lines, refuse_empty, refuse_repeated
from network.transfer.shapes import Refusal, Shape, one_of
from network.transfer.writing import Say

NEEDED_AT_FIRST = {"organization": ("name", "kind"), "lab": ("prefecture", "areas")}
"""Keys that a line must have when its record does not exist yet."""


def read_network(source: BinaryIO, known: Known, say: Say) -> dict[str, list[Line]]:
    """The file's lines by type. Raises TransferError with all mistakes, also those between lines.

    Read twice: a line may refer to what a later line declares.
    """
    refuse_empty(source)
    problems = Problems()
    by_type: dict[str, list[Line]] = {name: [] for name in TYPES}
    check = _line_check(shapes(References(known, _declared(source))))
    for line in checked_lines(source, check, problems, say):
        by_type[line.fields["type"]].append(line)
    check_between_lines(by_type, known, problems)
    problems.raise_any()
    return by_type


def _declared(source: BinaryIO) -> dict[str, set[str]]:
    """Ids by type, as far as lines can be read; what is wrong with a line is told when it is checked."""
    found: dict[str, set[str]] = defaultdict(set)
    for _number, content in numbered_lines(source):
        try:
            line = parse_object(content)
        except Refusal:
            continue
        type_ = line.get("type")
        name = line.get(IDENTIFIED_BY[type_]) if isinstance(type_, str) and type_ in IDENTIFIED_BY else None
        if isinstance(name, str):
            found[str(type_)].add(name)
    return found


def _line_check(by_type: dict[str, Shape]) -> Any:
    known_type = Shape(required={"type": one_of(TYPES, called=_("行の種類"))})

    def check(line: dict[str, Any]) -> dict[str, Any]:
        fields: dict[str, Any] = by_type[known_type({k: line[k] for k in line if k == "type"})["type"]](line)
        return fields

    return check


def check_between_lines(
    by_type: dict[str, list[Line]], known: Known, problems: Problems, *, by: Reader | None = None
) -> None:
    """Notes what is wrong between lines: a record twice, a number of two holders, a new record without its needs.

    To `by` no record is named that this person may not know of; the operator's commands (None) may know of all.
    """
    for type_, field in IDENTIFIED_BY.items():
        refuse_repeated(by_type[type_], field, problems)
    refuse_repeated(by_type["collaboration"], "between", problems)
    ties = [Line(line.number, {"between": (*line.fields["between"], line.fields["kind"])}) for line in by_type["tie"]]
    refuse_repeated(ties, "between", problems)
    for line in by_type["organization"]:
        if kept := known.merged.get(line.fields["id"]):
            problems.add(line.number, "id", merged_into(kept))
    _check_new_records(by_type, known, problems)
    _check_built_in_capabilities(by_type["capability"], problems)
    _check_corporate_numbers(by_type["organization"], problems, by)


def _check_new_records(by_type: dict[str, list[Line]], known: Known, problems: Problems) -> None:
    existing = {"organization": known.organizations, "lab": known.labs}
    for type_, needed in NEEDED_AT_FIRST.items():
        new = (line for line in by_type[type_] if line.fields[IDENTIFIED_BY[type_]] not in existing[type_])
        for line in new:
            for name in (name for name in needed if name not in line.fields):
                problems.add(line.number, name, _("必須です。新しく登録する行にはこのキーを書いてください。"))
            if type_ == "organization" and not (line.fields.get("municipality") or line.fields.get("prefecture")):
                said = _("必須です。municipality か prefecture のどちらかを書いてください。")
                problems.add(line.number, "municipality", said)


def _check_built_in_capabilities(lines: list[Line], problems: Problems) -> None:
    built_in = set(Capability.objects.filter(is_custom=False).values_list("code", flat=True)) if lines else set()
    for line in lines:
        if line.fields["code"] in built_in:
            said = _("もとからある支援領域は変えられません。別のコードにしてください。")
            problems.add(line.number, "code", said)


def _check_corporate_numbers(lines: list[Line], problems: Problems, by: Reader | None) -> None:
    """Each number may have one holder once the whole file is in; two organizations may swap theirs."""
    stated = {line.fields["id"] for line in lines if "corporate_number" in line.fields}
    stored = Organization.objects.exclude(corporate_number=None).values_list("corporate_number", "external_id", "name")
    seen = None if by is None else set(Organization.objects.visible_to(by).values_list("external_id", flat=True))
    holders = {
        number: (
            _("%(name)s（%(id)s）") % {"name": name, "id": id_}
            if seen is None or id_ in seen
            else _("名前を出せない機関"),
            0,
        )
        for number, id_, name in stored
        if id_ not in stated
    }
    for line in lines:
        number = line.fields.get("corporate_number")
        if number is None:
            continue
        who, where = holders.setdefault(number, (line.fields["id"], line.number))
        if where != line.number:
            place = _("%(line)d行目の") % {"line": where} if where else _("登録済みの")
            said = _("法人番号が%(place)s機関「%(who)s」と同じです。どちらが正しいかご確認ください。")
            problems.add(line.number, "corporate_number", said % {"place": place, "who": who})
