"""Roles, removal, leaving: an organization keeps an editor, and what was taken is taken with the next request."""

import pytest
from allauth.usersessions.models import UserSession
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.authtoken.models import Token

from network import actions
from network.models import Change, Invitation, Letter, Membership, Notice, User
from network.signals import access_changed
from network.vocabulary import Deed, NoticeKind, Role
from tests.cast import make_organization

PASSWORD = "a-long-password-2026"


@pytest.fixture
def bank(db):
    return make_organization("bank", name="架空 浜名信用金庫")


@pytest.fixture
def editor(bank):
    return member(bank, "editor", Role.EDITOR)


@pytest.fixture
def colleague(bank):
    return member(bank, "colleague")


@pytest.fixture
def told():
    """Whose access was said to have changed."""
    heard: list[User] = []

    def listen(user, **_more):
        heard.append(user)

    access_changed.connect(listen)
    yield heard
    access_changed.disconnect(listen)


def member(organization, name, role=Role.MEMBER):
    person = User.objects.create_user(f"{name}@example.jp", PASSWORD, name=name)
    Membership.objects.create(user=person, organization=organization, role=role)
    return person


def browser(person):
    """Signed in as people are: by the sign-in page."""
    client = Client()
    answer = client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    assert answer.status_code == 302
    return client


def role_of(person, organization):
    return Membership.objects.get(user=person, organization=organization).role


# --- Verbs --------------------------------------------------------------------------------------


def test_a_role_changes_both_ways_and_the_person_is_told(bank, editor, colleague, told):
    actions.change_role(bank, person=colleague, role=Role.EDITOR, by=editor)
    assert role_of(colleague, bank) == Role.EDITOR
    assert told == [], "more rights end no connection"
    actions.change_role(bank, person=colleague, role=Role.MEMBER, by=editor)
    assert told == [colleague]
    first, last = Change.objects.filter(deed=Deed.MEMBER).order_by("pk")
    path = f"member.{colleague.pk}"
    assert first.changes == {path: [{"name": "colleague", "role": "member"}, {"name": "colleague", "role": "editor"}]}
    assert last.by == editor
    notices = Notice.objects.filter(user=colleague, kind=NoticeKind.MEMBERSHIP).order_by("pk")
    assert [notice.facts["role"] for notice in notices] == ["editor", "member"]


def test_the_same_role_again_is_no_change(bank, editor, colleague):
    actions.change_role(bank, person=colleague, role=Role.MEMBER, by=editor)
    assert not Change.objects.exists()
    assert not Notice.objects.exists()


def test_the_last_editor_stays_one(bank, editor, colleague):
    for verb in (
        lambda: actions.change_role(bank, person=editor, role=Role.MEMBER, by=editor),
        lambda: actions.leave(bank, by=editor),
    ):
        with pytest.raises(ValidationError, match="先に、ほかのメンバーを編集者に"):
            verb()
    actions.change_role(bank, person=colleague, role=Role.EDITOR, by=editor)
    User.objects.filter(pk=colleague.pk).update(is_active=False)
    with pytest.raises(ValidationError):
        actions.leave(bank, by=editor)
    User.objects.filter(pk=colleague.pk).update(is_active=True)
    actions.leave(bank, by=editor)
    assert not Membership.objects.filter(user=editor).exists()


def test_only_editors_act(bank, editor, colleague):
    stranger = member(make_organization("other"), "stranger", Role.EDITOR)
    for by in (colleague, stranger):
        with pytest.raises(PermissionDenied):
            actions.change_role(bank, person=colleague, role=Role.EDITOR, by=by)
        with pytest.raises(PermissionDenied):
            actions.remove(bank, person=editor, by=by)
    with pytest.raises(Membership.DoesNotExist):
        actions.remove(bank, person=stranger, by=editor)
    with pytest.raises(Membership.DoesNotExist):
        actions.leave(bank, by=stranger)


def test_removal_is_remembered_and_told(bank, editor, colleague, told):
    version = bank.registry_version
    actions.remove(bank, person=colleague, by=editor)
    assert told == [colleague]
    change = Change.objects.get(deed=Deed.MEMBER)
    assert change.changes == {f"member.{colleague.pk}": [{"name": "colleague", "role": "member"}, None]}
    assert Notice.objects.get().user == colleague
    bank.refresh_from_db()
    assert bank.registry_version > version


def test_who_leaves_is_missed_by_the_editors(bank, editor, colleague):
    actions.leave(bank, by=colleague)
    assert Notice.objects.get().user == editor


# --- What ends ----------------------------------------------------------------------------------


def test_removed_means_out_with_the_next_request_everywhere(bank, editor, colleague):
    one, two, other = browser(colleague), browser(colleague), browser(editor)
    token = Token.objects.create(user=colleague).key
    assert one.get(f"/organizations/{bank.pk}/members/").status_code == 200
    assert other.post(f"/organizations/{bank.pk}/members/{colleague.pk}/remove/").status_code == 302
    for client in (one, two):
        answer = client.get(f"/organizations/{bank.pk}/members/")
        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/login/")
    assert Client().get("/api/v1/organizations/", headers={"Authorization": f"Token {token}"}).status_code == 401
    assert not UserSession.objects.filter(user=colleague).exists()
    assert other.get(f"/organizations/{bank.pk}/members/").status_code == 200


