"""Rooms with two processes and a real Redis: complete and in order, whatever the layer loses."""

import json
import time

import pytest
from websockets.exceptions import ConnectionClosed

from tests import servers
from tests.matching.room_site import Client, has_redis, room_site
from tests.server_fixtures import run_of
from tests.threads import at_once

pytestmark = [pytest.mark.redis, pytest.mark.long]
CLIENTS = 20
EVENTS = 300
WITHIN = 10.0
NEVER = 600.0
"""A floor that nobody reaches: what arrives came by a hint, or by a look of the server."""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    if not has_redis():
        yield from run_of(servers.redis)  # skips, or fails where nothing may be skipped
    with room_site(tmp_path_factory.mktemp("rooms")) as running:
        yield running


def last_of(site) -> int:
    return json.loads(site.ask(f"/rooms/{site.room}/events/?after=0")[1])["last"]


def started(site, count: int, floor: float, people: int = CLIENTS) -> list[Client]:
    before = last_of(site)
    clients = [Client(site, before, before + count, floor) for _ in range(people)]
    for client in clients:
        client.start()
    assert all(client.ready.wait(30) for client in clients)
    return clients


@pytest.mark.parametrize("how", ["whole", "drops"])
def test_a_burst_arrives_complete_and_in_order_for_everybody(site, how):
    clients = started(site, EVENTS, NEVER)
    wanted = list(range(clients[0].after + 1, clients[0].until + 1))
    site.burst(EVENTS, how)
    saved = time.monotonic()
    for client in clients:
        client.join(max(0.1, saved + WITHIN - time.monotonic()))
    assert [client.got == wanted for client in clients] == [True] * CLIENTS, [len(client.got) for client in clients]


def test_with_redis_gone_in_the_midst_of_a_burst_pages_go_on_and_nothing_is_lost_or_doubled(site):
    clients = started(site, 60, 1.0, people=8)
    wanted = list(range(clients[0].after + 1, clients[0].until + 1))

    def say(n: int) -> int:
        return site.ask(f"/rooms/{site.room}/messages/", "mate", {"text": f"{n}", "key": f"redis-{n}"})[0]

    statuses = [say(n) for n in range(20)]
    site.redis.stop()
    statuses += [say(n) for n in range(20, 40)]
    assert site.ask(f"/rooms/{site.room}/")[0] == 200
    site.redis.start()
    statuses += [say(n) for n in range(40, 60)]
    assert statuses == [201] * 60
    for client in clients:
        client.join(20)
    assert [client.got for client in clients] == [wanted] * len(clients)
    with site.socket() as socket:  # sockets are there again
        assert json.loads(socket.recv(timeout=10))["seq"] == wanted[-1]


def test_a_frame_of_64_kib_and_one_closes_with_1009(site):
    with site.socket() as socket:
        socket.send("x" * 65_536)
        socket.send("x" * 65_537)
        with pytest.raises(ConnectionClosed) as closed:
            drained(socket)
    assert closed.value.rcvd.code == 1009


def drained(socket) -> None:
    while True:
        socket.recv(timeout=10)


def test_the_same_message_sent_twice_at_once_is_there_once(site):
    before = last_of(site)
    body = {"text": "二重", "key": "double"}
    answers = at_once(*[lambda: site.ask(f"/rooms/{site.room}/messages/", "mate", body)] * 4)
    assert answers == [answers[0]] * 4
    assert answers[0][0] == 201
    assert last_of(site) == before + 1
