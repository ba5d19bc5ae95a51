"""Having a case written by somebody else: what that person may, until when, and what nobody learns of accounts."""

from datetime import UTC, date, datetime, timedelta
from unittest.mock import patch

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from casebook import actions
from casebook.models import Case, CaseEvent, Delegation, Draft, Section
from casebook.vocabulary import CaseDeed, DraftState
from network.actions import ConflictError
from network.models import Notice, User

pytestmark = pytest.mark.django_db


def client(world, reader) -> Client:
    made = Client()
    made.force_login(world.people[reader])
    return made


def delegate(world, name="stranger", case="draft", *, by="editor", days=30, email=None) -> Delegation:
    email = email or world.people[name].email
    until = timezone.localdate() + timedelta(days=days)
    return actions.delegate(world.cases[case], email=email, until=until, by=world.people[by])


def writes(world, reader, case="draft") -> bool:
    return Case.objects.writable_by(world.people[reader]).contains(world.cases[case])


# --- The right ----------------------------------------------------------------------------------


def test_who_was_asked_reads_all_and_writes_the_draft_and_can_neither_share_nor_publish(world):
    assert not writes(world, "stranger")
    delegate(world)
    person, case = world.people["stranger"], world.cases["draft"]
    assert writes(world, "stranger")
    assert Section.objects.visible_to(person).filter(case=case).count() == case.sections.count()
    assert not Case.objects.editable_by(person).contains(case)
    with pytest.raises(PermissionDenied):
        actions.share(world.section("draft", "summary"), with_keys=["public"], by=person)
    with pytest.raises(PermissionDenied):
        actions.archive(case, by=person)
    with pytest.raises(PermissionDenied):
        actions.delegate(case, email="a@example.jp", until=timezone.localdate(), by=person)
    assert not writes(world, "stranger", "lab")


@pytest.mark.parametrize(
    ("now", "open_"),
    [
        (datetime(2026, 3, 31, 14, 59, 59, tzinfo=UTC), True),  # 23:59:59 in Tokyo
        (datetime(2026, 3, 31, 15, 0, 0, tzinfo=UTC), False),
    ],
)
def test_it_holds_to_the_end_of_its_last_day_in_tokyo(world, now, open_):
    with patch("django.utils.timezone.now", return_value=datetime(2026, 3, 1, tzinfo=UTC)):
        actions.delegate(
            world.cases["draft"],
            email=world.people["stranger"].email,
            until=date(2026, 3, 31),
            by=world.people["editor"],
        )
    with patch("django.utils.timezone.now", return_value=now):
        assert writes(world, "stranger") == open_


@pytest.mark.parametrize("by", ["colleague", "stranger", "steward", "partner", "delegate"])
def test_only_editors_of_the_owner_ask(world, by):
    with pytest.raises(PermissionDenied):
        delegate(world, case="written" if by == "delegate" else "draft", by=by)


def test_a_plain_member_of_the_owner_may_be_asked_and_an_editor_need_not(world):
    delegate(world, "colleague")
    assert writes(world, "colleague")
    with pytest.raises(ValidationError, match="編集者なので"):
        delegate(world, "editor")


@pytest.mark.parametrize("days", [-1, 367])
def test_a_term_gone_by_or_over_a_year_is_refused(world, days):
    with pytest.raises(ValidationError) as refused:
        delegate(world, days=days)
    assert "until" in refused.value.message_dict
    assert not writes(world, "stranger")


@pytest.mark.parametrize("email", ["", "nobody", "a\0b@example.jp", f"{'a' * 300}@example.jp"])
def test_what_cannot_be_an_address_is_refused(world, email):
    with pytest.raises(ValidationError):
        delegate(world, email=email or " ")
    assert not Delegation.objects.filter(case=world.cases["draft"]).exists()


def test_asked_again_the_new_day_holds(world):
    delegate(world, days=30)
    delegate(world, days=5)
    assert Delegation.objects.in_force().filter(case=world.cases["draft"]).count() == 1
    kept = Delegation.objects.in_force_for(world.people["stranger"]).get()
    assert kept.until == timezone.localdate() + timedelta(days=5)


def test_it_ends_at_once_by_an_editor_or_by_the_person(world):
    for by in ("editor", "stranger"):
        made = delegate(world)
        assert writes(world, "stranger")
        actions.end_delegation(made, by=world.people[by])
        assert not writes(world, "stranger")
        assert not Case.objects.visible_to(world.people["stranger"]).contains(world.cases["draft"])
        with pytest.raises(ConflictError):
            actions.end_delegation(made, by=world.people["editor"])
    told = Notice.objects.filter(user=world.people["stranger"], facts__what="delegation_ended")
    assert told.count() == 1  # who ends it need not be told


@pytest.mark.parametrize("by", ["colleague", "outsider", "steward"])
def test_nobody_else_ends_it(world, by):
    made = delegate(world)
    with pytest.raises(PermissionDenied):
        actions.end_delegation(made, by=world.people[by])
    assert writes(world, "stranger")


def test_a_lost_account_writes_no_more(world):
    delegate(world)
    User.objects.filter(pk=world.people["stranger"].pk).update(is_active=False)
    assert not writes(world, "stranger") or not User.objects.get(pk=world.people["stranger"].pk).is_active
    world.people["stranger"].refresh_from_db()
    assert not writes(world, "stranger")


