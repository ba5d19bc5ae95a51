"""An open page of a case: told by a hint that it changed, and closed when it is not for its reader any more."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from channels.layers import channel_layers
from django.contrib.sessions.models import Session
from django.db import OperationalError, transaction
from django.test import Client
from django.utils import timezone

from casebook import consumers
from casebook.models import CaseEvent, Consent, Delegation, Grant
from casebook.signals import case_changed
from casebook.watching import mark_of
from network import hints
from network.consumers import GONE
from network.models import Membership, Organization, User
from network.signals import access_changed
from tests.access.test_sockets import application, headers_of
from tests.access.websocket import Socket

pytestmark = pytest.mark.django_db
AT_ONCE = 5.0
NOTHING = 0.2


@pytest.fixture(autouse=True)
def _own_layer(settings):
    """Channel names and groups of one test; a hint goes out although the test's transaction never commits."""
    channel_layers.backends.clear()
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    with patch.object(transaction, "on_commit", lambda task, **_more: task()):
        yield
    channel_layers.backends.clear()


class Page:
    """One open page; `change` runs as somebody else's request would."""

    def __init__(self, socket):
        self.socket = socket

    async def change(self, change):
        await sync_to_async(change)()

    async def hint(self):
        message = await self.socket.receive_output(AT_ONCE)
        assert message["type"] == "websocket.send", message
        return json.loads(message["text"])

    async def closed(self, *, after_hints=False):
        message = await self.socket.receive_output(AT_ONCE)
        while after_hints and message["type"] == "websocket.send":  # midnight came between two questions of one look
            message = await self.socket.receive_output(AT_ONCE)
        assert message["type"] == "websocket.close", message
        return message["code"]

    async def quiet(self):
        return await self.socket.receive_nothing(NOTHING)


def opened(world, reader, case, play):
    """Open the page as the reader, and let `play(page)` happen."""
    headers = headers_of(world.people[reader])

    async def run():
        path = f"/ws/cases/{world.cases[case].pk}/"
        socket = Socket(application(), path, headers)
        assert (await socket.connect())[0]
        page = Page(socket)
        await play(page)
        await socket.disconnect()

    async_to_sync(run)()


def rewrite(world, case, kind="summary", text="書き直しました。"):
    section = world.section(case, kind)
    section.text = text
    section.save()
    case_changed.send(sender=type(section.case), case=section.case)


# --- Hints --------------------------------------------------------------------------------------


def test_a_hint_says_which_case_and_how_often_and_nothing_else(world):
    async def play(page):
        await page.change(lambda: rewrite(world, "public"))
        assert await page.hint() == {"case": world.cases["public"].pk, "seq": 1}
        await page.change(lambda: rewrite(world, "public", text="もう一度。"))
        assert await page.hint() == {"case": world.cases["public"].pk, "seq": 2}

    opened(world, "anonymous", "public", play)


@pytest.mark.parametrize(("reader", "told"), [("stranger", False), ("outsider", True), ("colleague", True)])
def test_what_happens_in_a_hidden_section_is_not_even_hinted_at(world, reader, told):
    async def play(page):
        await page.change(lambda: rewrite(world, "mixed", "lessons"))
        if told:
            assert (await page.hint())["seq"] == 1
        assert await page.quiet()

    opened(world, reader, "mixed", play)


def test_a_grant_to_somebody_else_is_not_hinted_at(world):
    def grant():
        key = f"user:{world.people['dormant'].pk}"
        Grant.objects.create(section=world.section("mixed", "background"), key=key)
        CaseEvent.objects.create(case=world.cases["mixed"], deed="granted")
        case_changed.send(sender=type(world.cases["mixed"]), case=world.cases["mixed"])

    async def play(page):
        await page.change(grant)
        assert await page.quiet()

    opened(world, "stranger", "mixed", play)


def test_another_case_is_none_of_this_pages_business(world):
    async def play(page):
        await page.change(lambda: rewrite(world, "network"))
        assert await page.quiet()

    opened(world, "partner", "public", play)


def test_what_the_client_says_is_not_read(world):
    async def play(page):
        for text in ("", "{", '{"case": 1}', "x" * 100_000):
            await page.socket.say(text=text)
        await page.socket.say(bytes=b"\xff\x00")
        assert await page.quiet()
        await page.change(lambda: rewrite(world, "public"))
        assert (await page.hint())["seq"] == 1

    opened(world, "editor", "public", play)


def test_before_the_change_is_saved_nothing_goes_out(world):
    sent = []

    def keep(task, **_how):
        sent.append(task)

    with patch.object(hints, "hint", sent.append), patch.object(transaction, "on_commit", keep):
        rewrite(world, "public")
    assert len(sent) >= 1
    assert all(callable(task) for task in sent)


def test_an_import_of_many_cases_sends_no_message_for_each(world):
    sent = []
    with patch.object(hints, "hint", sent.append):
        case_changed.send(sender=None, case=world.cases["public"], in_bulk=True)
    assert sent == []


# --- Closing ------------------------------------------------------------------------------------


def withdraw(world):
    consent = Consent.objects.get(case=world.cases["opensnow"])
    Consent.objects.filter(pk=consent.pk).update(withdrawn_at=timezone.now())
    case_changed.send(sender=type(consent.case), case=consent.case)


def leave(world):
    membership = Membership.objects.get(user=world.people["colleague"])
    membership.delete()
    access_changed.send(sender=User, user=world.people["colleague"])


