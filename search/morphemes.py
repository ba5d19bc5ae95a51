"""Words of a Japanese text in their normal form, by Sudachi."""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from sudachipy import Morpheme, SplitMode

from network.morphemes import pieces, tokenizer

STOP_POS = frozenset({"助詞", "助動詞", "補助記号", "記号", "空白", "代名詞", "連体詞", "接続詞", "感動詞"})
FILLER_VERBS = {"為る", "居る", "有る", "成る", "出来る", "遣る", "下さる", "頂く", "貰う", "呉れる", "仕舞う", "置く"}
STOP_LEMMAS = FILLER_VERBS | {"無い", "御", "事", "為", "様", "等"}
"""Words with little meaning of their own that Sudachi does not call particles."""
COMPANY_MARKS = {"(株)": ("株式", "会社"), "(有)": ("有限", "会社")}
SHORTEST = 2
"""Characters of a half of a compound."""
KATAKANA = range(ord("ァ"), ord("ー") + 1)


class Word(NamedTuple):
    """One content word: its normal form, where it stands, and the shorter units of a compound."""

    lemma: str
    start: int
    end: int
    parts: tuple[str, ...] = ()


Meaning = tuple[str, tuple[str, ...]]
"""The lemma of a morpheme, empty for one without meaning, and the lemmas of its units."""

_meanings: dict[int, Meaning] = {}
MOST_MEANINGS = 100_000
"""Words of the dictionary remembered by their number: to ask Sudachi for each costs more than to find them."""


def words(text: str) -> Iterator[Word]:
    """The content words of an NFKC text in order; particles, auxiliaries, signs and filler words are left out."""
    for offset, piece in pieces(text):
        for morpheme in tokenizer().tokenize(piece):
            lemma, parts = _meaning(morpheme)
            if lemma:
                start, end = offset + morpheme.begin(), offset + morpheme.end()
                if lemma in COMPANY_MARKS:
                    yield from (Word(part, start, end) for part in COMPANY_MARKS[lemma])
                else:
                    yield Word(lemma, start, end, parts)


def _meaning(morpheme: Morpheme) -> Meaning:
    if morpheme.is_oov():
        return _read(morpheme)
    number = morpheme.word_id()
    if number not in _meanings:
        if len(_meanings) >= MOST_MEANINGS:
            _meanings.clear()
        _meanings[number] = _read(morpheme)
    return _meanings.get(number) or _read(morpheme)


def _read(morpheme: Morpheme) -> Meaning:
    lemma = morpheme.normalized_form()
    if lemma in COMPANY_MARKS:
        return lemma, ()
    if morpheme.part_of_speech()[0] in STOP_POS or lemma in STOP_LEMMAS:
        return "", ()
    units = [unit.normalized_form() for unit in morpheme.split(SplitMode.A, add_single=False)]
    units = units or list(halves(morpheme.surface()) if morpheme.is_oov() else ())
    return folded(lemma), tuple(folded(unit) for unit in units)


@lru_cache(maxsize=5_000)
def halves(word: str) -> tuple[str, ...]:
    """The two words that a katakana compound unknown to the dictionary is made of (タブレットレジ), in their normal
    form, the first as long as can be; () for any other word."""
    if all(ord(char) in KATAKANA for char in word):
        for cut in range(len(word) - SHORTEST, SHORTEST - 1, -1):
            if (first := _known(word[:cut])) and (second := _known(word[cut:])):
                return first, second
    return ()


def _known(word: str) -> str:
    """The normal form of a word that the dictionary has; else empty."""
    found = list(tokenizer().tokenize(word))
    return found[0].normalized_form() if len(found) == 1 and not found[0].is_oov() else ""


def folded(lemma: str) -> str:
    """One case, and no long-vowel mark at the end: words that the dictionary lacks vary in it (レガシー, レガシ)."""
    if len(lemma) > 3 and lemma.endswith("ー") and all(ord(char) in KATAKANA for char in lemma):
        return lemma[:-1]
    return lemma.casefold()