def test_a_session_nobody_listed_ends_too(bank, editor, colleague):
    """Signed in past the list of sessions: the round counts, not the list."""
    client = Client()
    client.force_login(colleague)
    UserSession.objects.filter(user=colleague).delete()
    assert client.get("/account/").status_code == 200
    actions.remove(bank, person=colleague, by=editor)
    assert client.get("/account/").status_code == 302


def test_who_leaves_stays_signed_in_here_and_nowhere_else(bank, editor, colleague):
    here, there = browser(colleague), browser(colleague)
    token = Token.objects.create(user=colleague).key
    assert here.post(f"/organizations/{bank.pk}/members/leave/").status_code == 302
    assert here.get("/account/").status_code == 200
    assert there.get("/account/").status_code == 302
    assert here.get(f"/organizations/{bank.pk}/members/").status_code == 404
    assert Client().get("/api/v1/organizations/", headers={"Authorization": f"Token {token}"}).status_code == 401
    assert UserSession.objects.filter(user=colleague).count() == 1


def test_who_is_no_editor_any_more_cannot_edit_with_an_old_page(bank, editor, colleague):
    actions.change_role(bank, person=colleague, role=Role.EDITOR, by=editor)
    client = browser(colleague)
    assert client.get(f"/organizations/{bank.pk}/capacity/").status_code == 200
    actions.change_role(bank, person=colleague, role=Role.MEMBER, by=editor)
    assert client.post(f"/organizations/{bank.pk}/capacity/", {"status": "open", "slots": 9}).status_code == 403


def test_other_devices_are_signed_out_from_the_list_of_sessions(bank, colleague):
    here, there = browser(colleague), browser(colleague)
    page = here.get("/accounts/sessions/").content.decode()
    assert "ほかの端末をサインアウト" in page
    assert page.count("この端末</span>") == 1
    assert here.post("/accounts/sessions/").status_code == 302
    assert there.get("/account/").status_code == 302
    page = here.get("/accounts/sessions/").content.decode()
    assert "ほかの端末をサインアウトしました" in page
    assert "この端末だけです" in page


# --- Pages --------------------------------------------------------------------------------------


def test_members_see_the_list_and_editors_the_buttons(bank, editor, colleague):
    pages = [
        browser(person).get(f"/organizations/{bank.pk}/members/").content.decode() for person in (editor, colleague)
    ]
    for page in pages:
        assert "editor@example.jp" in page
        assert "colleague@example.jp" in page
    assert "招待を送る" in pages[0]
    assert "招待を送る" not in pages[1]
    assert f"/{editor.pk}/remove/" not in pages[1]


def test_refusals_are_told_on_the_page_with_a_remedy(bank, editor, colleague):
    client = browser(editor)
    for path, body in (("leave/", {}), (f"{editor.pk}/role/", {"role": "member"}), (f"{editor.pk}/remove/", {})):
        answer = client.post(f"/organizations/{bank.pk}/members/{path}", body)
        assert answer.status_code == 422
        assert "先に、ほかのメンバーを編集者にしてください" in answer.content.decode()
    assert client.post(f"/organizations/{bank.pk}/members/{colleague.pk}/role/", {"role": "king"}).status_code == 422
    answer = client.post(f"/organizations/{bank.pk}/members/invite/", {"email": "no address", "role": "member"})
    assert answer.status_code == 422
    assert 'value="no address"' in answer.content.decode()
    answer = client.post(f"/organizations/{bank.pk}/members/invite/", {"email": colleague.email, "role": "member"})
    assert "すでにメンバーです" in answer.content.decode()


def test_an_invitation_is_sent_again_or_taken_back_once(bank, editor):
    client = browser(editor)
    assert (
        client.post(
            f"/organizations/{bank.pk}/members/invite/", {"email": "n@example.jp", "role": "member"}
        ).status_code
        == 302
    )
    invitation = Invitation.objects.get()
    place = f"/organizations/{bank.pk}/invitations/{invitation.pk}"
    assert client.post(f"{place}/resend/").status_code == 302
    assert client.post(f"{place}/revoke/").status_code == 302
    for verb in ("resend", "revoke"):
        assert client.post(f"{place}/{verb}/").status_code == 409


def test_a_mail_that_does_not_get_through_is_shown_where_it_was_asked_for(bank, editor):
    client = browser(editor)
    client.post(f"/organizations/{bank.pk}/members/invite/", {"email": "n@example.jp", "role": "member"})
    Letter.objects.update(attempts=1, problem="SMTPRecipientsRefused: 550 no such user", sent_at=None)
    page = client.get(f"/organizations/{bank.pk}/members/").content.decode()
    assert "メールを送り直しています" in page
    assert "550 no such user" in page


def test_the_list_asks_as_often_for_three_as_for_one(bank, editor):
    client, counts = Client(), []
    client.force_login(editor)
    for number in range(3):
        member(bank, f"more{number}")
        actions.invite(bank, email=f"i{number}@example.jp", role=Role.MEMBER, link_to=str, by=editor)
        with CaptureQueriesContext(connection) as asked:
            assert f"i{number}@example.jp" in client.get(f"/organizations/{bank.pk}/members/").content.decode()
        counts.append(len(asked))
    assert len(set(counts)) == 1
    assert counts[0] <= 12
