"""The columns this process keeps, brought up to date at every question."""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from threading import Lock
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import Max
from django.utils import timezone

from casebook.upkeep import changed_between
from search.columns.reading import BOOKS, ids_of, read
from search.columns.tables import Cases, Codebook, Columns, Ids, Sections, Table
from search.models import Touched

MOST = 2_000
"""Where more cases than this have changed, everything is read anew."""
KEPT = timedelta(days=1)
"""So long the traces of changes are kept; who has looked at none for half of it reads everything."""


@dataclass(frozen=True)
class Kept:
    """Columns, and up to where they know what has changed."""

    columns: Columns
    seen: int
    """On SQLite the last trace, on PostgreSQL the first transaction that may not have been seen."""
    day: date
    looked: float


_lock = Lock()
_kept: dict[str, Kept] = {}


def current() -> Columns:
    """The columns as the database has them now. Inside a transaction, what was read is not kept: it may be undone."""
    name = str(connection.settings_dict["NAME"])
    with _lock:
        renewed = _renewed(_kept.get(name))
        if not connection.in_atomic_block:
            _kept[name] = renewed
        return renewed.columns


def forget() -> None:
    """Let go of what is kept: the next question reads everything."""
    with _lock:
        _kept.clear()


def sweep() -> int:
    """Take away traces that nobody needs any more; returns how many."""
    # The last one stays: by it one sees that nothing has changed since.
    last = Touched.objects.aggregate(last=Max("pk"))["last"] or 0
    return Touched.objects.filter(at__lt=timezone.now() - KEPT, pk__lt=last).delete()[0]


def _renewed(kept: Kept | None) -> Kept:
    today, now = timezone.localdate(), timezone.now().timestamp()
    changed, seen = _changed(kept)
    if kept is None or changed is None or now - kept.looked > KEPT.total_seconds() / 2:
        return Kept(read({name: Codebook() for name in BOOKS}), seen, today, now)
    if kept.day != today:
        changed |= set(changed_between(min(kept.day, today), max(kept.day, today)).values_list("pk", flat=True))
    if len(changed) > MOST:
        return Kept(read(kept.columns.books), seen, today, now)
    columns = _joined(kept.columns, changed) if changed else kept.columns
    return Kept(columns, seen, today, now)


def _changed(kept: Kept | None) -> tuple[set[int] | None, int]:
    """The cases that have changed since (None: anything may have), and up to where that is known."""
    # First how far one can see, then what is there: what comes between is read once more the next time.
    seen = _horizon()
    if kept is None:
        return None, seen
    way = "transaction__gte" if connection.vendor == "postgresql" else "pk__gt"
    rows = Touched.objects.filter(**{way: kept.seen}).values_list("case_id", flat=True).distinct()[: MOST + 1]
    cases = {case for case in rows if case is not None}
    # A number that went back: another database of the same name.
    return (None if None in rows or len(cases) > MOST or seen < kept.seen else cases), seen


def _horizon() -> int:
    if connection.vendor != "postgresql":
        return Touched.objects.aggregate(last=Max("pk"))["last"] or 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        return int(cursor.fetchone()[0])


def _joined(columns: Columns, changed: Iterable[int]) -> Columns:
    ids = ids_of(changed)
    fresh = read(columns.books, ids.tolist())
    return Columns(
        books=columns.books,
        sections=_sorted(_together(columns.sections, fresh.sections, ids)),
        grants=_together(columns.grants, fresh.grants, ids),
        cases=_sorted(_together(columns.cases, fresh.cases, ids)),
        phase=_together(columns.phase, fresh.phase, ids),
        capability=_together(columns.capability, fresh.capability, ids),
    ).consistent()


def _together(old: Table, fresh: Table, changed: Ids) -> Table:
    """The old rows without those of the changed cases, then the fresh ones."""
    kept = ~np.isin(old.case, changed)
    columns: dict[str, Any] = {
        column.name: np.concatenate([getattr(old, column.name)[kept], getattr(fresh, column.name)])
        for column in fields(old)
    }
    return replace(old, **columns)


def _sorted(table: Table) -> Table:
    order = np.argsort(table.id, kind="stable") if isinstance(table, Sections | Cases) else slice(None)
    columns: dict[str, Any] = {column.name: getattr(table, column.name)[order] for column in fields(table)}
    return replace(table, **columns)
