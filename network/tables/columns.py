"""The columns of the table: what stands in their head, what a cell of theirs means, and an example.

Heads are Japanese. A column is also known by its key, so that tables made by programs need no Japanese.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from itertools import cycle
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from network.codes import INDUSTRIES, KINDS, PREFECTURES
from network.models import Capability, Municipality
from network.tables import cells
from network.transfer.shapes import Refusal
from network.vocabulary import CapacityStatus

Line = dict[str, Any]
"""An organization's line of a network file, but with `ratings` by capability, so that 110 columns find theirs.

A line is copied one level deep: what is put in replaces an inner value and never changes one.
"""


def opened(line: Mapping[str, Any]) -> Line:
    """A network file's line as the columns read it."""
    return {**line, "ratings": {entry["capability"]: entry for entry in line["ratings"]}}


def closed(line: Line) -> Line:
    """The line as a network file has it."""
    return {**line, "ratings": list(line["ratings"].values())} if "ratings" in line else line


with override("ja"):  # a file means the same in every language of the screen
    STATUSES = {str(status.label): status.value for status in CapacityStatus}


RATING = "rating:"
NOBODYS_NUMBER = "9000000000000"
"""Its check digit fits, and it belongs to nobody: the base is all zeros."""
RATING_EXAMPLES = ("3", "中立 2", "1", "強み 4", "弱み")
"""Every way to write a rating, over the columns in turn."""
NEVER = object()
"""No value clears the cell."""


@dataclass(frozen=True)
class Head:
    """How a column introduces itself."""

    key: str
    head: str
    example: str = ""
    hint: str = ""


@dataclass(frozen=True, kw_only=True)
class Column(Head):
    """`put` writes the cell's meaning into a line, `cell` reads the cell's text from a whole line."""

    put: Callable[[Line, str], None]
    cell: Callable[[Line], str]
    clear: Callable[[Line], None] | None = None
    """Empties the value; None where it must not be empty."""

    @property
    def capability(self) -> str:
        """The capability's code for a column of ratings, else empty."""
        return self.key.removeprefix(RATING) if self.key.startswith(RATING) else ""


@dataclass(frozen=True)
class Codec:
    """From a cell's text to the value in a line, and back."""

    read: Callable[[str], Any]
    write: Callable[[Any], str]

    @property
    def many(self) -> "Codec":
        """The same for a list of values, divided by semicolons."""
        return Codec(
            lambda cell: sorted({self.read(part) for part in cells.listed(cell)}),
            lambda values: "; ".join(self.write(value) for value in values),
        )


def plain(head: Head, *, needed: bool = False) -> Column:
    """Text as it stands."""

    def put(line: Line, cell: str) -> None:
        line[head.key] = cell

    def clear(line: Line) -> None:
        line[head.key] = None if head.key == "corporate_number" else ""

    return _column(head, put, lambda line: line.get(head.key) or "", None if needed else clear)


def coded(head: Head, codec: Codec) -> Column:
    """One code."""

    def put(line: Line, cell: str) -> None:
        line[head.key] = codec.read(cell)

    return _column(head, put, lambda line: codec.write(line[head.key]) if line.get(head.key) else "")


def several(head: Head, codec: Codec) -> Column:
    """A list of codes or names."""

    def put(line: Line, cell: str) -> None:
        line[head.key] = codec.many.read(cell)

    def clear(line: Line) -> None:
        line[head.key] = []

    return _column(head, put, lambda line: codec.many.write(line.get(head.key, [])), clear)


def inside(head: Head, codec: Codec, empty: Any = NEVER) -> Column:
    """A value inside an object of the line: the key is `capacity.slots`. `empty` is what clears it."""
    outer, key = head.key.split(".")

    def put(line: Line, cell: str) -> None:
        line[outer] = {**line.get(outer, {}), key: codec.read(cell)}

    def clear(line: Line) -> None:
        line[outer] = {**line.get(outer, {}), key: empty}

    def cell(line: Line) -> str:
        value = line.get(outer, {}).get(key)
        return "" if value is None else codec.write(value)

    return _column(head, put, cell, None if empty is NEVER else clear)


def _column(
    head: Head,
    put: Callable[[Line, str], None],
    cell: Callable[[Line], str],
    clear: Callable[[Line], None] | None = None,
) -> Column:
    return Column(**asdict(head), put=put, cell=cell, clear=clear)


def answer(value: bool) -> str:
    return "はい" if value else "いいえ"


def prefecture_cell(code_: str) -> str:
    return f"{code_} {PREFECTURES[code_].name_ja}" if code_ in PREFECTURES else code_


def columns(places: Mapping[str, Municipality]) -> list[Column]:
    """Every column in the table's order: facts first, then a column for each capability.

    `places` names the municipalities whose codes are written out (any others stay bare codes).
    """
    taxonomy = Capability.objects.all()
    return [
        *_identity(),
        *_whereabouts(places),
        *_contact(),
        *_service(places),
        *_capacity(),
        several(Head("labs", "参加するラボ", "静岡県", _several()), Codec(str, str)),
        *(rating_column(capability, example) for capability, example in zip(taxonomy, cycle(RATING_EXAMPLES))),
    ]


def _several() -> str:
    return _("いくつかあるときは ; で区切ります")


