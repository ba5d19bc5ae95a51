"""The pages of asking: the block on the case, the form, both sides of a request, the lists."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.formats import date_format

from casebook import actions
from casebook.forms.terms import months_after
from casebook.models import AccessRequest, Case, Grant, Section
from casebook.vocabulary import RequestState, SectionKind
from network.models import Membership

pytestmark = pytest.mark.django_db
MORE = "この事例には、ほかにも書かれていることがあります"


@pytest.fixture(autouse=True)
def _nobody_asked_yet(world):
    AccessRequest.objects.all().delete()


def client(world, reader) -> Client:
    made = Client()
    if reader != "anonymous":
        made.force_login(world.people[reader])
    return made


def page(world, reader, address, status=200) -> str:
    response = client(world, reader).get(address)
    assert response.status_code == status
    return response.content.decode()


def asked(world, reader="outsider", case="mixed") -> AccessRequest:
    return actions.request_access(world.cases[case], purpose="お客様への説明", by=world.people[reader])


def granted(world, reader="outsider", case="mixed", kinds=("background",), days=30, **more) -> AccessRequest:
    until = timezone.localdate() + timedelta(days=days)
    request = asked(world, reader, case)
    return actions.grant_access(request, kinds=kinds, until=until, by=world.people["editor"], **more)


def case_page(world, case="mixed") -> str:
    return f"/cases/{world.cases[case].pk}/"


def block(html: str) -> str:
    """The part of the case's page that speaks of asking, without what changes from request to request."""
    found = html.partition('id="asking"')[2].partition("</section>")[0]
    return re.sub(r'value="\w{64}"', "", found)


# --- The block on the case ----------------------------------------------------------------------


def test_who_reads_part_of_a_case_sees_that_there_is_more_whom_to_ask_and_the_form(world):
    Case.objects.filter(pk=world.cases["mixed"].pk).update(contact="地域支援課 053-000-0000")
    found = block(page(world, "outsider", case_page(world)))
    assert all(
        said in found for said in (MORE, "架空 浜名信用金庫", "地域支援課 053-000-0000", "閲覧を申請する", "必須")
    )


def test_who_is_not_signed_in_is_shown_the_way_there(world):
    found = block(page(world, "anonymous", case_page(world)))
    assert MORE in found
    assert "サインインして申請する" in found
    assert "<form" not in found


@pytest.mark.parametrize(("reader", "case"), [("editor", "mixed"), ("colleague", "mixed"), ("outsider", "public")])
def test_members_and_who_reads_all_see_nothing_of_it(world, reader, case):
    assert block(page(world, reader, case_page(world, case))) == ""


def test_one_hidden_section_and_three_look_the_same(world):
    """Neither the page, nor the form, nor an answer tells how much there is or of what kind."""
    case = world.cases["network"]
    closed = []
    for kinds in (["identity"], ["lessons", "team", "result"]):
        Grant.objects.filter(section__case=case).delete()
        for section in Section.objects.filter(case=case).exclude(kind__in=kinds):
            Grant.objects.create(section=section, key="network")
        browser = client(world, "outsider")
        shown = [block(browser.get(case_page(world, "network")).content.decode())]
        address = f"/cases/{case.pk}/request/"
        for response in (
            browser.get(address),
            browser.post(address, {"purpose": ""}),
            browser.post(address, {"purpose": "学ぶため"}),
            browser.post(address, {"purpose": "学ぶため"}),
        ):
            shown += [str(response.status_code), re.sub(r'"\w{64}"|value="\w{64}"', "", response.content.decode())]
        request = AccessRequest.objects.get()
        own = f"/case-requests/{request.pk}/"
        shown.append(browser.get(own).content.decode())
        request.delete()
        closed.append([re.sub(r"[A-Za-z0-9]{64}", "", text).replace(own, "/ID/") for text in shown])
        assert not any(str(SectionKind(kind).label) in text for kind in kinds for text in shown)
    assert closed[0] == closed[1]


def test_the_state_of_ones_own_request_takes_the_place_of_the_form(world):
    request = asked(world)
    found = block(page(world, "outsider", case_page(world)))
    assert "回答待ち" in found
    assert "<form" not in found
    assert f"/case-requests/{request.pk}/" in found
    assert "<form" in block(page(world, "partner", case_page(world)))


def test_granted_sections_stand_on_the_page_with_the_term_in_the_block(world):
    until = granted(world, kinds=["background"]).until
    html = page(world, "outsider", case_page(world))
    assert 'id="background"' in html
    assert date_format(until, "DATE_FORMAT") in block(html)
    assert "<form" in block(html)  # there is more still


def test_where_everything_was_granted_the_term_is_still_told(world):
    granted(world, kinds=SectionKind.values)
    found = block(page(world, "outsider", case_page(world)))
    assert "まで読めます" in found
    assert MORE not in found


