"""Invitations: one address, one organization, once; every other end has its own answer."""

import logging
import re
from datetime import date, timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from network import actions
from network.models import Change, Invitation, Letter, Membership, Notice, User
from network.vocabulary import Deed, Role
from tests.cast import make_organization

PASSWORD = "a-long-password-2026"
LINK = re.compile(r"http://testserver/join/#(\S+)")


def link_to(secret: str) -> str:
    return f"http://testserver/join/#{secret}"


@pytest.fixture
def bank(db):
    return make_organization("bank", name="架空 浜名信用金庫")


@pytest.fixture
def editor(bank):
    return member(bank, "editor@example.jp", Role.EDITOR, name="架空 編子")


def member(organization, email, role=Role.MEMBER, **values):
    person = User.objects.create_user(email, PASSWORD, **values)
    Membership.objects.create(user=person, organization=organization, role=role)
    return person


def asked(bank, editor, email="new@example.jp", role=Role.MEMBER):
    """An invitation and the secret of its mail."""
    invitation = actions.invite(bank, email=email, role=role, link_to=link_to, by=editor)
    return invitation, secret_of(invitation)


def secret_of(invitation):
    found = LINK.search(Letter.objects.get(pk=invitation.letter_id).body)
    assert found
    return found[1]


def signed_in(client, email):
    assert client.post("/accounts/login/", {"login": email, "password": PASSWORD}).status_code == 302
    return client


# --- Verbs --------------------------------------------------------------------------------------


def test_only_the_digest_of_the_secret_is_stored(bank, editor):
    invitation, secret = asked(bank, editor)
    assert len(secret) >= 43, "32 bytes"
    assert invitation.digest == actions.digest_of(secret) != secret
    values = str(list(Invitation.objects.values()))
    assert secret not in values


def test_the_letter_says_who_what_and_until_when(bank, editor, settings):
    settings.INVITATION_DAYS = 14
    invitation, _secret = asked(bank, editor, role=Role.EDITOR)
    letter = Letter.objects.get()
    assert letter.to == "new@example.jp"
    assert bank.name in letter.subject
    assert "架空 編子さん" in letter.body
    assert "編集者" in letter.body
    last = timezone.localdate() + timedelta(days=14)
    assert invitation.last_day == last
    assert f"{last.year}年{last.month}月{last.day}日" in letter.body


def test_it_holds_to_the_end_of_the_last_day_in_japan(bank, editor, settings):
    settings.INVITATION_DAYS = 1
    invitation, _secret = asked(bank, editor)
    end = timezone.localtime(invitation.expires_at)
    assert (end.hour, end.minute, end.date()) == (0, 0, timezone.localdate() + timedelta(days=2))
    assert isinstance(invitation.last_day, date)


def test_only_an_editor_invites_sends_again_and_takes_back(bank, editor):
    invitation, _secret = asked(bank, editor)
    for stranger in (member(bank, "m@example.jp"), member(make_organization("other"), "o@example.jp", Role.EDITOR)):
        with pytest.raises(PermissionDenied):
            actions.invite(bank, email="x@example.jp", role=Role.MEMBER, link_to=link_to, by=stranger)
        with pytest.raises(PermissionDenied):
            actions.resend(invitation, link_to=link_to, by=stranger)
        with pytest.raises(PermissionDenied):
            actions.revoke(invitation, by=stranger)
    assert Invitation.objects.count() == 1


def test_a_bad_address_a_member_and_too_many_are_refused(bank, editor, settings):
    settings.OPEN_INVITATIONS = 2
    for email in ("not an address", "EDITOR@example.jp"):
        with pytest.raises(ValidationError):
            asked(bank, editor, email)
    asked(bank, editor, "a@example.jp")
    asked(bank, editor, "b@example.jp")
    with pytest.raises(ValidationError, match="2件"):
        asked(bank, editor, "c@example.jp")
    Invitation.objects.filter(email="a@example.jp").update(expires_at=timezone.now())
    asked(bank, editor, "c@example.jp")
    assert Letter.objects.count() == 3


def test_a_second_invitation_of_the_same_address_ends_the_first(bank, editor):
    first, old = asked(bank, editor)
    _second, new = asked(bank, editor, "NEW@example.jp")
    with pytest.raises(actions.UnusableError) as refusal:
        actions.to_take_up(actions.digest_of(old))
    assert refusal.value.why == "revoked"
    assert actions.to_take_up(actions.digest_of(new)).email == "new@example.jp"
    assert Letter.objects.get(pk=first.letter_id).body == "", "the old secret does not go out any more"


def test_sent_again_it_has_a_new_secret_and_the_old_one_is_dead(bank, editor):
    invitation, old = asked(bank, editor)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(days=1))
    new = secret_of(actions.resend(invitation, link_to=link_to, by=editor))
    assert new != old
    with pytest.raises(actions.UnusableError) as refusal:
        actions.to_take_up(actions.digest_of(old))
    assert refusal.value.why == "unknown"
    assert actions.to_take_up(actions.digest_of(new)) == invitation


