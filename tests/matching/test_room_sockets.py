"""The room's socket and the bell: hints only, closed when it is not for its reader any more."""

import json
from unittest.mock import patch

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from channels.layers import channel_layers, get_channel_layer
from django.contrib.sessions.models import Session
from django.db import transaction
from django.test import Client

from matching import consumers as rooms
from matching.rooms import actions
from network import actions as registry
from network import consumers
from network.models import LabFacilitator, Membership, TeamMember, User
from tests.access.test_sockets import application, headers_of
from tests.access.websocket import Socket
from tests.matching.room_cast import build_scene

pytestmark = pytest.mark.django_db
AT_ONCE = 5.0


@pytest.fixture(autouse=True)
def _own_layer(settings, monkeypatch):
    """Channel names and groups of one test; a hint goes out although the test's transaction never commits."""
    channel_layers.backends.clear()
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    with patch.object(transaction, "on_commit", lambda task, **_more: task()):
        yield
    channel_layers.backends.clear()


@pytest.fixture
def scene(db):
    return build_scene()


class Page:
    """One open page: what its socket said, by what it is about."""

    def __init__(self, path, headers):
        self.socket = Socket(application(), path, headers)
        self.over = False

    async def open(self):
        assert (await self.socket.connect())[0]
        return self

    async def close(self):
        if not self.over:
            self.over = True
            await self.socket.disconnect()

    async def said(self, about):
        """The next hint of that kind; others are passed over."""
        while True:
            message = await self.socket.receive_output(AT_ONCE)
            assert message["type"] == "websocket.send", message
            told = json.loads(message["text"])
            if about in told:
                return told

    async def until(self, about, wanted):
        while (told := (await self.said(about))[about]) != wanted:
            pass
        return told

    async def closed(self):
        while (message := await self.socket.receive_output(AT_ONCE))["type"] == "websocket.send":
            pass
        return message["code"]


def opened(scene, play, *people, path=None):
    """Open the page as each of the people, and let `play(page, …)` happen."""
    path = path or f"/ws/rooms/{scene.room.pk}/"
    headers = [headers_of(scene.people[who]) for who in people]

    async def run():
        pages = [await Page(path, one).open() for one in headers]
        await play(*pages)
        for page in pages:
            await page.close()

    async_to_sync(run)()


def test_a_hint_says_room_and_number_and_nothing_else(scene):
    async def play(page):
        assert await page.said("seq") == {"room": scene.room.pk, "seq": 1}
        await sync_to_async(scene.say)("mate", "秘密の文")
        assert await page.said("seq") == {"room": scene.room.pk, "seq": 2}

    opened(scene, play, "member")


def test_a_burst_is_few_hints_and_the_last_one_names_the_last_number(scene):
    async def play(page):
        for n in range(20):
            await sync_to_async(scene.say)("mate", f"{n}")
        hints = [await page.said("seq")]
        while hints[-1]["seq"] != 21:
            hints.append(await page.said("seq"))
        assert [one["seq"] for one in hints] == sorted({one["seq"] for one in hints})

    opened(scene, play, "member")


def test_what_the_layer_lost_the_next_look_makes_up_for(scene, monkeypatch):
    monkeypatch.setattr(consumers, "LOOK", 0.05)

    async def lost(*_arguments):
        raise ConnectionError

    async def play(page):
        monkeypatch.setattr("channels.layers.InMemoryChannelLayer.group_send", lost)
        await sync_to_async(scene.say)("mate", "届かない知らせ")
        await page.until("seq", 2)

    opened(scene, play, "member")


def test_looking_is_often_enough_for_five_seconds():
    assert consumers.LOOK < 5


# --- Closing ------------------------------------------------------------------------------------


def leave_organization(scene):
    membership = Membership.objects.get(user=scene.people["mate"])
    editor = scene.people["member"]
    Membership.objects.create(user=editor, organization=membership.organization, role="editor")
    registry.remove(membership.organization, person=membership.user, by=editor)


def leave_team(scene):
    TeamMember.objects.filter(organization=scene.organizations["vendor"]).delete()


def deactivate(scene):
    registry.deactivate(scene.people["mate"], by=User.objects.get(pk=scene.people["steward"].pk))


def sign_out(scene):
    for session in Session.objects.all():
        session.delete()


CHANGES = [leave_organization, leave_team, deactivate, sign_out]


@pytest.mark.parametrize("change", CHANGES)
def test_who_lost_access_is_closed_at_once_and_gets_no_later_event(scene, monkeypatch, change):
    monkeypatch.setattr(consumers, "LOOK", 60)
    client = scene.client("mate")

    async def play(page):
        await page.said("seq")
        await sync_to_async(change)(scene)
        assert await page.closed() == consumers.GONE == 4403
        answer = await sync_to_async(client.get)(scene.path("events/?after=0"))
        assert answer.status_code in {302, 404}

    opened(scene, play, "mate")


