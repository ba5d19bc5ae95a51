"""Phrases that mean one thing: other names of the same word, and wordings of a capability."""

from collections import defaultdict
from collections.abc import Sequence
from functools import cache, lru_cache
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


Pairs = tuple[tuple[str, str], ...]

_learnt: Pairs = ()


def learn(pairs: Pairs) -> None:
    """Let other names be synonyms besides those of the lists: (name, what it means), instead of those learnt before."""
    global _learnt  # noqa: PLW0603 - one dictionary a process, kept in the database (`search.dictionary`)
    _learnt = pairs


def synonyms() -> Phrases:
    """Other names of the same word, each with the one term that stands for all of them."""
    return _with(_learnt)


@lru_cache(maxsize=2)
def _with(learnt: Pairs) -> Phrases:
    known = _listed()
    # What a name means may be another name of something known: then both mean that.
    pairs = [(name, known.meaning_of(means) or means.casefold()) for name, means in learnt]
    further = [(means, meaning) for (_name, means), (_same, meaning) in zip(learnt, pairs, strict=True)]
    return _phrases([*_listed_pairs(), *pairs, *further])


@cache
def _listed() -> Phrases:
    return _phrases(_listed_pairs())


@cache
def _listed_pairs() -> Pairs:
    pairs = []
    for row in codes.rows("synonyms"):
        names = [row["canonical"], *row["variants"].split("|")]
        pairs += [(name, row["canonical"].casefold()) for name in names]
    return tuple(pairs)


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


def _phrases(pairs: Sequence[tuple[str, str]]) -> Phrases:
    meanings: dict[Lemmas, tuple[str, ...]] = {}
    longest: dict[str, int] = defaultdict(int)
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
