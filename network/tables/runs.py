"""The life of an uploaded table: read in the background, shown, taken in as a whole or not at all.

A run is leased by whoever works on it. A process that dies leaves it to the next one: the worker, or the next look at
its page.
"""

import io
import logging
import threading
from datetime import timedelta
from typing import Any, BinaryIO, cast

from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import connections, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from network.access import is_steward
from network.models import ImportRun, Organization, RegistryVersion, User
from network.tables.heads import look
from network.tables.preview import CHANGED, NEW, REFUSED, UNCHANGED, Outcome, Preview, as_file, changeable
from network.transfer.errors import TransferError
from network.transfer.importing import import_network
from network.transfer.writing import batched, one_at_a_time
from network.vocabulary import ImportState

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
KEPT = timedelta(days=30)
"""After this an ended run and its file go."""
TO_DO = (ImportState.READING, ImportState.APPLYING)


class MovedOn(Exception):  # noqa: N818 - not a fault: somebody else was at work meanwhile
    """The registry changed since the preview in a way that changes what the table would do."""


def begin(upload: UploadedFile[Any], *, by: User) -> ImportRun:
    """Take the file in and have it read. Raises TransferError at once for what its first bytes and its head tell."""
    content = upload.read()
    look(io.BytesIO(content))
    _forget_old()
    run = ImportRun(by=by, name=str(upload.name)[:200])
    with transaction.atomic():
        run.upload.save("table", ContentFile(content), save=False)
        run.save()
        transaction.on_commit(lambda: in_background(run.pk), robust=True)
    return run


def take_in(run: ImportRun) -> None:
    """Have what the preview showed written."""
    with transaction.atomic():
        current = ImportRun.objects.select_for_update().get(pk=run.pk)
        if current.state == ImportState.READY and changes(current):
            current.state, current.leased_until = ImportState.APPLYING, None
            current.save(update_fields=["state", "leased_until"])
            transaction.on_commit(lambda: in_background(run.pk), robust=True)


def may_read(run: ImportRun, person: User) -> bool:
    """Whether the person still keeps every record that the preview compares with."""
    if is_steward(person):
        return True
    kept = set(changeable(person).values_list("external_id", flat=True))
    return all(row["id"] in kept for row in run.rows if row["kind"] in (CHANGED, UNCHANGED))


def changes(run: ImportRun) -> int:
    """How many rows would change something."""
    return run.counts.get(NEW, 0) + run.counts.get(CHANGED, 0)


def progress(run: ImportRun) -> tuple[int, int]:
    """Rows done so far and rows in all (0 while nobody knows yet). Kept outside the database: what a transaction has
    not committed nobody else could read there."""
    found: tuple[int, int] = cache.get(_key(run.pk), (0, 0))
    return found


def in_background(pk: int) -> None:
    """Work on a run off the request path."""
    threading.Thread(target=_quietly, args=(pk,), name=f"table-{pk}", daemon=True).start()


def _quietly(pk: int) -> None:
    try:
        _without_raising(pk)
    finally:
        connections.close_all()


def _without_raising(pk: int) -> None:
    """`work` for who has more to do than this run: the lease brings the next attempt."""
    try:
        work(pk)
    except Exception:
        logger.exception("tables: run %s stopped and waits for the next attempt", pk)


def look_after(run: ImportRun) -> None:
    """Have a run go on that a dead process left, where somebody waits for it and no worker runs."""
    left_since = run.leased_until or run.created_at + LEASE
    if run.state in TO_DO and left_since < timezone.now():
        in_background(run.pk)


def resume() -> int:
    """Work on what a dead process left, and forget what is old; returns how many runs. For the worker."""
    free = Q(leased_until__isnull=True) | Q(leased_until__lt=timezone.now())
    waiting = list(ImportRun.objects.filter(free, state__in=TO_DO).values_list("pk", flat=True)[:10])
    for pk in waiting:
        _without_raising(pk)
    _forget_old()
    return len(waiting)


def forget(run: ImportRun) -> bool:
    """Remove the run with its file; False while somebody may be at work on it."""
    if run.state in TO_DO:
        return False
    run.upload.delete(save=False)
    run.delete()
    return True


def _forget_old() -> None:
    for old in ImportRun.objects.filter(created_at__lt=timezone.now() - KEPT).exclude(state__in=TO_DO):
        forget(old)


def work(pk: int) -> None:
    """Do the next thing that a run waits for, unless somebody else is at it."""
    now = timezone.now()
    free = Q(leased_until__isnull=True) | Q(leased_until__lt=now)
    if not ImportRun.objects.filter(free, pk=pk, state__in=TO_DO).update(leased_until=now + LEASE):
        return
    run = ImportRun.objects.get(pk=pk)
    try:
        if run.state == ImportState.READING:
            _read(run)
        else:
            _apply(run)
    except TransferError as refused:
        run.state, run.problem = ImportState.REFUSED, str(refused)[:1000]
    except MovedOn:
        run.state = ImportState.READING
    run.leased_until = None
    run.finished_at = timezone.now() if run.state == ImportState.DONE else None
    run.save()
    if run.state == ImportState.READING:
        _read_again(run)


def _read_again(run: ImportRun) -> None:
    run.problem = _("確認のあとに登録簿が変わりました。新しい結果をもう一度ご確認ください。")
    _read(run)
    run.save()


def _read(run: ImportRun) -> None:
    version = RegistryVersion.current()
    outcomes = _outcomes(run)
    _remember(run, outcomes, version)
    run.state = ImportState.REFUSED if run.counts.get(REFUSED) else ImportState.READY


def _remember(run: ImportRun, outcomes: list[Outcome], version: int) -> None:
    run.rows = [outcome.as_json() for outcome in outcomes]
    run.counts = {kind: sum(o.kind == kind for o in outcomes) for kind in (NEW, CHANGED, UNCHANGED, REFUSED)}
    run.done = run.total = len(outcomes)
    run.registry_version = version


def _outcomes(run: ImportRun) -> list[Outcome]:
    with run.upload.open("rb"):
        preview = Preview(cast("BinaryIO", run.upload.file), run.by)
        outcomes: list[Outcome] = []
        for batch in preview.outcomes():
            outcomes += batch
            _tell(run, len(outcomes), 0)
        preview.settle(outcomes)
    return outcomes


def _apply(run: ImportRun) -> None:
    """All of it in one transaction, and only if it does what was shown."""
    with transaction.atomic():
        one_at_a_time()
        _hold([row["id"] for row in run.rows])
        outcomes = _outcomes(run)
        if [outcome.as_json() for outcome in outcomes] != run.rows:
            raise MovedOn
        total = sum(outcome.line is not None for outcome in outcomes)
        _tell(run, 0, total)
        import_network(io.BytesIO(as_file(outcomes)), by=run.by, say=lambda _said: _tell(run, total // 2, total))
    run.state, run.problem = ImportState.DONE, ""


def _hold(ids: list[str]) -> None:
    """Those that there are, held until the transaction ends; in the order in which everybody holds them."""
    found = [Organization.objects.filter(external_id__in=some).values_list("pk", flat=True) for some in batched(ids)]
    for pks in batched(sorted(pk for some in found for pk in some)):
        list(Organization.objects.select_for_update(no_key=True).filter(pk__in=pks).order_by("pk").values_list("pk"))


def _tell(run: ImportRun, done: int, total: int) -> None:
    cache.set(_key(run.pk), (done, total), timeout=3600)
    ImportRun.objects.filter(pk=run.pk).update(leased_until=timezone.now() + LEASE)


def _key(pk: int) -> str:
    return f"table:{pk}"
