"""The ledger in the browser: the owner's side, the participants' side, the paper between them, the reminder in time."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from casebook import actions
from casebook.lapsing import remind_of_lapsing
from casebook.models import Case, Consent, LogEntry
from casebook.upkeep import catch_up
from casebook.vocabulary import CaseState
from casebook.writing.content import Planned, Took
from network.models import Notice
from tests.casebook.desk import NETWORK, SECTIONS
from tests.cast import make_case, make_organization

pytestmark = pytest.mark.django_db
NAME = "架空商店 代表"


def get(desk, name, path):
    return desk.client(name).get(path)


def html(answer):
    return answer.content.decode()


def day(offset):
    return timezone.localdate() + timedelta(days=offset)


def terms(desk, case, **more):
    sent = {
        "digest": desk.digest(case),
        "scope": "network",
        "naming": "region",
        "person": NAME,
        "means": "written",
        "agreed_on": day(0).isoformat(),
        "contact": "経営支援部",
    }
    return sent | more


# --- The owner's side ---------------------------------------------------------------------------


def test_the_ledger_leads_from_nothing_to_a_publication(desk):
    case = desk.submitted()
    ledger = f"/cases/{case.pk}/consents/"
    page = html(get(desk, "editor", ledger))
    assert "まだです" in page
    assert "参加した機関に同意を求める" in page
    assert f'href="{ledger}record/?"' in page
    done = desk.client("editor").post(f"{ledger}ask/", {"digest": desk.digest(case)}, follow=True)
    assert f"{desk.partner.name}に同意を求めました" in html(done)
    assert "回答待ち" in html(done)
    done = desk.client("editor").post(f"{ledger}record/", terms(desk, case), follow=True)
    page = html(done)
    assert "同意を記録しました" in page
    for said in (NAME, "書面", "経営支援部", "いまの下書き", "ネットワークに参加する機関", "業種・地域のみ"):
        assert said in page


def test_a_member_reads_and_does_nothing(desk):
    case = desk.published()
    page = html(get(desk, "colleague", f"/cases/{case.pk}/consents/"))
    assert NAME in page
    assert "公開の根拠" in page
    assert "撤回を記録する" not in page
    for verb in ("ask", "record", "reopen", f"{case.consents.first().pk}/withdraw"):
        assert desk.client("colleague").post(f"/cases/{case.pk}/consents/{verb}/").status_code == 403


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"person": ""}, "お名前と役職を書いてください"),
        ({"means": ""}, "確認の方法を選んでください"),
        ({"contact": ""}, "連絡先を書いてください"),
        ({"agreed_on": day(1).isoformat()}, "今日までの日付"),
        ({"until": day(-1).isoformat()}, "今日以降の日付"),
        ({"person": "名\u202e前"}, "使えない文字"),
        ({"person": "名\0前"}, ""),
        ({"person": "\u200b"}, "見える文字がありません"),
        ({"note": "字" * 1001}, "1000"),
        ({"scope": "everybody"}, "everybody"),
    ],
)
def test_an_incomplete_record_comes_back_with_what_was_typed(desk, wrong, said):
    case = desk.begun()
    answer = desk.client("editor").post(f"/cases/{case.pk}/consents/record/", terms(desk, case, note="棚の3番") | wrong)
    assert answer.status_code == 422
    assert said in html(answer)
    assert ("棚の3番" in html(answer)) == ("note" not in wrong)
    assert not Consent.objects.exists()


def test_a_record_on_a_text_that_changed_is_a_conflict(desk):
    case = desk.begun()
    sent = terms(desk, case)
    actions.save_draft(case, changes={"year": 2020}, expected=None, by=desk["second"])
    answer = desk.client("editor").post(f"/cases/{case.pk}/consents/record/", sent)
    assert answer.status_code == 409
    assert "本文が変わりました" in html(answer)
    assert desk.client("editor").post(f"/cases/{case.pk}/consents/ask/", {"digest": sent["digest"]}).status_code == 409


def test_a_partner_without_an_editor_is_written_down(desk):
    silent = make_organization("silent", name="架空 静かな会社")
    case = desk.begun(participants=(Took(silent.pk, "研修"),))
    page = html(get(desk, "editor", f"/cases/{case.pk}/consents/"))
    assert f"party={silent.pk}" in page
    form = html(get(desk, "editor", f"/cases/{case.pk}/consents/record/?party={silent.pk}"))
    assert "架空 静かな会社" in form
    assert "名前の出し方" not in form
    sent = terms(desk, case)
    answer = desk.client("editor").post(f"/cases/{case.pk}/consents/record/?party={silent.pk}", sent)
    assert answer.status_code == 302
    assert Consent.objects.get().organization == silent
    for other in (desk.partner.pk, "x", "9" * 30):
        assert get(desk, "editor", f"/cases/{case.pk}/consents/record/?party={other}").status_code == 404


def test_the_paper_holds_the_exact_text_its_terms_and_lines_to_sign(desk):
    case = desk.begun()
    page = html(get(desk, "editor", f"/cases/{case.pk}/consents/text/"))
    digest = desk.digest(case)
    assert f"{digest[:4]} {digest[4:8]} {digest[8:12]}" in page
    for said in (
        "名前は控えにだけ残します",
        "署名",
        "撤回の連絡先",
        "経営支援部",
        "TLP:",
        "1週間の記録",
        "だれでも（一般公開）",
    ):
        assert said in page
    for name, status in (("colleague", 403), ("partner_editor", 404), ("outsider", 404)):
        assert get(desk, name, f"/cases/{case.pk}/consents/text/").status_code == status


def test_a_withdrawal_asks_first_then_closes_and_leads_to_what_was_taken_out(desk):
    case = desk.published()
    consent = case.consents.get(organization=None)
    where = f"/cases/{case.pk}/consents/{consent.pk}/withdraw/"
    assert "次の表示から自機関の外では読めなくなります" in html(get(desk, "editor", where))
    answer = desk.client("editor").post(where, {"reason": "  "})
    assert answer.status_code == 422
    assert "撤回の理由を書いてください" in html(answer)
    assert desk.sees("outsider", case)
    done = desk.client("editor").post(where, {"reason": "代表が替わった"}, follow=True)
    assert "次の表示から、自機関の外では読めなくなりました" in html(done)
    assert f'href="/cases/{case.pk}/recall/"' in html(done)
    assert get(desk, "outsider", f"/cases/{case.pk}/").status_code == 404
    assert desk.client("editor").post(where, {"reason": "もう一度"}).status_code == 409


def test_the_partners_own_word_is_not_the_owners_to_take_back(desk):
    case = desk.published()
    consent = case.consents.get(organization=desk.partner)
    where = f"/cases/{case.pk}/consents/{consent.pk}/withdraw/"
    assert get(desk, "editor", where).status_code == 403
    assert desk.client("editor").post(where, {"reason": "x"}).status_code == 403
    other = desk.published()
    foreign = f"/cases/{case.pk}/consents/{other.consents.first().pk}/withdraw/"
    assert get(desk, "editor", foreign).status_code == 404


def test_opening_again_names_what_is_wanting_and_needs_another_person(desk):
    case = desk.published()
    ledger = f"/cases/{case.pk}/consents/"
    actions.withdraw_consent(case.consents.get(organization=None), reason="x", by=desk["editor"])
    answer = desk.client("second").post(f"{ledger}reopen/")
    assert answer.status_code == 422
    assert "お客様の同意は撤回されています" in html(answer)
    desk.client("editor").post(f"{ledger}record/?text=live", terms(desk, case))
    assert "新しい同意でふたたび公開する" in html(get(desk, "editor", ledger))
    answer = desk.client("editor").post(f"{ledger}reopen/")
    assert answer.status_code == 403
    assert "別の編集者" in html(answer)
    assert not desk.sees("outsider", case)
    desk.client("second").post(f"{ledger}reopen/")
    assert desk.sees("outsider", case)
    assert desk.client("second").post(f"{ledger}reopen/").status_code == 409


def test_a_case_from_a_file_says_whose_matter_consents_are(world):
    case, client = make_case(world, "imported", {"summary": "public"}), Client()
    client.force_login(world.people["editor"])
    assert "ファイルから取り込まれた" in html(client.get(f"/cases/{case.pk}/consents/"))


# --- The participants' side ---------------------------------------------------------------------


@pytest.fixture
def asked(desk):
    case = desk.submitted()
    [consent] = actions.ask_approvals(case, digest=desk.digest(case), by=desk["editor"])
    return consent


def test_the_exact_text_is_read_and_agreed_to(desk, asked):
    listed = html(get(desk, "partner_editor", "/approvals/"))
    assert f"/approvals/{asked.pk}/" in listed
    page = html(get(desk, "partner_editor", f"/approvals/{asked.pk}/"))
    for kind, text in SECTIONS.items():
        assert (text.split("\n")[0] in page) == (kind != "identity")
    assert "受注の見える化" in page
    sent = {"answer": "yes", "digest": asked.digest, "scope": "network", "until": day(90).isoformat()}
    done = desk.client("partner_editor").post(f"/approvals/{asked.pk}/answer/", sent, follow=True)
    assert "同意しました" in html(done)
    asked.refresh_from_db()
    assert (asked.state, asked.scope, asked.until) == ("given", "network", day(90))


def test_the_clients_name_is_shown_where_it_is_planned_for_the_party(desk):
    named = dict.fromkeys(SECTIONS, NETWORK)
    source = {"source_title": "社内の記録", "source_url": "https://example.jp/s"}
    for audience, seen in ((named, True), ({}, False), ({"identity": Planned(("team",))}, True)):
        case = desk.begun(audience=audience, **source)
        [consent] = actions.ask_approvals(case, digest=desk.digest(case), by=desk["editor"])
        page = html(get(desk, "partner_editor", f"/approvals/{consent.pk}/"))
        assert ("名前は控えにだけ残します" in page) == seen
        assert ("社内の記録" in page) == seen


@pytest.mark.parametrize("name", ["partner", "editor", "colleague", "outsider", "stranger"])
def test_for_everybody_else_there_is_no_such_page(desk, asked, name):
    client = desk.client(name)
    assert client.get(f"/approvals/{asked.pk}/").status_code == 404
    for verb in ("answer", "withdraw"):
        assert client.post(f"/approvals/{asked.pk}/{verb}/", {"answer": "yes"}).status_code == 404
    assert f"/approvals/{asked.pk}/" not in html(client.get("/approvals/"))
    assert "求められている同意はありません" in html(client.get("/approvals/"))


def test_a_text_that_changed_is_not_shown_and_not_agreed_to(desk, asked):
    actions.save_draft(asked.case, changes={"title": "秘密の新しい題名"}, expected=None, by=desk["editor"])
    page = html(get(desk, "partner_editor", f"/approvals/{asked.pk}/"))
    assert "そのあと書き直されました" in page
    assert "秘密の新しい題名" not in page
    assert "紙の注文" not in page
    sent = {"answer": "yes", "digest": asked.digest, "scope": "network"}
    assert desk.client("partner_editor").post(f"/approvals/{asked.pk}/answer/", sent).status_code == 409
    asked.refresh_from_db()
    assert asked.state == "asked"


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"answer": "no", "reason": " "}, "辞退する理由を書いてください"),
        ({"answer": "yes", "scope": ""}, "どこまで公開してよいか"),
        ({"answer": "yes", "scope": "network", "until": day(-1).isoformat()}, "今日以降の日付"),
        ({"answer": "perhaps"}, ""),
        ({"answer": "no", "reason": "字" * 1001}, "1000"),
        ({"answer": "no", "reason": "\u202e"}, "使えない文字"),
        ({"answer": "no", "reason": "\0"}, ""),
    ],
)
def test_an_answer_that_is_none_comes_back(desk, asked, sent, said):
    answer = desk.client("partner_editor").post(f"/approvals/{asked.pk}/answer/", {"digest": asked.digest} | sent)
    assert answer.status_code == 422
    assert said in html(answer)
    asked.refresh_from_db()
    assert asked.state == "asked"


def test_who_declines_says_why_and_the_owner_reads_it(desk, asked):
    sent = {"answer": "no", "digest": asked.digest, "reason": "数字の単位が違います"}
    desk.client("partner_editor").post(f"/approvals/{asked.pk}/answer/", sent)
    page = html(get(desk, "editor", f"/cases/{asked.case_id}/consents/"))
    assert "数字の単位が違います" in page
    assert "辞退" in page
    told = html(get(desk, "editor", "/notices/"))
    assert f"{desk.partner.name}が、「受注の見える化」の本文への同意を辞退しました" in told


def test_what_a_party_took_back_or_anybody_else_did_it_reads_no_more(desk):
    case = desk.published()
    word = case.consents.get(organization=desk.partner)
    where = f"/approvals/{word.pk}/"
    assert "紙の注文" in html(get(desk, "partner_editor", where))
    actions.withdraw_consent(case.consents.get(organization=None), reason="x", by=desk["editor"])
    assert "紙の注文" not in html(get(desk, "partner_editor", where)), "the client took its word back"
    done = desk.client("partner_editor").post(f"{where}withdraw/", {"reason": "方針"}, follow=True)
    assert "同意を撤回しました" in html(done)
    assert desk.client("partner_editor").post(f"{where}withdraw/", {"reason": "方針"}).status_code == 409
    assert desk.client("partner_editor").post(f"{where}withdraw/", {"reason": ""}).status_code == 422


def test_a_draft_of_a_closed_case_shows_its_text_to_nobody_who_was_not_asked_about_it(desk):
    case = desk.published()
    word = case.consents.get(organization=desk.partner)
    actions.begin_revision(case, by=desk["editor"])
    Case.objects.update(state=CaseState.TAKEN_DOWN)
    assert "紙の注文" not in html(get(desk, "partner_editor", f"/approvals/{word.pk}/"))


def test_reading_a_text_that_is_not_for_everybody_is_logged(desk):
    case = desk.published(audience={"summary": NETWORK})
    word = case.consents.get(organization=desk.partner)
    before = LogEntry.objects.count()
    get(desk, "partner_editor", f"/approvals/{word.pk}/")
    entry = LogEntry.objects.last()
    assert LogEntry.objects.count() == before + 1
    assert (entry.reader, "同意の依頼" in entry.why) == (desk["partner_editor"].pk, True)


def test_the_list_costs_the_same_for_one_and_for_three(desk):
    def queries():
        get(desk, "partner_editor", "/approvals/")
        with CaptureQueriesContext(connection) as spent:
            assert get(desk, "partner_editor", "/approvals/").status_code == 200
        return len(spent)

    desk.published()
    one = queries()
    desk.published()
    desk.published()
    assert queries() == one


@pytest.mark.parametrize("number", ["0", "999999999", "9" * 18])
def test_what_is_not_there_is_not_found(desk, number):
    assert get(desk, "partner_editor", f"/approvals/{number}/").status_code == 404
    assert get(desk, "partner_editor", "/approvals/?page=1000000000").status_code == 404


# --- In time ------------------------------------------------------------------------------------


def lapses():
    return Notice.objects.filter(facts__what="lapses")


@pytest.mark.parametrize(("left", "told"), [(-1, 0), (0, 2), (29, 2), (30, 0)])
def test_editors_are_reminded_once_of_what_ends_within_thirty_days(desk, left, told):
    case = desk.published()
    case.consents.filter(organization=None).update(until=day(left))
    for _time in range(2):
        remind_of_lapsing(timezone.localdate())
    assert lapses().count() == told
    assert {notice.user for notice in lapses()} <= {desk["editor"], desk["second"]}


def test_the_reminder_says_whose_word_ends_and_when(desk):
    case = desk.published()
    case.consents.filter(organization=desk.partner).update(until=day(3))
    catch_up()
    page = html(get(desk, "editor", "/notices/"))
    assert re.search(rf"「受注の見える化」への{desk.partner.name}の同意は、\d{{4}}年\d+月\d+日までです", page)
    where = desk.client("editor").post(f"/notices/{lapses().filter(user=desk['editor']).get().pk}/read/", {"go": "1"})
    assert where["Location"] == f"/cases/{case.pk}/consents/"
    assert "まもなく期限" in html(get(desk, "editor", f"/cases/{case.pk}/consents/"))
    assert "同意の期限" in html(get(desk, "editor", f"/cases/{case.pk}/"))


def test_what_is_withdrawn_or_rests_on_another_word_is_not_reminded_of(desk):
    case = desk.published()
    case.consents.update(until=day(3))
    case.consents.filter(organization=None).update(binding=False)
    Consent.objects.filter(organization=desk.partner).update(withdrawn_at=timezone.now())
    remind_of_lapsing(timezone.localdate())
    assert not lapses().exists()
