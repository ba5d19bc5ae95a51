"""The stretch of a text that shows why it matched."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from search import phrases
from search.text import Query, Token, tokens

LENGTH = 120
LEAD = 24
"""How far before the first matched word a snippet may begin, to begin with a sentence."""
WINDOW = 2_000
"""How much of a text is analysed at once; the first window with a match is shown."""
MATCHES = 400
SHORT = 400
"""Titles and the surroundings of a match are shown again and again: texts of at most so many characters are
analysed once, KEPT of them, some 15 kB each at most."""
KEPT = 1_000

Span = tuple[int, int]


@dataclass(frozen=True)
class Snippet:
    """A piece of text and the ranges of it that matched; cuts are shown as …."""

    text: str
    marks: tuple[Span, ...] = ()

    @property
    def pieces(self) -> list[tuple[str, bool]]:
        """The text in pieces in order, each with whether it matched."""
        bounds = [0, *(place for mark in self.marks for place in mark), len(self.text)]
        cut = [(self.text[start:end], number % 2 == 1) for number, (start, end) in enumerate(pairwise(bounds))]
        return [(piece, marked) for piece, marked in cut if piece]


def marked(text: str, query: Query) -> Snippet:
    """The whole text with what matched."""
    return Snippet(text, tuple(_merged([(start, end) for start, end, _term in _matches(text, query)])))


def snippet(text: str, query: Query) -> Snippet:
    """About LENGTH characters around the most, and the most different, matched words; else the beginning."""
    for start, end in _places(text, query) if query else ():
        found = [(start + a, start + b, term) for a, b, term in _matches(text[start:end], query)]
        if found:
            return _cut(text, _best_start(text, found), [(a, b) for a, b, _term in found])
    return _cut(text, 0, [])


def _places(text: str, query: Query) -> Iterator[Span]:
    """Where to look: first around the words as they were typed, since analysing a whole text takes long."""
    clues = "|".join(map(re.escape, sorted(query.clues, key=len, reverse=True)))
    seen = [(match.start(), match[0].casefold()) for match in re.finditer(clues, text, re.IGNORECASE)][:MATCHES]
    if clues and seen:
        begin = max(seen, key=lambda one: (len({c for at, c in seen if 0 <= at - one[0] < LENGTH}), -one[0]))[0]
        yield max(0, begin - LEAD), begin + LENGTH
    for start in range(0, len(text), WINDOW):
        yield start, start + WINDOW


def _matches(text: str, query: Query) -> list[tuple[int, int, str]]:
    """Where the words stand; where none does, the wordings that tell of the same capability."""
    found = [(token.start, token.end, token.term) for token in _analysed(text)]
    words = [place for place in found if place[2] in query.words]
    return sorted(words or [place for place in found if place[2] in query.ideas])[:MATCHES]


def _analysed(text: str) -> Sequence[Token]:
    return analysed_once(text) if len(text) <= SHORT else tokens(text)


def analysed_once(text: str) -> Sequence[Token]:
    """The tokens of a short text that is shown again and again."""
    return _kept(text, phrases.learnt())


@lru_cache(maxsize=KEPT)
def _kept(text: str, _learnt: phrases.Learnt) -> Sequence[Token]:
    return tuple(tokens(text))


def _best_start(text: str, found: list[tuple[int, int, str]]) -> int:
    """Where the snippet begins that holds the most different words; the earliest of the best."""

    def worth(first: int) -> int:
        begin = found[first][0]
        return len({term for _start, end, term in found[first:] if end <= begin + LENGTH - LEAD})

    begin = found[max(range(len(found)), key=lambda first: (worth(first), -first))][0]
    before = text[max(0, begin - LEAD) : begin]
    sentence = max(before.rfind("。"), before.rfind("\n")) + 1
    return begin - len(before) + sentence if sentence or begin > LEAD else 0


def _cut(text: str, start: int, spans: list[Span]) -> Snippet:
    end = min(len(text), start + LENGTH)
    head, tail = "…" if start else "", "…" if end < len(text) else ""
    shown = text[start:end]
    shift = len(head) - start
    marks = [(max(a, start) + shift, min(b, end) + shift) for a, b in spans if a < end and b > start]
    # One space for one line break: the marks keep their places.
    return Snippet(head + shown.replace("\n", " ").replace("\r", " ") + tail, tuple(_merged(marks)))


def _merged(spans: list[Span]) -> Iterator[Span]:
    """The spans in order, those that touch as one."""
    current: Span | None = None
    for start, end in sorted(spans):
        if current and start <= current[1]:
            current = (current[0], max(current[1], end))
            continue
        if current:
            yield current
        current = (start, end)
    if current:
        yield current