def test_what_was_used_or_taken_back_is_not_sent_again(bank, editor):
    invitation, secret = asked(bank, editor)
    actions.open_account(actions.digest_of(secret), name="架空 新", password=PASSWORD)
    for verb in (
        lambda: actions.resend(invitation, link_to=link_to, by=editor),
        lambda: actions.revoke(invitation, by=editor),
    ):
        with pytest.raises(actions.UnusableError) as refusal:
            verb()
        assert refusal.value.why == "used"


def test_accepting_makes_a_member_proves_the_address_and_is_remembered(bank, editor):
    person = User.objects.create_user("new@example.jp", PASSWORD, name="架空 新")
    invitation, secret = asked(bank, editor, "New@Example.jp", Role.EDITOR)
    version = bank.registry_version
    membership = actions.accept(actions.digest_of(secret), by=person)
    assert (membership.organization, membership.role) == (bank, Role.EDITOR)
    invitation.refresh_from_db()
    assert invitation.used_by == person
    assert EmailAddress.objects.get(user=person).verified
    change = Change.objects.get(deed=Deed.MEMBER)
    assert change.changes == {f"member.{person.pk}": [None, {"name": "架空 新", "role": "editor"}]}
    bank.refresh_from_db()
    assert bank.registry_version > version
    assert Notice.objects.get().user == editor


def test_a_member_who_accepts_never_loses_a_right(bank, editor):
    other = make_organization("other")
    member(other, "chief@example.jp", Role.EDITOR)
    _invitation, secret = asked(bank, editor, "chief2@example.jp", Role.MEMBER)
    person = User.objects.create_user("chief2@example.jp", PASSWORD)
    Membership.objects.create(user=person, organization=bank, role=Role.EDITOR)
    assert actions.accept(actions.digest_of(secret), by=person).role == Role.EDITOR


def test_every_other_end_has_its_name(bank, editor):
    invitation, secret = asked(bank, editor)
    digest = actions.digest_of(secret)
    other = User.objects.create_user("other@example.jp", PASSWORD)

    def why(by=None, digest=digest):
        with pytest.raises(actions.UnusableError) as refusal:
            actions.accept(digest, by=by or other)
        return refusal.value.why

    assert why() == "other_person"
    assert why(digest=actions.digest_of(secret[:-1])) == "unknown"
    Invitation.objects.update(expires_at=timezone.now())
    assert why() == "expired"
    Invitation.objects.update(expires_at=timezone.now() + timedelta(days=1))
    bank.is_active = False
    bank.save()
    assert why() == "revoked"
    bank.is_active = True
    bank.save()
    actions.revoke(invitation, by=editor)
    assert why() == "revoked"
    assert not Membership.objects.filter(user=other).exists()


def test_an_account_is_not_opened_twice_for_one_address(bank, editor):
    User.objects.create_user("new@example.jp", PASSWORD)
    _invitation, secret = asked(bank, editor)
    with pytest.raises(ValidationError, match="すでにあります"):
        actions.open_account(actions.digest_of(secret), name="架空", password=PASSWORD)
    assert actions.to_take_up(actions.digest_of(secret))


