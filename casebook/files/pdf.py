"""PDF files that do nothing by themselves.

Looked for are the names of what acts or hides, wherever they stand, spelled plainly or in hexadecimal, and in
compressed object streams too. That is no virus scanner: see `scanning`.
"""

import re
import zlib

from django.utils.translation import gettext as _

from casebook.files.refusing import refused

ACTS = re.compile(rb"/(?:JavaScript|Launch|EmbeddedFiles?|Rendition|RichMedia|XFA)(?![A-Za-z0-9])")
ENCRYPTED = re.compile(rb"/Encrypt(?![A-Za-z0-9])")
HEX = re.compile(rb"#([0-9A-Fa-f]{2})")
STREAM = re.compile(rb"(?<!end)stream\r?\n")
HEAD = 2000
"""So far before a stream its dictionary is looked for."""
PLAIN = re.compile(rb"/Filter\s*\[?\s*/FlateDecode\s*\]?")
MAX_UNPACKED = 64 * 1024 * 1024


class UnreadableError(Exception):
    """Objects are packed in a way that cannot be looked into."""


def check_pdf(name: str, content: bytes) -> None:
    """Raises ValidationError for a PDF with scripts, programs or files in it, or one that cannot be looked into."""
    spelled = _spelled_out(content)
    if b"startxref" not in content or b"endobj" not in content:
        raise refused(name, _("「%(name)s」はPDFとして読めません。元のソフトで開き、もう一度PDFで保存してください。"))
    if ENCRYPTED.search(spelled):
        raise refused(name, _("「%(name)s」はパスワードや制限のついたPDFです。保護を外して保存し直してください。"))
    try:
        acts = ACTS.search(spelled) or any(ACTS.search(_spelled_out(part)) for part in _objects(content))
    except UnreadableError:
        raise refused(name, _("「%(name)s」の中を確かめられません。「PDFとして印刷」で作り直してください。")) from None
    if acts:
        said = _(
            "「%(name)s」には、動くしくみ（スクリプトなど）か別のファイルが埋め込まれています。"
            "「PDFとして印刷」で作り直してください。"
        )
        raise refused(name, said)


def _spelled_out(content: bytes) -> bytes:
    """With the names' hexadecimal spellings (/J#61vaScript) as letters."""
    return HEX.sub(lambda found: bytes([int(found[1], 16)]), content)


def _objects(content: bytes) -> list[bytes]:
    """What stands in the compressed object streams. Raises UnreadableError."""
    found, left = [], MAX_UNPACKED
    for stream in STREAM.finditer(content):
        before = content[max(0, stream.start() - HEAD) : stream.start()]
        head = _spelled_out(before[before.rfind(b"obj") + 1 :])
        if b"/ObjStm" not in head and b"/First" not in head:
            continue
        if b"/Filter" not in head:
            continue  # not compressed: seen already
        if not PLAIN.search(head) or b"/DecodeParms" in head:
            raise UnreadableError
        unpacked = _unpacked(content, stream.end(), left)
        left -= len(unpacked)
        found.append(unpacked)
    return found


def _unpacked(content: bytes, start: int, limit: int) -> bytes:
    try:
        unpacking = zlib.decompressobj()
        unpacked = unpacking.decompress(memoryview(content)[start:], limit)
    except zlib.error:
        raise UnreadableError from None
    if len(unpacked) >= limit:
        raise UnreadableError
    return unpacked
