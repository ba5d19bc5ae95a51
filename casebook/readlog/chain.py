"""The chain: each entry's digest covers the entry and the digest before it."""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC
from typing import Any

from django.db import transaction
from django.utils import timezone

from casebook.models import LogChain, LogEntry

PLAIN = (
    "chain", "number", "action", "reader", "reader_name", "reader_of", "case", "case_reference", "version",
    "sections", "why", "previous",
)  # fmt: skip


def digest_of(entry: LogEntry) -> str:
    """SHA-256, in hexadecimal, over everything that the entry says: JSON in UTF-8 with sorted keys, without spaces,
    the time in UTC with microseconds."""
    said: dict[str, Any] = {name: getattr(entry, name) for name in PLAIN}
    said["at"] = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    canonical = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


@transaction.atomic
def append(entries: Iterable[LogEntry]) -> None:
    """Seal the entries, in their order, at the ends of their chains; four queries for any number of them.

    The ends are held, in one order for everybody, until the transaction is over: chains never fork, and nobody waits
    in a ring. The caller's transaction should be short.
    """
    waiting = list(entries)
    ends = _held({entry.chain for entry in waiting})
    now = timezone.now()
    for entry in waiting:
        end = ends[entry.chain]
        entry.at, entry.number, entry.previous = now, end.length + 1, end.digest
        entry.digest = digest_of(entry)
        end.length, end.digest = entry.number, entry.digest
    LogEntry.objects.bulk_create(waiting)
    LogChain.objects.bulk_update(ends.values(), ["length", "digest"])


def _held(owners: set[int]) -> dict[int, LogChain]:
    rows = LogChain.objects.select_for_update(no_key=True).filter(owner_id__in=owners).order_by("owner_id")
    found = {row.owner_id: row for row in rows}
    if missing := owners - found.keys():
        LogChain.objects.bulk_create([LogChain(owner_id=owner) for owner in sorted(missing)], ignore_conflicts=True)
        found = {row.owner_id: row for row in rows.all()}
    return found
