"""The pages of a case's life, with scripts and without."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from casebook import actions
from casebook.models import Answer, Bookmark, Grant, Helpful, Insight, Question, Reuse
from network.actions.base import ConflictError
from tests.casebook.life_cast import address, case_for, client_of

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def page(world, reader, name, *arguments, **query):
    answer = client_of(world, reader).get(address(name, *arguments), query)
    assert answer.status_code == 200
    return answer.content.decode()


def send(world, reader, name, *arguments, htmx=False, **body):
    return client_of(world, reader).post(address(name, *arguments), body, headers=HTMX if htmx else None)


@pytest.fixture
def case(world):
    return world.cases["network"]


class TestBlock:
    def test_it_stands_on_the_case_s_page(self, world, case):
        shown = page(world, "partner", "case", case.pk)
        for words in ("役に立った", "しおり", "質問する", "気づきを書く", "この事例を使った", "関連する事例"):
            assert words in shown

    def test_somebody_signed_out_is_shown_the_door_and_no_forms(self, world):
        shown = page(world, "anonymous", "case", world.cases["public"].pk)
        assert "サインインすると" in shown
        assert "関連する事例" in shown
        for words in ("質問する", "気づきを書く", "この事例を使った", 'name="on"'):
            assert words not in shown

    def test_the_owner_is_not_asked_to_praise_or_to_question_itself(self, world, case):
        shown = page(world, "editor", "case", case.pk)
        assert address("helpful", case.pk) not in shown
        assert "質問する" not in shown
        assert "しおり" in shown

    def test_somebody_outside_the_network_writes_no_notes(self, world):
        shown = page(world, "stranger", "case", world.cases["public"].pk)
        assert "質問する" in shown
        assert "気づきを書く" not in shown
        assert "この事例を使った" not in shown

    def test_only_sections_that_one_may_read_can_be_chosen(self, world):
        shown = page(world, "outsider", "case", world.cases["mixed"].pk)
        assert '<option value="lessons">' in shown
        for kind in ("team", "result", "background", "identity"):
            assert f'<option value="{kind}">' not in shown

    def test_it_says_why_a_case_is_related(self, world, case):
        assert "同じ支援領域" in page(world, "partner", "case", case.pk)

    def test_much_is_cut_and_the_rest_stands_on_a_page_of_its_own(self, world, case):
        for number in range(7):
            actions.note_insight(by=world.people["partner"], text=f"気づき{number}番", key="network", case=case)
        shown = page(world, "partner", "case", case.pk)
        assert "気づき6番" in shown
        assert "気づき0番" not in shown
        assert "すべて見る" in shown
        whole = page(world, "partner", "life", case.pk)
        assert "気づき0番" in whole
        assert "すべて見る" not in whole

    def test_the_page_costs_the_same_for_one_of_each_and_for_three(self, world, case, django_assert_num_queries):
        client = client_of(world, "partner")
        Question.objects.all().delete()
        Insight.objects.all().delete()

        def happen():
            asked = actions.ask_question(case, text="いつですか", by=world.people["outsider"])
            actions.answer_question(asked, text="春です", by=world.people["colleague"])
            actions.note_insight(by=world.people["partner"], text="棚から", key="network", case=case)
            partner = world.organizations["partner"]
            actions.reuse(case, organization=partner, text="研修に", by=world.people["partner"])

        happen()
        client.get(address("life", case.pk))
        with CaptureQueriesContext(connection) as one:
            client.get(address("life", case.pk))
        happen()
        happen()
        with django_assert_num_queries(len(one)):
            client.get(address("life", case.pk))


class TestWithoutScripts:
    def test_marks_are_set_and_taken_back(self, world, case):
        for name, model in (("bookmark", Bookmark), ("helpful", Helpful)):
            for on, there in (("1", True), ("1", True), ("0", False)):
                answer = send(world, "outsider", name, case.pk, on=on)
                assert answer.status_code == 302
                assert answer["Location"] == f"{address('case', case.pk)}#life"
                assert model.objects.filter(user=world.people["outsider"], case=case).exists() is there

    def test_from_the_list_of_bookmarks_one_stays_there(self, world, case):
        answer = send(world, "partner", "bookmark", case.pk, on="0", back="bookmarks")
        assert answer["Location"] == address("bookmarks")

    def test_a_place_to_go_back_to_is_one_of_ours(self, world, case):
        answer = send(world, "partner", "bookmark", case.pk, on="0", back="https://example.com/")
        assert answer["Location"].startswith(address("case", case.pk))

    def test_a_refused_text_stands_there_again_with_what_to_do(self, world, case):
        for name, body, field in (
            ("ask", {"text": "あ" * 1001, "section": ""}, "1000"),
            ("note", {"text": "あ" * 601, "key": "network"}, "600"),
            ("reuse", {"text": "あ" * 301, "organization": world.organizations["elsewhere"].pk}, "300"),
        ):
            answer = send(world, "outsider", name, case.pk, **body)
            shown = answer.content.decode()
            assert answer.status_code == 422
            assert "errorlist" in shown
            assert field in shown
            assert body["text"] in shown

    def test_a_choice_that_is_not_offered_is_refused(self, world, case):
        assert send(world, "outsider", "note", case.pk, text="棚", key="public").status_code == 422
        assert send(world, "outsider", "ask", world.cases["mixed"].pk, text="棚", section="team").status_code == 422
        owner = world.organizations["owner"].pk
        assert send(world, "outsider", "reuse", case.pk, text="棚", organization=owner).status_code == 422

    def test_a_whole_conversation(self, world, case):
        send(world, "facilitator", "ask", case.pk, text="何か月かかりましたか", section="summary")
        asked = Question.objects.get(text="何か月かかりましたか")
        assert "何か月かかりましたか" in page(world, "editor", "questions")
        assert "何か月かかりましたか" not in page(world, "outsider", "case", case.pk)
        answer = send(world, "editor", "answer", asked.pk, text="三か月です", back="questions")
        assert answer["Location"] == address("questions")
        assert "三か月です" in page(world, "facilitator", "questions")
        assert send(world, "editor", "open_question", asked.pk).status_code == 302
        shown = page(world, "outsider", "case", case.pk)
        assert "三か月です" in shown
        assert "静岡県さん" not in shown
        assert "facilitatorさん" not in shown
        assert "読者からの質問" in shown
        assert send(world, "editor", "close_question", asked.pk).status_code == 302
        assert "三か月です" not in page(world, "outsider", "case", case.pk)

    def test_an_empty_answer_is_refused_at_its_place(self, world):
        waiting = world.questions["waiting"]
        answer = send(world, "editor", "answer", waiting.pk, text=" ")
        assert answer.status_code == 422
        assert f'id="answer-{waiting.pk}-error"' in answer.content.decode()
        assert not Answer.objects.filter(question=waiting).exists()

    def test_what_came_too_late_is_said(self, world):
        answered = world.questions["answered"]
        answer = send(world, "outsider", "withdraw_question", answered.pk)
        assert answer.status_code == 409
        assert "先に回答がありました" in answer.content.decode()
        refused = send(world, "editor", "open_question", world.questions["waiting"].pk)
        assert refused.status_code == 422
        assert "先に回答してください" in refused.content.decode()

    def test_an_answer_to_what_was_taken_back_meanwhile(self, world, monkeypatch):
        waiting = world.questions["waiting"]

        def too_late(*_question, **_said):
            raise ConflictError(None)

        monkeypatch.setattr("casebook.actions.answer_question", too_late)
        answer = send(world, "editor", "answer", waiting.pk, text="三か月です")
        assert answer.status_code == 409
        assert "取り下げられたか" in answer.content.decode()

    def test_a_use_is_written_down_and_struck_out(self, world, case):
        elsewhere = world.organizations["elsewhere"].pk
        send(world, "outsider", "reuse", case.pk, text="研修の題材に", organization=elsewhere)
        used = Reuse.objects.get(text="研修の題材に")
        assert "研修の題材に" in page(world, "editor", "case", case.pk)
        assert "研修の題材に" not in page(world, "partner", "case", case.pk)
        assert send(world, "outsider", "take_back_reuse", used.pk).status_code == 302
        assert not Reuse.objects.filter(pk=used.pk).exists()


class TestWithScripts:
    def test_the_block_comes_back_in_place(self, world, case):
        answer = send(world, "outsider", "bookmark", case.pk, on="1", htmx=True)
        shown = answer.content.decode()
        assert answer.status_code == 200
        assert "<html" not in shown
        assert 'id="life"' in shown
        assert "しおりを付けました" in shown
        assert "HX-Request" in answer["Vary"]

    def test_a_refused_text_too(self, world, case):
        answer = send(world, "outsider", "ask", case.pk, text="", section="", htmx=True)
        shown = answer.content.decode()
        assert answer.status_code == 422
        assert "<html" not in shown
        assert "errorlist" in shown
        assert 'class="write no-print" open' in shown

    def test_a_note_of_somebody_else_needs_a_reason(self, world, case):
        note = actions.note_insight(by=world.people["outsider"], text="宣伝", key="network", case=case)
        answer = send(world, "steward", "remove_insight", note.pk, htmx=True)
        assert answer.status_code == 422
        assert "外す理由を入力してください" in answer.content.decode()
        assert send(world, "steward", "remove_insight", note.pk, reason="宣伝です", htmx=True).status_code == 200
        assert Insight.objects.get(pk=note.pk).removed_at


class TestLists:
    def test_bookmarks_leave_out_what_is_closed(self, world):
        shown = page(world, "partner", "bookmarks")
        assert "zqnetworktitleqz" in shown
        assert "zqwithdrawntitleqz" not in shown
        assert "zqarchivedtitleqz" not in shown
        Grant.objects.filter(section__case=world.cases["network"]).delete()
        assert "しおりはまだありません" in page(world, "partner", "bookmarks")

    def test_notes_by_whom_they_are_for(self, world):
        lab = f"lab:{world.labs['shizuoka'].pk}"
        assert "zqinsightlabqz" in page(world, "facilitator", "insights")
        only = page(world, "facilitator", "insights", **{"for": lab})
        assert "zqinsightlabqz" in only
        assert "zqinsightnetworkqz" not in only
        mine = page(world, "outsider", "insights", **{"for": "mine"})
        assert "zqinsightnetworkqz" in mine
        assert "zqinsightsectionqz" not in mine

    def test_asking_for_an_audience_that_is_not_one_s_own_shows_all_one_may_read(self, world):
        shown = page(world, "other_facilitator", "insights", **{"for": f"lab:{world.labs['shizuoka'].pk}"})
        assert "zqinsightlabqz" not in shown
        assert "zqinsightnetworkqz" in shown

    def test_a_free_note(self, world):
        answer = send(world, "partner", "insights", text="声をかける順番が大事", key="network")
        assert answer.status_code == 302
        made = Insight.objects.get(text="声をかける順番が大事")
        assert made.case is None
        assert made.organization == world.organizations["partner"]
        assert "声をかける順番が大事" in page(world, "outsider", "insights")

    def test_for_one_s_organization_in_its_name(self, world):
        key = f"org:{world.organizations['owner'].pk}"
        send(world, "colleague", "insights", text="内側のこと", key=key)
        assert Insight.objects.get(text="内側のこと").organization == world.organizations["owner"]
        assert "内側のこと" not in page(world, "partner", "insights")

    def test_a_refused_note_stands_there_again(self, world):
        answer = send(world, "partner", "insights", text="よ" * 601, key="network")
        assert answer.status_code == 422
        assert "よ" * 601 in answer.content.decode()

    def test_a_note_taken_away_is_explained_to_its_author(self, world):
        note = world.insights["network"]
        answer = send(world, "steward", "remove_insight", note.pk, back="insights")
        assert answer.status_code == 422
        assert f'id="why-{note.pk}-error"' in answer.content.decode()
        assert (
            send(world, "steward", "remove_insight", note.pk, reason="宣伝のため", back="insights").status_code == 302
        )
        assert "宣伝のため" in page(world, "outsider", "insights", **{"for": "mine"})
        assert "宣伝のため" not in page(world, "partner", "insights", **{"for": "mine"})

    def test_pages(self, world):
        for number in range(25):
            actions.note_insight(by=world.people["partner"], text=f"メモ{number:02}番", key="network")
        assert "メモ24番" in page(world, "outsider", "insights")
        assert "メモ00番" in page(world, "outsider", "insights", page="2")
        client = client_of(world, "outsider")
        for bad in ("0", "99", "x", "9" * 40, "\0"):
            assert client.get(address("insights"), {"page": bad}).status_code == 404

    @pytest.mark.parametrize("name", ["bookmarks", "insights", "questions"])
    def test_an_empty_list_says_what_to_do(self, world, name):
        for model in (Bookmark, Insight, Question):
            model.objects.all().delete()
        assert "まだ" in page(world, "stranger", name)

    @pytest.mark.parametrize("name", ["bookmarks", "insights", "questions"])
    def test_a_list_costs_the_same_for_one_and_for_three(self, world, name, django_assert_num_queries):
        Question.objects.all().delete()
        Insight.objects.all().delete()
        Bookmark.objects.all().delete()
        cases = [case_for(world, f"倉庫{number}", {"summary": ["network"]}) for number in range(3)]
        partner, outsider = world.people["partner"], world.people["outsider"]

        def happen(case):
            actions.bookmark(case, by=partner)
            actions.note_insight(by=partner, text="棚から", key="network", case=case)
            actions.ask_question(case, text="いつですか", by=partner)

        happen(cases[0])
        client = client_of(world, "partner")
        client.get(address(name))
        with CaptureQueriesContext(connection) as one:
            client.get(address(name))
        for case in cases[1:]:
            happen(case)
        with django_assert_num_queries(len(one)):
            client.get(address(name))
        assert outsider not in {mark.user for mark in Bookmark.objects.all()}

    def test_the_menu_leads_there(self, world):
        shown = client_of(world, "partner").get(reverse("home")).content.decode()
        for name in ("bookmarks", "insights", "questions"):
            assert f'href="{address(name)}"' in shown


class TestPicking:
    def test_a_fragment_of_what_one_may_see(self, world):
        case_for(world, "冷蔵倉庫の入出荷", {"summary": ["public"]})
        case_for(world, "冷蔵倉庫の秘密", {"summary": []})
        shown = page(world, "stranger", "pick_case", related_q="冷蔵倉庫")
        assert "冷蔵倉庫の入出荷" in shown
        assert "秘密" not in shown
        assert 'name="related"' in shown
        assert "見つかりません" in page(world, "stranger", "pick_case", related_q="秘密")

    @pytest.mark.parametrize("query", ["name=%00&related_q=x", "related_q=%00", "without=%00&related_q=a",
                                       f"without={'9' * 40}&related_q=a", f"related_q={'x' * 5000}"])  # fmt: skip
    def test_odd_questions_find_nothing(self, world, query):
        assert client_of(world, "editor").get(f"{address('pick_case')}?{query}").status_code == 200
