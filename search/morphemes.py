"""Words of a Japanese text in their normal form, by Sudachi."""

from collections.abc import Iterator
from typing import NamedTuple

from sudachipy import SplitMode

from network.morphemes import pieces, tokenizer

STOP_POS = frozenset({"助詞", "助動詞", "補助記号", "記号", "空白", "代名詞", "連体詞", "接続詞", "感動詞"})
FILLER_VERBS = {"為る", "居る", "有る", "成る", "出来る", "遣る", "下さる", "頂く", "貰う", "呉れる", "仕舞う", "置く"}
STOP_LEMMAS = FILLER_VERBS | {"無い", "御", "事", "為", "様", "等"}
"""Words with little meaning of their own that Sudachi does not call particles."""
COMPANY_MARKS = {"(株)": ("株式", "会社"), "(有)": ("有限", "会社")}
KATAKANA = range(ord("ァ"), ord("ー") + 1)


class Word(NamedTuple):
    """One content word: its normal form, where it stands, and the shorter units of a compound."""

    lemma: str
    start: int
    end: int
    parts: tuple[str, ...] = ()


def words(text: str) -> Iterator[Word]:
    """The content words of an NFKC text in order; particles, auxiliaries, signs and filler words are left out."""
    for offset, piece in pieces(text):
        for morpheme in tokenizer().tokenize(piece):
            start, end = offset + morpheme.begin(), offset + morpheme.end()
            lemma = morpheme.normalized_form()
            if lemma in COMPANY_MARKS:
                yield from (Word(part, start, end) for part in COMPANY_MARKS[lemma])
            elif morpheme.part_of_speech()[0] not in STOP_POS and lemma not in STOP_LEMMAS:
                units = [unit.normalized_form() for unit in morpheme.split(SplitMode.A, add_single=False)]
                yield Word(folded(lemma), start, end, tuple(folded(unit) for unit in units))


def folded(lemma: str) -> str:
    """One case, and no long-vowel mark at the end: words that the dictionary lacks vary in it (レガシー, レガシ)."""
    if len(lemma) > 3 and lemma.endswith("ー") and all(ord(char) in KATAKANA for char in lemma):
        return lemma[:-1]
    return lemma.casefold()
