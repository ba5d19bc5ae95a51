"""Where no worker runs, a thread writes the outbox, and nobody waits for it."""

import threading

import pytest
from django.db import transaction

from search import background
from search.engines.base import EngineUnavailable
from search.models import Outbox
from tests.search.cast import make_case, make_organization
from tests.search.fakes import held


@pytest.fixture
def started(settings, monkeypatch):
    """A list that grows by one each time the thread is asked to write; it is not started."""
    settings.DRAIN_IN_PROCESS = True
    calls = []
    monkeypatch.setattr(background.background, "start", lambda: calls.append(1))
    return calls


def test_a_transaction_asks_once_for_all_its_cases(bank, index, started, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        for _ in range(3):
            make_case(bank, "題名", "在庫")
        assert started == []
    assert started == [1]
    assert callbacks.count(background.start) == 1
    assert Outbox.objects.count() == 3


def test_a_part_that_was_rolled_back_does_not_take_the_rest_along(
    bank, index, started, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        with transaction.atomic():
            make_case(bank, "題名", "在庫")
            transaction.set_rollback(True)
        make_case(bank, "題名", "在庫")
    assert started == [1]


def test_nothing_is_asked_unless_the_settings_say_so(
    bank, index, started, settings, django_capture_on_commit_callbacks
):
    settings.DRAIN_IN_PROCESS = False
    with django_capture_on_commit_callbacks(execute=True):
        make_case(bank, "題名", "在庫")
    assert started == []


@pytest.mark.django_db(transaction=True)
def test_the_thread_writes_and_closes_its_connections(index, settings, monkeypatch):
    settings.DRAIN_IN_PROCESS = True
    closed, close_all = [], background.connections.close_all

    def recorded():
        closed.append(threading.current_thread().name)
        close_all()

    monkeypatch.setattr(background.connections, "close_all", recorded)
    make_case(make_organization(), "題名", "在庫")
    background.background.finish()
    assert len(held(index)) == 1
    assert Outbox.objects.count() == 0
    assert closed == ["search-outbox"]


def test_what_is_asked_for_meanwhile_is_done_next_and_errors_end_nothing(monkeypatch, caplog):
    begun, go_on, done = threading.Event(), threading.Event(), []

    def slow():
        begun.set()
        go_on.wait(5)
        done.append(1)
        raise (EngineUnavailable("away") if len(done) == 1 else ZeroDivisionError)

    monkeypatch.setattr(background, "drain", slow)
    thread = background.Background()
    thread.start()
    assert begun.wait(5)
    thread.start()
    thread.start()
    go_on.set()
    thread.finish()
    assert len(done) == 2
    assert "away" in caplog.text
    assert "ZeroDivisionError" in caplog.text
    thread.start()
    thread.finish()
    assert len(done) == 3
