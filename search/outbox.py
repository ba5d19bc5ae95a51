"""From the outbox into Meilisearch: leased, retried, and the same however often it is done."""

import hashlib
import logging
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from casebook.models import Case, Section
from search import filling
from search.documents import Entry, entries
from search.engines.base import DocumentsRefused, EngineUnavailable
from search.engines.meili import Index
from search.engines.meili_settings import version
from search.indexing import enqueue
from search.models import Outbox

logger = logging.getLogger(__name__)

AT_ONCE = 100
LEASE = timedelta(seconds=60)
"""After it another worker takes over what one began; longer than a batch takes."""
FIRST_RETRY = timedelta(seconds=1)
LAST_RETRY = timedelta(minutes=1)
MOST_REFUSALS = 5
"""So often a case is sent that Meilisearch is there for and will not take; then somebody has to look."""
PAUSE = 0.2
"""Seconds between two looks at what another process still writes."""

Say = Callable[[int, int], None]
"""Hears how many of how many are done."""


def drain() -> int:
    """Write every waiting case whose time has come; returns how many.

    What fails waits for its next try, longer each time. EngineUnavailable when nothing could be written.
    """
    written = 0
    while rows := lease():
        try:
            written += _written(rows)
        except EngineUnavailable as problem:
            logger.warning("search: %d cases wait for Meilisearch: %s", len(rows), problem)
            _postpone(rows, problem)
            raise
    _let_next_take_over()
    return written


@transaction.atomic
def lease() -> list[Outbox]:
    """Up to AT_ONCE rows that nobody else works on, for the next LEASE."""
    now = timezone.now()
    free = Outbox.objects.filter(not_before__lte=now, dead_at__isnull=True).order_by("pk")
    # On SQLite the transaction itself is exclusive, and the words are left out.
    rows = list(free.select_for_update(skip_locked=True)[:AT_ONCE])
    Outbox.objects.filter(pk__in=[row.pk for row in rows]).update(not_before=now + LEASE, attempts=F("attempts") + 1)
    for row in rows:
        row.attempts += 1
    return rows


def dead() -> QuerySet[Outbox]:
    """The cases that Meilisearch would not take, with the reason, the oldest first: for an operator to look at."""
    return Outbox.objects.filter(dead_at__isnull=False).order_by("dead_at")


def prepared(*, writing: Collection[int] = ()) -> Index:
    """The index, there and with its settings; where it is new, or they are, every case is noted to be written.

    `writing` are cases that are being written anyway. An index of another version goes on answering those who know
    that version, while the next is filled to take its place. Raises EngineUnavailable.
    """
    index, stand = Index(), filling.stand()
    made = index.made()
    if stand.next and made == stand.next[1]:
        _retire_old()  # somebody was cut short between the swap and this
        return index
    if filling.begun(made, version()):
        return index
    if made and stand.live and made == stand.live[1] and stand.live[2] != version():
        begin_next()
        return index
    filling.forget()
    index.prepare()
    filling.fill(index.made() or "", version(), besides=writing)
    return index


def begin_next() -> None:
    """Have an index filled to take the live one's place; one of this version that is being filled is gone on with."""
    following = Index(filling.next_index())
    made = following.made()
    if made and filling.begun(made, version(), filling.next_index()):
        return
    filling.forget(filling.next_index())
    following.drop()
    following.prepare()
    filling.fill_next(following.made() or "", version())


def rebuild(say: Say = lambda _done, _all: None) -> int:
    """Write every case anew into an index of its own, which then takes the place of the one that answers meanwhile;
    returns the number of sections. Goes on with a rebuild that was cut short."""
    prepared()
    begin_next()
    whole = max(Outbox.objects.filter(dead_at__isnull=True).count(), 1)
    while filling.stand().next:
        drained = drain()
        left = Outbox.objects.filter(dead_at__isnull=True).count()
        say(max(whole - left, 0), whole)
        if not drained:
            time.sleep(PAUSE)
    return Section.objects.count()


def _let_next_take_over() -> None:
    """Swap the indexes, once the next one holds every case.

    Nobody settles a write while they are swapped (`_settle`): one half of it could have gone to the old index under
    its old name, and the other half to the old index under its new one.
    """
    made = filling.begin_move(version())
    if made is None:
        return
    live, following = Index(), Index(filling.next_index())
    if live.made() != made:
        following.take_place_of(live)
    _retire_old()


def _retire_old() -> None:
    """After the swap: the old index goes, and what was known of the next one holds for the live one.

    In this order: afterwards somebody may be filling a new one of that name.
    """
    Index(filling.next_index()).drop()
    filling.end_move()


def _written(rows: list[Outbox]) -> int:
    """How many of the leased rows were written; where the documents of some are refused, the others are."""
    try:
        return _settle(rows, _write(rows))
    except DocumentsRefused as problem:
        if len(rows) == 1:
            _refuse(rows[0], problem)
            return 0
        return sum(_written([row]) for row in rows)


