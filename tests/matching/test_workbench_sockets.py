"""The socket of a workbench: a number and who is there, and the end of it for who may not see the need any more."""

import json
from unittest.mock import patch

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from channels.layers import channel_layers
from django.db import transaction

from network import consumers
from network.models import LabFacilitator
from network.signals import access_changed
from tests.access.test_sockets import application, headers_of
from tests.access.websocket import Socket
from tests.matching.bench_cast import build_scene

pytestmark = pytest.mark.django_db
AT_ONCE = 5.0


@pytest.fixture(autouse=True)
def _own_layer(settings):
    """Channel names and groups of one test; a hint goes out although the test's transaction never commits."""
    channel_layers.backends.clear()
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    with patch.object(transaction, "on_commit", lambda task, **_more: task()):
        yield
    channel_layers.backends.clear()


async def said(socket, about):
    """The next hint of that kind; others are passed over."""
    while True:
        message = await socket.receive_output(AT_ONCE)
        assert message["type"] == "websocket.send", message
        told = json.loads(message["text"])
        if about in told:
            return told


def test_two_hear_of_each_other_and_of_a_deed_by_number_alone(monkeypatch):
    """A hint names the need and a number; who lost the lab is closed at once, without waiting for a look."""
    scene = build_scene()
    monkeypatch.setattr(consumers, "LOOK", 60)
    path = f"/ws/workbenches/{scene.need.pk}/"
    first, second = (scene.people[who] for who in ("first", "second"))
    headers = {who: headers_of(scene.people[who]) for who in ("first", "second", "elsewhere")}

    def leave():
        LabFacilitator.objects.filter(user=second).delete()
        access_changed.send(sender=LabFacilitator, user=second)

    async def play():
        refused = await Socket(application(), path, headers["elsewhere"]).connect()
        assert refused == (False, consumers.HIDDEN)
        one, two = (Socket(application(), path, headers[who]) for who in ("first", "second"))
        assert (await one.connect())[0]
        assert await said(one, "seq") == {"workbench": scene.need.pk, "seq": 0}
        assert (await two.connect())[0]
        here = sorted([first.pk, second.pk])
        while (await said(one, "present"))["present"] != here:
            pass
        await sync_to_async(scene.begin)("second")
        assert await said(one, "seq") == {"workbench": scene.need.pk, "seq": 1}
        await sync_to_async(leave)()
        while (message := await two.receive_output(AT_ONCE))["type"] == "websocket.send":
            pass
        assert message["code"] == consumers.GONE
        await one.disconnect()

    async_to_sync(play)()
