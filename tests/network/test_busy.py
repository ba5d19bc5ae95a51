"""A database that has no time: 503 and the advice to come back; never a page of ours that broke, nothing half-saved."""

import sqlite3
import threading

import psycopg
import pytest
from django.db import OperationalError, connection, connections, transaction
from django.test import Client
from django.urls import reverse
from psycopg_pool import PoolTimeout
from rest_framework.authtoken.models import Token

from network.busy import RETRY_AFTER, is_busy
from network.models import Capability, Change, Membership, Organization, Rating, RegistryVersion
from network.vocabulary import Role
from tests.cast import make_organization, make_person, make_rating
from tests.threads import at_once, needs_several_connections

HELD_TOO_LONG = psycopg.errors.LockNotAvailable()
PAGE_SAYS, API_SAYS = "混み合っていて、処理できませんでした。", "混み合っています。"


def told_by(cause: BaseException) -> OperationalError:
    """Django's error as it stands for the driver's."""
    error = OperationalError(str(cause))
    error.__cause__ = cause
    return error


def sqlite_error(tmp_path, statement="BEGIN IMMEDIATE") -> sqlite3.OperationalError:
    """What SQLite says to the second of two writers."""
    first, second = (sqlite3.connect(tmp_path / "db", timeout=0, isolation_level=None) for _number in range(2))
    try:
        first.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError) as raised:
            second.execute(statement)
    finally:
        first.close()
        second.close()
    return raised.value


class TestWhatPasses:
    @pytest.mark.parametrize(
        "cause",
        [
            HELD_TOO_LONG,
            psycopg.errors.DeadlockDetected(),
            psycopg.errors.SerializationFailure(),
            psycopg.errors.TooManyConnections(),
            psycopg.errors.AdminShutdown(),
            psycopg.errors.ConnectionFailure(),
            psycopg.OperationalError("the connection is closed"),
            PoolTimeout("couldn't get a connection after 5.00 sec"),
        ],
    )
    def test_what_postgresql_says_and_its_pool(self, cause):
        assert is_busy(told_by(cause))

    def test_a_locked_sqlite(self, tmp_path):
        assert is_busy(told_by(sqlite_error(tmp_path)))

    def test_no_fault_of_ours(self, tmp_path):
        assert not is_busy(told_by(sqlite_error(tmp_path, "SELECT missing FROM nowhere")))
        assert not is_busy(told_by(psycopg.errors.UndefinedTable()))
        assert not is_busy(told_by(psycopg.errors.DiskFull()))
        assert not is_busy(OperationalError("nobody said why"))
        assert not is_busy(HELD_TOO_LONG)  # not Django's: nobody promised that it was rolled back
        assert not is_busy(None)


@pytest.fixture
def shop(db):
    return make_organization("shop")


@pytest.fixture
def editor(shop):
    person = make_person("editor")
    Membership.objects.create(user=person, organization=shop, role=Role.EDITOR)
    return person


@pytest.fixture
def browser(editor):
    client = Client()
    client.force_login(editor)
    return client


def address_of(shop: Organization) -> str:
    return f"/api/v1/organizations/{shop.external_id}/ratings/pmo"


def put(shop, editor):
    key = Token.objects.get_or_create(user=editor)[0].key
    headers = {"authorization": f"Token {key}", "if-none-match": "*"}
    return Client().put(address_of(shop), {"level": 3}, content_type="application/json", headers=headers)


class TestTheAnswer:
    @pytest.fixture
    def no_time(self, monkeypatch):
        """The last step of every verb, when everything else is written."""

        def following():
            raise told_by(HELD_TOO_LONG)

        monkeypatch.setattr("network.models.RegistryVersion.following", following)

    def save(self, browser, shop):
        place = reverse("network:rating", args=[shop.pk, "pmo"])
        return browser.post(place, {"level": "3", "stance": "neutral", "version": "0"})

    @pytest.mark.usefixtures("no_time")
    def test_of_a_page(self, browser, shop, django_assert_num_queries):
        answer = self.save(browser, shop)
        assert answer.status_code == 503
        assert answer["Retry-After"] == str(RETRY_AFTER)
        assert PAGE_SAYS in answer.content.decode()
        assert not Rating.objects.exists()
        assert not Change.objects.exists()

    @pytest.mark.usefixtures("no_time")
    def test_of_the_api(self, editor, shop):
        answer = put(shop, editor)
        assert answer.status_code == 503
        assert answer["Retry-After"] == str(RETRY_AFTER)
        ((problem),) = answer.json()["errors"]
        assert problem["field"] == ""
        assert problem["message"].startswith(API_SAYS)
        assert not Rating.objects.exists()

    def test_of_several_confirmations_all_or_none_is_saved(self, browser, shop, monkeypatch):
        for code in ("pmo", "rfp"):
            make_rating(shop, code, 2)
        following, counted = RegistryVersion.following, []

        def once_then_busy():
            counted.append(1)
            if len(counted) > 1:
                raise told_by(HELD_TOO_LONG)
            return following()

        monkeypatch.setattr("network.models.RegistryVersion.following", once_then_busy)
        versions = dict(Rating.objects.values_list("capability__code", "version"))
        named = [f"{code}:{version}" for code, version in versions.items()]
        place = reverse("network:reconfirm", args=[shop.pk])
        assert browser.post(place, {"line": named}).status_code == 503
        assert len(counted) == 2
        assert not Change.objects.exists()
        assert dict(Rating.objects.values_list("capability__code", "version")) == versions

    def test_where_the_session_cannot_be_read(self, browser, monkeypatch):
        def broken(_store):
            raise told_by(PoolTimeout("no connection"))

        monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", broken)
        browser.raise_request_exception = False
        answer = browser.get("/")
        assert answer.status_code == 503
        assert answer["Retry-After"] == str(RETRY_AFTER)
        assert "混み合っていて" in answer.content.decode()

    def test_a_fault_of_ours_stays_one(self, browser, shop, monkeypatch):
        def broken():
            raise told_by(psycopg.errors.UndefinedTable())

        monkeypatch.setattr("network.models.RegistryVersion.following", broken)
        browser.raise_request_exception = False
        answer = self.save(browser, shop)
        assert answer.status_code == 500
        assert "Retry-After" not in answer

    @pytest.mark.usefixtures("no_time")
    def test_in_english(self, browser, shop):
        browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
        assert '<html lang="en">' in self.save(browser, shop).content.decode()


@pytest.mark.django_db(transaction=True)
class TestARowThatSomebodyHolds:
    @pytest.fixture(autouse=True)
    def _several_connections(self):
        needs_several_connections()

    def test_the_settings_bound_every_wait(self):
        with connection.cursor() as cursor:
            cursor.execute("SHOW lock_timeout")
            assert cursor.fetchone() == ("20s",)

    def test_who_waits_too_long_is_told_and_nothing_is_saved(self, shop, editor, browser):
        held, done = threading.Event(), threading.Event()

        def holding():
            with transaction.atomic():
                list(Organization.objects.select_for_update(no_key=True).filter(pk=shop.pk))
                held.set()
                done.wait(30)

        def asking():
            held.wait(30)
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '200ms'")
            try:
                reading = browser.get(reverse("network:organization", args=[shop.pk]))
                return reading, TestTheAnswer().save(browser, shop), put(shop, editor)
            finally:
                with connection.cursor() as cursor:
                    cursor.execute("RESET lock_timeout")
                done.set()

        _held, (reading, page, api) = at_once(holding, asking)
        assert (reading.status_code, page.status_code, api.status_code) == (200, 503, 503)
        assert not Rating.objects.exists()
        assert TestTheAnswer().save(browser, shop).status_code < 400
        assert Rating.objects.get().level == 3

    def test_who_waits_a_moment_is_served(self, shop, browser):
        held = threading.Event()

        def holding():
            with transaction.atomic():
                list(Organization.objects.select_for_update(no_key=True).filter(pk=shop.pk))
                held.set()
                threading.Event().wait(0.5)

        def asking():
            held.wait(30)
            return TestTheAnswer().save(browser, shop).status_code

        _held, status = at_once(holding, asking)
        assert status < 400

    def test_two_who_wait_for_each_other(self, shop):
        """The one whom the database sends away is told by Django in the form that `is_busy` knows."""
        other = make_organization("other")
        first_held = [threading.Event(), threading.Event()]

        def taking(number, *order):
            def take():
                with transaction.atomic():
                    Organization.objects.select_for_update().get(pk=order[0].pk)
                    first_held[number].set()
                    first_held[1 - number].wait(30)
                    Organization.objects.select_for_update().get(pk=order[1].pk)

            return take

        outcomes = at_once(taking(0, shop, other), taking(1, other, shop))
        (sent_away,) = [outcome for outcome in outcomes if outcome is not None]
        assert is_busy(sent_away)
        assert Capability.objects.exists()
        connections.close_all()
