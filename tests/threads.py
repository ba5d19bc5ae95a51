"""Several people at once, each with a connection of their own."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections

AT_MOST_SECONDS = 60


def needs_several_connections() -> None:
    """Skips where everybody shares one connection."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite in memory has one connection: PostgreSQL decides")


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """What each of them returned or raised, in their order; they begin together."""
    outcomes: list[Any] = [TimeoutError()] * len(deeds)
    together = threading.Barrier(len(deeds))

    def go(position: int) -> None:
        together.wait()
        try:
            outcomes[position] = deeds[position]()
        except Exception as error:  # whatever it is, the test looks at it
            outcomes[position] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=go, args=(position,), daemon=True) for position in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(AT_MOST_SECONDS)
    return outcomes


def refused(outcomes: list[Any]) -> list[Any]:
    """Those that were raised."""
    return [outcome for outcome in outcomes if isinstance(outcome, Exception)]
