"""Writing the outbox off the request path, where no worker runs."""

import atexit
import logging
import threading

from django.conf import settings
from django.db import connection, connections, transaction

from search.engines.base import EngineUnavailable
from search.outbox import drain

logger = logging.getLogger(__name__)

PATIENCE = 10.0
"""Seconds that a process which ends waits for its thread; what is not written by then stays in the outbox."""


class Background:
    """At most one thread at a time; what is asked for while it runs, it does next."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked = self._running = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Have the outbox written; returns at once."""
        with self._lock:
            self._asked = True
            if not self._running:
                self._running = True
                # A daemon: a process must be able to end while Meilisearch does not answer.
                self._thread = threading.Thread(target=self._run, name="search-outbox", daemon=True)
                self._thread.start()

    def finish(self, seconds: float = PATIENCE) -> None:
        """Wait until everything asked for is done, so long at most."""
        if self._thread is not None:
            self._thread.join(seconds)

    def _run(self) -> None:
        try:
            while self._begin():
                drain_quietly()
        finally:
            # The thread's own; nobody else would close them.
            connections.close_all()

    def _begin(self) -> bool:
        with self._lock:
            self._running, self._asked = self._asked, False
            return self._running


background = Background()
# A command such as import_cases ends right after its commit.
atexit.register(background.finish)


def drain_after_commit() -> None:
    """Once the change is safe, have it written by Celery or this process if the settings say so; once per transaction.

    Otherwise, and where that fails, the worker or the next round of Celery finds it.
    """
    if not settings.MEILISEARCH_URL or not (settings.CELERY_BROKER_URL or settings.DRAIN_IN_PROCESS):
        return
    if not any(start in entry for entry in connection.run_on_commit):
        transaction.on_commit(start, robust=True)


def start() -> None:
    background.start()


def drain_quietly() -> None:
    """Write the outbox, or have Celery write it; what fails stays in it and is told to the operator."""
    try:
        _hand_over() if settings.CELERY_BROKER_URL else drain()
    except EngineUnavailable as problem:
        logger.warning("search: the index is written later: %s", problem)
    except Exception:
        # The thread goes on to what was asked for meanwhile.
        logger.exception("search: the outbox could not be written")


def _hand_over() -> None:
    """In the thread too: a broker that is away takes seconds to say so."""
    from celery import current_app  # noqa: PLC0415 - an extra

    current_app.send_task("search.tasks.write_index", retry=False, expires=60)
