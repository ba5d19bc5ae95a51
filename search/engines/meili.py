"""Meilisearch: the only door to it. It proposes; what it says is confirmed by the database before it counts."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import meilisearch
import requests
from django.conf import settings
from meilisearch.errors import MeilisearchApiError, MeilisearchError

from network.access import Reader, keys_held_by
from search import filling, phrases
from search.engines.base import EngineUnavailable, Proposal
from search.engines.breaker import Breaker
from search.engines.database import confirmed, occurring
from search.facets import batched
from search.text import Query

SEARCH_TIMEOUT = 1.5
WRITE_TIMEOUT = 30
TASK_TIMEOUT_MS = 60_000
MOST_HITS = 10_000
"""Sections proposed at most: beyond them the order is of no use, and the total is a lower bound."""
QUERY_WORDS = 10
"""Meilisearch reads no further."""
SHAPE = 2
"""Counts the forms that documents have had (`outbox.documents`): those of another form are written anew."""
KEY = re.compile(r"(public|network|steward|(org|lab|team|user):[0-9]+)")

SETTINGS: dict[str, Any] = {
    # The title first: the order of this list is the weight of the attribute.
    "searchableAttributes": ["title", "text"],
    "displayedAttributes": ["id", "case"],
    "filterableAttributes": [
        {
            "attributePatterns": ["id", "case", "keys"],
            "features": {"facetSearch": False, "filter": {"equality": True, "comparison": False}},
        }
    ],
    "sortableAttributes": [],
    "rankingRules": ["words", "typo", "proximity", "attribute", "exactness"],
    # The analyser has dropped what has no meaning and replaced synonyms; typo tolerance takes ボード for ボート.
    "stopWords": [],
    "synonyms": {},
    "typoTolerance": {"enabled": False},
    "prefixSearch": "disabled",
    "localizedAttributes": [{"attributePatterns": ["*"], "locales": ["jpn"]}],
    "pagination": {"maxTotalHits": MOST_HITS},
}

breaker = Breaker(failures=5, seconds=30)
"""Shared by the process: after five failures in a row nobody waits 1.5 s again for half a minute."""


class MeilisearchEngine:
    """Sections by the reader's keys, best first. Raises EngineUnavailable when it is not configured."""

    name = "meilisearch"

    def __init__(self) -> None:
        if not settings.MEILISEARCH_URL:
            raise EngineUnavailable("MEILISEARCH_URL is not set")

    def propose(self, query: Query, reader: Reader) -> list[Proposal]:
        """Cases in the engine's order, each with its best section among those confirmed.

        Raises EngineUnavailable while the index does not hold every case yet, or is away.
        """
        if not filling.complete(version()):
            raise EngineUnavailable("the index is not complete yet")
        # An unknown first word would find nothing: the matching strategy drops words from the right only.
        words = occurring(query.words, reader)[:QUERY_WORDS]
        if not words:
            return []
        hits = self._hits(words, key_filter(keys_held_by(reader)))
        kept = confirmed((hit["id"] for hit in hits), query, reader)
        return best_per_case(hit for hit in hits if hit["id"] in kept)

    def _hits(self, words: list[str], accepted: str) -> list[dict[str, Any]]:
        options = {
            "filter": accepted,
            "matchingStrategy": "last",
            "limit": MOST_HITS,
            "attributesToRetrieve": ["id", "case"],
            "showRankingScore": True,
        }
        with unavailable_on_failure(), breaker:
            # A client per request: it is not thread-safe.
            key = settings.MEILISEARCH_SEARCH_KEY
            client = meilisearch.Client(settings.MEILISEARCH_URL, key, timeout=SEARCH_TIMEOUT)  # type: ignore[arg-type]
            return list(client.index(settings.MEILISEARCH_INDEX).search(" ".join(words), options)["hits"])


