"""Second factors: asked at sign-in, and of stewards before anything else."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.test import Client
from rest_framework.authtoken.models import Token

from network.accounts import second_factor
from network.models import Membership, User
from network.vocabulary import Role
from tests.cast import make_organization

PASSWORD = "a-long-password-2026"


@pytest.fixture
def steward(db):
    return User.objects.create_user("steward@example.jp", PASSWORD, name="運営", is_steward=True)


@pytest.fixture
def editor(db):
    made = User.objects.create_user("editor@example.jp", PASSWORD)
    Membership.objects.create(user=made, organization=make_organization("bank"), role=Role.EDITOR)
    return made


def sign_in(person, client=None):
    client = client or Client()
    answer = client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    assert answer.status_code == 302
    return client, answer["Location"]


def code_for(secret, steps=0):
    """What the telephone shows; `steps` half minutes from now."""
    now = list(auth.yield_hotp_counters_from_time())
    return auth.format_hotp_value(auth.hotp_value(secret, now[len(now) // 2] + steps))


def set_up(client):
    """Register the app as people do: the password again, the secret off the screen, the code."""
    answer = client.get("/accounts/second-factor/totp/activate/")
    assert answer["Location"].startswith("/accounts/reauthenticate/")
    answer = client.post(answer["Location"], {"password": PASSWORD})
    assert answer["Location"] == "/accounts/second-factor/totp/activate/"
    page = client.get("/accounts/second-factor/totp/activate/").content.decode()
    secret = re.search(r'id="secret"[^>]*value="(\w+)"', page)[1]
    answer = client.post("/accounts/second-factor/totp/activate/", {"code": code_for(secret)})
    assert answer.status_code == 302
    return secret


# --- Stewards -----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/organizations/", "/needs/", "/cases/", "/steward/people/", "/apply/"])
def test_a_steward_without_one_is_led_to_the_setting_up_from_everywhere(steward, path):
    client, _place = sign_in(steward)
    answer = client.get(path)
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/second-factor/")
    answer = client.get(path, headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == "/accounts/second-factor/"
    assert b"<" not in answer.content


def test_what_is_needed_for_setting_up_and_leaving_stays_open(steward):
    client, _place = sign_in(steward)
    page = client.get("/accounts/second-factor/")
    assert page.status_code == 200
    assert "認証アプリかパスキーのどちらかを登録すると" in page.content.decode()
    for path in ("/account/", "/accounts/sessions/", "/accounts/password/change/", "/livez", "/readyz", "/join/"):
        assert client.get(path).status_code == 200, path
    assert client.post("/i18n/setlang/", {"language": "en"}).status_code == 302
    assert client.post("/accounts/logout/").status_code == 302
    assert client.get("/").status_code == 200


def test_nobody_else_has_to_have_one(editor):
    client, _place = sign_in(editor)
    assert client.get("/organizations/").status_code == 200


def test_recovery_codes_alone_are_no_factor(steward):
    Authenticator.objects.create(user=steward, type="recovery_codes", data={})
    assert second_factor.is_missing(steward)


def test_set_up_a_steward_goes_on_and_taken_away_not(steward):
    client, _place = sign_in(steward)
    set_up(client)
    page = client.get("/accounts/second-factor/recovery-codes/").content.decode()
    assert len(re.findall(r"<li><code>\d{8}</code></li>", page)) == 10
    assert client.get("/steward/people/").status_code == 200
    assert client.post("/accounts/second-factor/totp/deactivate/").status_code == 302
    assert client.get("/steward/people/")["Location"] == "/accounts/second-factor/"
    assert not Authenticator.objects.exists(), "codes for nothing go too"


def test_the_api_is_closed_to_a_steward_without_one(steward):
    client, _place = sign_in(steward)
    token = Token.objects.create(user=steward).key
    asked = (
        client.get("/api/v1/organizations/"),
        Client().get("/api/v1/organizations/", headers={"Authorization": f"Token {token}"}),
        Client().get("/api/v1/cases/", headers={"Authorization": f"Token {token}"}),
    )
    for answer in asked:
        assert answer.status_code == 403
        assert "2段階認証" in answer.json()["errors"][0]["message"]
    auth.TOTP.activate(steward, auth.generate_totp_secret())
    assert client.get("/api/v1/organizations/").status_code == 200
    assert Client().get("/api/v1/organizations/", headers={"Authorization": f"Token {token}"}).status_code == 200


def test_a_bad_token_is_told_as_before(db):
    answer = Client().get("/api/v1/organizations/", headers={"Authorization": "Token wrong"})
    assert answer.status_code == 401


def test_nobody_but_stewards_costs_a_query(editor, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert not second_factor.is_missing(editor)


# --- Signing in ---------------------------------------------------------------------------------


def test_signing_in_asks_for_the_second_step(editor):
    client, _place = sign_in(editor)
    secret = set_up(client)
    other, place = sign_in(editor)
    assert place == "/accounts/second-factor/authenticate/"
    assert other.get("/organizations/")["Location"].startswith("/accounts/login/"), "half-way is not in"
    page = other.get(place).content.decode()
    assert "認証アプリを開いて" in page
    assert other.post(place, {"code": "000000"}).status_code == 200
    # The code that set it up is not good twice; a clock half a minute off is.
    answer = other.post(place, {"code": code_for(secret, 1)})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert other.get("/organizations/").status_code == 200


def test_a_recovery_code_opens_once(editor):
    client, _place = sign_in(editor)
    set_up(client)
    page = client.get("/accounts/second-factor/recovery-codes/").content.decode()
    code = re.search(r"<code>(\d{8})</code>", page)[1]
    for number, wanted in enumerate((302, 200)):
        other, place = sign_in(editor)
        assert other.post(place, {"code": code}).status_code == wanted, number


def test_guessing_codes_is_stopped(editor):
    client, _place = sign_in(editor)
    set_up(client)
    other, place = sign_in(editor)
    said = [other.post(place, {"code": f"{n:06}"}).content.decode() for n in range(12)]
    assert "コードが合いません" in said[0]
    assert "コードが合いません" not in said[-1]


@pytest.mark.django_db(transaction=True)
def test_with_the_first_factor_sessions_without_one_end(editor):
    here, _place = sign_in(editor)
    there, _place = sign_in(editor)
    assert there.get("/account/").status_code == 200
    set_up(here)
    assert there.get("/account/").status_code == 302
    assert here.get("/account/").status_code == 200
    assert UserSession.objects.filter(user=editor).count() == 1


# --- Brute force, enumeration -------------------------------------------------------------------


def test_signing_in_is_limited_whoever_is_named_and_whatever_header_is_forged(editor):
    def tries(email):
        cache.clear()
        return [
            Client()
            .post("/accounts/login/", {"login": email, "password": "wrong"}, headers={"X-Forwarded-For": f"10.0.0.{n}"})
            .content.decode()
            for n in range(12)
        ]

    def text(page):
        return re.sub(r'value="[^"]*"|csrf\S+|"X-CSRFToken": "\w+"', "", page)

    known, unknown = tries("editor@example.jp"), tries("nobody@example.jp")
    assert text(known[0]) == text(unknown[0])
    assert text(known[-1]) == text(unknown[-1])
    assert text(known[0]) != text(known[-1])


def test_password_resets_are_limited(db):
    answers = [Client().post("/accounts/password/reset/", {"email": "a@example.jp"}).status_code for _n in range(7)]
    assert answers == [302] * 5 + [429] * 2


# --- Pages --------------------------------------------------------------------------------------


def test_the_pages_are_ours_and_hold_no_inline_script(editor):
    client, _place = sign_in(editor)
    set_up(client)
    paths = [
        "",
        "totp/deactivate/",
        "recovery-codes/",
        "recovery-codes/generate/",
        "webauthn/",
        "webauthn/add/",
        "reauthenticate/",
    ]
    for path in paths:
        answer = client.get(f"/accounts/second-factor/{path}")
        page = answer.content.decode()
        assert answer.status_code == 200, path
        assert "app/app.css" in page, path
        assert not re.search(r"<script(?![^>]*(\bsrc=|application/json))", page), path
        assert not re.search(r"\s(style|on\w+)=", page), path
        for english in ("Authenticator", "Recovery", "Security Key", "Two-Factor", "Deactivate"):
            assert english not in page, (path, english)
    assert client.get("/accounts/second-factor/recovery-codes/download/").status_code == 200


def test_a_passkey_cannot_be_made_up(editor):
    client, _place = sign_in(editor)
    set_up(client)
    assert client.get("/accounts/second-factor/webauthn/add/").status_code == 200
    for credential in ("", "{}", "[]", '"x"', '{"id": 1}', "nonsense", '{"id":"AA","rawId":"AA","type":"public-key"}'):
        answer = client.post("/accounts/second-factor/webauthn/add/", {"name": "x", "credential": credential})
        assert answer.status_code == 200, credential
        assert "errorlist" in answer.content.decode()
    assert Client().get("/accounts/second-factor/webauthn/login/").status_code == 302
    for credential in ("", "{}", "[]", "nonsense", '{"response": {"userHandle": "!!"}}'):
        answer = Client().post("/accounts/second-factor/webauthn/login/", {"credential": credential})
        assert answer.status_code == 302, credential
