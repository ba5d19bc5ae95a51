"""What every answer of the site carries, and how the machine room sees it."""

import re

import pytest
from asgiref.testing import ApplicationCommunicator
from channels.layers import get_channel_layer
from channels_redis.core import RedisChannelLayer
from django.core.cache import cache
from django.db import OperationalError
from django.test import Client
from rest_framework.throttling import SimpleRateThrottle

from config.asgi import application

pytestmark = pytest.mark.django_db


def test_pages_allow_scripts_and_styles_of_this_site_only(client):
    answer = client.get("/")
    policy = dict(part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"


def test_pages_hold_no_inline_script_or_style(client):
    html = client.get("/").content.decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)", html)
    assert not re.search(r"\sstyle=", html)
    assert "<style" not in html
    assert not re.search(r"\son\w+=", html)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_page_says_its_language(client, language):
    html = client.get("/", headers={"accept-language": language}).content.decode()
    assert f'<html lang="{language}">' in html


def test_livez_answers_without_the_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/livez").json() == {"status": "ok"}


def test_readyz_names_what_is_missing(client, monkeypatch):
    assert client.get("/readyz").json() == {"status": "ok", "database": "ok"}

    def broken():
        raise OperationalError

    monkeypatch.setattr("network.views.home.connection.cursor", broken)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["database"] == "unreachable"


def test_a_form_without_its_token_is_refused_with_a_page_that_says_what_to_do():
    answer = Client(enforce_csrf_checks=True).post("/accounts/login/", {})
    assert answer.status_code == 403
    assert "読み込み直して" in answer.content.decode()


def test_accounts_are_opened_by_invitation_only(client):
    answer = client.get("/accounts/signup/")
    assert "登録はご案内制です" in answer.content.decode()
    posted = client.post("/accounts/signup/", {"email": "a@example.jp", "password1": "x" * 12, "password2": "x" * 12})
    assert "登録はご案内制です" in posted.content.decode()


async def handshake(headers):
    """The site's first word to somebody who opens a socket."""
    socket = ApplicationCommunicator(
        application, {"type": "websocket", "path": "/ws/nothing/", "headers": headers, "subprotocols": []}
    )
    await socket.send_input({"type": "websocket.connect"})
    return await socket.receive_output(timeout=5)


async def test_an_unknown_socket_is_refused():
    assert (await handshake([(b"origin", b"http://localhost")]))["type"] == "websocket.close"


@pytest.mark.parametrize("origin", [None, b"null", b"https://elsewhere.example"])
async def test_a_socket_from_elsewhere_is_refused_at_the_handshake(origin):
    headers = [(b"origin", origin)] if origin else []
    assert (await handshake(headers))["type"] == "websocket.close"


async def test_without_redis_the_channel_layer_lives_in_memory():
    layer = get_channel_layer()
    await layer.group_add("room", "a.channel")
    await layer.group_send("room", {"type": "hint", "seq": 1})
    assert await layer.receive("a.channel") == {"type": "hint", "seq": 1}


@pytest.mark.redis
async def test_with_redis_a_hint_reaches_another_process_s_layer(redis_url):
    config = {"hosts": [{"address": redis_url, "socket_timeout": 30}], "capacity": 2000}
    here, there = RedisChannelLayer(**config), RedisChannelLayer(**config)
    channel = await there.new_channel()
    await there.group_add("room", channel)
    await here.group_send("room", {"type": "hint", "seq": 7})
    assert (await there.receive(channel))["seq"] == 7
    await here.close_pools()
    await there.close_pools()


@pytest.mark.parametrize("path", ["/accounts/email/", "/accounts/login/code/confirm/"])
def test_nobody_gives_oneself_another_address(client, django_user_model, path):
    client.force_login(django_user_model.objects.create_user("stranger@example.jp"))
    assert client.get(path).status_code == 404


def test_a_header_does_not_lift_a_limit(client, settings, monkeypatch):
    monkeypatch.setattr(SimpleRateThrottle, "THROTTLE_RATES", {"anon": "3/min", "user": None})
    cache.clear()
    asked = [client.get("/api/v1/taxonomy", headers={"x-forwarded-for": f"198.51.100.{n}"}) for n in range(5)]
    cache.clear()
    assert [answer.status_code for answer in asked] == [200, 200, 200, 429, 429]
