"""An organization asks to be registered; a steward decides, once."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from network import actions
from network.history import record as history
from network.models import Application, Change, Invitation, Letter, Notice, Organization, User
from network.vocabulary import ApplicationState, Deed, NoticeKind, Role
from tests.access.areas.joining import application_fields
from tests.cast import make_organization


@pytest.fixture
def steward(db):
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    made = User.objects.create_user("steward@example.jp", name="運営", is_steward=True)
    TOTP.activate(made, generate_totp_secret())
    return made


def number():
    """A 法人番号 that passes."""
    from network.corporate_number import check_digit

    base = "080401002310"
    return f"{check_digit(base)}{base}"


def fields(**values):
    return {**application_fields(None), **values}


def applied(**values):
    defaults = {"name": "架空 天竜川商工会", "kind": "chamber_of_commerce", "prefecture": "22", "has_ties": True}
    defaults |= {
        "ties_note": "架空 銀行の子会社",
        "applicant_name": "架空 花子",
        "applicant_email": "hanako@example.jp",
    }
    return actions.apply(Application(**(defaults | values)))


def browser(user):
    client = Client()
    client.force_login(user)
    return client


# --- Verbs --------------------------------------------------------------------------------------


def test_stewards_are_told(steward):
    applied()
    notice = Notice.objects.get()
    assert (notice.user, notice.kind, notice.facts) == (steward, NoticeKind.APPLICATION, {"by": "架空 天竜川商工会"})


def test_approved_it_is_registered_as_it_described_itself_and_its_applicant_invited(steward):
    application = applied(corporate_number=number(), kana="てんりゅうがわ", website="https://example.jp/")
    organization = actions.approve(application, link_to=str, by=steward)
    application.refresh_from_db()
    assert (application.state, application.decided_by) == (ApplicationState.APPROVED, steward)
    assert application.organization == organization
    assert organization.external_id == f"app-{application.pk}"
    assert organization.ties_declared is True
    assert organization.ties_declared_at == application.created_at
    assert organization.corporate_number == number()
    change = Change.objects.get(deed=Deed.CREATED)
    assert change.by == steward
    assert change.changes["name"] == [None, "架空 天竜川商工会"]
    assert history.as_of(organization, timezone.now())["kana"] == "てんりゅうがわ"
    invitation = Invitation.objects.get()
    assert (invitation.organization, invitation.email, invitation.role) == (
        organization,
        "hanako@example.jp",
        Role.EDITOR,
    )
    assert organization.registry_version > 0


def test_no_ties_is_an_answer_too(steward):
    organization = actions.approve(applied(has_ties=False, ties_note=""), link_to=str, by=steward)
    assert organization.ties_declared is False


def test_declined_with_a_reason_that_is_mailed(steward):
    application = applied()
    with pytest.raises(ValidationError):
        actions.decline_application(application, reason=" ", by=steward)
    actions.decline_application(application, reason="対象の地域の外です。", by=steward)
    application.refresh_from_db()
    assert application.state == ApplicationState.DECLINED
    letter = Letter.objects.get()
    assert letter.to == "hanako@example.jp"
    assert "対象の地域の外です。" in letter.body
    assert not Organization.objects.exists()


def test_it_is_decided_once_and_by_stewards_only(steward):
    application = applied()
    member = User.objects.create_user("member@example.jp")
    with pytest.raises(PermissionDenied):
        actions.approve(application, link_to=str, by=member)
    with pytest.raises(PermissionDenied):
        actions.decline_application(application, reason="x", by=member)
    actions.approve(application, link_to=str, by=steward)
    with pytest.raises(actions.ConflictError):
        actions.approve(application, link_to=str, by=steward)
    with pytest.raises(actions.ConflictError):
        actions.decline_application(application, reason="x", by=steward)
    assert Organization.objects.count() == 1


def test_a_number_that_is_registered_is_not_registered_twice(steward):
    make_organization("known", name="架空 既存", corporate_number=number())
    with pytest.raises(ValidationError, match="架空 既存"):
        actions.approve(applied(corporate_number=number()), link_to=str, by=steward)
    assert Organization.objects.count() == 1


# --- Pages --------------------------------------------------------------------------------------


def test_anybody_may_ask(client, db):
    assert client.get("/apply/").status_code == 200
    answer = client.post("/apply/", fields(corporate_number=number(), place="浜松市"))
    assert (answer.status_code, answer["Location"]) == (302, "/apply/done/")
    application = Application.objects.get()
    assert application.state == ApplicationState.OPEN
    assert application.municipality.name == "浜松市"
    assert application.corporate_number == number()


def test_silence_about_ties_is_no_answer(client, db):
    body = fields()
    del body["has_ties"]
    answer = client.post("/apply/", body)
    assert answer.status_code == 422
    assert "「ある」か「ない」を選んでください" in answer.content.decode()
    assert client.post("/apply/", fields(has_ties="maybe")).status_code == 422
    answer = client.post("/apply/", fields(has_ties="yes"))
    assert "どのような関係か" in answer.content.decode()
    assert not Application.objects.exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"corporate_number": "1" * 13}, "検査数字"),
        ({"corporate_number": "123"}, "13桁"),
        ({"place": "架空市"}, "見つかりません"),
        ({"kind": "bakery"}, "正しく選択"),
        ({"applicant_email": "nobody"}, "有効なメールアドレス"),
        ({"website": "javascript:alert(1)"}, "URL"),
        ({"name": "a\0b"}, ""),
        ({"name": "\u202eabc"}, "使えない文字"),
        ({"about": "あ" * 2001}, "2000"),
        ({"name": ""}, "必須"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(client, db, change, said):
    answer = client.post("/apply/", fields(**change))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Application.objects.exists()


def test_full_width_digits_are_understood(client, db):
    wide = number().translate({ord(str(digit)): chr(ord("０") + digit) for digit in range(10)})
    assert client.post("/apply/", fields(corporate_number=wide)).status_code == 302
    assert Application.objects.get().corporate_number == number()


def test_the_answer_does_not_tell_who_is_registered(client, db):
    make_organization("known", name=fields()["name"], corporate_number=number())
    known = client.post("/apply/", fields(corporate_number=number()))
    unknown = client.post("/apply/", fields(name="架空 未登録"))
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert known.content == unknown.content


def test_nobody_floods_the_desk(client, db):
    answers = [
        client.post("/apply/", fields(), headers={"X-Forwarded-For": f"10.0.0.{n}"}).status_code for n in range(7)
    ]
    assert answers == [302] * 5 + [429] * 2
    assert Application.objects.count() == 5


def test_the_desk_shows_what_it_might_double_and_decides(steward):
    make_organization("alike", name="架空　一般社団法人 天竜川 商工会", prefecture="22")
    application = applied(corporate_number=number())
    client = browser(steward)
    assert "架空 天竜川商工会" in client.get("/steward/applications/").content.decode()
    page = client.get(f"/steward/applications/{application.pk}/").content.decode()
    assert "似ている登録" in page
    assert "同じ名称や法人番号の登録はありません" not in page
    answer = client.post(f"/steward/applications/{application.pk}/approve/", follow=True)
    assert "招待のメールを送りました" in answer.content.decode()
    for verb in ("approve", "decline"):
        answer = client.post(f"/steward/applications/{application.pk}/{verb}/", {"reason": "x"})
        assert answer.status_code == 409
        assert "回答ずみ" in answer.content.decode()
    assert "架空 天竜川商工会" in client.get("/steward/applications/?state=approved").content.decode()
    assert client.get("/steward/applications/?state=lost").status_code == 404
    assert client.get("/steward/applications/?page=1000000000").status_code == 404


def test_a_refusal_without_a_reason_is_refused(steward):
    application = applied()
    client = browser(steward)
    assert client.post(f"/steward/applications/{application.pk}/decline/", {"reason": ""}).status_code == 422
    answer = client.post(f"/steward/applications/{application.pk}/decline/", {"reason": "対象の外です。"})
    assert answer.status_code == 302


def test_a_registered_number_is_told_on_the_page(steward):
    make_organization("known", name="架空 既存", corporate_number=number())
    application = applied(corporate_number=number())
    answer = browser(steward).post(f"/steward/applications/{application.pk}/approve/")
    assert answer.status_code == 422
    assert "二重に登録せず" in answer.content.decode()
    assert "法人番号が同じです" in answer.content.decode()


def test_the_list_asks_as_often_for_three_as_for_one(steward):
    client, counts = browser(steward), []
    for number in range(3):
        applied()
        with CaptureQueriesContext(connection) as asked:
            page = client.get("/steward/applications/").content.decode()
        assert page.count("架空 天竜川商工会</a>") == number + 1
        counts.append(len(asked))
    assert len(set(counts)) == 1
    assert counts[0] <= 12
