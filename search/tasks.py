"""The background work as Celery tasks, where one machine is not enough (`celery -A config.celery worker --beat`).

Each may run twice or on two machines at once: the outbox is leased, and what is done is found done.
"""

import logging

from celery import shared_task
from celery.signals import worker_ready
from django.db import close_old_connections

from search import rounds
from search.engines.base import EngineUnavailable

logger = logging.getLogger(__name__)


@shared_task(ignore_result=True)
def write_index(*, look: bool = False) -> int:
    """How many cases were written; what could not be stays in the outbox."""
    close_old_connections()
    try:
        return rounds.write_index(look=look)
    except EngineUnavailable as problem:
        logger.warning("search: the index is written later: %s", problem)
        return 0


@shared_task(ignore_result=True)
def soon() -> None:
    close_old_connections()
    rounds.soon()


@shared_task(ignore_result=True)
def look() -> None:
    close_old_connections()
    rounds.look()


@shared_task(ignore_result=True)
def daily() -> None:
    close_old_connections()
    rounds.daily()


@worker_ready.connect
def begin(**_signal: object) -> None:
    """Beat counts a day from its own start: where it is started anew every day, that round would never come."""
    daily.apply_async(expires=3_600)