def test_asking_and_ending_stand_in_the_history(world):
    actions.end_delegation(delegate(world), by=world.people["editor"])
    deeds = CaseEvent.objects.filter(case=world.cases["draft"]).order_by("pk")
    assert [event.deed for event in deeds] == [CaseDeed.DELEGATED, CaseDeed.DELEGATION_ENDED]


# --- The page -----------------------------------------------------------------------------------


def writers(world, case="draft") -> str:
    return f"/cases/{world.cases[case].pk}/writers/"


def test_a_known_an_unknown_and_an_inactive_address_get_the_same_answer(world):
    """Or the form would tell who has an account."""
    found = []
    for email in (world.people["stranger"].email, "nobody@example.jp", world.people["inactive"].email):
        Delegation.objects.filter(case=world.cases["draft"]).delete()
        browser = client(world, "editor")
        response = browser.post(writers(world), {"email": email, "term": "1"}, follow=True)
        html = response.content.decode()
        assert "登録がある場合、執筆を頼みました" in html
        assert "stranger</" not in html
        made = Delegation.objects.get(case=world.cases["draft"])
        page = html.replace(email, "ADDRESS").replace(f"/{made.pk}/", "/ID/")
        main = page.partition("<main")[2].partition("</main>")[0]
        found.append("".join(part for part in main.split('"') if len(part) != 64))
    assert found[0] == found[1] == found[2]
    assert not Notice.objects.filter(user=world.people["inactive"]).exists()


def test_an_address_without_an_account_opens_nothing_when_an_account_comes(world):
    """Whoever registers later has not been looked at by the owner; it asks again."""
    delegate(world, email="later@example.jp")
    person = User.objects.create(email="later@example.jp", name="later")
    assert not Case.objects.writable_by(person).exists()


def test_members_see_who_writes_and_only_editors_change_it(world):
    made = delegate(world)
    for reader, changes in (("editor", True), ("colleague", False)):
        html = client(world, reader).get(writers(world)).content.decode()
        assert world.people["stranger"].email in html
        assert (f"{writers(world)}{made.pk}/end/" in html) == changes
        assert ("新しく頼む" in html) == changes
    assert client(world, "colleague").post(writers(world), {"email": "a@example.jp", "term": "1"}).status_code == 403


@pytest.mark.parametrize(
    ("reader", "case", "status"),
    [("partner", "public", 403), ("stranger", "draft", 404), ("delegate", "written", 403), ("steward", "draft", 404)],
)
def test_who_writes_is_told_inside_only(world, reader, case, status):
    assert client(world, reader).get(writers(world, case)).status_code == status


def test_a_bad_address_stays_typed(world):
    response = client(world, "editor").post(writers(world), {"email": "だれか", "term": "1"})
    assert response.status_code == 422
    assert "だれか" in response.content.decode()
    assert "errorlist" in response.content.decode()


def test_the_person_ends_it_from_the_own_list_and_nobody_elses(world):
    made, other = delegate(world), delegate(world, "partner")
    browser = client(world, "stranger")
    assert browser.post(f"{writers(world)}{other.pk}/end/").status_code == 404
    assert browser.post(f"{writers(world)}{made.pk}/end/").status_code == 302
    assert browser.post(f"{writers(world)}{made.pk}/end/").status_code == 404  # the case is gone for this person
    assert writes(world, "partner")


# --- What I may write ---------------------------------------------------------------------------


def listed(world, reader) -> str:
    response = client(world, reader).get("/writing/")
    assert response.status_code == 200
    return response.content.decode()


def begin(world, case, **values) -> Draft:
    return Draft.objects.create(case=world.cases[case], content={}, **values)


def test_the_list_has_the_own_drafts_and_those_one_was_asked_for(world):
    Draft.objects.all().delete()
    begin(world, "draft")
    begin(world, "network", state=DraftState.RETURNED, returned_because="数字の出どころを書いてください。")
    titles = {name: world.cases[name].title for name in ("draft", "network", "written", "public")}
    html = listed(world, "editor")
    assert titles["draft"] in html
    assert "数字の出どころを書いてください。" in html
    assert titles["public"] not in html
    assert titles["written"] not in html  # nobody began to write it
    html = listed(world, "delegate")
    assert titles["written"] in html
    assert "まだ書き始めていません" in html
    assert titles["draft"] not in html


@pytest.mark.parametrize("reader", ["colleague", "outsider", "stranger", "steward"])
def test_drafts_one_may_not_change_are_not_listed(world, reader):
    begin(world, "draft")
    html = listed(world, reader)
    assert world.cases["draft"].title not in html
    assert "書いている事例はありません" in html


def test_the_list_asks_the_same_number_of_queries_for_one_and_for_three(world, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    browser = client(world, "editor")

    def queries() -> int:
        browser.get("/writing/")
        with CaptureQueriesContext(connection) as found:
            browser.get("/writing/")
        return len(found)

    begin(world, "draft")
    one = queries()
    begin(world, "network")
    begin(world, "public")
    assert queries() == one
