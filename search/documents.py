"""What of a case goes into the index, whichever engine keeps it."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from casebook.models import Case
from search import dictionary, phrases
from search.text import Token, Use, pairs, tokens

TITLE_WEIGHT = 2
"""A word of the title counts as much as two of the text; the title is read with any section."""

SHAPE = "pairs"
"""Names what postings are made of: those of another shape are made anew."""


@dataclass(frozen=True)
class Entry:
    """A section to be indexed, with the case's facts that every reader of a section sees."""

    case_id: int
    section_id: int
    text: str
    title: str
    facts: tuple[str, ...]
    capabilities: tuple[str, ...]

    @property
    def fingerprint(self) -> str:
        """Changes with everything that `frequencies` depends on but the stewards' dictionary; analyses no text."""
        parts = [
            phrases.version(),
            SHAPE,
            str(TITLE_WEIGHT),
            self.text,
            self.title,
            *self.facts,
            "",
            *self.capabilities,
        ]
        return hashlib.sha256("\x00".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]

    @cached_property
    def title_tokens(self) -> list[Token]:
        return tokens(self.title)

    @cached_property
    def text_tokens(self) -> list[Token]:
        return tokens(self.text)

    @cached_property
    def heading_terms(self) -> tuple[str, ...]:
        """The terms of title and facts, then those of the capabilities the case is filed under."""
        title = [token.term for token in self.title_tokens] * TITLE_WEIGHT
        facts = [token.term for fact in self.facts for token in tokens(fact) if token.use is not Use.IDEA]
        return (*title, *facts, *map(phrases.capability_term, self.capabilities))

    @cached_property
    def text_terms(self) -> tuple[str, ...]:
        """The terms of the section's own text in order."""
        return tuple(token.term for token in self.text_tokens)

    @cached_property
    def frequencies(self) -> Counter[str]:
        """How much of the section is each term."""
        return Counter(self.heading_terms) + Counter(self.text_terms)

    @property
    def wording(self) -> str:
        """Names what the stewards' dictionary had to do with the frequencies; empty for nothing."""
        return phrases.wording(self.frequencies)

    @cached_property
    def pairs(self) -> Counter[str]:
        """How often each two words stand side by side; apart from the terms, of which the length is counted."""
        return Counter(pairs(self.title_tokens)) + Counter(pairs(self.text_tokens))


def entries(case: Case) -> list[Entry]:
    """The entries of a case's sections; one query, and two more unless `sections` and `capabilities` are prefetched."""
    dictionary.refresh()
    facts = tuple(fact for fact in (case.industry_name, case.prefecture_name) if fact)
    capabilities = tuple(sorted(capability.code for capability in case.capabilities.all()))
    return [
        Entry(case.pk, section.pk, section.text, case.title, facts, capabilities)
        for section in sorted(case.sections.all(), key=lambda section: section.pk)
    ]


def case_ids(size: int = 1_000) -> Iterator[list[int]]:
    """The ids of every case in order, in lists."""
    after = 0
    while batch := list(Case.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:size]):
        yield batch
        after = batch[-1]


def all_cases(after: int = 0, size: int = 200) -> Iterable[list[Case]]:
    """Every case in batches by id, ready for `entries`."""
    while batch := list(
        Case.objects.filter(pk__gt=after)
        .order_by("pk")
        .prefetch_related("sections__grants", "capabilities", "delegations")[:size]
    ):
        yield batch
        after = batch[-1].pk
