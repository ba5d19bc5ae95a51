"""A run that tells how far it is and can be called off, from any process: through its row in the database."""

from time import perf_counter
from uuid import UUID

from django.db import IntegrityError, transaction

from matching.core.progress import Progress
from matching.models import Need, Proposal, Run
from matching.vocabulary import RunState
from network.models import User

EVERY = 0.5
"""Seconds between two looks at the row."""


class RunTaken(Exception):  # noqa: N818 - says what is wrong
    """The key belongs to another run."""


class Telling:
    """Writes a run's progress to its row, and reads there whether it was cancelled, every now and then."""

    def __init__(self, run: Run) -> None:
        self.run, self.begun, self.looked, self._cancelled = run, perf_counter(), perf_counter(), run.cancelled

    def watch(self, progress: Progress) -> None:
        if perf_counter() - self.looked < EVERY:
            return
        self.looked = perf_counter()
        told = {
            "seconds": round(self.looked - self.begun, 1),
            "nodes": progress.nodes,
            "gap": progress.gap,
            "score": progress.best.score if progress.best else None,
        }
        rows = Run.objects.filter(pk=self.run.pk)
        rows.update(told=told)
        self._cancelled = rows.values_list("cancelled", flat=True).first() is not False

    def cancelled(self) -> bool:
        return self._cancelled

    def ended(self, proposal: Proposal | None, state: RunState) -> None:
        Run.objects.filter(pk=self.run.pk).update(proposal=proposal, state=state)


def begin(need: Need, key: UUID, *, by: User) -> Telling:
    """A row for a run; raises RunTaken where the key is in use. One that was called off before it began is kept."""
    try:
        with transaction.atomic():
            return Telling(Run.objects.create(need=need, key=key, by=by))
    except IntegrityError:
        raise RunTaken from None