# --- Pages --------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_from_the_editors_page_to_the_newcomers_first_page(client, transactional_db):
    bank = make_organization("bank-pages", name="架空 浜名信用金庫")
    member(bank, "editor@example.jp", Role.EDITOR, name="架空 編子")
    signed_in(client, "editor@example.jp")
    answer = client.post(f"/organizations/{bank.pk}/members/invite/", {"email": "new@example.jp", "role": "member"})
    assert answer.status_code == 302
    secret = LINK.search(mail.outbox[0].body)[1]
    client.logout()

    assert client.get("/join/").status_code == 200
    answer = client.post("/join/", {"code": f"http://testserver/join/#{secret} "})
    assert (answer.status_code, answer["Location"]) == (302, "/join/confirm/")
    page = client.get("/join/confirm/").content.decode()
    for word in ("架空 浜名信用金庫", "メンバー", "架空 編子", "new@example.jp"):
        assert word in page
    assert secret not in page
    answer = client.post("/join/confirm/", {"name": "架空 新", "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, f"/organizations/{bank.pk}/")
    assert client.get(f"/organizations/{bank.pk}/members/").status_code == 200
    newcomer = User.objects.get(email="new@example.jp")
    assert UserSession.objects.filter(user=newcomer).count() == 1
    assert client.post("/join/", {"code": secret}).status_code == 409


def test_looking_uses_nothing_up(client, bank, editor):
    """A scanner of mail opens every address: the secret stands behind the #, and GET is only looking."""
    _invitation, secret = asked(bank, editor)
    for _number in range(3):
        assert client.get("/join/").status_code == 200
        assert client.get(f"/join/?code={secret}").status_code == 200
        assert client.get("/join/confirm/").status_code == 302
        assert client.head("/join/").status_code == 405
    assert actions.to_take_up(actions.digest_of(secret))
    client.post("/join/", {"code": secret})
    assert client.get("/join/confirm/").status_code == 200
    assert actions.to_take_up(actions.digest_of(secret))


def test_the_answers_to_codes_that_open_nothing(client, bank, editor):
    invitation, secret = asked(bank, editor)

    def said(code=secret):
        answer = client.post("/join/", {"code": code})
        return answer.status_code, re.search(
            r"<p>([^<]*)", answer.content.decode().split("この招待は使えません</h1>")[-1]
        )[1]

    assert said("tampered") == (
        404,
        "この招待コードは見つかりません。メールのコードを、最後の文字まで写せているかご確認ください。",
    )
    Invitation.objects.update(expires_at=timezone.now())
    assert said()[0] == 410
    assert "期限" in said()[1]
    Invitation.objects.update(expires_at=timezone.now() + timedelta(days=1), revoked_at=timezone.now())
    assert said()[0] == 410
    assert "取り消され" in said()[1]
    Invitation.objects.update(revoked_at=None, used_at=timezone.now())
    assert said()[0] == 409
    for odd in ("", "\0", "a\nb", "あ" * 300, "\ud800".encode("utf-8", "surrogatepass").decode("latin-1")):
        assert client.post("/join/", {"code": odd}).status_code in {404, 422}
    assert invitation.organization == bank


def test_what_ends_between_the_two_steps_is_refused_at_the_second(client, bank, editor):
    invitation, secret = asked(bank, editor)
    client.post("/join/", {"code": secret})
    actions.revoke(invitation, by=editor)
    answer = client.post("/join/confirm/", {"name": "架空 新", "password": PASSWORD})
    assert answer.status_code == 410
    assert not User.objects.filter(email="new@example.jp").exists()
    assert client.get("/join/confirm/")["Location"] == "/join/"


def test_an_existing_account_signs_in_first(client, bank, editor):
    User.objects.create_user("new@example.jp", PASSWORD)
    _invitation, secret = asked(bank, editor)
    client.post("/join/", {"code": secret})
    page = client.get("/join/confirm/").content.decode()
    assert "サインインして続ける" in page
    assert 'name="password"' not in page
    assert client.post("/join/confirm/", {"name": "x", "password": PASSWORD})["Location"].startswith("/accounts/login/")
    answer = client.post(
        "/accounts/login/", {"login": "new@example.jp", "password": PASSWORD, "next": "/join/confirm/"}
    )
    assert answer["Location"] == "/join/confirm/"
    assert "参加する" in client.get("/join/confirm/").content.decode()
    assert client.post("/join/confirm/")["Location"] == f"/organizations/{bank.pk}/"
    assert Membership.objects.filter(organization=bank, user__email="new@example.jp").exists()


def test_another_persons_invitation_is_refused_and_can_be_taken_up_after_changing_over(client, bank, editor):
    User.objects.create_user("new@example.jp", PASSWORD)
    User.objects.create_user("other@example.jp", PASSWORD)
    _invitation, secret = asked(bank, editor)
    signed_in(client, "other@example.jp")
    answer = client.post("/join/", {"code": secret})
    assert answer.status_code == 403
    assert "new@example.jp" not in answer.content.decode()
    assert client.get("/join/confirm/").status_code == 403
    assert client.post("/join/confirm/").status_code == 403
    assert not Membership.objects.filter(organization=bank).exclude(user=editor).exists()
    answer = client.post("/join/confirm/", {"action": "switch"})
    assert answer["Location"].startswith("/accounts/login/")
    signed_in(client, "new@example.jp")
    assert client.post("/join/confirm/").status_code == 302
    assert Membership.objects.filter(organization=bank, user__email="new@example.jp").exists()


@pytest.mark.parametrize("password", ["short", "1234567890123", "new@example.jp", ""])
def test_a_weak_password_is_told_at_the_field(client, bank, editor, password):
    _invitation, secret = asked(bank, editor)
    client.post("/join/", {"code": secret})
    answer = client.post("/join/confirm/", {"name": "架空 新", "password": password})
    assert answer.status_code == 422
    assert "password" in answer.context["form"].errors
    assert not User.objects.filter(email="new@example.jp").exists()


def test_guessing_is_stopped_and_a_forged_header_does_not_help(client, settings, db):
    settings.RATE_LIMITS = {"join": "3/10m/ip"}
    answers = [
        client.post("/join/", {"code": f"guess{n}"}, headers={"X-Forwarded-For": f"10.0.0.{n}"}).status_code
        for n in range(5)
    ]
    assert answers == [404, 404, 404, 429, 429]
    page = client.post("/join/", {"code": "x"}).content.decode()
    assert "回数が多すぎます" in page
    assert client.get("/join/").status_code == 200


def test_the_secret_is_in_no_log_and_in_no_address(client, bank, editor, caplog):
    caplog.set_level(logging.DEBUG)
    _invitation, secret = asked(bank, editor)
    answers = [client.post("/join/", {"code": secret}), client.get("/join/confirm/")]
    answers.append(client.post("/join/confirm/", {"name": "架空 新", "password": PASSWORD}))
    assert secret not in caplog.text
    assert all(secret not in str(answer.headers) + answer.content.decode() for answer in answers)
    assert answers[1]["Referrer-Policy"] == "same-origin"
    assert "no-store" in answers[1]["Cache-Control"]
    assert secret not in str(dict(client.session))