def deactivate(world):
    User.objects.filter(pk=world.people["colleague"].pk).update(is_active=False)
    access_changed.send(sender=User, user=world.people["colleague"])


def sign_out(world):
    Session.objects.all().delete()
    access_changed.send(sender=User, user=world.people["colleague"])


def change_password(world):
    person = User.objects.get(pk=world.people["colleague"].pk)
    person.set_password("another-one-altogether")
    person.save()
    access_changed.send(sender=User, user=person)


@pytest.mark.parametrize(
    ("reader", "case", "change"),
    [
        ("anonymous", "opensnow", withdraw),
        ("partner", "opensnow", withdraw),
        ("colleague", "draft", leave),
        ("colleague", "draft", deactivate),
        ("colleague", "public", deactivate),
        ("colleague", "public", sign_out),
        ("colleague", "public", change_password),
    ],
)
def test_a_page_that_is_not_for_its_reader_any_more_is_closed_at_once(world, reader, case, change):
    async def play(page):
        await page.change(lambda: change(world))
        assert await page.closed() == GONE

    opened(world, reader, case, play)


def test_the_owners_own_page_stays_when_a_consent_is_withdrawn(world):
    async def play(page):
        await page.change(lambda: withdraw(world))
        assert await page.quiet()

    opened(world, "colleague", "opensnow", play)


def test_who_leaves_keeps_the_page_of_a_public_case(world):
    async def play(page):
        await page.change(lambda: leave(world))
        assert await page.quiet()

    opened(world, "colleague", "public", play)


# --- Without news -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reader", "case", "change"),
    [
        ("partner", "lastday", None),  # midnight
        ("delegate", "written", lambda _world: Delegation.objects.update(ended_at=timezone.now())),
        ("partner", "org", lambda _world: Organization.objects.filter(external_id="partner").update(is_active=False)),
        ("colleague", "draft", lambda world: Membership.objects.filter(user=world.people["colleague"]).delete()),
    ],
)
def test_what_nobody_tells_of_is_seen_at_the_next_look(world, monkeypatch, reader, case, change):
    monkeypatch.setattr(consumers, "LOOK", 0.05)
    tomorrow = datetime.now(UTC) + timedelta(days=1)

    async def play(page):
        assert await page.quiet()
        if change:
            await page.change(lambda: change(world))
            assert await page.closed() == GONE
        else:
            with patch("django.utils.timezone.now", return_value=tomorrow):
                assert await page.closed(after_hints=True) == GONE

    opened(world, reader, case, play)


def test_looking_is_often_enough():
    assert consumers.LOOK <= 30


def test_a_layer_that_is_away_costs_the_hint_and_nothing_else(world, caplog):
    class Away:
        async def group_send(self, *_arguments):
            raise ConnectionError

    caplog.set_level("WARNING", logger="network.hints")
    with patch.object(hints, "get_channel_layer", Away):
        rewrite(world, "public")
    assert "the channel layer is away" in caplog.text
    with patch.object(hints, "get_channel_layer", lambda: None):
        rewrite(world, "public")


def test_with_the_layer_away_a_page_opens_and_looks_by_itself(world, monkeypatch):
    monkeypatch.setattr(consumers, "LOOK", 0.05)

    async def away(*_arguments):
        raise ConnectionError

    monkeypatch.setattr("channels.layers.InMemoryChannelLayer.group_add", away)
    monkeypatch.setattr("channels.layers.InMemoryChannelLayer.group_discard", away)

    async def play(page):
        await page.change(lambda: rewrite(world, "public"))
        assert (await page.hint())["seq"] == 1

    opened(world, "anonymous", "public", play)


def test_a_database_that_has_no_time_is_asked_again_at_the_next_look(world, monkeypatch):
    monkeypatch.setattr(consumers, "LOOK", 0.05)
    real, failures = consumers.mark_of, iter([OperationalError, OperationalError])

    def busy(*arguments):
        if failure := next(failures, None):
            raise failure
        return real(*arguments)

    async def play(page):
        monkeypatch.setattr(consumers, "mark_of", busy)
        with patch("network.hints.hint"):
            await page.change(lambda: leave(world))
        assert await page.closed() == GONE

    opened(world, "colleague", "draft", play)


def test_nothing_goes_on_looking_after_the_page_is_closed(world, monkeypatch):
    monkeypatch.setattr(consumers, "LOOK", 0.01)
    asked = []
    real = consumers.mark_of
    monkeypatch.setattr(consumers, "mark_of", lambda *arguments: asked.append(1) or real(*arguments))

    async def play(page):
        await page.socket.disconnect()
        before = len(asked)
        await asyncio.sleep(0.1)
        assert len(asked) == before

    opened(world, "anonymous", "public", play)


# --- Over HTTP ----------------------------------------------------------------------------------


def test_the_mark_changes_with_what_the_reader_reads(world):
    address, client = f"/cases/{world.cases['mixed'].pk}/mark/", Client()
    first = client.get(address)
    assert set(first.json()) == {"mark"}
    assert "no-store" in first["Cache-Control"]
    rewrite(world, "mixed", "lessons")
    assert client.get(address).json() == first.json()
    rewrite(world, "mixed", "summary")
    assert client.get(address).json() != first.json()


def test_a_steward_without_a_second_factor_is_told_nothing(world):
    steward = world.people["steward"]
    assert mark_of(world.cases["public"].pk, steward)
    steward.authenticator_set.all().delete()
    assert mark_of(world.cases["public"].pk, steward) is None
