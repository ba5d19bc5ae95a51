"""What a text is indexed and searched by: the same analysis for documents and queries."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum, auto
from itertools import pairwise

from search import phrases
from search.morphemes import Word, words
from search.widths import normalised

TERM_LENGTH = 64
QUERY_CHARACTERS = 1_000
QUERY_TERMS = 32
"""More words than anybody means; one bit each of a 64-bit number in the database engine."""


SIDE_BY_SIDE = 3
"""Characters that may stand between the two words of a pair: a particle or two (在庫の管理)."""
JOINT = "\x1f"
"""Stands in the term of a pair and in no other term."""


class Use(Enum):
    """What a token is good for."""

    WORD = auto()  # a word of the text
    PART = auto()  # a unit inside a word: documents are found by it, queries do not ask for it
    IDEA = auto()  # a capability that a wording tells of: helps the order, is never demanded


@dataclass(frozen=True, slots=True)
class Token:
    """A term with the stretch of the original text it stands for."""

    term: str
    start: int
    end: int
    use: Use = Use.WORD


@dataclass(frozen=True)
class Query:
    """The distinct terms of a query in order: those it asks for, and the ideas behind them."""

    words: tuple[str, ...]
    ideas: tuple[str, ...]
    pairs: tuple[str, ...] = ()
    """Neighbouring words, each pair as one term: where they stand together it helps the order, it is never demanded."""
    clues: frozenset[str] = field(default=frozenset(), compare=False, repr=False)
    """The words as typed and in their normal form: what they probably look like in a text."""

    @property
    def terms(self) -> tuple[str, ...]:
        return self.words + self.ideas

    def __bool__(self) -> bool:
        return bool(self.words)


def tokens(text: str) -> list[Token]:
    """The tokens of a text in order; none only for a text without a visible character.

    A text of particles and signs alone is cut into pairs of characters.
    """
    normal, origins = normalised(text)
    line = list(words(normal))
    found = [*_words(line), *_ideas(line)] or list(_pairs(normal))
    return [Token(t.term[:TERM_LENGTH], origins[t.start], origins[t.end], t.use) for t in found]


def query(text: str) -> Query:
    """The query in a text typed by a reader; what exceeds QUERY_CHARACTERS or QUERY_TERMS is left out."""
    found = tokens(text[:QUERY_CHARACTERS])
    asked = list(dict.fromkeys(token.term for token in found if token.use is Use.WORD))[:QUERY_TERMS]
    ideas = dict.fromkeys(token.term for token in found if token.use is Use.IDEA)
    clues = frozenset(text[token.start : token.end] for token in found) | frozenset(asked)
    together = tuple(dict.fromkeys(pairs(found)))[:QUERY_TERMS]
    return Query(tuple(asked), tuple(ideas)[: QUERY_TERMS - len(asked)], together, clues - {""})


def pairs(found: Iterable[Token]) -> Iterator[str]:
    """The terms of each two words that stand side by side, in order; of a compound its units are meant."""
    words = [token for token in found if token.use is Use.WORD]
    units = [one for one, following in pairwise([*words, Token("", -1, -1)]) if not _within(following, one)]
    for left, right in pairwise(units):
        if 0 <= right.start - left.end <= SIDE_BY_SIDE:
            yield f"{left.term}{JOINT}{right.term}"[:TERM_LENGTH]


def _within(part: Token, whole: Token) -> bool:
    return whole.start <= part.start and part.end <= whole.end and part.end - part.start < whole.end - whole.start


def _words(line: list[Word]) -> Iterator[Token]:
    """The words, those of a known phrase replaced by the term that stands for it."""
    place = 0
    while place < len(line):
        count, meaning = phrases.synonyms().at(line, place)
        run = line[place : place + max(count, 1)]
        if count:
            yield Token(meaning[0], run[0].start, run[-1].end)
        for word in run:
            yield from _units(word, within_phrase=count > 0, alone=len(run) == 1)
        place += len(run)


def _units(word: Word, *, within_phrase: bool, alone: bool) -> Iterator[Token]:
    if not within_phrase:
        yield Token(word.lemma, word.start, word.end)
    elif not alone:
        yield Token(word.lemma, word.start, word.end, Use.PART)
    for part in word.parts:
        yield Token(part, word.start, word.end, Use.PART if within_phrase else Use.WORD)


def _ideas(line: list[Word]) -> Iterator[Token]:
    for place in range(len(line)):
        count, meaning = phrases.capabilities().at(line, place)
        for term in meaning:
            yield Token(term, line[place].start, line[place + count - 1].end, Use.IDEA)


def _pairs(normal: str) -> Iterator[Token]:
    """Pairs of neighbouring visible characters, or the only one."""
    visible = [place for place, char in enumerate(normal) if not char.isspace()]
    for place in visible[:-1] or visible:
        yield Token("".join(normal[place : place + 2].split()).casefold(), place, min(place + 2, len(normal)))
