"""Identifiers planted in any Japanese text, in any width and spacing, are found where they stand."""

import string
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casebook.anonymity.addresses import addresses
from casebook.anonymity.checking import _apart
from casebook.anonymity.folding import fold
from casebook.anonymity.headcounts import band_of, headcounts, value_of
from casebook.anonymity.numbers import identifiers
from network.codes import SIZE_BANDS
from network.corporate_number import check_digit

WIDE = {char: chr(ord(char) + 0xFEE0) for char in string.digits + string.ascii_letters + "@.+"}
HYPHENS = "-‐‑–—―−ー－ｰ"
GROUPS = [(3, 3, 4), (2, 4, 4), (4, 2, 4), (5, 1, 4), (3, 7), (10,), (6, 4)]
MOBILE = [(3, 4, 4), (11,), (3, 8)]

# Words, signs and half-width katakana (whose marks join when folded), and nothing that goes on with a number.
AROUND = st.lists(
    st.sampled_from(
        ["受注は", "ＦＡＸ、", "在庫の", "ﾃﾞｰﾀ入力", "が゙", "\n", "**太字**", "原価を", "株式", "「", "」", "ＡＢＣ社"]
    ),
    max_size=8,
).map("".join)


@st.composite
def spelled(draw, text: str) -> str:
    """Each character narrow or wide, with invisible ones between."""
    return "".join(
        draw(st.sampled_from([char, WIDE.get(char, char)])) + draw(st.sampled_from(["", "", "\u200b"])) for char in text
    )


@st.composite
def phones(draw) -> str:
    mobile = draw(st.booleans())
    head = draw(st.sampled_from(["050", "070", "080", "090"] if mobile else ["03", "053", "0120", "0538"]))
    digits = head + draw(st.text(string.digits, min_size=11, max_size=11))
    groups = draw(st.sampled_from(MOBILE if mobile else GROUPS))
    parts, at = [], 0
    for length in groups:
        parts.append(draw(spelled(digits[at : at + length])))
        at += length
    joint = draw(st.sampled_from([*HYPHENS, " ", "　", " - ", "."]))
    return joint.join(parts).rstrip("\u200b")


@st.composite
def corporate_numbers(draw) -> str:
    base = draw(st.text(string.digits, min_size=12, max_size=12))
    digits = f"{check_digit(base)}{base}"
    groups = draw(st.sampled_from([(13,), (1, 4, 4, 4), (1,) * 13]))
    joint = draw(st.sampled_from([*HYPHENS, " ", "　"]))
    parts, at = [], 0
    for length in groups:
        parts.append(draw(spelled(digits[at : at + length])))
        at += length
    return joint.join(parts).rstrip("\u200b")


@st.composite
def mails(draw) -> str:
    name = draw(st.text(string.ascii_letters + string.digits, min_size=1, max_size=10))
    at = draw(st.sampled_from(["@", "＠", " @ ", "(at)", "（at）", "[at]", " [アット] "]))
    return name + at + draw(spelled("kakuu.example.jp")).rstrip("\u200b")


def found(text):
    """(kind, words, start) in the original text."""
    folded = fold(text)
    hits = _apart([*identifiers(folded.text), *addresses(folded.text)])
    spans = [(hit.kind.value, *folded.span(hit.start, hit.end)) for hit in hits]
    return [(kind, text[start:end].rstrip("\u200b"), start) for kind, start, end in spans]


@given(AROUND, phones(), AROUND)
def test_a_telephone_number(before, number, after):
    text = f"{before}電話{number}です{after}"
    assert ("phone", number, len(before) + 2) in found(text)


@given(AROUND, corporate_numbers(), AROUND)
def test_a_corporate_number(before, number, after):
    assert ("corporate_number", number, len(before) + 2) in found(f"{before}法人{number}です{after}")


@given(AROUND, mails(), AROUND)
def test_a_mail_address(before, address, after):
    assert ("email", address, len(before) + 1) in found(f"{before}、{address}へ{after}")


@given(AROUND, phones(), mails(), AROUND)
def test_nothing_is_found_twice(before, number, address, after):
    spans = [(start, start + len(words)) for _kind, words, start in found(f"{before}電話{number}、{address}へ{after}")]
    assert all(one[1] <= other[0] for one, other in pairwise(spans))


@given(st.text())
def test_any_text_leads_back(text):
    folded = fold(text)
    assert len(folded.origins) == len(folded.text) + 1
    assert all(
        0 <= start < end <= len(text) for start, end in (folded.span(at, at + 1) for at in range(len(folded.text)))
    )


@given(st.dates())
def test_a_date_is_no_number(day):
    for written in (
        day.isoformat(),
        day.strftime("%d-%m-%Y %H:%M"),
        day.strftime("%Y.%m.%d"),
        day.strftime("%m/%d/%Y"),
    ):
        assert found(f"期限は{written}です") == []


@given(st.integers(1, 99_999), st.sampled_from(["従業員{}名", "従業員数は{}人", "従業員：{}名"]))
def test_a_headcount_becomes_a_band(people, said):
    text = said.format(f"{people:,}")
    (hit,) = headcounts(fold(text).text)
    band = next(b for b in SIZE_BANDS.values() if int(b.fields["least"]) <= people <= int(b.fields["most"] or 10**9))
    assert hit.instead.endswith(band.name_ja)
    assert hit.instead.startswith("従業員")


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("47", 47),
        ("1,200", 1200),
        ("四十七", 47),
        ("四七", 47),
        ("百二十", 120),
        ("十", 10),
        ("千三", 1003),
        ("二〇", 20),
    ],
)
def test_figures_are_read(written, value):
    assert value_of(written) == value


@pytest.mark.parametrize(
    ("people", "band"),
    [
        (0, ""),
        (1, "5人以下"),
        (5, "5人以下"),
        (6, "6〜20人"),
        (300, "101〜300人"),
        (301, "301人以上"),
        (9999, "301人以上"),
    ],
)
def test_bands_begin_and_end_where_the_list_says(people, band):
    assert band_of(people) == band
