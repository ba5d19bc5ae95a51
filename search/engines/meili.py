"""Meilisearch: the only door to it. It proposes; what it says is confirmed by the database before it counts."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid5

import meilisearch
import numpy as np
import requests
from django.conf import settings
from meilisearch.errors import MeilisearchApiError, MeilisearchError

from network.access import PUBLIC, Reader, keys_held_by
from search import filling
from search.columns import current, positions
from search.engines.base import DocumentsRefused, EngineUnavailable, Proposals
from search.engines.breaker import Breaker
from search.engines.database import Scoring, ranked
from search.engines.meili_settings import CANDIDATES, QUERY_WORDS, SETTINGS, key_filter, version
from search.facets import batched
from search.text import Query

SEARCH_TIMEOUT = 1.5
WRITE_TIMEOUT = 30
TASK_TIMEOUT_MS = 60_000
REFUSALS = ("invalid_document", "missing_document_id", "payload_too_large", "document_fields_limit_reached")
"""Beginnings of the error codes that speak of the documents and not of the server."""
RIGHTS = {
    "MEILISEARCH_SEARCH_KEY": ["search"],
    "MEILISEARCH_ADMIN_KEY": [
        *(f"documents.{verb}" for verb in ("add", "delete", "get")),
        *(f"indexes.{verb}" for verb in ("create", "get", "delete", "swap")),
        *("settings.get", "settings.update", "tasks.get"),
    ],
}
"""What the web processes and the worker need, by the setting that holds the key."""
NAMESPACE = UUID("3f0b7a52-6c0e-4a0f-9d0f-5a4f1d9d6a11")
SWAP_SECONDS = 30.0
LOOK = 0.05
NEARNESS = 0.1
"""What a section that Meilisearch finds perfect is raised by, in shares of what all words together are worth."""

breaker = Breaker(failures=5, seconds=30)
"""Shared by the process: after five failures in a row nobody waits 1.5 s again for half a minute."""


class MeilisearchEngine:
    """Sections by the reader's keys, best first. Raises EngineUnavailable when it is not configured."""

    name = "meilisearch"

    def __init__(self) -> None:
        if not settings.MEILISEARCH_URL:
            raise EngineUnavailable("MEILISEARCH_URL is not set")

    def propose(self, query: Query, reader: Reader) -> Proposals:
        """The cases that match in the database, in an order in which both have a say.

        Raises EngineUnavailable while the index does not hold every case yet, or is away.
        """
        self._refuse_incomplete()
        scoring = Scoring(query, current().seen_by(reader))
        known = ranked(scoring)
        if not len(known):
            return known
        # The rarest first: the matching strategy drops words from the right only.
        words = sorted((term for term in scoring.terms if term in query.words), key=lambda term: -scoring.weight(term))
        hits = self._hits(words[:QUERY_WORDS], key_filter(keys_held_by(reader))) if words else []
        return _in_both_orders(known, hits, scoring)

    def ready(self) -> None:
        """Raises EngineUnavailable where `propose` would, whatever was asked."""
        self._refuse_incomplete()
        self._hits([], key_filter({PUBLIC}), limit=1)

    def _refuse_incomplete(self) -> None:
        if not filling.complete(version()):
            raise EngineUnavailable("the index is not complete yet")

    def _hits(self, words: list[str], accepted: str, limit: int = CANDIDATES) -> list[dict[str, Any]]:
        options = {
            "filter": accepted,
            "matchingStrategy": "last",
            "limit": limit,
            "attributesToRetrieve": ["id", "case"],
            "showRankingScore": True,
        }
        with unavailable_on_failure(), breaker:
            # A client per request: it is not thread-safe.
            key = settings.MEILISEARCH_SEARCH_KEY
            client = meilisearch.Client(settings.MEILISEARCH_URL, key, timeout=SEARCH_TIMEOUT)  # type: ignore[arg-type]
            return list(client.index(settings.MEILISEARCH_INDEX).search(" ".join(words), options)["hits"])


def _in_both_orders(known: Proposals, hits: Iterable[dict[str, Any]], scoring: Scoring) -> Proposals:
    """The proposals of the database, each raised by how well Meilisearch finds the best of its sections that this
    reader may read and that holds a word of the query now; the newer case first where that makes them equal."""
    columns = scoring.sight.columns
    found = {int(hit["id"]): float(hit["_rankingScore"]) for hit in hits}
    places = positions(columns.sections.id, found)
    # What the index says may rest on a text or a grant that is no more.
    places = places[scoring.holding[places]]
    nearest = np.zeros(len(columns.cases.id))
    figures = [found[section] for section in columns.sections.id[places].tolist()]
    np.maximum.at(nearest, columns.case_of[places], figures)
    raised = nearest[np.searchsorted(columns.cases.id, known.case_ids)] * (NEARNESS * sum(scoring.weights))
    scores = np.round(known.scores + raised, 9)
    order = np.lexsort((-known.case_ids, -scores))
    return Proposals(known.case_ids[order], known.section_ids[order], scores[order])


