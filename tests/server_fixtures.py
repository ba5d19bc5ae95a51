"""The servers of tests.servers as pytest fixtures: one of each for the whole run, started when a test first asks.

Where a server is not installed its tests are skipped; with CI=true they fail, so that nothing goes unproven unseen.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from typing import TypeVar

import pytest

from tests import servers

Server = TypeVar("Server")


def run_of(start: Callable[[], AbstractContextManager[Server]]) -> Iterator[Server]:
    with ExitStack() as stack:
        try:
            server = stack.enter_context(start())
        except servers.MissingServer as missing:
            (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(str(missing))
        yield server


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    yield from run_of(servers.postgres)


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    yield from run_of(servers.redis)


@pytest.fixture(scope="session")
def meilisearch_server() -> Iterator[servers.Meilisearch]:
    yield from run_of(servers.meilisearch)
