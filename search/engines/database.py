"""BM25 over the postings; all statistics are over the sections the reader may read.

Hidden sections must not tell through the order either: how rare a word is, and how long a section usually is,
is counted among the readable ones only. The database says what there is and who may read it; the sums are made in
columns of numbers (`search.columns`, `engines.postings`), the same on SQLite and PostgreSQL to the last digit.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from casebook.vocabulary import SectionKind
from network.access import Reader
from search.columns import Sight, current
from search.columns.tables import NONE, Ids, Mask
from search.engines.base import Proposals
from search.engines.postings import Held, postings
from search.text import Query

K1 = 0.9
"""How soon repetition stops to count: Trotman, Puurula & Burgess, Improvements to BM25 and Language Models Examined
(ADCS 2014), and the default of Anserini since, also for Japanese (Zhang et al., Mr. TyDi, 2021)."""
B = 0.5
"""How much the length of a section counts: theirs is 0.4, Robertson & Zaragoza (The Probabilistic Relevance Framework,
2009, §3.5) call 0.5 to 0.8 reasonable."""
IDEA_WEIGHT = 0.5
"""A capability that the wording tells of, against a word that was typed."""
PAIR_WEIGHT = 0.4
"""Two words that stand side by side as in the query, against a word: the ordered window of Metzler & Croft, A Markov
Random Field Model for Term Dependencies (SIGIR 2005)."""
SHORT = 4
"""Words of a query up to which cases with every word come first; of a longer question some are said in passing."""
OTHERS = 0.2
"""How much a case's further sections add to its best one."""
RELEVANT = 0.2
"""A case matches when it holds at least this share of the meaning that the best-matching case holds."""

Numbers = np.ndarray[Any, np.dtype[np.float64]]
Bits = np.ndarray[Any, np.dtype[np.uint64]]


class DatabaseEngine:
    """Always there, always up to date, the same on SQLite and PostgreSQL."""

    name = "database"

    def propose(self, query: Query, reader: Reader) -> Proposals:
        """Cases with every word of a short query first, then by score; the newer one where the scores are equal."""
        return ranked(Scoring(query, current().seen_by(reader)))


@dataclass(frozen=True)
class Scoring:
    """What a query comes to among the sections that one reader may read."""

    query: Query
    sight: Sight

    @cached_property
    def documents(self) -> Mask:
        """The readable sections that are indexed."""
        indexed: Mask = self.sight.readable & (self.sight.columns.sections.length != NONE)
        return indexed

    @cached_property
    def average_length(self) -> float:
        lengths = self.sight.columns.sections.length[self.documents]
        return float(lengths.sum(dtype=np.int64)) / (len(lengths) or 1)

    @cached_property
    def held(self) -> dict[str, Held]:
        """The postings of each term, of words, ideas and pairs, in readable sections; terms that have any."""
        found = postings([*self.query.terms, *self.query.pairs], self.sight.columns)
        kept = {term: _within(held, self.documents) for term, held in found.items()}
        return {term: held for term, held in kept.items() if len(held.places)}

    @cached_property
    def terms(self) -> list[str]:
        """The words and ideas that occur; one bit each."""
        return [term for term in self.query.terms if term in self.held]

    @cached_property
    def holding(self) -> Mask:
        """The readable sections that hold a term of the query now."""
        found = np.zeros(len(self.documents), bool)
        for term in self.terms:
            found[self.held[term].places] = True
        return found

    def weight(self, term: str) -> float:
        """The term's inverse document frequency, less for what was not typed; never negative."""
        holding = len(self.held[term].places)
        rarity = math.log(1 + (np.count_nonzero(self.documents) - holding + 0.5) / (holding + 0.5))
        return rarity * (IDEA_WEIGHT if term in self.query.ideas else 1.0)

    @cached_property
    def weights(self) -> list[float]:
        return [self.weight(term) for term in self.terms]

    @cached_property
    def pairs(self) -> list[str]:
        """The pairs that occur."""
        return [pair for pair in self.query.pairs if pair in self.held]

    @cached_property
    def words(self) -> int:
        """The bits of the words that a case must hold to come first; 0 where none can, or the query is a long one."""
        bits = sum(1 << bit for bit, term in enumerate(self.terms) if term in self.query.words)
        return bits if bits.bit_count() == len(self.query.words) <= SHORT else 0

    def scored(self) -> tuple[Ids, Numbers, Bits]:
        """The sections that hold a term, by position: where they stand, their scores, and which terms they hold."""
        size = len(self.documents)
        scores, bits = np.zeros(size), np.zeros(size, np.uint64)
        for bit, (term, weight) in enumerate(zip(self.terms, self.weights, strict=True)):
            bits[self.held[term].places] |= np.uint64(1 << bit)
            self._add(scores, term, weight)
        for pair in self.pairs:
            self._add(scores, pair, PAIR_WEIGHT * self.weight(pair))
        places = np.flatnonzero(bits)
        return places, scores[places], bits[places]

    @property
    def most(self) -> float:
        """No section's score is greater than this."""
        return (K1 + 1) * (sum(self.weights) + PAIR_WEIGHT * sum(map(self.weight, self.pairs)))

    def _add(self, scores: Numbers, term: str, weight: float) -> None:
        places, counts = self.held[term]
        frequency = counts.astype(np.float64)
        lengths = self.sight.columns.sections.length[places]
        norm = K1 * (1 - B + B / self.average_length * lengths)
        scores[places] += weight * (K1 + 1) * frequency / (frequency + norm)


