"""XLSX files of strangers, read without trusting a word they say.

A small file can hold a sheet of gigabytes, claim a sheet of 17 billion cells, or bring macros and entities along:
sizes are added up before anything is unpacked, the claimed dimension is ignored, rows are read as they come.
"""

import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any, BinaryIO

from defusedxml import DefusedXmlException
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from network.transfer.errors import TransferError, whole_file

MAX_UNPACKED = 80 * 1024 * 1024
MAX_STRINGS = 20 * 1024 * 1024
"""The shared strings are held in memory; sheets are not."""
MAX_RATIO = 120
"""A spreadsheet packs to a tenth or a thirtieth. What unpacks to more than this was made to."""
MAX_MEMBERS = 500
SMALL = 1024 * 1024
"""Below this the ratio says nothing."""
MAX_COLUMNS = 300
MAX_GAP = 100_000
"""The last row that a table may have, empty ones counted."""
BROKEN = (
    InvalidFileException,
    DefusedXmlException,
    zipfile.BadZipFile,
    zlib.error,
    SyntaxError,  # the XML parser's
    AttributeError,
    EOFError,
    IndexError,
    KeyError,
    NotImplementedError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""What openpyxl and zipfile raise over files that are no workbooks."""


def xlsx_rows(source: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    """The rows of the first sheet, as text, with their numbers. Raises TransferError."""
    try:
        _inspect(source)
        book = load_workbook(source, read_only=True, data_only=True, keep_links=False)
        try:
            sheet = book.worksheets[0]
            sheet.reset_dimensions()
            for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
                if number > MAX_GAP:
                    raise whole_file(_("行が多すぎます。表を新しいシートに写し、分けて保存し直してください。"))
                if len(row) > MAX_COLUMNS:
                    raise whole_file(_("列が多すぎます（%(limit)d列まで）。") % {"limit": MAX_COLUMNS})
                yield number, [_text(value) for value in row]
        finally:
            book.close()
    except TransferError:
        raise
    except BROKEN as error:
        raise whole_file(_("XLSXとして読めません。表計算ソフトで開き、.xlsx で保存し直してください。")) from error


def _inspect(source: BinaryIO) -> None:
    """Refuses by the archive's list of contents, and by the XML's first words, before anything is built from it."""
    with zipfile.ZipFile(source) as archive:
        members = archive.infolist()
        names = {member.filename.lower() for member in members}
        if any(name.endswith(("vbaproject.bin", ".bas")) or "macrosheets/" in name for name in names):
            raise whole_file(_("マクロが含まれています。マクロなしの .xlsx か CSV で保存し直してください。"))
        if "encryptioninfo" in names or any(member.flag_bits & 1 for member in members):
            raise whole_file(_("パスワードつきのファイルです。パスワードを外して保存し直してください。"))
        for member in members:
            unpacked, packed = member.file_size, max(member.compress_size, 1)
            strings = member.filename.lower().endswith("sharedstrings.xml")
            if (strings and unpacked > MAX_STRINGS) or (unpacked > SMALL and unpacked / packed > MAX_RATIO):
                raise _bomb()
        if sum(member.file_size for member in members) > MAX_UNPACKED or len(members) > MAX_MEMBERS:
            raise _bomb()
        for member in members:
            if member.filename.lower().endswith((".xml", ".rels")):
                _refuse_entities(archive, member)


def _refuse_entities(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """A document type stands before the first element: spreadsheets have none, entity bombs need one."""
    with archive.open(member) as part:
        head = part.read(4096).replace(b"\0", b"").upper()
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        raise whole_file(_("使えない記述（DTD）が含まれています。表計算ソフトで開き、.xlsx で保存し直してください。"))


def _bomb() -> TransferError:
    return whole_file(
        _("展開すると大きくなりすぎるファイルです。必要な行だけを新しいシートに写して保存し直してください。")
    )


def _text(value: Any) -> str:
    """A cell's value as somebody would have typed it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value)) if abs(value) < 1e15 else str(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date) else str(value)
