"""How the API says no: one body for every refusal, never a page, never a 500."""

import json

import pytest
from django.test import Client
from rest_framework.authtoken.models import Token
from rest_framework.throttling import AnonRateThrottle

from tests.api.conftest import NEED, errors_of

pytestmark = pytest.mark.django_db
HAMANA = "/api/v1/organizations/org-hamana"


def raw(world, content, content_type="application/json", reader="editor", **extra):
    return world.client(reader).generic("PATCH", HAMANA, content, content_type=content_type, **extra)


@pytest.mark.parametrize(
    "content",
    [b"{", b'{"about": }', b"\xff\xfe", b'{"about": "\xe3"}', b"[" * 100_000, b"1" * 5000, b"{'about': 'x'}"],
)
def test_what_is_not_json_is_told_what_to_do(world, content):
    response = raw(world, content)
    assert response.status_code == 400
    [message] = errors_of(response).values()
    assert "JSON" in message or "UTF-8" in message


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (b"[]", ""),
        (b'"text"', ""),
        (b"null", ""),
        (b"3", ""),
        (b'{"about": "a", "about": "b"}', "about"),
        (b'{"about": "\\ud800"}', "about"),
        (b'{"about": "\\u0000"}', "about"),
        (b'{"name": "\\ud83d"}', "name"),
        (b'{"\\ud800": 1}', "\\ud800"),
        (b'{"\\u0000": 1}', "\\u0000"),
        (b'{"industries": ["\\ud800"]}', "industries[0]"),
        (b'{"corporate_number": "\\ud800"}', "corporate_number"),
        (b'{"capacity": {"status": "\\u0000"}}', "capacity.status"),
        (b'{"capacity": {"until": "\\ud8000-01-01"}}', "capacity.until"),
        (b'{"capacity": {"slots": NaN}}', ""),
        (b'{"capacity": {"slots": 1e999}}', "capacity.slots"),
    ],
)
def test_json_that_is_refused_names_the_place(world, content, field):
    response = raw(world, content)
    assert response.status_code == 422
    assert list(errors_of(response)) == [field]


def test_a_byte_order_mark_is_no_mistake(world):
    content = b"\xef\xbb\xbf" + json.dumps({"about": "BOM"}).encode()
    assert raw(world, content, HTTP_IF_MATCH="*").status_code == 200


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_other_kinds_of_bodies(world, content_type):
    response = raw(world, b"about=x", content_type)
    assert response.status_code == 415
    errors_of(response)


def test_a_body_larger_than_the_site_takes(world, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    response = raw(world, json.dumps({"about": "x" * 2000}).encode())
    assert response.status_code == 413
    errors_of(response)


async def test_a_body_without_a_stated_length_is_read_and_bounded(settings):
    """Under ASGI a body may come in pieces; what DRF itself would do is to see none."""
    from django.http import HttpRequest
    from rest_framework.request import Request

    from network.api.body import body
    from network.api.errors import TooLarge

    class Streamed(HttpRequest):
        def __init__(self, content: bytes) -> None:
            super().__init__()
            self.META["CONTENT_TYPE"] = "application/json"
            self.content = content

        def read(self, size: int = -1) -> bytes:
            return self.content[:size]

    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    assert body(Request(Streamed(b'{"title": "x"}'))) == {"title": "x"}
    with pytest.raises(TooLarge):
        body(Request(Streamed(b'{"title": "' + b"x" * 100 + b'"}')))


ADDRESSES = [
    "organizations/%00",
    "organizations/a%0Ab",
    "organizations/%ED%A0%80",
    "organizations/%FF",
    "organizations/" + "x" * 3000,
    "organizations/..%2F..",
    "organizations/'%20OR%201=1--",
    "organizations/org-hamana/ratings",
    "cases/%00",
    "cases/𠮷",
    "needs/abc",
    "needs/-1",
    "needs/0",
    "needs/999999999999999999",
    "needs/" + "9" * 5000,
    "needs/１",
    "needs/1/proposals/x",
    "nothing/here",
]


@pytest.mark.parametrize("address", ADDRESSES, ids=lambda address: address[:40])
def test_addresses_that_lead_nowhere(world, address):
    response = world.client("facilitator").get(f"/api/v1/{address}")
    assert response.status_code == 404
    assert response.content == world.client("facilitator").get("/api/v1/organizations/none").content
    errors_of(response)


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("post", "/api/v1/organizations"),
        ("put", HAMANA),
        ("delete", HAMANA),
        ("post", "/api/v1/cases"),
        ("delete", "/api/v1/needs"),
        ("patch", "/api/v1/needs/1"),
        ("post", "/api/v1/taxonomy"),
        ("options", "/api/v1/needs"),
    ],
)
def test_methods_that_are_not_there(world, method, address):
    response = getattr(world.client("editor"), method)(address)
    assert response.status_code == 405
    assert response["Allow"]
    errors_of(response)


