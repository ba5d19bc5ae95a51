"""The same work by Celery: what is saved is written by its worker, and a broker that is away delays nobody."""

import time

import pytest

from search import background, outbox, rounds, tasks
from search.models import Outbox
from tests.search.cast import make_case, make_organization
from tests.search.fakes import held

pytest.importorskip("celery")
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def app():
    """The site's own application, as `celery -A config.celery` loads it."""
    from config.celery import app

    before = app.conf.broker_url
    app._after_fork()  # forgets its connections: the broker is another one
    yield app
    app.conf.broker_url = before


@pytest.mark.redis
def test_its_worker_writes_what_was_saved(redis_url, index, settings, app):
    from celery.contrib.testing.worker import start_worker

    settings.CELERY_BROKER_URL = app.conf.broker_url = redis_url
    app.conf.task_ignore_result = True
    with start_worker(app, perform_ping_check=False, pool="solo", loglevel="ERROR"):
        case = make_case(make_organization(), "題名", "在庫")
        background.background.finish()
        # The index is asked, not the table: beside a writing worker SQLite in memory answers a reader
        # "table is locked".
        until = time.monotonic() + 10
        while not held(index) and time.monotonic() < until:
            time.sleep(0.05)
    # Its worker has stopped, so what it was writing is written.
    assert not Outbox.objects.exists()
    assert [document["case"] for document in held(index).values()] == [case.pk]


def test_a_broker_that_is_away_delays_nobody_and_loses_nothing(index, settings, app, caplog):
    settings.CELERY_BROKER_URL = app.conf.broker_url = "redis://127.0.0.1:9/0"
    began = time.monotonic()
    make_case(make_organization(), "題名", "在庫")
    assert time.monotonic() - began < 10
    background.background.finish(20)
    assert "could not be written" in caplog.text
    # The next round finds it.
    assert tasks.write_index(look=True) == 1
    assert len(held(index)) == 1


def test_a_task_may_run_twice(index):
    make_case(make_organization(), "題名", "在庫")
    assert [tasks.write_index(), tasks.write_index()] == [1, 0]
    index.away = True
    assert tasks.write_index(look=True) == 0


def test_beat_puts_on_every_round(app):
    planned = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert planned == {f"search.tasks.{name}" for name in ("write_index", "soon", "look", "daily")}
    app.loader.import_default_modules()
    assert planned <= set(app.tasks)
    assert callable(rounds.daily)
    assert outbox.drain() == 0


def test_the_daily_round_does_not_wait_for_the_end_of_the_first_day(app, monkeypatch):
    from celery.signals import worker_ready

    app.loader.import_default_modules()
    asked = []
    monkeypatch.setattr(tasks.daily, "apply_async", lambda **options: asked.append(options))
    worker_ready.send(sender=None)
    assert asked == [{"expires": 3_600}]
