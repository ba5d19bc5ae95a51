"""The registry as a table to take away, and the empty template with an example.

What is exported reads back without a change. A cell that a spreadsheet would run as a formula gets an apostrophe in
CSV and the type text in XLSX.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from network.access import Reader
from network.models import Municipality, Organization
from network.tables.columns import Column, Line, columns, opened
from network.tables.preview import without_weaknesses
from network.tables.reading import is_formula
from network.transfer.organization_lines import OrganizationLines
from network.transfer.writing import batched

NARROW, USUAL = 14, 18


def lines_for(reader: Reader, pks: list[int]) -> Iterator[Line]:
    """Lines of these organizations in their order, without the weaknesses that the reader may not know."""
    lines = OrganizationLines()
    for batch in batched(pks):
        here = Organization.objects.visible_to(reader).filter(pk__in=batch)
        frank = set(
            here.filter(pk__in=Organization.objects.weaknesses_known_to(reader).values("pk")).values_list(
                "external_id", flat=True
            )
        )
        visible = set(here.values_list("pk", flat=True))
        for line in lines.of([pk for pk in batch if pk in visible]):
            yield opened(line) if line["id"] in frank else without_weaknesses(opened(line))


def cells_of(line: Line, known: list[Column]) -> list[str]:
    return [column.cell(line) for column in known]


def table(reader: Reader, pks: list[int]) -> Iterator[list[str]]:
    """The head, then a row for each of the organizations that the reader may see."""
    known = columns(Municipality.objects.in_bulk())
    yield [column.head for column in known]
    for line in lines_for(reader, pks):
        yield cells_of(line, known)


def template() -> list[list[str]]:
    """The head and one example to write over, in every column."""
    known = columns({})
    return [[column.head for column in known], [column.example for column in known]]


def guide() -> list[list[str]]:
    """What each column means, for the template's second sheet."""
    known = [column for column in columns({}) if not column.capability]
    rows = [[_("列"), _("例"), _("書き方")], *([c.head, c.example, c.hint] for c in known)]
    return [
        *rows,
        [_("評価: …"), "強み 4", _("0〜4のレベル、「強み 4」「中立 2」「弱み」。「なし」で申告を取り下げます")],
        [_("空欄"), "", _("空欄は、いまの値をそのままにします。値を消すときは (空) と書きます")],
    ]


def as_csv(rows: Iterable[list[str]]) -> bytes:
    """UTF-8 with a byte order mark, as spreadsheets in Japan open it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerows([_escaped(cell) for cell in row] for row in rows)
    return "\ufeff".encode() + text.getvalue().encode()


def _escaped(cell: str) -> str:
    return f"'{cell}" if is_formula(cell) else cell


def as_xlsx(rows: Iterable[list[str]], notes: list[list[str]] | None = None) -> bytes:
    """One sheet, its head fixed; every cell is text, so nothing in it is ever run. `notes` become a second sheet."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("機関")
    sheet.freeze_panes = "C2"
    for number, row in enumerate(rows):
        if not number:
            for position, head in enumerate(row, start=1):
                width = NARROW if head.startswith("評価") else USUAL
                sheet.column_dimensions[get_column_letter(position)].width = width
        sheet.append([_cell(sheet, cell, head=not number) for cell in row])
    if notes:
        _notes(book, notes)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _notes(book: Workbook, notes: list[list[str]]) -> None:
    sheet = book.create_sheet("書き方")
    for letter, width in zip("ABC", (28, 34, 70), strict=True):
        sheet.column_dimensions[letter].width = width
    for number, row in enumerate(notes):
        sheet.append([_cell(sheet, cell, head=not number) for cell in row])


def _cell(sheet: Any, value: str, *, head: bool = False) -> Any:
    """Text, also where it looks like a formula or an error; empty cells are not written."""
    if not head and value[:1] not in {"=", "#"}:
        return value or None
    cell = WriteOnlyCell(sheet, value)
    cell.data_type = "s"
    if head:
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell
