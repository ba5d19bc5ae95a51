"""Markdown of people as plain words."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casebook.rendering import html_of, plain_text
from tests.casebook.test_rendering import Strict


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("在庫が合わない。\n棚卸が遅い。", "在庫が合わない。\n棚卸が遅い。"),
        ("## 見出し\n**強い**言葉と*斜体*", "見出し\n強い言葉と斜体"),
        ("- 一つ目\n- 二つ目 `SKU`", "一つ目\n二つ目 SKU"),
        ("1. 現状\n2. 対策", "現状\n対策"),
        ("[手引き](https://example.jp/a)を読む", "手引きを読む"),
        ("![倉庫の棚](attachment:12)", "倉庫の棚"),
        ("> 引用\n\n~~古い~~", "引用\n古い"),
        ("| 列 | 値 |\n|---|---|\n| 在庫 | 3 |", "列 値 \n在庫 3"),
        ("<b>太字</b> & 記号", "<b>太字</b> & 記号"),
        ("```\nSELECT *\n```", "SELECT *"),
        ("5 * 3 と a_b_c", "5 * 3 と a_b_c"),
        ("", ""),
    ],
)
def test_the_words_stay_and_the_marks_go(text, plain):
    assert plain_text(text) == plain


@given(st.text(alphabet="在庫a1#*_`~[]()>|!\\-&<\n ", max_size=60))
def test_it_says_what_the_page_says(text):
    """The same visible characters as the page, in the same order; pictures of no attachment stand there as words."""
    shown = Strict(html_of(text, images={})).text
    assert "".join(plain_text(text).split()) == "".join(shown.split())


def test_a_long_text_takes_no_time():
    text = "| a " * 4_000 + "\n" + "**在庫**の表 " * 2_000
    began = time.perf_counter()
    plain_text(text)
    assert time.perf_counter() - began < 10
