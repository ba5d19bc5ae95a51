"""Every socket, tried by everybody: accepted or refused as declared, and hidden is refused like missing."""

from importlib import import_module

import pytest
from asgiref.sync import async_to_sync
from channels.routing import URLRouter
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from network import consumers
from tests.access.addresses import number
from tests.access.sockets import ADDRESSES, FIRST, LINES, OBJECTS
from tests.access.truth import HIDDEN, RIGHTS
from tests.access.websocket import Socket
from tests.cast import READERS

ORIGIN = (b"origin", b"http://localhost")


def application():
    return import_module("config.asgi").application


def routes():
    middleware = application().application_mapping["websocket"]
    while not isinstance(middleware, URLRouter):
        middleware = getattr(middleware, "application", None) or middleware.inner
    return middleware.routes


def headers_of(person) -> list[tuple[bytes, bytes]]:
    if isinstance(person, AnonymousUser):
        return [ORIGIN]
    client = Client()
    client.force_login(person)
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    return [ORIGIN, (b"cookie", cookie.encode())]


async def tried(path: str, headers: list[tuple[bytes, bytes]]) -> tuple[bool, int | None]:
    socket = Socket(application(), path, headers)
    answer: tuple[bool, int | None] = await socket.connect()
    if answer[0]:
        await socket.disconnect()
    return answer


def test_every_socket_is_declared():
    named = [route.name for route in routes()[:-1]]
    assert None not in named, "a socket without a name cannot be declared"
    unlisted = set(named) - {route for route, *_ in LINES}
    assert not unlisted, (
        f"no declared answers for the sockets {unlisted}: add them to MATRIX in tests/access/sockets.py"
    )
    assert {route for route, *_ in LINES} == set(named) == set(ADDRESSES)
    assert routes()[-1].callback.consumer_class.__name__ == "NoSuchSocket"
    assert all(len(line) == 2 + len(READERS) for line in LINES)
    assert {route for route, thing, *_ in LINES if thing == "missing"} == set(named)


def test_the_declared_answers_for_cases_are_those_of_the_table():
    for route, thing, *cells in LINES:
        if route == "case" and thing in RIGHTS["anonymous"]:
            wanted = ["-" if RIGHTS[reader][thing] == HIDDEN else "+" for reader in READERS]
            assert cells == wanted, thing


@pytest.mark.parametrize("reader", READERS)
def test_every_socket_answers_as_declared(world, reader):
    column = READERS.index(reader)
    headers = headers_of(world.people[reader])
    for route, thing, *cells in LINES:
        path = ADDRESSES[route].format(pk=number(getattr(world, OBJECTS[route]), thing))
        wanted = (True, None) if cells[column] == "+" else (False, consumers.HIDDEN)
        assert async_to_sync(tried)(path, headers) == wanted, f"{reader} {path} {thing}"


@pytest.mark.parametrize("path", ["/ws/cases/", "/ws/cases/x/", "/ws/cases/-1/", f"/ws/cases/{10**30}/", "/ws/", "/"])
def test_an_address_nobody_answers_is_refused(world, path):
    assert async_to_sync(tried)(path, [ORIGIN])[0] is False


@pytest.mark.parametrize(
    "origin", [None, b"null", b"", b"http://evil.example", b"http://localhost.evil.example", b"file://", b"localhost"]
)
@pytest.mark.parametrize("route", sorted(ADDRESSES))
def test_from_elsewhere_nobody_connects(world, route, origin):
    path = ADDRESSES[route].format(pk=getattr(world, OBJECTS[route])[FIRST[route]].pk)
    cookie = headers_of(world.people["facilitator" if route == "workbench" else "editor"])[1:]
    headers = [*cookie, *([(b"origin", origin)] if origin is not None else [])]
    accepted, _code = async_to_sync(tried)(path, headers)
    assert accepted is False
    assert async_to_sync(tried)(path, [ORIGIN, *cookie])[0] is True