def test_a_declined_or_expired_request_lets_ask_again(world):
    actions.decline_access(asked(world), reason="いまは、できません。", by=world.people["editor"])
    assert "見送りの回答" in block(page(world, "outsider", case_page(world)))
    request = granted(world)
    yesterday = timezone.localdate() - timedelta(days=1)
    AccessRequest.objects.filter(pk=request.pk).update(until=yesterday)
    Grant.objects.filter(key=request.key).update(until=yesterday)
    found = block(page(world, "outsider", case_page(world)))
    assert "もう一度申請できます" in found
    assert "<form" in found


# --- The form -----------------------------------------------------------------------------------


def ask(world, reader, case="mixed", **typed):
    return client(world, reader).post(f"/cases/{world.cases[case].pk}/request/", typed, follow=True)


def test_asking_comes_back_to_the_case(world):
    response = ask(world, "outsider", purpose="お客様への説明")
    assert response.redirect_chain == [(case_page(world), 302)]
    assert "申請を送りました" in response.content.decode()
    assert AccessRequest.objects.get().purpose == "お客様への説明"


@pytest.mark.parametrize("purpose", ["", "\u200b", "a\u202eb", "あ" * 1001])
def test_what_cannot_be_taken_is_named_and_stays_typed(world, purpose):
    response = ask(world, "outsider", purpose=purpose)
    assert response.status_code == 422
    html = response.content.decode()
    assert 'class="errorlist"' in html
    assert purpose in html
    assert not AccessRequest.objects.exists()


def test_a_second_request_and_one_for_nothing_are_conflicts(world):
    ask(world, "outsider", purpose="一度目")
    again = ask(world, "outsider", purpose="二度目")
    assert again.status_code == 409
    assert "すでに申請しています" in again.content.decode()
    nothing = ask(world, "outsider", "public", purpose="全部読めます")
    assert nothing.status_code == 409
    assert "すべてお読みいただけます" in nothing.content.decode()


@pytest.mark.parametrize(("reader", "case", "status"), [("editor", "mixed", 403), ("outsider", "draft", 404)])
def test_who_has_no_business_here_is_refused(world, reader, case, status):
    assert ask(world, reader, case, purpose="学ぶため").status_code == status
    page(world, reader, f"/cases/{world.cases[case].pk}/request/", status)


# --- One request --------------------------------------------------------------------------------


def test_who_asked_and_the_owners_members_see_different_pages(world):
    request = granted(world, kinds=["background", "team"], answer="社内でお使いください。")
    address = f"/case-requests/{request.pk}/"
    inside, own = page(world, "colleague", address), page(world, "outsider", address)
    assert "背景・課題" in inside
    assert "outsider" in inside
    assert not any(name in own for name in ("背景・課題", "支援体制"))
    assert all("社内でお使いください。" in html for html in (inside, own))
    assert "editor" not in own
    for other in ("partner", "steward", "facilitator"):
        page(world, other, address, 404)


def test_only_editors_get_the_answers_forms(world):
    request = asked(world)
    address = f"/case-requests/{request.pk}/"
    forms = [f"{address}{verb}/" for verb in ("grant", "decline")]
    assert all(form in page(world, "editor", address) for form in forms)
    assert not any(form in page(world, "colleague", address) for form in forms)
    assert "機関の編集者が行います" in page(world, "colleague", address)


def test_the_grant_form_offers_every_section_and_says_which_the_person_reads(world):
    html = page(world, "editor", f"/case-requests/{asked(world).pk}/")
    for kind in SectionKind:
        assert f'value="{kind}"' in html
    assert "概要（すでに読めます）" in html
    assert "背景・課題（すでに読めます）" not in html


def post(world, reader, request, verb, **typed):
    return client(world, reader).post(f"/case-requests/{request.pk}/{verb}/", typed)


@pytest.mark.parametrize(("term", "months"), [("1", 1), ("3", 3), ("12", 12)])
def test_a_usual_term_is_one_click(world, term, months):
    request = asked(world)
    response = post(world, "editor", request, "grant", kinds=["background"], term=term)
    assert response.status_code == 302
    assert AccessRequest.objects.get().until == months_after(timezone.localdate(), months)


def test_a_day_may_be_chosen(world):
    request, day = asked(world), timezone.localdate() + timedelta(days=5)
    post(world, "editor", request, "grant", kinds=["background", "team"], term="day", until=day.isoformat())
    found = AccessRequest.objects.get()
    assert (found.until, found.kinds) == (day, ["background", "team"])


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"term": "1"}, "読めるようにする節を、1つ以上選んでください"),
        ({"kinds": ["background"], "term": "day"}, "期限の日を入力してください"),
        ({"kinds": ["background"], "term": "day", "until": "2000-01-01"}, "今日以降の日付"),
        ({"kinds": ["background"], "term": "day", "until": "2999-01-01"}, "1年以内"),
        ({"kinds": ["background"], "term": "day", "until": "あした"}, "errorlist"),
        ({"kinds": ["background"], "term": "99"}, "errorlist"),
        ({"kinds": ["nothing"], "term": "1"}, "errorlist"),
    ],
)
def test_an_answer_that_cannot_stand_says_why_and_keeps_what_was_typed(world, typed, said):
    request = asked(world)
    response = post(world, "editor", request, "grant", answer="ご活用ください", **typed)
    assert response.status_code == 422
    assert said in response.content.decode()
    assert "ご活用ください" in response.content.decode()
    assert AccessRequest.objects.get().is_open