class Index:
    """The writer's side: settings, documents, ids. Every method waits until Meilisearch has done it."""

    def __init__(self) -> None:
        if not settings.MEILISEARCH_URL:
            raise EngineUnavailable("MEILISEARCH_URL is not set")
        key = settings.MEILISEARCH_ADMIN_KEY
        self.client = meilisearch.Client(settings.MEILISEARCH_URL, key, timeout=WRITE_TIMEOUT)
        self.index = self.client.index(settings.MEILISEARCH_INDEX)

    def made(self) -> str | None:
        """When the index was made, which tells one from a later one of the same name; None when there is none."""
        with unavailable_on_failure():
            try:
                return str(self.client.get_raw_index(self.index.uid)["createdAt"])
            except MeilisearchApiError as problem:
                if problem.code != "index_not_found":
                    raise
                return None

    def prepare(self) -> None:
        """Make the index if there is none, and give it the settings of this version."""
        if self.made() is None:
            with unavailable_on_failure():
                self._wait(self.client.create_index(self.index.uid, {"primaryKey": "id"}))
        with unavailable_on_failure():
            self._wait(self.index.update_settings(SETTINGS))

    def replace(self, cases: Iterable[int], documents: list[dict[str, Any]]) -> None:
        """Let the index hold these documents of the cases and no others of them."""
        listed = ", ".join(str(int(case)) for case in cases)
        kept = ", ".join(str(int(document["id"])) for document in documents)
        with unavailable_on_failure():
            if documents:
                self._wait(self.index.add_documents(documents, primary_key="id"))
            self._wait(self.index.delete_documents(filter=f"case IN [{listed}] AND id NOT IN [{kept}]"))

    def prints(self) -> dict[int, str]:
        """What each section in the index was made from, by its id; "" for a document of an older form."""
        found: dict[int, str] = {}
        with unavailable_on_failure():
            asked = {"limit": 1000, "fields": ["id", "print"]}
            while page := self.index.get_documents({**asked, "offset": len(found)}).results:
                found |= {document.id: getattr(document, "print", "") for document in page}
        return found

    def remove(self, sections: Iterable[int]) -> None:
        """Take the sections out of the index."""
        with unavailable_on_failure():
            for batch in batched(sections):
                listed = ", ".join(str(int(section)) for section in batch)
                self._wait(self.index.delete_documents(filter=f"id IN [{listed}]"))

    def _wait(self, task: Any) -> None:
        done = self.client.wait_for_task(task.task_uid, timeout_in_ms=TASK_TIMEOUT_MS, interval_in_ms=20)
        if done.status != "succeeded":
            raise EngineUnavailable(f"task {task.task_uid}: {done.error}")


def version() -> str:
    """Names what an index is made by: an index made by anything else has to be filled anew."""
    parts = [json.dumps(SETTINGS, sort_keys=True), str(SHAPE), phrases.version()]
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()[:32]


def key_filter(keys: Iterable[str]) -> str:
    """The filter for documents that accept one of the keys.

    Meilisearch takes an empty filter for none at all and so answers with everything: refused here, like
    everything that is not a key of ours.
    """
    listed = sorted(keys)
    if not listed:
        raise ValueError("a reader without any key")
    for key in listed:
        if not KEY.fullmatch(key):
            raise ValueError(f"not a key: {key!r}")
    return "keys IN [{}]".format(", ".join(f'"{key}"' for key in listed))


def best_per_case(hits: Iterable[dict[str, Any]]) -> list[Proposal]:
    """One proposal per case in the order of its first hit."""
    best: dict[int, Proposal] = {}
    for hit in hits:
        best.setdefault(hit["case"], Proposal(hit["case"], hit["id"], round(hit["_rankingScore"], 9)))
    return list(best.values())


@contextmanager
def unavailable_on_failure() -> Iterator[None]:
    """Whatever goes wrong between us and Meilisearch is one thing to the caller: EngineUnavailable."""
    try:
        yield
    except (MeilisearchError, requests.RequestException, KeyError, TypeError, ValueError, AttributeError) as problem:
        raise EngineUnavailable(f"{type(problem).__name__}: {problem}") from problem
