"""Cases near a case or near another room's matter, from what the reader may read of them."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from casebook.models import Case, Section
from network.access import Reader
from network.morphemes import tokenizer
from network.topics import Topic
from search import columns, phrases
from search.engines.database import Scoring
from search.facets import Facts, facts_of
from search.text import QUERY_TERMS, Query, Use, tokens

WORDS = 12
"""So many telling words of a text are looked for."""
FREQUENT = 40
"""The words that the text has most often, of which the telling ones are chosen."""
CANDIDATES = 100
"""So many of the best by their words are compared in everything else."""
LEAST = 0.25
"""What a case's words must count, as a share of what those of the best-matching case count."""
READ = 8_000
"""Characters of a text that are analysed."""
NEARNESS: Mapping[str, tuple[float, str | Promise]] = {
    "capability": (0.30, _("同じ支援領域")),
    "industry": (0.25, _("同じ業種")),
    "stage": (0.10, _("同じ段階からの取り組み")),
    "phase": (0.05, _("同じ局面")),
    "prefecture": (0.10, _("同じ都道府県")),
}
"""What a case may have in common beside its words, in shares of what the best-matching words count: once each, for
capabilities and phases by the share of the wanted ones that it has."""


@dataclass(frozen=True, slots=True)
class Similar:
    """A case, what it has in common, and the words it shares, each as the topic has it."""

    case: Case
    why: list[str]
    words: list[str]

    @property
    def reasons(self) -> list[str | Promise]:
        return [NEARNESS[name][1] for name in self.why]


def like_topic(topic: Topic, reader: Reader, *, most: int, besides: int | None = None) -> list[Similar]:
    """At most so many cases that the reader may see, nearest first, without the one of the id `besides`.

    A case is near by its words or its capabilities; industry, stage, phase and place only put it before others.
    """
    asked, forms = _query(topic, reader)
    words = _by_words(asked, reader, besides)
    if not words:
        return []
    facts = facts_of(words, reader)
    best = max(score for score, _held in words.values())
    scored = {pk: round(words[pk][0] / best + _nearness(topic, known), 9) for pk, known in facts.items()}
    chosen = sorted(scored, key=lambda pk: (-scored[pk], -pk))[:most]
    cases = Case.objects.visible_to(reader).select_related("owner").in_bulk(chosen)
    return [
        Similar(cases[pk], _why(topic, facts[pk]), [forms[term] for term in words[pk][1] if forms[term]])
        for pk in chosen
        if pk in cases
    ]


def topic_of(case: Case, reader: Reader) -> Topic:
    """What the case is about, as far as the reader may read it."""
    texts = Section.objects.visible_to(reader).filter(case=case).in_reading_order().values_list("text", flat=True)
    return Topic(
        title=case.title,
        address="",
        text="\n".join([case.title, *texts]),
        capabilities=tuple(sorted(capability.code for capability in case.capabilities.all())),
        industry=case.industry,
        stage=str(case.stage_before or ""),
        prefecture=case.prefecture,
        phases=tuple(phase.phase for phase in case.phases.all()),
    )


def _query(topic: Topic, reader: Reader) -> tuple[Query, dict[str, str]]:
    """The topic's most telling words and its capabilities, and how the topic writes each of the words.

    How telling: frequency × inverse document frequency (Spärck Jones 1972), among the sections the reader may read.
    """
    text = topic.text[:READ]
    found = [token for token in tokens(text) if token.use is Use.WORD and token.end - token.start > 1]
    forms: dict[str, str] = {}
    for token in found:
        forms.setdefault(token.term, text[token.start : token.end])
    things = {term for term, form in forms.items() if _is_thing(form)}
    counted = dict(Counter(token.term for token in found if token.term in things).most_common(FREQUENT))
    known = Scoring(Query(tuple(counted), ()), columns.current().seen_by(reader))
    occurring = [term for term in counted if term in known.held]
    telling = sorted(occurring, key=lambda term: (-counted[term] * known.weight(term), term))[:WORDS]
    # What is filed under a capability counts as a word: it was said, not guessed.
    ideas = tuple(map(phrases.capability_term, topic.capabilities))[: QUERY_TERMS - len(telling)]
    return Query((*telling, *ideas), ()), {**forms, **dict.fromkeys(ideas, "")}


@lru_cache(maxsize=5_000)
def _is_thing(form: str) -> bool:
    """Whether it names something: a noun other than numbers and those that say how or when."""
    kinds = [one.part_of_speech() for one in tokenizer().tokenize(form)]
    # Two kana alone are rarely a word of their own: the たび of 転記のたび is taken for 足袋.
    return not re.fullmatch("[ぁ-ん]{1,2}", form) and all(
        kind[0] == "名詞" and kind[1] != "数詞" and kind[2] != "副詞可能" for kind in kinds
    )


def _by_words(asked: Query, reader: Reader, besides: int | None) -> dict[int, tuple[float, list[str]]]:
    """The CANDIDATES by the score of their best section, with the terms that any readable section holds."""
    scoring = Scoring(asked, columns.current().seen_by(reader))
    known = scoring.sight.columns
    places, scores, bits = scoring.scored()
    best, held = np.zeros(len(known.cases.id)), np.zeros(len(known.cases.id), np.uint64)
    np.maximum.at(best, known.case_of[places], scores)
    np.bitwise_or.at(held, known.case_of[places], bits)
    best[known.cases.id == besides] = 0.0
    near = np.flatnonzero((best > 0) & (best >= LEAST * best.max(initial=0)))
    near = near[np.lexsort((-known.cases.id[near], -best[near]))][:CANDIDATES]
    return {
        int(known.cases.id[place]): (
            float(best[place]),
            [term for bit, term in enumerate(scoring.terms) if int(held[place]) >> bit & 1],
        )
        for place in near
    }


def _nearness(topic: Topic, facts: Facts) -> float:
    return sum(NEARNESS[name][0] * share for name, share in _shares(topic, facts).items())


def _why(topic: Topic, facts: Facts) -> list[str]:
    return [name for name, share in _shares(topic, facts).items() if share]


def _shares(topic: Topic, facts: Facts) -> dict[str, float]:
    """How much of what is wanted the case has, by the names of NEARNESS."""
    wanted: dict[str, tuple[str, ...]] = {
        "capability": topic.capabilities,
        "industry": (topic.industry,),
        "stage": (topic.stage,),
        "phase": topic.phases,
        "prefecture": (topic.prefecture,),
    }
    return {name: _share(set(filter(None, wanted[name])), facts[name]) for name in NEARNESS}


def _share(wanted: set[str], has: Iterable[str]) -> float:
    return len(wanted.intersection(has)) / len(wanted) if wanted else 0.0
