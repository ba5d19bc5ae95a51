"""The kinds of file that a case takes, and what a file's first bytes say it is."""

from dataclasses import dataclass
from pathlib import PurePosixPath

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

OFFICE = "application/vnd.openxmlformats-officedocument."


@dataclass(frozen=True, slots=True)
class Kind:
    code: str
    name: str | Promise
    endings: tuple[str, ...]
    content_type: str


KINDS = (
    Kind("pdf", "PDF", (".pdf",), "application/pdf"),
    Kind("jpeg", _("JPEGの画像"), (".jpg", ".jpeg"), "image/jpeg"),
    Kind("png", _("PNGの画像"), (".png",), "image/png"),
    Kind("webp", _("WebPの画像"), (".webp",), "image/webp"),
    Kind("gif", _("GIFの画像"), (".gif",), "image/gif"),
    Kind("docx", _("Wordの文書"), (".docx",), f"{OFFICE}wordprocessingml.document"),
    Kind("xlsx", _("Excelの表"), (".xlsx",), f"{OFFICE}spreadsheetml.sheet"),
    Kind("pptx", _("PowerPointの資料"), (".pptx",), f"{OFFICE}presentationml.presentation"),
    Kind("csv", "CSV", (".csv",), "text/csv"),
    Kind("text", _("文字だけのファイル"), (".txt",), "text/plain"),
)
BY_ENDING = {ending: kind for kind in KINDS for ending in kind.endings}
FOUND: dict[str, str | Promise] = {
    **{kind.code: kind.name for kind in KINDS},
    "zip": _("ZIPのファイル"),
    "old": _("古い形式かパスワードつきの文書"),
    "markup": _("ウェブページ（HTML・SVG・XML）"),
    "program": _("プログラム"),
    "": _("種類のわからないデータ"),
}
"""What somebody is told that a file is."""
SIGNATURES = (
    ("pdf", b"%PDF-"),
    ("png", b"\x89PNG\r\n\x1a\n"),
    ("jpeg", b"\xff\xd8\xff"),
    ("gif", b"GIF87a"),
    ("gif", b"GIF89a"),
    ("zip", b"PK\x03\x04"),
    ("zip", b"PK\x05\x06"),
    ("old", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    ("program", b"MZ"),
    ("program", b"\x7fELF"),
    ("program", b"#!"),
)
MARKUP = (b"<!doctype", b"<html", b"<head", b"<body", b"<svg", b"<?xml", b"<script", b"<!--")
PICTURES = frozenset({"jpeg", "png", "webp", "gif"})
DOCUMENTS = frozenset({"docx", "xlsx", "pptx"})
TEXTS = frozenset({"csv", "text"})
ACCEPT = ",".join(sorted(BY_ENDING))
"""For the browser's file dialog."""


def kind_of_name(name: str) -> Kind | None:
    """The kind that the name claims, None for one that no case takes."""
    return BY_ENDING.get(PurePosixPath(name).suffix.lower())


def sniffed(content: bytes) -> str:
    """What the first bytes say: a code of FOUND, empty where they say nothing (as those of a text)."""
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "webp"
    if content.removeprefix(b"\xef\xbb\xbf").lstrip()[:20].lower().startswith(MARKUP):
        return "markup"
    return next((code for code, first in SIGNATURES if content.startswith(first)), "")