def test_only_json_is_answered(world):
    response = world.client("member").get(HAMANA, HTTP_ACCEPT="application/xml")
    assert response.status_code == 406
    errors_of(response)


@pytest.mark.parametrize("address", ["organizations", HAMANA[8:], "taxonomy", "cases", "needs", "schema"])
def test_addresses_with_and_without_the_last_slash(world, address):
    client = world.client("facilitator")
    plain, slashed = client.get(f"/api/v1/{address}"), client.get(f"/api/v1/{address}/")
    assert plain.status_code == slashed.status_code == 200
    assert plain["Content-Type"] == slashed["Content-Type"]
    assert len(plain.content) == len(slashed.content)


def test_a_wrong_token(world):
    for address in (HAMANA, "/api/v1/cases"):
        response = Client().get(address, headers={"authorization": "Token nothing"})
        assert response.status_code == 401
        assert "トークン" in errors_of(response)[""]


def test_a_token_ends_with_its_account(world):
    client = world.client("member")
    assert client.get(HAMANA).status_code == 200
    world.people["member"].is_active = False
    world.people["member"].save()
    assert client.get(HAMANA).status_code == 401


def test_a_token_is_as_good_as_the_membership(world):
    client = world.client("member")
    assert client.get(HAMANA).status_code == 200
    world.people["member"].memberships.all().delete()
    assert client.get(HAMANA).status_code == 404


def test_a_session_needs_the_csrf_token(world):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.people["editor"])
    refused = client.patch(HAMANA, {"about": "偽"}, content_type="application/json")
    assert refused.status_code == 403
    assert "X-CSRFToken" in errors_of(refused)[""]
    client.get("/accounts/login/")
    client.get("/")
    token = client.get("/organizations/").wsgi_request.META.get("CSRF_COOKIE") or client.cookies["csrftoken"].value
    client.cookies["csrftoken"] = token
    headers = {"x-csrftoken": token, "if-match": "*"}
    accepted = client.patch(HAMANA, {"about": "本物"}, content_type="application/json", headers=headers)
    assert accepted.status_code == 200


def test_a_token_needs_no_csrf_token(world):
    token = Token.objects.create(user=world.people["editor"])
    client = Client(enforce_csrf_checks=True, headers={"authorization": f"Token {token.key}"})
    sent = client.patch(HAMANA, {"about": "x"}, content_type="application/json", headers={"if-match": "*"})
    assert sent.status_code == 200


def test_too_many_requests(world, monkeypatch):
    monkeypatch.setattr(AnonRateThrottle, "THROTTLE_RATES", {"anon": "2/min"})
    client = world.client("anonymous")
    assert [client.get("/api/v1/cases").status_code for _turn in range(2)] == [200, 200]
    response = client.get("/api/v1/cases")
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
    errors_of(response)


def test_nothing_is_read_of_a_body_before_rights_are_asked(world):
    for reader, status in (("anonymous", 401), ("stranger", 404), ("partner", 403)):
        assert raw(world, b"{", reader=reader).status_code == status
    refused = world.client("member").post("/api/v1/needs", NEED | {"unknown": 1})
    assert refused.status_code == 403
