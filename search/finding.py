"""The one door to search: an engine proposes, the database decides what this reader is told."""

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from django.conf import settings
from django.utils.translation import gettext_noop

from casebook.models import Case, Section
from casebook.reading import Reading, read
from casebook.readlog import Excerpt, record
from casebook.rendering import plain_text
from casebook.vocabulary import LogAction, Outcome, SectionKind
from network.access import Reader
from search import columns
from search.dictionary import query as analysed
from search.engines.base import Engine, EngineUnavailable, Proposal, Proposals
from search.engines.database import DatabaseEngine
from search.engines.meili import MeilisearchEngine
from search.facets import Chosen, Facet, facets
from search.listing import Listing, listing
from search.snippets import Snippet, marked, snippet
from search.text import Query

logger = logging.getLogger(__name__)

SNIPPETS = gettext_noop("検索結果の抜粋")
"""Why something was read, for the log of the case's owner."""

ENGINES: Mapping[str, type[Engine]] = {"database": DatabaseEngine, "meilisearch": MeilisearchEngine}


class Order(StrEnum):
    """What stands first among the answers."""

    BEST = "best"
    NEWEST = "newest"


@dataclass(frozen=True)
class Hit:
    """A found case with what a card shows; every word in it is one that this reader may read."""

    case: Case
    reading: Reading
    title: Snippet
    snippet: Snippet
    section: Section | None
    """The section that the snippet is from; None for an own case without any."""
    score: float

    @property
    def id(self) -> str:
        return self.case.external_id

    @property
    def told(self) -> list[Section]:
        """The sections that a card tells something of: the snippet's, and 成果 where it shows a figure."""
        figure = SectionKind.RESULT if self.reading.measures else None
        return [one for one in self.reading.sections if one == self.section or one.kind == figure]

    @property
    def section_name(self) -> str:
        return str(SectionKind(self.section.kind).label) if self.section else ""

    # Not `get_…_display`: that makes a list of every choice for each of some hundred names on a page.
    @property
    def readable_names(self) -> list[str]:
        return [str(SectionKind(section.kind).label) for section in self.reading.sections]

    @property
    def outcome_name(self) -> str:
        return str(Outcome(self.case.outcome).label) if self.case.outcome else ""


@dataclass(frozen=True)
class Results:
    """One page of hits; `total` and `facets` count all cases that match and that the reader may see."""

    total: int
    hits: list[Hit]
    facets: list[Facet]
    engine: str
    fallback: bool
    """True when the engine of the settings was away and the database answered in its place."""
    took_ms: float
    query: Query = field(repr=False)


def find(
    query: str,
    reader: Reader,
    filters: Chosen | None = None,
    *,
    limit: int = 20,
    offset: int = 0,
    engine: str | None = None,
    why: str = SNIPPETS,
    order: Order = Order.BEST,
) -> Results:
    """Cases that answer the query, best first unless another `order` is asked for; without a word in it, all cases,
    newest first.

    `filters`: values by facet, as `facets.known_values` lists them. A named `engine` is the only one asked:
    EngineUnavailable when it cannot answer. What a reader is shown of restricted sections goes into their owners'
    logs, with `why`.
    """
    began = time.perf_counter()
    asked, chosen = analysed(query), filters or {}
    proposals, name, fallback = _proposals(asked, reader, engine)
    found = _found(proposals, reader, chosen, slice(offset, offset + limit), order)
    scores = proposals.of(found.page) if proposals is not None else {}
    return Results(
        total=found.total,
        hits=_hits([scores.get(case, Proposal(case, 0, 0.0)) for case in found.page], asked, reader, why),
        facets=facets(found.counts, chosen),
        engine=name,
        fallback=fallback,
        took_ms=round((time.perf_counter() - began) * 1000, 1),
        query=asked,
    )


def matching(query: str, reader: Reader, filters: Chosen | None = None, *, most: int) -> list[int]:
    """Ids of the cases that `find` would show, in its order, at most so many. Nothing of a case is read, so that no
    owner's log tells of it; for saved searches, suggestions and the like."""
    proposals, _name, _fallback = _proposals(analysed(query), reader, None)
    return _found(proposals, reader, filters or {}, slice(0, most), Order.BEST).page


def configured_engine() -> str:
    """The name of the engine that the settings ask for."""
    return "meilisearch" if settings.MEILISEARCH_URL else "database"


def _proposals(query: Query, reader: Reader, engine: str | None) -> tuple[Proposals | None, str, bool]:
    """Proposals (None: every case), the engine that made them, and whether it stood in for another."""
    name = engine or configured_engine()
    try:
        asked = ENGINES[name]()
        return (asked.propose(query, reader), name, False) if query else (None, DatabaseEngine.name, False)
    except EngineUnavailable as problem:
        if engine:
            raise
        logger.warning("search: %s is away (%s); the database answers", name, problem)
        return DatabaseEngine().propose(query, reader), DatabaseEngine.name, True


def _found(proposals: Proposals | None, reader: Reader, chosen: Chosen, page: slice, order: Order) -> Listing:
    """Those of the cases (None: of all) that the reader may see now and that have what was chosen."""
    known = columns.current()
    sight = known.seen_by(reader)
    if proposals is None:
        return listing(sight, chosen, page=page)
    among = columns.positions(known.cases.id, proposals.case_ids)
    if order is Order.NEWEST:
        among = known.newest_first[np.isin(known.newest_first, among)]
    return listing(sight, chosen, page=page, among=among)


def _hits(page: list[Proposal], query: Query, reader: Reader, why: str) -> list[Hit]:
    """The hits, read anew as this reader; a fixed number of queries, and none for an empty page."""
    if not page:
        return []
    visible = Case.objects.visible_to(reader).select_related("owner")
    cases = visible.in_bulk([proposal.case_id for proposal in page])
    # A case may have been closed to the reader a moment ago.
    shown = [proposal for proposal in page if proposal.case_id in cases]
    readings = read([cases[proposal.case_id] for proposal in shown], reader)
    hits = [_hit(proposal, reading, query) for proposal, reading in zip(shown, readings, strict=True)]
    record([Excerpt(hit.case, hit.told) for hit in hits], LogAction.READ, reader, why=why, once_a_day=True)
    return hits


def _hit(proposal: Proposal, reading: Reading, query: Query) -> Hit:
    best = [section for section in reading.sections if section.pk == proposal.section_id]
    section = next(iter(best or reading.sections), None)
    return Hit(
        case=reading.case,
        reading=reading,
        title=marked(reading.case.title, query),
        snippet=snippet(plain_text(section.text), query) if section else Snippet(""),
        section=section,
        score=proposal.score,
    )
