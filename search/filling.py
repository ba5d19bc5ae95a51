"""Which indexes in Meilisearch there are, whether they hold every case, and having them filled where they do not."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.utils import timezone

from search.documents import case_ids
from search.indexing import enqueue, refill
from search.models import Filling, Outbox

MOVING = timedelta(seconds=60)
"""So long is waited for who swaps two indexes; longer than it takes."""


@dataclass(frozen=True)
class Stand:
    """What a writer has to write to, and what has to be the same still when it is done.

    A write that begins in one stand and ends in another may have gone to the index that was just retired: it is done
    again.
    """

    live: tuple[str, str, str] | None
    next: tuple[str, str, str] | None
    """Name, time of making and version of each index that is known."""
    moving: datetime | None


def live_index() -> str:
    """The name of the index that answers."""
    return str(settings.MEILISEARCH_INDEX)


def next_index() -> str:
    """The name of the one that is filled to take its place."""
    return f"{settings.MEILISEARCH_INDEX}-next"


def stand() -> Stand:
    """How it stands now; one query."""
    rows = {row.index: row for row in Filling.objects.filter(index__in=[live_index(), next_index()])}
    names = {name: (row.index, row.made, row.version) for name, row in rows.items()}
    moving = next((row.moving for row in rows.values() if row.moving), None)
    return Stand(names.get(live_index()), names.get(next_index()), moving)


def complete(version: str, index: str | None = None) -> bool:
    """Whether every case that was there when the index was made has been written into it.

    What Meilisearch will not take is not waited for: it is told to the operator, and hides no other case.
    """
    waiting = Outbox.objects.filter(pk__lte=OuterRef("last"), dead_at__isnull=True)
    return _of(index).filter(~Exists(waiting), version=version, last__isnull=False).exists()


def begun(made: str | None, version: str, index: str | None = None) -> bool:
    """Whether every case has at least been noted for the index that was made at this time."""
    return _of(index).filter(made=made or "", version=version, last__isnull=False).exists()


def forget(index: str | None = None) -> None:
    """Let the index answer no more; to be called before it is made anew or given other settings."""
    _of(index).delete()


def fill(made: str, version: str, *, besides: Collection[int] = ()) -> None:
    """Note every case for the live index, which answers once they are written."""
    # First without `last`: cut short, it begins anew.
    _known(live_index(), made, version)
    _of(None).update(last=note_everything(besides=besides))


def fill_next(made: str, version: str) -> None:
    """Note every case for the next index. Known before the first is noted: from then on all writers write to both."""
    _known(next_index(), made, version)
    for batch in case_ids():
        with transaction.atomic():
            refill(batch)
    _of(next_index()).update(last=_last())


def note_everything(*, besides: Collection[int] = ()) -> int:
    """Put every case but those into the outbox; returns the last row to wait for."""
    for batch in case_ids():
        with transaction.atomic():
            enqueue(set(batch).difference(besides))
    return _last()


@transaction.atomic
def begin_move(version: str) -> str | None:
    """When the next index was made, if it may take the live one's place now and nobody else is at it; else None."""
    now = timezone.now()
    free = _of(next_index()).filter(Q(moving__isnull=True) | Q(moving__lt=now))
    row = free.select_for_update().first()
    if row is None or not complete(version, next_index()):
        return None
    Filling.objects.filter(pk=row.pk).update(moving=now + MOVING)
    return row.made


@transaction.atomic
def end_move() -> None:
    """The next index is the live one now: what was known of it holds for that name."""
    row = _of(next_index()).select_for_update().first()
    if row is not None:
        forget()
        Filling.objects.filter(pk=row.pk).update(index=live_index(), moving=None)


def _known(index: str, made: str, version: str) -> None:
    Filling.objects.update_or_create(
        index=index, defaults={"made": made, "version": version, "last": None, "moving": None}
    )


def _last() -> int:
    return Outbox.objects.aggregate(last=Max("pk"))["last"] or 0


def _of(index: str | None) -> QuerySet[Filling]:
    return Filling.objects.filter(index=index or live_index())
