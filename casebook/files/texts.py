"""Texts and CSV: nothing but characters."""

ALLOWED = frozenset(b"\t\n\r\f")
CONTROLS = bytes(byte for byte in range(32) if byte not in ALLOWED) + b"\x7f"
NOT_IN_SHIFT_JIS = frozenset("\x80\xa0\uf8f1\uf8f2\uf8f3")
"""What the codec makes of bytes that the encoding does not have."""


def charset_of(content: bytes) -> str | None:
    """The encoding's name on the web (`utf-8` or `Shift_JIS`), None for what is no text in either."""
    if len(content.translate(None, CONTROLS)) != len(content):
        return None
    if _decoded(content, "utf-8") is not None:
        return "utf-8"
    text = _decoded(content, "cp932")
    return "Shift_JIS" if text is not None and not NOT_IN_SHIFT_JIS & set(text) else None


def _decoded(content: bytes, codec: str) -> str | None:
    try:
        return content.decode(codec)
    except UnicodeDecodeError:
        return None