def _write(rows: list[Outbox]) -> filling.Stand:
    """Write the cases as they are now, those that are gone lose their documents; returns where to."""
    ids = [row.case_id for row in rows]
    live = prepared(writing=ids)
    stand = filling.stand()
    cases = Case.objects.filter(pk__in=ids).prefetch_related("sections__grants", "capabilities", "delegations")
    made = {case.pk: documents(case) for case in cases}
    changed = [row.case_id for row in rows if not row.refill]
    if changed:
        _replace(live, changed, made)
    if stand.next:
        _write_next(ids, made, stand)
    return stand


def _write_next(ids: Sequence[int], made: dict[int, list[dict[str, Any]]], stand: filling.Stand) -> None:
    """It may take the live one's place under the write: that is done again then, as `_settle` says."""
    following = Index(filling.next_index())
    try:
        _replace(following, ids, made)
    except EngineUnavailable:
        if not _is_moved(stand):
            raise
    if filling.stand().next is None:
        # Its name was given up, and Meilisearch made an index of that name for what came too late.
        with suppress(EngineUnavailable):
            following.discard(document["id"] for documents in made.values() for document in documents)


def _replace(index: Index, ids: Sequence[int], made: dict[int, list[dict[str, Any]]]) -> None:
    index.replace(ids, [document for case in ids for document in made.get(case, ())])


def _settle(rows: list[Outbox], stand: filling.Stand) -> int:
    """Take the written rows out; returns how many were written.

    One that changed meanwhile is due again at once, and all are, soon, where the indexes are not what they were when
    the write began or are just being swapped. One whose lease somebody else took over is noted anew: whose write came
    last is not known.
    """
    now, moved = timezone.now(), _is_moved(stand)
    due = now + FIRST_RETRY if moved else now
    for row in rows:
        mine = Outbox.objects.filter(pk=row.pk, attempts=row.attempts)
        if not moved and mine.filter(revision=row.revision).delete()[0]:
            continue
        if not mine.update(not_before=due, attempts=0):
            enqueue([row.case_id])
    return 0 if moved else len(rows)


def _is_moved(stand: filling.Stand) -> bool:
    """Whether the indexes are not what they were, or are just being swapped."""
    return filling.stand() != stand or (stand.moving is not None and stand.moving > timezone.now())


def _postpone(rows: list[Outbox], problem: EngineUnavailable) -> None:
    for row in rows:
        mine = Outbox.objects.filter(pk=row.pk, attempts=row.attempts)
        mine.update(not_before=retry_at(row.attempts), problem=str(problem)[:500])


def _refuse(row: Outbox, problem: DocumentsRefused) -> None:
    """Note why the case was not taken; after MOST_REFUSALS it is not sent any more."""
    refused = row.refused + 1
    dead_at = timezone.now() if refused >= MOST_REFUSALS else None
    if dead_at:
        logger.error("search: case %d is not in the index: %s", row.case_id, problem)
    Outbox.objects.filter(pk=row.pk, revision=row.revision).update(
        refused=refused, dead_at=dead_at, problem=str(problem)[:500], not_before=retry_at(row.attempts)
    )


def retry_at(attempts: int) -> datetime:
    """When to try again after so many failures: 1, 2, 4 … seconds, at most a minute."""
    wait: timedelta = min(FIRST_RETRY * 2 ** min(attempts - 1, 10), LAST_RETRY)
    return timezone.now() + wait


def documents(case: Case) -> list[dict[str, Any]]:
    """What Meilisearch holds of a case: terms, and who may read them; never the text itself."""
    found = []
    for entry, keys in _keyed(case):
        texts = {"title": " ".join(dict.fromkeys(entry.heading_terms)), "text": " ".join(entry.text_terms)}
        marks = {"print": _print(entry, entry.wording, keys), "body": body(texts)}
        found.append({"id": entry.section_id, "case": case.pk, "keys": keys, **texts, **marks})
    return found


def prints(case: Case, wordings: Mapping[int, str]) -> dict[int, str]:
    """The `print` of each of the case's documents by section id, with its wording as the database's index has it;
    analyses no text."""
    return {entry.section_id: _print(entry, wordings.get(entry.section_id, ""), keys) for entry, keys in _keyed(case)}


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


def _print(entry: Entry, wording: str, keys: list[str]) -> str:
    """Changes with everything that the document is made from."""
    parts = [entry.fingerprint, *([wording] if wording else []), *keys]
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()[:32]


def body(document: dict[str, Any]) -> str:
    """Of what Meilisearch searches in the document: by it one sees that it is still what was written."""
    return hashlib.sha256(f"{document.get('title')}\x00{document.get('text')}".encode()).hexdigest()[:32]