def occurring(terms: Sequence[str], reader: Reader) -> list[str]:
    """Those of the terms that occur in a section the reader may read, in their order."""
    found = Scoring(Query(tuple(terms), ()), current().seen_by(reader)).held
    return [term for term in terms if term in found]


def _within(held: Held, mask: Mask) -> Held:
    kept = mask[held.places]
    return held if kept.all() else Held(held.places[kept], held.frequencies[kept])


def ranked(scoring: Scoring) -> Proposals:
    """One proposal per matching case, best first."""
    places, scores, bits = scoring.scored()
    if not len(places):
        return Proposals.none()
    columns = scoring.sight.columns
    cases, order = columns.case_of[places], np.argsort(columns.case_of[places], kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(cases[order]) > 0])
    best, total = np.maximum.reduceat(scores[order], starts), np.add.reduceat(scores[order], starts)
    held = np.bitwise_or.reduceat(bits[order], starts)
    # No case's score is greater than this: one addition puts the cases with every word first.
    lead = scoring.most * (1 + OTHERS * len(SectionKind))
    complete = (held & np.uint64(scoring.words) == scoring.words) & (scoring.words > 0)
    # Rounded: equal scores must stay equal, in whatever order they were added up.
    figures = np.round(lead * complete + best + OTHERS * (total - best), 9)
    kept = _relevant(held, scoring.weights)
    first = _first_with(scores[order], best, starts)
    ids = columns.cases.id[cases[order][starts]]
    sections = columns.sections.id[places[order][first]]
    ranking = np.lexsort((-ids[kept], -figures[kept]))
    return Proposals(ids[kept][ranking], sections[kept][ranking], figures[kept][ranking])


def _first_with(scores: Numbers, best: Numbers, starts: Ids) -> Ids:
    """The first place of each group whose score is the group's best."""
    group = np.repeat(np.arange(len(starts)), np.diff(np.r_[starts, len(scores)]))
    at = np.flatnonzero(scores == best[group])
    return at[np.unique(group[at], return_index=True)[1]]


def _relevant(held: Bits, weights: Sequence[float]) -> Mask:
    """Which cases hold a large enough share of the meaning; few different sets of terms stand for all cases."""
    sets, which = np.unique(held, return_inverse=True)
    meaning = np.array([_meaning(int(bits), weights) for bits in sets])
    kept: Mask = meaning[which] >= RELEVANT * meaning.max()
    return kept


def _meaning(bits: int, weights: Sequence[float]) -> float:
    return round(sum(weight for bit, weight in enumerate(weights) if bits >> bit & 1), 9)
