"""From what somebody sent to what may be stored."""

from dataclasses import dataclass
from pathlib import PurePosixPath

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from casebook.files.kinds import DOCUMENTS, FOUND, PICTURES, TEXTS, Kind, kind_of_name, sniffed
from casebook.files.naming import clean_name
from casebook.files.packages import check_package, package_kind
from casebook.files.pdf import check_pdf
from casebook.files.pictures import redrawn
from casebook.files.refusing import refused
from casebook.files.texts import charset_of

MAX_BYTES = 8 * 1024 * 1024
"""Of one file; a request takes a little more (`network.uploads`)."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A file as it is stored: the name is clean, the type is the content's, a picture is drawn anew."""

    name: str
    content_type: str
    content: bytes


def checked(given_name: str, content: bytes) -> Checked:
    """The file, if a case takes it. Raises ValidationError for the field `file`, with the file's name and what to
    do."""
    name = clean_name(given_name)
    if len(content) > MAX_BYTES:
        raise too_long(name)
    if not content:
        raise refused(name, _("「%(name)s」は空です。中身のあるファイルを選んでください。"))
    kind = _kind(name, content)
    if kind.code in PICTURES:
        return _picture(name, kind, redrawn(name, kind.code, content))
    if kind.code in TEXTS:
        return Checked(name, f"{kind.content_type}; charset={charset_of(content)}", content)
    check = check_package if kind.code in DOCUMENTS else check_pdf
    check(name, content)
    return Checked(name, kind.content_type, content)


def too_long(given_name: str) -> ValidationError:
    """For a file larger than MAX_BYTES, that need not be read for it."""
    return refused(clean_name(given_name), _("「%(name)s」は大きすぎます（1つ8MBまで）。分けるか、縮小してください。"))


def _picture(name: str, kind: Kind, content: bytes) -> Checked:
    if kind.code == "gif":
        return Checked(f"{PurePosixPath(name).stem}.png", "image/png", content)
    return Checked(name, kind.content_type, content)


def _kind(name: str, content: bytes) -> Kind:
    """What the name says and the content is. Raises ValidationError where they differ."""
    kind = kind_of_name(name)
    if kind is None:
        said = _(
            "「%(name)s」は添付できない種類です。PDF、画像（JPEG・PNG・WebP・GIF）、Word・Excel・PowerPoint"
            "（.docx・.xlsx・.pptx）、.txt、.csv のどれかで保存し直してください。"
        )
        raise refused(name, said)
    found = _found(content)
    if found == kind.code or (found == "text" and kind.code in TEXTS):
        return kind
    if found == "old" and kind.code in DOCUMENTS:
        said = _(
            "「%(name)s」は、パスワードつきか古い形式の文書です。"
            "パスワードを外し、.docx・.xlsx・.pptx で保存し直してください。"
        )
        raise refused(name, said)
    said = _(
        "「%(name)s」の中身は、名前の拡張子と合いません（中身: %(found)s）。"
        "元のソフトで開き、正しい形式で保存し直してください。"
    )
    raise refused(name, said, found=FOUND[found])


def _found(content: bytes) -> str:
    """A code of FOUND; of texts `text`."""
    found = sniffed(content)
    if found == "zip":
        return package_kind(content)
    if found in {"", "program"} and charset_of(content):
        return "text"  # "MZ" and "#!" may begin a text as well
    return found