def test_a_refusal_without_a_reason_is_asked_for_it(world):
    request = asked(world)
    response = post(world, "editor", request, "decline", answer=" ")
    assert response.status_code == 422
    assert "見送る理由を入力してください" in response.content.decode()
    assert post(world, "editor", request, "decline", answer="できません").status_code == 302
    assert AccessRequest.objects.get().state == RequestState.DECLINED


@pytest.mark.parametrize("verb", ["grant", "decline", "withdraw"])
def test_the_second_is_told_with_409(world, verb):
    request = asked(world)
    actions.decline_access(request, reason="できません", by=world.people["editor"])
    reader = "outsider" if verb == "withdraw" else "editor"
    response = post(world, reader, request, verb, kinds=["background"], term="1", answer="どうぞ")
    assert response.status_code == 409
    assert 'role="alert"' in response.content.decode()


def test_taking_back_twice_is_told(world):
    request = granted(world)
    assert post(world, "editor", request, "revoke").status_code == 302
    assert post(world, "editor", request, "revoke").status_code == 409


def test_the_owner_is_warned_where_who_asked_may_not_see_the_case_any_more(world):
    Section.objects.get(case=world.cases["network"], kind="team").grants.all().delete()
    request = asked(world, "outsider", "network")
    Membership.objects.filter(user=world.people["outsider"]).delete()
    html = page(world, "editor", f"/case-requests/{request.pk}/")
    assert "承認はできません" in html
    assert f"/case-requests/{request.pk}/grant/" not in html


# --- The lists ----------------------------------------------------------------------------------


def owners(world) -> str:
    return f"/organizations/{world.organizations['owner'].pk}/case-requests/"


def test_the_owners_list_has_what_waits_first_and_everything_that_was_answered(world):
    granted(world, "outsider", answer="どうぞ")
    actions.decline_access(asked(world, "stranger"), reason="ことわり", by=world.people["editor"])
    asked(world, "partner")
    html = page(world, "colleague", owners(world))
    chips = re.findall(r'<span class="chip[^"]*">(回答待ち|承認|見送り)</span>', html)
    assert chips[0] == "回答待ち"
    assert sorted(chips) == sorted(["回答待ち", "承認", "見送り"])
    assert all(said in html for said in ("背景・課題", "どうぞ", "ことわり", "お客様への説明"))


def test_only_editors_take_back_and_only_what_holds(world):
    request = granted(world)
    address = f"/case-requests/{request.pk}/revoke/"
    assert address in page(world, "editor", owners(world))
    assert address not in page(world, "colleague", owners(world))
    AccessRequest.objects.update(until=timezone.localdate() - timedelta(days=1))
    assert address not in page(world, "editor", owners(world))
    assert "期限切れ" in page(world, "editor", owners(world))


def test_the_list_says_where_a_file_closed_what_was_granted(world):
    request = granted(world)
    said = "いま何も読めません"
    assert said not in page(world, "editor", owners(world))
    Grant.objects.filter(section__case=request.case, key=request.key).delete()  # as an import does
    assert said in page(world, "editor", owners(world))


@pytest.mark.parametrize("reader", ["outsider", "partner", "steward", "facilitator", "former"])
def test_the_owners_list_is_for_its_members(world, reader):
    page(world, reader, owners(world), 404)


def test_ones_own_list_has_terms_and_says_what_ends_soon(world):
    granted(world, days=3, kinds=["background"])
    html = page(world, "outsider", "/case-requests/")
    assert world.cases["mixed"].title in html
    assert "まもなく期限" in html
    assert "背景・課題" not in html
    AccessRequest.objects.update(until=timezone.localdate() + timedelta(days=60))
    assert "まもなく期限" not in page(world, "outsider", "/case-requests/")


def test_a_case_that_is_hidden_now_is_not_on_ones_list(world):
    asked(world)
    Case.objects.filter(pk=world.cases["mixed"].pk).update(state="archived")
    html = page(world, "outsider", "/case-requests/")
    assert world.cases["mixed"].title not in html
    assert "申請はありません" in html


@pytest.mark.parametrize("address", ["/case-requests/", "owner"])
def test_an_empty_list_says_what_to_do(world, address):
    html = page(world, "editor", owners(world) if address == "owner" else address)
    assert 'class="card empty"' in html


@pytest.mark.parametrize(("reader", "whose"), [("colleague", "owner"), ("outsider", "own")])
def test_lists_ask_the_same_number_of_queries_for_one_and_for_three(world, reader, whose):
    def queries() -> int:
        browser = client(world, reader)
        address = owners(world) if whose == "owner" else "/case-requests/"
        browser.get(address)
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert browser.get(address).status_code == 200
        return len(found)

    granted(world)
    one = queries()
    for case in ("public", "lastday"):
        Section.objects.get(case=world.cases[case], kind="team").grants.all().delete()
        granted(world, case=case, kinds=["team"])
    assert queries() == one