def _identity() -> list[Column]:
    kind = Codec(
        lambda cell: cells.code_of(cell, KINDS, called=_("種類")),
        lambda code: KINDS[code].name_ja if code in KINDS else code,
    )
    known_by = _("機関を見分けるID。登録ずみのIDなら更新、なければ新規です")
    return [
        plain(Head("id", "機関ID", "org-001", known_by), needed=True),
        plain(Head("name", "名称", "架空 浜名信用金庫", _("必須（新規のとき）")), needed=True),
        plain(Head("kana", "よみがな", "カクウハマナシンヨウキンコ")),
        coded(Head("kind", "種類", "信用金庫", _("必須（新規のとき）。名称かコード")), kind),
        plain(Head("corporate_number", "法人番号", NOBODYS_NUMBER, _("13桁。ない場合は空欄"))),
    ]


def _prefecture() -> Codec:
    return Codec(lambda cell: cells.code_of(cell, PREFECTURES, called=_("都道府県"), width=2), prefecture_cell)


def _municipality(places: Mapping[str, Municipality]) -> Codec:
    def write(code: str) -> str:
        with override("ja"):
            return f"{code} {places[code]}" if code in places else code

    return Codec(cells.municipality, write)


def _whereabouts(places: Mapping[str, Municipality]) -> list[Column]:
    either = _("コードか名称。市区町村があれば空欄でもかまいません")
    named = _("5桁のコードか、都道府県からの名称")
    return [
        coded(Head("prefecture", "都道府県", "22 静岡県", either), _prefecture()),
        coded(Head("municipality", "市区町村", "22138 静岡県浜松市中央区", named), _municipality(places)),
    ]


def _contact() -> list[Column]:
    industry = Codec(cells.industry, lambda code: f"{code} {INDUSTRIES[code].name_ja}" if code in INDUSTRIES else code)
    return [
        plain(Head("about", "紹介", "取引先の工場や商店を毎月訪ねています。")),
        plain(Head("website", "ウェブサイト", "https://example.jp/")),
        plain(Head("contact_email", "連絡先のメール", "dx@example.jp")),
        plain(Head("contact_phone", "連絡先の電話", "053-000-0000")),
        several(Head("industries", "支援できる業種", "E 製造業; H 運輸業、郵便業", _several()), industry),
    ]


def _service(places: Mapping[str, Municipality]) -> list[Column]:
    either, flag = _("はい か いいえ"), Codec(cells.yes_or_no, answer)
    whole = Head("service_area.prefectures", "対応する都道府県", "22 静岡県; 23 愛知県", _several())
    part = Head("service_area.municipalities", "対応する市区町村", "24202 三重県四日市市", _several())
    return [
        inside(whole, _prefecture().many, []),
        inside(part, _municipality(places).many, []),
        inside(Head("service_area.nationwide", "全国に対応", "いいえ", either), flag),
        inside(Head("service_area.remote", "遠隔でも対応", "はい", either), flag),
    ]


def _capacity() -> list[Column]:
    labels = {value: label for label, value in STATUSES.items()}
    status = Codec(
        lambda cell: cells.choice(cell, CapacityStatus, STATUSES, called=_("受付の状況")), labels.__getitem__
    )
    return [
        inside(Head("capacity.status", "受付の状況", "受付中", _("、").join(STATUSES)), status),
        inside(Head("capacity.slots", "あと何件", "2", _("整数")), Codec(cells.number, str)),
        inside(Head("capacity.until", "いつまで有効か", "2027-03-31", _("日付")), Codec(cells.day, str), None),
    ]


def rating_column(capability: Capability, example: str) -> Column:
    """The column of one capability. A cell changes the level and stance of its line; note and evidence stay."""

    code = capability.code

    def put(line: Line, cell: str) -> None:
        said, present = cells.rating(cell), line.get("ratings", {}).get(code)
        ratings = {key: entry for key, entry in line.get("ratings", {}).items() if key != code}
        if said is None:
            line["ratings"] = ratings
        elif present is None:
            line["ratings"] = {**ratings, code: {"capability": code, **said, "confidence": None}}
        elif (present["level"], present["stance"]) != (said["level"], said["stance"]):
            # What is said anew is confirmed with it.
            kept = {key: value for key, value in present.items() if key != "confirmed_at"}
            line["ratings"] = {**ratings, code: {**kept, **said, "confidence": None}}

    def cell(line: Line) -> str:
        entry = line.get("ratings", {}).get(code)
        return cells.rating_text(entry["level"], entry["stance"]) if entry else ""

    head = f"評価: {capability.name_ja} [{code}]"
    return _column(Head(f"{RATING}{code}", head, example, _("0〜4、「強み 4」「弱み」、「なし」")), put, cell)


CLEARED = frozenset({"(空)", "(empty)"})
"""Written into a cell: the value is emptied. A blank cell leaves it as it is."""


def put(column: Column, line: Line, cell: str) -> None:
    """Take one cell into the line; a blank one changes nothing. Raises Refusal."""
    if not cell.strip():
        return
    if cells.plain(cell) not in CLEARED:
        column.put(line, cell)
    elif column.clear:
        column.clear(line)
    else:
        raise Refusal(("", _("この欄は空にできません。")))
