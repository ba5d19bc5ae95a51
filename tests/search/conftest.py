"""A small cast: a bank and a vendor, with a member each, and anyone."""

import pytest
from django.contrib.auth.models import AnonymousUser

from search import checking, outbox
from search.engines.meili import breaker
from tests.search.cast import NUMBERS, make_member, make_organization
from tests.search.fakes import FakeIndex


@pytest.fixture
def bank(db):
    return make_organization()


@pytest.fixture
def vendor(db):
    return make_organization("架空 天竜システムズ")


@pytest.fixture
def banker(bank):
    return make_member(bank)


@pytest.fixture
def developer(vendor):
    return make_member(vendor)


@pytest.fixture
def anyone():
    return AnonymousUser()


@pytest.fixture(autouse=True)
def _no_engine_but_our_own(settings):
    """Whatever the caller's environment says; and no test inherits another one's failures."""
    settings.MEILISEARCH_URL = ""
    settings.CELERY_BROKER_URL = ""
    settings.DRAIN_IN_PROCESS = False
    breaker.reset()


@pytest.fixture
def meilisearch(meilisearch_server, settings):
    """The settings of a site with Meilisearch, with an index of its own."""
    settings.MEILISEARCH_URL = meilisearch_server.url
    settings.MEILISEARCH_SEARCH_KEY = settings.MEILISEARCH_ADMIN_KEY = meilisearch_server.master_key
    settings.MEILISEARCH_INDEX = f"sections{next(NUMBERS)}"
    return meilisearch_server


@pytest.fixture
def index(monkeypatch, settings):
    """The settings of a site with Meilisearch, and in its place a FakeIndex."""
    settings.MEILISEARCH_URL = "http://127.0.0.1:9"
    FakeIndex.forget()
    monkeypatch.setattr(outbox, "Index", FakeIndex)
    monkeypatch.setattr(checking, "Index", FakeIndex)
    monkeypatch.setattr(outbox, "PAUSE", 0)
    return FakeIndex
