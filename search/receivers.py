"""What search does when the casebook tells of a change; inside the transaction of the change."""

import logging
from typing import Any

from django.conf import settings
from django.db import transaction

from casebook.models import Case
from search.engines.base import EngineUnavailable
from search.indexing import forget_case, index_case
from search.outbox import drain

logger = logging.getLogger(__name__)


def on_case_changed(case: Case, **_signal: Any) -> None:
    index_case(case)
    _drain_after_commit()


def on_case_deleted(case_id: int, **_signal: Any) -> None:
    forget_case(case_id)
    _drain_after_commit()


def _drain_after_commit() -> None:
    """Where no worker runs, this process writes the outbox itself once the change is safe."""
    if settings.MEILISEARCH_URL and settings.DRAIN_IN_PROCESS:
        transaction.on_commit(_drain_quietly, robust=True)


def _drain_quietly() -> None:
    try:
        drain()
    except EngineUnavailable as problem:
        logger.warning("search: the index is written later: %s", problem)
