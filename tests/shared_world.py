"""The cast of the small world stands once for all tests that follow each other and ask for it, on SQLite.

Building it takes a second, which thousands of tests would pay. So it is built in a transaction around their own: each
test rolls back to it, and the first test that does not ask for it, or needs transactions of its own, finds an empty
house again. On PostgreSQL every test builds its own: there a transaction has one time and one number for everything
in it, and tests would see that.
"""

import copy
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import SimpleTestCase
from django.test.utils import override_settings

QUICK = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALONE = {"transactional_db", "live_server", "django_db_reset_sequences"}


class Shared:
    """What stands now, for this process."""

    def __init__(self) -> None:
        self.atomic = None
        self.world = None
        self.files: dict[Path, bytes] = {}
        self.database_is_there = False

    def open(self, build) -> None:
        """Raise the world; its files are remembered, as a test may take one away."""
        before = set(_stored())
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        with override_settings(PASSWORD_HASHERS=QUICK):
            self.world = build()
        self.files = {path: path.read_bytes() for path in _stored() if path not in before}

    def close(self) -> None:
        """As if it had never been."""
        if self.atomic is not None:
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)
        self.atomic = self.world = None

    def given(self):
        """The world for one test: its own objects, with every file there."""
        for path, content in self.files.items():
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
        return copy.deepcopy(self.world)


shared = Shared()


def _stored() -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def asks_for_it(item: pytest.Item) -> bool:
    """Whether the test wants the cast of `tests.cast`, and no transactions of its own."""
    names = set(getattr(item, "fixturenames", ()))
    marker = item.get_closest_marker("django_db")
    if "world" not in names or names & ALONE or (marker and (marker.kwargs.get("transaction") or marker.args)):
        return False
    [*_outer, fixture] = item._fixtureinfo.name2fixturedefs["world"]  # the one that pytest will take
    return fixture.func.__module__ == "tests.cast"


def uses_a_database(item: pytest.Item) -> bool:
    names, of = set(getattr(item, "fixturenames", ())), getattr(item, "cls", None)
    of_django = of is not None and issubclass(of, SimpleTestCase)
    return of_django or bool(names & ({"db"} | ALONE) or item.get_closest_marker("django_db"))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    if not shared.database_is_there or not uses_a_database(item):
        return
    from pytest_django.plugin import blocking_manager_key

    with item.config.stash[blocking_manager_key].unblock():
        if not asks_for_it(item):
            shared.close()
        elif shared.atomic is None and connection.vendor == "sqlite":
            from tests.cast import build_world

            shared.open(build_world)


@pytest.fixture(scope="session")
def shared_world(django_db_setup, django_db_blocker):
    """Goes before the database does."""
    shared.database_is_there = True
    yield shared
    with django_db_blocker.unblock():
        shared.close()
