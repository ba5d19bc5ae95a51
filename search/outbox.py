"""From the outbox into Meilisearch: leased, retried, and the same however often it is done."""

import hashlib
import logging
import time
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from casebook.models import Case, Section
from search import filling
from search.documents import Entry, all_cases, entries
from search.engines.base import EngineUnavailable
from search.engines.meili import Index, version
from search.models import Outbox

logger = logging.getLogger(__name__)

AT_ONCE = 100
LEASE = timedelta(seconds=60)
"""After it another worker takes over what one began; longer than a batch takes."""
FIRST_RETRY = timedelta(seconds=1)
LAST_RETRY = timedelta(minutes=1)
PAUSE = 0.2
"""Seconds between two looks at what another process still writes."""


def drain() -> int:
    """Write every waiting case whose time has come; returns how many.

    What fails waits for its next try, longer each time. EngineUnavailable when nothing could be written.
    """
    written = 0
    while rows := lease():
        ids = [row.case_id for row in rows]
        try:
            _write(prepared(writing=ids), ids)
        except EngineUnavailable as problem:
            logger.warning("search: %d cases wait for Meilisearch: %s", len(rows), problem)
            _postpone(rows)
            raise
        _settle(rows)
        written += len(rows)
    return written


@transaction.atomic
def lease() -> list[Outbox]:
    """Up to AT_ONCE rows that nobody else works on, for the next LEASE."""
    now = timezone.now()
    free = Outbox.objects.filter(not_before__lte=now).order_by("pk")
    # On SQLite the transaction itself is exclusive, and the words are left out.
    rows = list(free.select_for_update(skip_locked=True)[:AT_ONCE])
    Outbox.objects.filter(pk__in=[row.pk for row in rows]).update(not_before=now + LEASE, attempts=F("attempts") + 1)
    return rows


def prepared(*, writing: Collection[int] = ()) -> Index:
    """The index, there and with its settings; where it is new, or they are, every case is noted to be written.

    `writing` are cases that are being written anyway. Raises EngineUnavailable.
    """
    index = Index()
    if not filling.begun(index.made(), version()):
        filling.forget()
        index.prepare()
        filling.fill(index.made() or "", version(), besides=writing)
    return index


def synchronise() -> int:
    """Write every case anew into Meilisearch, in place, and take out what no longer exists; returns the sections.

    Through the outbox like every change: two who write the same case at a time would leave the older state.
    """
    index, last = prepared(), filling.note_everything()
    while Outbox.objects.filter(pk__lte=last).exists():
        if not drain():
            time.sleep(PAUSE)
    indexed = index.prints()
    index.remove(indexed.keys() - set(Section.objects.values_list("pk", flat=True)))
    return Section.objects.count()


def differences() -> list[tuple[int, str]]:
    """Sections whose document in Meilisearch is missing, old or needless: (section id, what is wrong)."""
    indexed = Index().prints()
    wrong: list[tuple[int, str]] = []
    for batch in all_cases():
        for pk, expected in ((pk, made) for case in batch for pk, made in prints(case).items()):
            found = indexed.pop(pk, None)
            if found != expected:
                wrong.append((pk, "missing" if found is None else "old"))
    return wrong + [(pk, "needless") for pk in indexed]


def documents(case: Case) -> list[dict[str, Any]]:
    """What Meilisearch holds of a case: terms, and who may read them; never the text itself."""
    return [
        {
            "id": entry.section_id,
            "case": case.pk,
            "title": " ".join(dict.fromkeys(entry.heading_terms)),
            "text": " ".join(entry.text_terms),
            "keys": keys,
            "print": _print(entry, keys),
        }
        for entry, keys in _keyed(case)
    ]


def prints(case: Case) -> dict[int, str]:
    """The `print` of each of the case's documents by section id; analyses no text."""
    return {entry.section_id: _print(entry, keys) for entry, keys in _keyed(case)}


def _keyed(case: Case) -> list[tuple[Entry, list[str]]]:
    """The case's sections with the keys that open them today."""
    today = timezone.localdate()
    accepted = {
        section.pk: sorted(grant.key for grant in section.grants.all() if grant.holds_on(today))
        for section in case.sections.all()
    }
    # The owner's members read every section, and so does who was asked to write it.
    writers = sorted(f"user:{one.user_id}" for one in case.delegations.all() if one.holds_on(today))
    own = [f"org:{case.owner_id}", *writers]
    return [(entry, [*accepted[entry.section_id], *own]) for entry in entries(case)]


def _print(entry: Entry, keys: list[str]) -> str:
    """Changes with everything that the document is made from."""
    return hashlib.sha256("\x00".join([entry.fingerprint, *keys]).encode()).hexdigest()[:32]


def _write(index: Index, case_ids: list[int]) -> None:
    """Write the cases as they are now; those that are gone lose their documents."""
    cases = Case.objects.filter(pk__in=case_ids).prefetch_related("sections__grants", "capabilities", "delegations")
    index.replace(case_ids, [document for case in cases for document in documents(case)])


def _settle(rows: list[Outbox]) -> None:
    """Take the written rows out; one that changed meanwhile is due again at once."""
    for row in rows:
        done, _by_model = Outbox.objects.filter(pk=row.pk, revision=row.revision).delete()
        if not done:
            Outbox.objects.filter(pk=row.pk).update(not_before=timezone.now(), attempts=0)


def _postpone(rows: list[Outbox]) -> None:
    for row in rows:
        Outbox.objects.filter(pk=row.pk).update(not_before=retry_at(row.attempts + 1))


def retry_at(attempts: int) -> datetime:
    """When to try again after so many failures: 1, 2, 4 … seconds, at most a minute."""
    wait: timedelta = min(FIRST_RETRY * 2 ** min(attempts - 1, 10), LAST_RETRY)
    return timezone.now() + wait
