"""Whether the index in Meilisearch holds every case, and having it filled where it does not."""

from collections.abc import Collection

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, Max, OuterRef, QuerySet

from search.documents import case_ids
from search.indexing import enqueue
from search.models import Filling, Outbox


def complete(version: str) -> bool:
    """Whether every case that was there when the index was made has been written into it."""
    waiting = Outbox.objects.filter(pk__lte=OuterRef("last"))
    return _current().filter(~Exists(waiting), version=version, last__isnull=False).exists()


def begun(made: str | None, version: str) -> bool:
    """Whether every case has at least been noted for the index that was made at this time."""
    return _current().filter(made=made or "", version=version, last__isnull=False).exists()


def forget() -> None:
    """Let the index answer no more; to be called before it is made anew or given other settings."""
    _current().delete()


def fill(made: str, version: str, *, besides: Collection[int] = ()) -> None:
    """Note every case for the index, which answers once they are written."""
    # First without `last`: cut short, it begins anew.
    Filling.objects.update_or_create(
        index=settings.MEILISEARCH_INDEX, defaults={"made": made, "version": version, "last": None}
    )
    _current().update(last=note_everything(besides=besides))


def note_everything(*, besides: Collection[int] = ()) -> int:
    """Put every case but those into the outbox; returns the last row to wait for."""
    for batch in case_ids():
        with transaction.atomic():
            enqueue(set(batch).difference(besides))
    return Outbox.objects.aggregate(last=Max("pk"))["last"] or 0


def _current() -> QuerySet[Filling]:
    return Filling.objects.filter(index=settings.MEILISEARCH_INDEX)
