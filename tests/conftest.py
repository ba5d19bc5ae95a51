"""Settings every test shares: quick passwords, plain static files, servers on demand, the same examples each run."""

import pytest
from django.test.utils import override_settings
from django.utils import translation
from hypothesis import settings as hypothesis_settings

pytest_plugins = [
    "tests.server_fixtures",
    "tests.shared_world",
    "tests.cast",
    "tests.small_cast",
    "tests.casebook.desk",
    "tests.hidden_report",
]

# A run that fails must fail again; looking for new examples is a deliberate act: --hypothesis-profile=default.
hypothesis_settings.register_profile("steady", derandomize=True, deadline=None)
hypothesis_settings.load_profile("steady")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Files that take minutes come first (`make test` keeps the order): no core waits for another's last file. What
    one database tells as well as two is marked so."""
    middle = {item.nodeid for item in middle_rows(items)}
    for item in items:
        if is_seen_on_one(item) or item.nodeid in middle:
            item.add_marker("once")
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def is_seen_on_one(item):
    """What uses no database, and what a page or an answer of the API says: every address is walked on both."""
    uses_one = item.get_closest_marker("django_db") or {"db", "transactional_db"} & {*getattr(item, "fixturenames", ())}
    says = item.path.parent.name == "api" or {"page", "pages", "translations"} & {*item.path.stem.split("_")}
    return not uses_one or bool(says)


def middle_rows(items):
    """Of a table of inputs all but the first, the middle and the last row: the second database has seen its kind.
    Who may read what, races, and tests that take minutes because they must are gone through whole."""
    tables = {}
    for item in items:
        whole = item.path.parent.name == "access" or item.path.stem.endswith("at_once")
        if hasattr(item, "callspec") and not whole and not item.get_closest_marker("long"):
            tables.setdefault(item.nodeid.partition("[")[0], []).append(item)
    for rows in tables.values():
        kept = {0, len(rows) // 2, len(rows) - 1}
        yield from (row for place, row in enumerate(rows) if place not in kept)


@pytest.fixture(autouse=True, scope="session")
def _uploads_elsewhere(tmp_path_factory):
    """No test stores a file among somebody's own."""
    with override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")):
        yield


@pytest.fixture(autouse=True)
def _quick_and_plain(settings):
    settings.STATIC_ROOT = settings.BASE_DIR / "config" / "static"  # WhiteNoise warns where nothing was collected yet
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture(autouse=True)
def _every_test_begins_in_japanese():
    """A page read in English leaves its language behind in the thread that answered: the test client's, and so ours."""
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def _connections_stay(monkeypatch):
    """A socket's consumer gives its thread's connection back; here it is the test's own, in the midst of a
    transaction."""
    monkeypatch.setattr("channels.db.close_old_connections", lambda: None)
