"""What text must be before it is stored."""

import pytest
from django.core.exceptions import ValidationError

from network.text import clean_line, clean_text


@pytest.mark.parametrize(
    "text", ["", "浜名湖の信金", "𠮷野家", "葛\U000e0100飾", "a\tb", "一行目\n二行目", "👨‍👩‍👧", "ﾊﾝｶｸ"]
)
def test_what_people_write_is_kept(text):
    clean_text(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a\x00b", "unsafe_character"),
        ("\ud800", "unsafe_character"),
        ("\x1b[31m", "unsafe_character"),
        ("abc\u202egnp.exe", "unsafe_character"),
        ("\u2067x", "unsafe_character"),
        ("\u200b\u200b", "invisible"),
        ("\u3000 ", "invisible"),
        ("\ufeff", "invisible"),
    ],
)
def test_what_breaks_or_deceives_is_refused(text, code):
    with pytest.raises(ValidationError) as refused:
        clean_text(text)
    assert refused.value.code == code


def test_the_refused_character_is_named():
    with pytest.raises(ValidationError, match=r"U\+0000"):
        clean_text("a\x00")


@pytest.mark.parametrize("text", ["a\nb", "a\rb"])
def test_a_line_has_no_line_break(text):
    clean_text(text)
    with pytest.raises(ValidationError) as refused:
        clean_line(text)
    assert refused.value.code == "line_break"
