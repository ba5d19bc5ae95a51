"""The stewards' desk for accounts: never without a steward, and what is taken is gone with the next request."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.authtoken.models import Token

from network import actions
from network.models import Letter, Membership, User
from tests.cast import make_organization


def person(name, **values):
    return User.objects.create_user(f"{name}@example.jp", "a-long-password-2026", name=name, **values)


@pytest.fixture
def steward(db):
    made = person("steward", is_steward=True)
    TOTP.activate(made, generate_totp_secret())
    return made


@pytest.fixture
def somebody(db):
    return person("somebody")


def browser(user):
    client = Client()
    client.force_login(user)
    return client


def test_deactivated_means_out_and_reactivated_does_not_bring_sessions_back(steward, somebody):
    client, token = browser(somebody), Token.objects.create(user=somebody).key
    assert client.get("/account/").status_code == 200
    actions.deactivate(somebody, by=steward)
    assert client.get("/account/").status_code == 302
    assert Client().get("/api/v1/organizations/", headers={"Authorization": f"Token {token}"}).status_code == 401
    actions.reactivate(somebody, by=steward)
    assert client.get("/account/").status_code == 302
    assert Client().get("/api/v1/organizations/", headers={"Authorization": f"Token {token}"}).status_code == 401
    assert browser(User.objects.get(pk=somebody.pk)).get("/account/").status_code == 200


def test_a_steward_is_made_and_dismissed(steward, somebody):
    actions.make_steward(somebody, by=steward)
    somebody.refresh_from_db()
    assert somebody.is_steward
    TOTP.activate(somebody, generate_totp_secret())
    client = browser(somebody)
    assert client.get("/steward/people/").status_code == 200
    actions.dismiss_steward(somebody, by=steward)
    assert client.get("/steward/people/").status_code == 302
    somebody.refresh_from_db()
    assert browser(somebody).get("/steward/people/").status_code == 404


def test_the_last_steward_stays(steward, somebody):
    with pytest.raises(ValidationError, match="1人もいなくなります"):
        actions.dismiss_steward(steward, by=steward)
    other = person("other", is_steward=True, is_active=False)
    with pytest.raises(ValidationError):
        actions.dismiss_steward(steward, by=steward)
    User.objects.filter(pk=other.pk).update(is_active=True)
    actions.dismiss_steward(steward, by=steward)
    with pytest.raises(PermissionDenied):
        actions.deactivate(somebody, by=steward)
    with pytest.raises(ValidationError):
        actions.dismiss_steward(other, by=other)


def test_only_stewards_act_and_not_on_themselves(steward, somebody):
    chief = person("chief")
    for verb in (
        actions.deactivate,
        actions.reactivate,
        actions.make_steward,
        actions.dismiss_steward,
        actions.forget_second_factor,
    ):
        with pytest.raises(PermissionDenied):
            verb(somebody, by=chief)
    for verb in (actions.deactivate, actions.forget_second_factor):
        with pytest.raises(ValidationError):
            verb(steward, by=steward)
    actions.deactivate(somebody, by=steward)
    with pytest.raises(ValidationError, match="先に有効に"):
        actions.make_steward(somebody, by=steward)


def test_a_lost_telephone(steward, somebody):
    TOTP.activate(somebody, generate_totp_secret())
    client = browser(somebody)
    actions.forget_second_factor(somebody, by=steward)
    assert not Authenticator.objects.filter(user=somebody).exists()
    assert Authenticator.objects.filter(user=steward).exists()
    assert client.get("/account/").status_code == 302


def test_the_desk_finds_people_by_address_or_name(steward, somebody):
    Membership.objects.create(user=somebody, organization=make_organization("bank", name="架空 銀行"))
    client = browser(steward)
    page = client.get("/steward/people/").content.decode()
    assert "steward@example.jp" in page
    assert "somebody@example.jp" not in page
    for q in ("SOMEBODY@", "somebody"):
        page = client.get("/steward/people/", {"who": q}).content.decode()
        assert "somebody@example.jp" in page
        assert "架空 銀行" in page
    assert "見つかりません" in client.get("/steward/people/", {"who": "nobody-at-all"}).content.decode()
    for odd in ("\0", "%", "a" * 5000, "\u202e"):
        assert client.get("/steward/people/", {"who": odd}).status_code == 200


def test_the_desk_acts_and_says_so(steward, somebody):
    client = browser(steward)
    answer = client.post(f"/steward/people/{somebody.pk}/deactivate/", follow=True)
    assert "アカウントを無効にしました" in answer.content.decode()
    assert "有効に戻す" in answer.content.decode()
    answer = client.post(f"/steward/people/{steward.pk}/dismiss_steward/")
    assert answer.status_code == 422
    assert "1人もいなくなります" in answer.content.decode()
    assert client.post(f"/steward/people/{somebody.pk}/promote/").status_code == 404
    person("second", is_steward=True)
    answer = client.post(f"/steward/people/{steward.pk}/dismiss_steward/")
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_the_list_asks_as_often_for_three_as_for_one(steward):
    client, counts = browser(steward), []
    for number in range(3):
        Membership.objects.create(user=person(f"find{number}"), organization=make_organization(f"o{number}"))
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/steward/people/", {"who": "find"}).content.count(b"find") > number
        counts.append(len(asked))
    assert len(set(counts)) == 1
    assert counts[0] <= 12


def test_mail_that_does_not_get_through_lies_on_the_desk(steward, mailoutbox):
    now = timezone.now()
    failing = Letter.objects.create(
        to="a@example.jp", subject="招待", body="secret", due_at=now, attempts=3, problem="550 no such user"
    )
    client = browser(steward)
    page = client.get("/steward/letters/").content.decode()
    assert "550 no such user" in page
    assert "secret" not in page
    answer = client.post(f"/steward/letters/{failing.pk}/", follow=True)
    assert "a@example.jp に送りました" in answer.content.decode()
    assert len(mailoutbox) == 1
    assert client.post(f"/steward/letters/{failing.pk}/").status_code == 404
    assert "届いていないメールはありません" in client.get("/steward/letters/").content.decode()
