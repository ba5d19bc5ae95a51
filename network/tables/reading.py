"""From an uploaded file to rows of text, whatever the file was made to do.

What is taken: XLSX without macros, and CSV (comma, semicolon or tab) in UTF-8 or Shift_JIS. Everything is read as a
stream with limits on size, rows, columns and cell length, and refused in a sentence that says what to do.
"""

import csv
import io
from collections.abc import Iterator
from typing import BinaryIO

from django.utils.translation import gettext as _

from network.tables.xlsx import MAX_COLUMNS, xlsx_rows
from network.transfer.errors import whole_file
from network.transfer.lines import BOM
from network.uploads import MAX_BYTES

MAX_ROWS = 50_000
MAX_CELL = 4_000
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
WIDE = (b"\xff\xfe", b"\xfe\xff")
"""Byte order marks of UTF-16."""

FORMULA = frozenset({"=", "+", "-", "@", "\t", "\r"})
"""A cell that begins with one of these is run by spreadsheets (CSV injection)."""

Row = tuple[int, list[str]]
"""The row's number as a spreadsheet shows it, and its cells."""


def rows(source: BinaryIO) -> Iterator[Row]:
    """The rows that hold something. Raises TransferError for a file that cannot be taken, as early as it shows."""
    source.seek(0, io.SEEK_END)
    if source.tell() > MAX_BYTES:
        raise whole_file(_("ファイルが大きすぎます（10MBまで）。行を分けて取り込んでください。"))
    source.seek(0)
    head = source.read(8)
    source.seek(0)
    if head.startswith(OLE):
        raise whole_file(
            _(
                "パスワードつきのファイルか、古い形式（.xls）です。"
                "パスワードを外し、.xlsx か CSV で保存し直してください。"
            )
        )
    found = xlsx_rows(source) if head.startswith(ZIP) else _csv_rows(source)
    return _bounded(found)


def _bounded(found: Iterator[Row]) -> Iterator[Row]:
    count = 0
    for number, cells in found:
        while cells and not cells[-1].strip():
            cells.pop()
        if not cells:
            continue
        count += 1
        if count > MAX_ROWS or number > MAX_ROWS * 2:
            raise whole_file(_("行が多すぎます（%(limit)d行まで）。分けて取り込んでください。") % {"limit": MAX_ROWS})
        if len(cells) > MAX_COLUMNS:
            raise whole_file(_("列が多すぎます（%(limit)d列まで）。") % {"limit": MAX_COLUMNS})
        if any(len(cell) > MAX_CELL for cell in cells):
            raise whole_file(
                _("%(row)d行目に長すぎる欄があります（%(limit)d文字まで）。") % {"row": number, "limit": MAX_CELL}
            )
        yield number, cells
    if not count:
        raise whole_file(_("ファイルが空です。ひな形をダウンロードして、2行目から書いてください。"))


def _csv_rows(source: BinaryIO) -> Iterator[Row]:
    content = source.read()
    text = _decoded(content)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        for cells in reader:
            yield reader.line_num, [_unescaped(cell) for cell in cells]
    except csv.Error as error:
        raise whole_file(
            _("CSVとして読めません（%(row)d行目付近）。引用符の閉じ忘れなどをご確認ください。")
            % {"row": reader.line_num}
        ) from error


def _decoded(content: bytes) -> str:
    if content.startswith(WIDE):
        raise whole_file(_("文字コードがUTF-16です。「CSV UTF-8」か Shift_JIS で保存し直してください。"))
    if b"\0" in content:
        raise whole_file(
            _("使えない文字（NUL）が含まれています。表計算ソフトで開き、CSVかXLSXで保存し直してください。")
        )
    for encoding in ("utf-8", "cp932"):
        try:
            return content.removeprefix(BOM).decode(encoding)
        except UnicodeDecodeError:
            continue
    raise whole_file(_("文字コードを読み取れません。「CSV UTF-8」か Shift_JIS で保存し直してください。"))


def _delimiter(text: str) -> str:
    """The one of comma, tab and semicolon that divides the first line most."""
    first = text.lstrip("\r\n").split("\n", 1)[0]
    return max(",\t;", key=lambda mark: (first.count(mark), mark == ","))


def _unescaped(cell: str) -> str:
    """Without the apostrophe that the export put before what a spreadsheet would run as a formula."""
    return cell[1:] if cell.startswith("'") and is_formula(cell) else cell


def is_formula(cell: str) -> bool:
    """True for what a spreadsheet runs when it opens a CSV, and for the same behind apostrophes."""
    return cell.lstrip("'")[:1] in FORMULA
