"""The second reader's page in the browser, and what members read of versions and history."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casebook import actions
from casebook.models import Case, CaseEvent, Draft, Version
from casebook.vocabulary import CaseDeed, CaseState, DraftState
from network.models import Membership
from network.vocabulary import Role
from tests.casebook.desk import NETWORK, SECTIONS

pytestmark = pytest.mark.django_db


def page(desk, name, case, rest="review/"):
    return desk.client(name).get(f"/cases/{case.pk}/{rest}")


def shown(answer):
    """The hidden fields of the page: which text it shows."""
    html = answer.content.decode()
    revision = re.search(r'name="revision" value="(\d+)"', html)
    digest = re.search(r'name="digest" value="([0-9a-f]{64})"', html)
    assert revision
    assert digest
    return {"revision": revision[1], "digest": digest[1]}


def send(desk, name, case, where, **sent):
    return desk.client(name).post(f"/cases/{case.pk}/review/{where}/", sent)


# --- Reading ------------------------------------------------------------------------------------


def test_a_first_text_is_read_whole_with_what_is_wanting(desk):
    case = desk.begun()
    actions.submit(case, message="数字を見てください", by=desk["editor"])
    html = page(desk, "second", case).content.decode()
    assert "数字を見てください" in html
    assert all(text.split("\n")[0] in html for text in SECTIONS.values())
    assert "お客様の同意がまだありません" in html
    assert f"{desk.partner.name}の同意がまだありません" in html
    assert "disabled>公開する" in html


def test_a_later_text_is_read_beside_what_is_public(desk):
    case = desk.published()
    desk.revised(case, year=2024, sections={**SECTIONS, "result": "在庫をその場で数えられるようになりました。"})
    html = page(desk, "second", case).content.decode()
    assert "<del>2025年</del>" in html
    assert "<ins>2024年</ins>" in html
    assert re.search(r"<del><span[^>]*>削除: </span>答</del><ins><span[^>]*>追加: </span>数</ins>", html)
    assert html.count("変わっていません") == len(SECTIONS) - 1


def test_an_author_learns_who_may_publish_instead(desk):
    case = desk.submitted()
    desk.agreed(case)
    html = page(desk, "editor", case).content.decode()
    assert "公開はほかの編集者が行います" in html
    assert "公開できる方:" in html
    assert "second" in html
    assert "この内容で公開する" not in html


def test_an_organization_with_one_editor_learns_how_to_go_on(desk):
    Membership.objects.filter(user=desk["second"]).update(role=Role.MEMBER)
    case = desk.submitted()
    desk.agreed(case)
    html = page(desk, "editor", case).content.decode()
    assert "もう1人を編集者として招待する" in html
    assert f'href="/organizations/{desk.owner.pk}/members/"' in html


def test_without_a_text_that_waits_the_page_says_what_to_do(desk):
    case = desk.published()
    assert "いま確認を待っている下書きはありません" in page(desk, "second", case).content.decode()
    actions.begin_revision(case, by=desk["editor"])
    assert "書いている途中" in page(desk, "second", case).content.decode()


@pytest.mark.parametrize(
    ("name", "status"),
    [("colleague", 403), ("outsider", 403), ("partner_editor", 403), ("stranger", 404), ("editor", 200)],
)
def test_who_comes_to_the_page_of_a_published_case(desk, name, status):
    case = desk.published()
    desk.revised(case, year=2024)
    assert page(desk, name, case).status_code == status


# --- Publishing ---------------------------------------------------------------------------------


def test_the_second_editor_publishes_what_the_page_showed(desk):
    case = desk.submitted()
    desk.agreed(case)
    answer = page(desk, "second", case)
    assert "ネットワークに参加する機関" in answer.content.decode()
    done = send(desk, "second", case, "publish", remark="はじめての公開", **shown(answer))
    assert done.status_code == 302
    case.refresh_from_db()
    assert (case.state, case.version) == (CaseState.PUBLISHED, 1)
    assert Version.objects.get().note == "はじめての公開"


def test_a_text_that_changed_since_is_a_conflict_and_shown_as_it_is_now(desk):
    case = desk.submitted()
    desk.agreed(case)
    stale = shown(page(desk, "second", case))
    desk.revised(case, subtitle="書き足した副題")
    desk.agreed(case)
    answer = send(desk, "second", case, "publish", remark="覚え", **stale)
    assert answer.status_code == 409
    html = answer.content.decode()
    assert "開いている間に本文が変わったか" in html
    assert "書き足した副題" in html
    assert send(desk, "second", case, "publish", **shown(answer)).status_code == 302


def test_missing_consents_are_named_with_a_way_on(desk):
    case = desk.submitted()
    answer = send(desk, "second", case, "publish", **shown(page(desk, "second", case)))
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "必要な同意がそろっていないため、公開していません" in html
    assert f"{desk.partner.name}の同意がまだありません" in html
    assert f'href="/cases/{case.pk}/consents/"' in html
    assert Case.objects.get().state == CaseState.DRAFT


def test_an_author_who_sends_the_form_all_the_same_is_refused(desk):
    case = desk.submitted()
    desk.agreed(case)
    assert send(desk, "editor", case, "publish", **shown(page(desk, "editor", case))).status_code == 403
    assert Draft.objects.get().state == DraftState.SUBMITTED


def test_what_became_incomplete_is_said(desk):
    case = desk.submitted()
    desk.agreed(case)
    where = shown(page(desk, "second", case))
    Draft.objects.update(content={**Draft.objects.get().content, "contact": ""})
    where["digest"] = desk.digest(case)
    answer = send(desk, "second", case, "publish", **where)
    assert answer.status_code == 422
    assert "問い合わせ先" in answer.content.decode()


@pytest.mark.parametrize(
    "sent", [{}, {"revision": "x"}, {"revision": "9" * 40, "digest": "\0"}, {"remark": "字" * 1001}]
)
def test_a_form_that_is_none_publishes_nothing(desk, sent):
    case = desk.submitted()
    desk.agreed(case)
    where = shown(page(desk, "second", case)) if "remark" in sent else {}
    answer = send(desk, "second", case, "publish", **where, **sent)
    assert answer.status_code == 422
    assert not Version.objects.exists()


# --- Sending back -------------------------------------------------------------------------------


def test_a_text_goes_back_with_a_reason(desk):
    case = desk.submitted()
    where = shown(page(desk, "second", case))
    answer = send(desk, "second", case, "return", reason=" ", **where)
    assert answer.status_code == 422
    assert "何を直してほしいかを書いてください" in answer.content.decode()
    assert send(desk, "second", case, "return", reason="年を直す", **where).status_code == 302
    assert Draft.objects.get().returned_because == "年を直す"
    answer = send(desk, "second", case, "return", reason="もう一度", **where)
    assert answer.status_code == 409
    assert "いま確認を待っている下書きはありません" in answer.content.decode()


# --- Versions and history -----------------------------------------------------------------------


@pytest.fixture
def twice(desk):
    """A case in its second version."""
    case = desk.published()
    desk.revised(case, year=2024, title="新しい題名", sections={**SECTIONS, "attachment": "様式を付けました。"})
    desk.agreed(case)
    actions.publish(case, remark="年と様式", by=desk["second"])
    case.refresh_from_db()
    return case


@pytest.mark.parametrize("where", ["versions/", "versions/1..2/", "history/", "consents/"])
@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("colleague", 200),
        ("editor", 200),
        ("outsider", 403),
        ("partner_editor", 403),
        ("facilitator", 403),
        ("stranger", 404),
    ],
)
def test_who_reads_what_went_before(desk, twice, where, name, status):
    assert page(desk, name, twice, where).status_code == status


def test_versions_say_who_when_and_why(desk, twice):
    html = page(desk, "colleague", twice, "versions/").content.decode()
    assert html.index("第2版") < html.index("第1版")
    assert "年と様式" in html
    assert "書いた方 editor · 確認した方 second" in html
    assert f'href="/cases/{twice.pk}/versions/1..2/"' in html


def test_the_difference_between_two_versions_is_shown_in_both_directions(desk, twice):
    html = page(desk, "colleague", twice, "versions/1..2/").content.decode()
    assert "<ins>新しい題名</ins>" in html
    assert "<del>受注の見える化</del>" in html
    assert "追加: </span>様式を付けました。</ins>" in html
    back = page(desk, "colleague", twice, "versions/2..1/").content.decode()
    assert "削除: </span>様式を付けました。</del>" in back
    assert "様式を付けました" not in page(desk, "colleague", twice, "versions/0..1/").content.decode()


@pytest.mark.parametrize("numbers", ["1..3", "9..1", "999999999999999999..1", "1..999999999999999999"])
def test_a_version_that_is_not_there_is_not_found(desk, twice, numbers):
    assert page(desk, "colleague", twice, f"versions/{numbers}/").status_code == 404


def test_a_case_without_versions_says_why(desk):
    case = desk.begun()
    assert "下書きを公開すると、第1版になります" in page(desk, "editor", case, "versions/").content.decode()
    Case.objects.update(state=CaseState.PUBLISHED)
    assert "書き直して公開すると、第1版になります" in page(desk, "editor", case, "versions/").content.decode()


def test_the_history_tells_every_deed_in_words(desk, twice):
    html = page(desk, "colleague", twice, "history/").content.decode()
    for deed in set(CaseEvent.objects.values_list("deed", flat=True)):
        assert str(CaseDeed(deed).label) in html
    assert "年と様式" in html


@pytest.mark.parametrize("where", ["versions/", "history/", "consents/", "review/"])
def test_lists_cost_the_same_for_one_and_for_three(desk, where):
    def queries(case):
        page(desk, "second", case, where)
        with CaptureQueriesContext(
            connection,
        ) as spent:
            assert page(desk, "second", case, where).status_code == 200
        return len(spent)

    case = desk.published()
    desk.revised(case, year=2024)
    one = queries(case)
    for year in (2023, 2022):
        desk.agreed(case)
        actions.publish(case, by=desk["second"])
        desk.revised(case, year=year)
    assert queries(case) == one


# --- The case's page ----------------------------------------------------------------------------


def test_members_see_where_a_case_stands_and_nobody_else_does(desk, twice):
    actions.withdraw_consent(twice.consents.filter(organization=None).last(), reason="秘密の理由", by=desk["editor"])
    inside = page(desk, "colleague", twice, "").content.decode()
    assert "撤回または期限切れの同意があるため" in inside
    assert f"/cases/{twice.pk}/versions/" in inside
    assert "秘密の理由" not in inside
    case = desk.published(title="ほかの事例", audience={"summary": NETWORK})
    outside = page(desk, "outsider", case, "").content.decode()
    assert "consents/" not in outside
    assert "versions/" not in outside


def test_sharing_past_the_consents_is_refused_in_words(desk, twice):
    section = twice.sections.get(kind="summary")
    answer = desk.client("editor").post(
        f"/cases/{twice.pk}/sections/{section.pk}/share/", {"audience": "public"}, follow=True
    )
    assert "同意が、その範囲まで及んでいないため" in answer.content.decode()
    api = f"/api/v1/cases/{twice.external_id}/sections/summary/share/"
    answer = desk.client("editor").post(api, {"audience": "public"}, content_type="application/json")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "audience"
    assert set(section.grants.values_list("key", flat=True)) == {"network"}