class Index:
    """The writer's side of one index: settings, documents, ids. Every method waits until Meilisearch has done it."""

    def __init__(self, uid: str | None = None) -> None:
        if not settings.MEILISEARCH_URL:
            raise EngineUnavailable("MEILISEARCH_URL is not set")
        key = settings.MEILISEARCH_ADMIN_KEY
        self.client = meilisearch.Client(settings.MEILISEARCH_URL, key, timeout=WRITE_TIMEOUT)
        self.index = self.client.index(uid or settings.MEILISEARCH_INDEX)

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
            try:
                with unavailable_on_failure():
                    self._wait(self.client.create_index(self.index.uid, {"primaryKey": "id"}))
            except EngineUnavailable:
                # A write that came too late for an index of this name may have made it first.
                if self.made() is None:
                    raise
        with unavailable_on_failure():
            self._wait(self.index.update_settings(SETTINGS))

    def unlike(self) -> list[str]:
        """The names of the settings that are not those of this version."""
        with unavailable_on_failure():
            found = self.index.get_settings()
        return [name for name, wanted in SETTINGS.items() if not _holds(wanted, found.get(name))]

    def replace(self, cases: Iterable[int], documents: list[dict[str, Any]]) -> None:
        """Let the index hold these documents of the cases and no others of them.

        Raises DocumentsRefused where it is for the documents' sake that it does not.
        """
        listed = ", ".join(str(int(case)) for case in cases)
        kept = ", ".join(str(int(document["id"])) for document in documents)
        with unavailable_on_failure():
            if documents:
                self._wait(self.index.add_documents(documents, primary_key="id"))
            self._wait(self.index.delete_documents(filter=f"case IN [{listed}] AND id NOT IN [{kept}]"))

    def held(self) -> Iterator[dict[str, Any]]:
        """Every document with all its fields, a thousand at a time."""
        asked, offset = {"limit": 1000}, 0
        with unavailable_on_failure():
            while page := self.index.get_documents({**asked, "offset": offset}).results:
                yield from (dict(iter(document)) for document in page)
                offset += len(page)

    def remove(self, sections: Iterable[int]) -> None:
        """Take the sections out of the index."""
        with unavailable_on_failure():
            for batch in batched(sections):
                listed = ", ".join(str(int(section)) for section in batch)
                self._wait(self.index.delete_documents(filter=f"id IN [{listed}]"))

    def discard(self, sections: Iterable[int]) -> None:
        """The same where the index may have no settings to filter by."""
        with unavailable_on_failure():
            tasks = [self.index.delete_document(str(int(section))) for section in sections]
            if tasks:
                self._wait(tasks[-1])

    def take_place_of(self, live: "Index") -> None:
        """Swap names with the live index, both at once for whoever searches."""
        made = self.made()
        with unavailable_on_failure():
            self.client.swap_indexes([{"indexes": [live.index.uid, self.index.uid]}])
        # The task is of no single index, so that a key for these two may not read it: what it does is looked at.
        until = time.monotonic() + SWAP_SECONDS
        while live.made() != made:
            if time.monotonic() > until:
                raise EngineUnavailable("the indexes were not swapped in time")
            time.sleep(LOOK)

    def drop(self) -> None:
        """Delete the index if there is one."""
        if self.made() is not None:
            with unavailable_on_failure():
                gone = self.client.wait_for_task(self.index.delete().task_uid, TASK_TIMEOUT_MS, interval_in_ms=20)
            # It may fail because somebody else was first.
            if gone.status != "succeeded" and self.made() is not None:
                raise EngineUnavailable(f"task {gone.uid}: {gone.error}")

    def _wait(self, task: Any) -> None:
        done = self.client.wait_for_task(task.task_uid, timeout_in_ms=TASK_TIMEOUT_MS, interval_in_ms=20)
        if done.status != "succeeded":
            code = str((done.error or {}).get("code", ""))
            kind = DocumentsRefused if code.startswith(REFUSALS) else EngineUnavailable
            raise kind(f"task {task.task_uid}: {done.error}")


def least_keys() -> dict[str, str]:
    """A key that can search the index and nothing else, and one that can write it and its successor; by the names of
    their settings. Asks with MEILISEARCH_ADMIN_KEY, which must be the master key this once; the same keys
    every time."""
    client = meilisearch.Client(settings.MEILISEARCH_URL, settings.MEILISEARCH_ADMIN_KEY, timeout=WRITE_TIMEOUT)
    with unavailable_on_failure():
        return {name: _key(client, name, rights) for name, rights in RIGHTS.items()}


def _key(client: meilisearch.Client, name: str, actions: list[str]) -> str:
    live = settings.MEILISEARCH_INDEX
    indexes = [live] if actions == ["search"] else [live, filling.next_index()]
    uid = str(uuid5(NAMESPACE, f"{name} {live} {actions}"))
    try:
        return client.get_key(uid).key
    except MeilisearchApiError as problem:
        if problem.code != "api_key_not_found":
            raise
    made = {"uid": uid, "name": f"{name} ({live})", "actions": actions, "indexes": indexes, "expiresAt": None}
    return client.create_key(made).key


def _holds(wanted: Any, found: Any) -> bool:
    """Whether the setting is as wanted; what Meilisearch adds of its own is not looked at."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        return all(_holds(value, found.get(name)) for name, value in wanted.items())
    return bool(wanted == found)


@contextmanager
def unavailable_on_failure() -> Iterator[None]:
    """Whatever goes wrong between us and Meilisearch is one thing to the caller: EngineUnavailable."""
    try:
        yield
    except MeilisearchApiError as problem:
        refused = str(problem.code or "").startswith(REFUSALS)
        raise (DocumentsRefused if refused else EngineUnavailable)(f"{problem.code}: {problem.message}") from problem
    except (MeilisearchError, requests.RequestException, KeyError, TypeError, ValueError, AttributeError) as problem:
        raise EngineUnavailable(f"{type(problem).__name__}: {problem}") from problem