@pytest.mark.parametrize("who", ["mate", "facilitator"])
def test_without_any_news_the_next_look_closes(scene, monkeypatch, who):
    monkeypatch.setattr(consumers, "LOOK", 0.05)

    def change():
        with patch("network.hints.hint"):
            Membership.objects.filter(user=scene.people[who]).delete()
            LabFacilitator.objects.filter(user=scene.people[who]).delete()

    async def play(page):
        await sync_to_async(change)()
        assert await page.closed() == consumers.GONE

    opened(scene, play, who)


# --- Presence and typing ------------------------------------------------------------------------


def test_people_see_who_is_there_and_who_types_by_id_alone(scene):
    member, mate = scene.people["member"].pk, scene.people["mate"].pk

    async def play(first, second):
        await first.until("present", sorted([member, mate]))
        await second.until("present", sorted([member, mate]))
        await second.socket.say(text='{"typing": true}')
        assert await first.said("typing") == {"room": scene.room.pk, "typing": mate}
        await second.close()
        await first.until("present", [member])

    opened(scene, play, "member", "mate")


def test_a_page_whose_process_died_is_not_there_for_long(scene, monkeypatch):
    monkeypatch.setattr(rooms, "STALE", 0.3)
    monkeypatch.setattr(rooms, "BEAT", 0.1)
    monkeypatch.setattr(consumers, "LOOK", 0.1)
    member, dead = scene.people["member"].pk, scene.people["mate"].pk

    async def play(page):
        said = {"type": "here", "user": dead, "page": "dead", "asks": False}
        await get_channel_layer().group_send(f"room.{scene.room.pk}", said)
        await page.until("present", sorted([member, dead]))
        await page.until("present", [member])

    opened(scene, play, "member")


@pytest.mark.parametrize(
    "frame", ["", "{", "[]", "1", '{"typing": "\\ud800"}', '{"room": 1, "typing": true}', "[" * 5000, '{"user": 5}']
)
def test_a_frame_that_means_nothing_gets_an_error_frame(scene, frame):
    async def play(page):
        await page.socket.say(text=frame)
        assert await page.said("error") == {"error": "unknown"}
        await sync_to_async(scene.say)("mate", "つづく")
        await page.until("seq", 2)

    opened(scene, play, "member")


def test_who_goes_on_saying_nothing_is_closed(scene):
    async def play(page):
        for _ in range(consumers.FRAMES + 1):
            await page.socket.say(bytes=b"\xff\x00")
        assert await page.closed() == consumers.UNREAD

    opened(scene, play, "member")


# --- The bell -----------------------------------------------------------------------------------


def test_the_bell_counts_what_was_not_read(scene):
    async def play(bell):
        assert await bell.said("unseen") == {"unseen": 0}
        await sync_to_async(scene.say)("mate", "@架空 member")
        assert await bell.said("unseen") == {"unseen": 1}
        await sync_to_async(scene.say)("mate", "@架空 member もう一度")
        assert await bell.said("unseen") == {"unseen": 2}
        await sync_to_async(actions.mark_read)(scene.room, 99, by=scene.people["member"])
        assert await bell.said("unseen") == {"unseen": 0}

    opened(scene, play, "member", path="/ws/me/")


def test_whatever_the_layer_loses_the_bell_counts_and_closes_with_its_next_look(scene, monkeypatch):
    monkeypatch.setattr(consumers, "LOOK", 0.05)

    def unheard(deed):
        with patch("network.hints.hint"):
            deed()

    async def play(bell):
        assert await bell.said("unseen") == {"unseen": 0}
        await sync_to_async(unheard)(lambda: scene.say("mate", "@架空 member"))
        assert await bell.said("unseen") == {"unseen": 1}
        await sync_to_async(unheard)(lambda: actions.mark_read(scene.room, 99, by=scene.people["member"]))
        assert await bell.said("unseen") == {"unseen": 0}
        await sync_to_async(unheard)(lambda: User.objects.filter(name="架空 member").update(is_active=False))
        assert await bell.closed() == consumers.GONE

    opened(scene, play, "member", path="/ws/me/")


def test_the_bell_tells_nobody_of_others_notices(scene):
    async def play(bell):
        await bell.said("unseen")
        await sync_to_async(scene.say)("mate", "@架空 member")
        assert await bell.socket.receive_nothing(0.3)

    opened(scene, play, "outsider", path="/ws/me/")


def test_over_http_the_bell_says_the_same(scene):
    scene.say("mate", "@架空 member")
    assert scene.client("member").get("/notices/unseen/").json() == {"unseen": 1}
    assert Client().get("/notices/unseen/").json() == {"unseen": 0}


@pytest.mark.parametrize(("who", "path"), [("inactive", "/ws/me/"), ("steward", "/ws/rooms/{}/")])
def test_who_may_see_no_page_has_no_socket(scene, who, path):
    """An account that is closed; a steward without a second factor, though a facilitator."""
    LabFacilitator.objects.create(user=scene.people["steward"], lab=scene.labs["own"])

    async def play():
        return await Socket(application(), path.format(scene.room.pk), headers).connect()

    headers = headers_of(scene.people[who])
    assert async_to_sync(play)() == (False, consumers.HIDDEN)
