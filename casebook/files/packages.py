"""Word, Excel and PowerPoint files: archives whose list of contents is read before anything is unpacked."""

import io
import re
import zipfile
import zlib

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from casebook.files.refusing import refused

MAIN = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}
MAX_UNPACKED = 100 * 1024 * 1024
MAX_MEMBERS = 3000
MAX_RATIO = 120
"""Documents pack to a tenth or a thirtieth. What unpacks to more than this was made to."""
SMALL = 1024 * 1024
"""Below this the ratio says nothing."""
PIECE = 256 * 1024
MACROS = re.compile(r"vbaproject\.bin$|vbadata\.xml$|\.bas$|(?:^|/)macrosheets/|(?:^|/)activex/")
OBJECTS = re.compile(r"/embeddings/.*\.bin$")
OUTSIDE = re.compile(rb"/(?:attachedTemplate|oleObject|frame|subDocument)\"")
"""Kinds of relationship that fetch and run or show something from elsewhere; hyperlinks are none of them."""
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, OSError, RuntimeError, ValueError)


def package_kind(content: bytes) -> str:
    """`docx`, `xlsx` or `pptx` by the main part, else `zip`."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
    except BROKEN:
        return "zip"
    kinds = [kind for kind, main in MAIN.items() if main in names]
    return kinds[0] if len(kinds) == 1 and "[Content_Types].xml" in names else "zip"


def check_package(name: str, content: bytes) -> None:
    """Raises ValidationError for macros, embedded programs, a password, a bomb, and members that would leave their
    folder or are not what the list of contents says."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_list(name, archive.infolist())
            for member in archive.infolist():
                _check_member(name, archive, member)
    except BROKEN:
        raise refused(name, _("「%(name)s」は壊れています。元のソフトで開き、保存し直してください。")) from None


def _check_list(name: str, members: list[zipfile.ZipInfo]) -> None:
    names = [member.filename.lower() for member in members]
    if any(member.flag_bits & 1 for member in members) or "encryptioninfo" in names:
        raise refused(name, _("「%(name)s」はパスワードつきです。パスワードを外して保存し直してください。"))
    if any(MACROS.search(one) for one in names):
        raise _macros(name)
    if any(OBJECTS.search(one) for one in names):
        raise refused(
            name,
            _("「%(name)s」には別のファイルが埋め込まれています。取り除くか、PDFで保存し直してください。"),
        )
    if any(_leaves(one) for one in names) or len(set(names)) != len(names):
        raise refused(name, _("「%(name)s」の構造が正しくありません。元のソフトで開き、保存し直してください。"))
    swollen = any(m.file_size > SMALL and m.file_size > MAX_RATIO * max(m.compress_size, 1) for m in members)
    if swollen or sum(m.file_size for m in members) > MAX_UNPACKED or len(members) > MAX_MEMBERS:
        raise refused(
            name,
            _("「%(name)s」は、展開すると大きくなりすぎます。必要な部分だけにするか、PDFで保存し直してください。"),
        )


def _check_member(name: str, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Unpacks it once, piece by piece, which proves size and checksum; looks into what says how parts belong
    together."""
    telling = member.filename.lower().endswith((".rels", "[content_types].xml"))
    told = bytearray()
    with archive.open(member) as part:
        while piece := part.read(PIECE):
            if telling:
                told += piece
    text = bytes(told).replace(b"\0", b"")  # UTF-16 too
    if b"macroEnabled" in text or b"vbaProject" in text:
        raise _macros(name)
    if b"External" in text and OUTSIDE.search(text.replace(b"'", b'"')):
        raise refused(
            name,
            _("「%(name)s」は、外部のファイルを読み込みます。リンクを切るか、PDFで保存し直してください。"),
        )


def _macros(name: str) -> ValidationError:
    return refused(name, _("「%(name)s」にはマクロが含まれています。マクロなしの形式か、PDFで保存し直してください。"))


def _leaves(member: str) -> bool:
    """Whether the member's name leads out of the folder it is unpacked into."""
    return member.startswith("/") or "\\" in member or ":" in member or ".." in member.split("/")
