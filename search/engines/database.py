"""BM25 over the postings, scored in SQL; all statistics are over the sections the reader may read.

Hidden sections must not tell through the order either: how rare a word is, and how long a section usually is,
is counted among the readable ones only.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import BigIntegerField, Case, Count, ExpressionWrapper, F, Field, FloatField, Sum, Value, When

from casebook.models import Section
from casebook.vocabulary import SectionKind
from network.access import Reader
from search.engines.base import Proposal
from search.facets import batched
from search.models import Document, Posting
from search.text import Query

K1 = 1.2
"""How soon repetition stops to count. Both values: Robertson & Zaragoza, The Probabilistic Relevance Framework:
BM25 and Beyond (2009), §3.5, where 1.2 ≤ k1 ≤ 2 and 0.5 ≤ b ≤ 0.8 are called reasonable."""
B = 0.75
"""How much the length of a section counts."""
IDEA_WEIGHT = 0.5
"""A capability that the wording tells of, against a word that was typed."""
OTHERS = 0.2
"""How much a case's further sections add to its best one."""
RELEVANT = 0.3
"""A case matches when it holds at least this share of the meaning that the best-matching case holds."""


@dataclass(frozen=True)
class Statistics:
    """Of the readable sections: how many, how long on average, and how many hold each term."""

    documents: int
    average_length: float
    holding: dict[str, int]

    def weight(self, term: str) -> float:
        """The term's inverse document frequency; never negative."""
        holding = self.holding[term]
        return math.log(1 + (self.documents - holding + 0.5) / (holding + 0.5))


class DatabaseEngine:
    """Always there, always up to date, the same on SQLite and PostgreSQL."""

    name = "database"

    def propose(self, query: Query, reader: Reader) -> list[Proposal]:
        """Cases with every word first, then by score; the newer case first where the scores are equal."""
        known = statistics(query.terms, reader)
        terms = [term for term in query.terms if term in known.holding]
        weights = [known.weight(term) * (IDEA_WEIGHT if term in query.ideas else 1.0) for term in terms]
        rows = _scored(terms, weights, known, reader) if terms else []
        words = sum(1 << bit for bit, term in enumerate(terms) if term in query.words)
        complete = words.bit_count() == len(query.words)
        return _ranked(rows, weights, words if complete else 0)


def statistics(terms: Sequence[str], reader: Reader) -> Statistics:
    """The statistics of the sections the reader may read; `holding` has the terms that occur there."""
    readable = Section.objects.visible_to(reader)
    documents = Document.objects.filter(section__in=readable).aggregate(count=Count("pk"), length=Sum("length"))
    holding = Posting.objects.filter(term__in=terms, document__section__in=readable).values("term")
    return Statistics(
        documents["count"],
        (documents["length"] or 0) / (documents["count"] or 1),
        dict(holding.annotate(count=Count("pk")).values_list("term", "count")),
    )


def confirmed(sections: Iterable[int], query: Query, reader: Reader) -> set[int]:
    """Those of the sections that the reader may read now and that hold a term of the query now.

    What another engine proposes may rest on a text or a grant that is no more.
    """
    holding = Posting.objects.filter(term__in=query.terms).values("document")
    readable = Section.objects.visible_to(reader).filter(pk__in=holding)
    return {pk for batch in batched(sections) for pk in readable.filter(pk__in=batch).values_list("pk", flat=True)}


def occurring(terms: Sequence[str], reader: Reader) -> list[str]:
    """Those of the terms that occur in a section the reader may read, in their order."""
    readable = Posting.objects.filter(document__section__in=Section.objects.visible_to(reader))
    return [term for term in terms if readable.filter(term=term).exists()]


Row = tuple[int, int, float, int]
"""Case id, section id, score, and one bit for each term the section holds."""


def _scored(terms: Sequence[str], weights: Sequence[float], known: Statistics, reader: Reader) -> Iterable[Row]:
    def by_term(values: Iterable[float], kind: "Field[float, float]") -> Case:
        pairs = zip(terms, values, strict=True)
        return Case(*(When(term=term, then=Value(value)) for term, value in pairs), output_field=kind)

    frequency = ExpressionWrapper(F("frequency") * 1.0, output_field=FloatField())
    length = F("document__length") * (K1 * B / known.average_length)
    score = by_term(weights, FloatField()) * frequency * (K1 + 1) / (frequency + K1 * (1 - B) + length)
    return (
        Posting.objects.filter(term__in=terms, document__section__in=Section.objects.visible_to(reader))
        .values_list("document__case_id", "document_id")
        .annotate(
            score=Sum(score, output_field=FloatField()),
            held=Sum(by_term([1 << bit for bit in range(len(terms))], BigIntegerField())),
        )
    )


def _ranked(rows: Iterable[Row], weights: Sequence[float], words: int) -> list[Proposal]:
    """One proposal per matching case, best first; `words` are the bits that a case must hold to come first."""
    found: dict[int, list[tuple[float, int]]] = defaultdict(list)
    held: dict[int, int] = defaultdict(int)
    for case, section, score, bits in rows:
        found[case].append((score, -section))
        held[case] |= bits
    meaning = {bits: _meaning(bits, weights) for bits in set(held.values())}
    least = RELEVANT * max(meaning.values(), default=0.0)
    # No score is greater than this: one addition puts the cases with every word first.
    lead = (K1 + 1) * sum(weights) * (1 + OTHERS * len(SectionKind))
    proposals = [
        _proposal(case, sections, lead if words and held[case] & words == words else 0.0)
        for case, sections in found.items()
        if meaning[held[case]] >= least
    ]
    return sorted(proposals, key=lambda proposal: (-proposal.score, -proposal.case_id))


def _proposal(case: int, sections: list[tuple[float, int]], lead: float) -> Proposal:
    best, section = max(sections)
    score = lead + best + OTHERS * (sum(score for score, _section in sections) - best)
    # Rounded: the database adds in any order, and equal scores must stay equal.
    return Proposal(case, -section, round(score, 9))


def _meaning(bits: int, weights: Sequence[float]) -> float:
    return round(sum(weight for bit, weight in enumerate(weights) if bits >> bit & 1), 9)
