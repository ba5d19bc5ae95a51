"""When the database answers nobody just now: rows that others hold too long, two who wait for each other, no
connection left. What was asked for was rolled back and can simply be asked again."""

import sqlite3
from collections.abc import Iterator

from django.db import OperationalError

RETRY_AFTER = 5
"""Seconds after which asking again makes sense."""

PASSING = frozenset({"40001", "40P01", "53300", "55P03", "57014", "57P01", "57P02", "57P03"})
"""PostgreSQL's states that pass: serialization failure, deadlock, too many connections, lock not available, statement
cancelled, shutting down, crashed, starting."""
UNREACHABLE = "08"
"""The class of its states that tell of a lost connection."""
LOCKED = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
EXTENDED = 0xFF
"""SQLite says more in the bits above these."""


def is_busy(error: BaseException | None) -> bool:
    """True where the database had no time, and the same request may succeed a moment later."""
    return isinstance(error, OperationalError) and any(map(_passes, _told(error)))


def _told(error: BaseException) -> Iterator[BaseException]:
    """What the driver said, for which Django's error stands."""
    cause = error.__cause__
    while cause is not None:
        yield cause
        cause = cause.__cause__


def _passes(told: BaseException) -> bool:
    if isinstance(told, sqlite3.Error):
        code = getattr(told, "sqlite_errorcode", None)
        return code is not None and code & EXTENDED in LOCKED
    if not type(told).__module__.startswith("psycopg"):
        return False
    state = getattr(told, "sqlstate", None)
    # Without a state no server has spoken: it cannot be reached, or the pool had no connection to give.
    return state is None or state in PASSING or state.startswith(UNREACHABLE)
