"""The access tests ask a thousand times a minute, and are refused most of the time."""

import copy
import logging
from collections.abc import Iterator

import pytest
from django.db import transaction
from rest_framework.throttling import SimpleRateThrottle

from tests.cast import World, build_world


@pytest.fixture(autouse=True)
def _unthrottled(settings, monkeypatch, caplog):
    caplog.set_level(logging.ERROR, logger="django.request")
    settings.ACCOUNT_RATE_LIMITS = settings.MFA_RATE_LIMITS = False
    settings.RATE_LIMITS = {}
    monkeypatch.setattr(SimpleRateThrottle, "THROTTLE_RATES", {"anon": None, "user": None})


@pytest.fixture(scope="module")
def _built(django_db_setup, django_db_blocker) -> Iterator[World]:
    """Built once for a file of tests, inside a transaction that is given up at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_world()
        transaction.set_rollback(True)


@pytest.fixture
def world(_built: World, db: None) -> World:
    """The cast as it was built: what a test changes is rolled back, and its objects are its own."""
    return copy.deepcopy(_built)
