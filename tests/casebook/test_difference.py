"""The difference between two texts: complete, readable, and never slow."""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casebook.writing.difference import ADDED, REMOVED, SAME, Piece, difference, is_changed

JAPANESE = st.text(alphabet="あいう在庫。\n！ABア", max_size=60)


def sides(pieces):
    old = "".join(piece.text for piece in pieces if piece.op != ADDED)
    new = "".join(piece.text for piece in pieces if piece.op != REMOVED)
    return old, new


@given(JAPANESE, JAPANESE)
def test_both_texts_can_be_read_from_it(before, after):
    pieces = difference(before, after)
    assert sides(pieces) == (before, after)
    assert is_changed(pieces) == (before != after)
    assert all(piece.text for piece in pieces)


@given(st.lists(JAPANESE, min_size=65, max_size=90), st.lists(JAPANESE, min_size=65, max_size=90))
def test_long_ones_too(before, after):
    old, new = "。".join(before), "。".join(after)
    assert sides(difference(old, new)) == (old, new)


def test_a_word_in_a_sentence_is_pointed_at():
    before = "在庫を紙で数えた。発注は電話でした。"
    after = "在庫を端末で数えた。発注は電話でした。"
    assert difference(before, after) == [
        Piece(SAME, "在庫を"),
        Piece(REMOVED, "紙"),
        Piece(ADDED, "端末"),
        Piece(SAME, "で数えた。発注は電話でした。"),
    ]


def test_a_sentence_more_and_a_sentence_less():
    assert difference("一。二。三。", "一。三。") == [Piece(SAME, "一。"), Piece(REMOVED, "二。"), Piece(SAME, "三。")]
    assert difference("", "一。") == [Piece(ADDED, "一。")]
    assert difference("一。", "") == [Piece(REMOVED, "一。")]
    assert difference("", "") == []


def test_one_new_sentence_in_a_long_text_is_all_that_is_marked():
    old = [f"{number}番目の工程を見直しました。" for number in range(300)]
    new = [*old[:150], "ここで一度、止めました。", *old[150:200], *old[201:]]
    pieces = difference("".join(old), "".join(new))
    assert [piece for piece in pieces if piece.op != SAME] == [
        Piece(ADDED, "ここで一度、止めました。"),
        Piece(REMOVED, old[200]),
    ]


LONG = 20_000
RANDOM = random.Random(7)
PATHOLOGICAL = {
    "one letter": ("あ" * LONG, "い" * LONG),
    "stops": ("。" * LONG, "。" * (LONG - 1) + "あ"),
    "two letters": ("ab" * (LONG // 2), "ba" * (LONG // 2)),
    "short sentences": ("あ。" * (LONG // 2), "い。あ。" * (LONG // 4)),
    "lines": ("\n" * LONG, "a\n" * (LONG // 2)),
    "noise": tuple("".join(RANDOM.choices("あいうえお。\n漢字", k=LONG)) for _side in range(2)),
    "shuffled": tuple("".join(RANDOM.sample([f"文{n}です。" for n in range(2800)], 2800))[:LONG] for _side in range(2)),
    "all slightly changed": ("在庫を紙で数えました。" * 1800, "在庫を表で数えました。" * 1800),
    "many changed": tuple("".join(f"{n}の在庫を{way}で数えました。" for n in range(1300)) for way in ("紙", "表")),
}


@pytest.mark.parametrize("name", PATHOLOGICAL)
def test_no_text_takes_long(name):
    before, after = PATHOLOGICAL[name]
    began = time.process_time()
    pieces = difference(before, after)
    assert time.process_time() - began < 10  # below one on a quiet machine
    assert sides(pieces) == (before, after)
