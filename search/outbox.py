"""From the outbox into Meilisearch: leased, retried, and the same however often it is done."""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from casebook.models import Case
from search.documents import all_cases, entries
from search.engines.base import EngineUnavailable
from search.engines.meili import Index
from search.models import Outbox

logger = logging.getLogger(__name__)

AT_ONCE = 100
LEASE = timedelta(seconds=60)
"""After it another worker takes over what one began; longer than a batch takes."""
FIRST_RETRY = timedelta(seconds=1)
LAST_RETRY = timedelta(minutes=1)


def drain() -> int:
    """Write every waiting case whose time has come; returns how many.

    What fails waits for its next try, longer each time. EngineUnavailable when nothing could be written.
    """
    written = 0
    while rows := lease():
        try:
            _write([row.case_id for row in rows])
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


def synchronise() -> int:
    """Write every case anew into Meilisearch, in place, and take out what no longer exists; returns the sections."""
    index = Index()
    index.prepare()
    count = 0
    for batch in all_cases():
        made = [document for case in batch for document in documents(case)]
        index.replace([case.pk for case in batch], made)
        count += len(made)
    index.remove(set(index.ids()) - _section_ids())
    return count


def differences() -> tuple[set[int], set[int]]:
    """Ids of sections that Meilisearch lacks, and of those it should not have."""
    indexed, existing = set(Index().ids()), _section_ids()
    return existing - indexed, indexed - existing


def documents(case: Case) -> list[dict[str, Any]]:
    """What Meilisearch holds of a case: terms, and who may read them; never the text itself."""
    today = timezone.localdate()
    accepted = {
        section.pk: sorted(grant.key for grant in section.grants.all() if grant.holds_on(today))
        for section in case.sections.all()
    }
    return [
        {
            "id": entry.section_id,
            "case": case.pk,
            "title": " ".join(dict.fromkeys(entry.heading_terms)),
            "text": " ".join(entry.text_terms),
            # The owner's members read every section.
            "keys": [*accepted[entry.section_id], f"org:{case.owner_id}"],
        }
        for entry in entries(case)
    ]


def _write(case_ids: list[int]) -> None:
    """Write the cases as they are now; those that are gone lose their documents."""
    index = Index()
    index.prepare()
    cases = Case.objects.filter(pk__in=case_ids).prefetch_related("sections__grants", "capabilities")
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


def _section_ids() -> set[int]:
    return {section.pk for batch in all_cases() for case in batch for section in case.sections.all()}
