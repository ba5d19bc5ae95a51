"""What text of people must be before it is stored."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
ALLOWED_CONTROLS = frozenset("\n\t\r")
REPLACEMENT = "\ufffd"
"""What a decoder leaves where bytes were no text: storing it would make the damage permanent."""


def clean_text(value: str) -> None:
    """Raise ValidationError for text that a database refuses or that deceives a reader:
    lone surrogates, control characters, direction overrides, traces of a broken encoding, nothing but
    invisible characters."""
    bad = [c for c in value if unsafe(c)]
    if bad:
        named = f"U+{ord(bad[0]):04X}"
        raise ValidationError(
            _("使えない文字（%(char)s）が含まれています。その文字を消してから、もう一度保存してください。")
            % {"char": named},
            code="unsafe_character",
        )
    if value and not any(visible(c) for c in value):
        raise ValidationError(_("見える文字がありません。内容を入力してください。"), code="invisible")


def clean_line(value: str) -> None:
    """`clean_text`, and no line break."""
    clean_text(value)
    if any(c in value for c in "\n\r"):
        raise ValidationError(_("改行は使えません。1行で入力してください。"), code="line_break")


HIRAGANA = re.compile("[ぁ-ゖ]")


def as_katakana(typed: str) -> str:
    """Typed text as readings are kept: full-width letters narrow, half-width katakana wide, hiragana as katakana."""
    return HIRAGANA.sub(lambda found: chr(ord(found[0]) + 0x60), unicodedata.normalize("NFKC", typed))


def unsafe(char: str) -> bool:
    """True for a surrogate, a control character other than tab and line breaks, a direction override, or U+FFFD."""
    category = unicodedata.category(char)
    refused = char in BIDI_CONTROLS or char == REPLACEMENT
    return refused or category == "Cs" or (category == "Cc" and char not in ALLOWED_CONTROLS)


def visible(char: str) -> bool:
    """True when a reader would see something."""
    return not char.isspace() and unicodedata.category(char) not in {"Cf", "Cc"}
