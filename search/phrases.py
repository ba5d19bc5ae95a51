"""Phrases that mean one thing: other names of the same word, and wordings of a capability."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise
from typing import NamedTuple

from network import codes as network_codes
from network.morphemes import dictionary_version
from search import codes
from search.morphemes import Word, words
from search.widths import normalised

GAP = 3
"""Characters that may stand between two words of one phrase (在庫の管理, デジタル・トランスフォーメーション)."""

CAPABILITY = "xcap"
"""How the term that stands for a capability begins: letters only, the beginning of no word of any language."""

Lemmas = tuple[str, ...]


class Phrases(NamedTuple):
    """Meanings by the phrase's words; `longest` bounds the search by the first word."""

    meanings: dict[Lemmas, tuple[str, ...]]
    longest: dict[str, int]

    def at(self, line: Sequence[Word], start: int) -> tuple[int, tuple[str, ...]]:
        """How many words from `start` make the longest known phrase, and what it means; 0 when there is none."""
        for count in range(min(self.longest.get(line[start].lemma, 0), len(line) - start), 0, -1):
            meaning = self.meanings.get(tuple(word.lemma for word in line[start : start + count]))
            if meaning and _together(line[start : start + count]):
                return count, meaning
        return 0, ()

    def meaning_of(self, name: str) -> str:
        """The term that stands for exactly this phrase; empty when it is not a known one."""
        line = tuple(word.lemma for word in words(normalised(name)[0]))
        return self.meanings.get(line, ("",))[0]


NONE = Phrases({}, {})
Pairs = tuple[tuple[str, str], ...]
Traces = tuple[frozenset[str], ...]


@dataclass(frozen=True, eq=False)
class Learnt:
    """Other names besides those of the lists; compared by identity, since it is asked for at every word."""

    pairs: Pairs = ()

    @cached_property
    def synonyms(self) -> Phrases:
        pairs = [(name, _meaning(means)) for name, means in self.pairs]
        further = [(means, meaning) for (_name, means), (_same, meaning) in zip(self.pairs, pairs, strict=True)]
        return _phrases([*pairs, *further], _listed())

    @cached_property
    def traced(self) -> "list[tuple[tuple[str, str], Traces]]":
        return [(pair, traces(*pair)) for pair in self.pairs]


_learnt = Learnt()


def learn(pairs: Pairs) -> None:
    """Let other names be synonyms besides those of the lists: (name, what it means), instead of those learnt before."""
    global _learnt  # noqa: PLW0603 - one dictionary a process, kept in the database (`search.dictionary`)
    if pairs != _learnt.pairs:
        _learnt = Learnt(pairs)


def learnt() -> Learnt:
    """What was learnt last: another object after every change."""
    return _learnt


def synonyms() -> Phrases:
    """Other names of the same word, each with the one term that stands for all of them."""
    return _learnt.synonyms


def _meaning(means: str) -> str:
    """What a name means may be another name of something known: then both mean that."""
    return _listed().meaning_of(means) or means.casefold()


@cache
def _listed() -> Phrases:
    pairs = []
    for row in codes.rows("synonyms"):
        names = [row["canonical"], *row["variants"].split("|")]
        pairs += [(name, row["canonical"].casefold()) for name in names]
    return _phrases(pairs)


def traces(name: str, means: str) -> Traces:
    """Sets of terms: a document on which the learnt pair bears holds one of them, made without the pair or with it."""
    lemmas = (frozenset(word.lemma for word in words(normalised(text)[0])) for text in (name, means))
    return tuple(one for one in (*lemmas, frozenset({_meaning(means)})) if one)


def wording(terms: Collection[str]) -> str:
    """Names the learnt pairs that bear on a document with these terms; empty where none does."""
    bearing = sorted(pair for pair, left in _learnt.traced if any(one.issubset(terms) for one in left))
    return hashlib.sha256(repr(bearing).encode()).hexdigest()[:32] if bearing else ""


def traced() -> set[str]:
    """The terms by which `wording` decides."""
    return {term for _pair, left in _learnt.traced for one in left for term in one}


def is_listed(name: str) -> bool:
    """True for a name that the lists explain already."""
    return bool(_listed().meaning_of(name))


def is_phrase(name: str) -> bool:
    """True for a name that can stand for something: of which no word is dropped as one without meaning."""
    return bool(_phrases([(name, name)]).meanings)


@cache
def capabilities() -> Phrases:
    """Wordings that tell of a capability, each with the capability's term."""
    pairs = []
    for row in network_codes.rows("capabilities"):
        names = [row["name_ja"], *row["synonyms"].split("|")]
        pairs += [(name, capability_term(row["code"])) for name in names]
    return _phrases(pairs)


def capability_term(code: str) -> str:
    """The term that stands for a capability in the index; letters and digits only, no word of any language."""
    return CAPABILITY + "".join(char for char in code.casefold() if char.isalnum())


@cache
def version() -> str:
    """Names the analyser's knowledge; an index made with another one has to be made anew."""
    return f"{dictionary_version()}-{codes.fingerprint()}"


def _phrases(pairs: Sequence[tuple[str, str]], besides: Phrases = NONE) -> Phrases:
    meanings: dict[Lemmas, tuple[str, ...]] = dict(besides.meanings)
    longest: dict[str, int] = defaultdict(int, besides.longest)
    for name, meaning in pairs:
        line = list(words(normalised(name)[0]))
        lemmas = tuple(word.lemma for word in line)
        # A wording of which one word is left (DXって何 → dx) would mean far too much.
        whole = len(lemmas) > 1 or (lemmas and line[0].end - line[0].start == len(normalised(name)[0]))
        if whole and meaning not in meanings.get(lemmas, ()):
            meanings[lemmas] = (*meanings.get(lemmas, ()), meaning)
            longest[lemmas[0]] = max(longest[lemmas[0]], len(lemmas))
    return Phrases(meanings, dict(longest))


def _together(run: Sequence[Word]) -> bool:
    return all(right.start - left.end <= GAP for left, right in pairwise(run))
