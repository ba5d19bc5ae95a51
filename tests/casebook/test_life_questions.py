"""Questions: who asks, who answers, who reads them, and what nobody learns from them."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casebook import actions
from casebook.actions.questions import MOST_WAITING
from casebook.life import asked
from casebook.models import Answer, Grant, Question
from network.actions.base import ConflictError
from network.models import Membership, Notice
from tests.casebook.life_cast import case_for, told

pytestmark = pytest.mark.django_db


def ask(world, by="outsider", case="network", text="期間はどのくらいでしたか", section=""):
    return actions.ask_question(world.cases[case], text=text, section=section, by=world.people[by])


def answer(world, question, by="colleague", text="3か月です"):
    return actions.answer_question(question, text=text, by=world.people[by])


def readers_of(world, question):
    return {name for name, person in world.people.items() if question in Question.objects.visible_to(person)}


def shown(world, question, reader):
    (row,) = asked([question], world.people[reader])
    return row


class TestAsking:
    def test_the_owner_s_members_are_told_and_nobody_else(self, world):
        made = ask(world)
        receivers = set(Notice.objects.filter(key=f"case:question:{made.pk}").values_list("user__name", flat=True))
        assert receivers == {"colleague", "editor"}
        (sentence,) = [said for said in told(world.people["editor"]) if "質問が届きました" in said]
        assert world.cases["network"].title in sentence
        assert "期間" not in sentence

    def test_somebody_outside_the_network_asks_where_they_may_read(self, world):
        assert ask(world, by="stranger", case="public").on_behalf_of == ""
        with pytest.raises(PermissionDenied):
            ask(world, by="stranger", case="network")

    def test_in_whose_name_is_kept(self, world):
        assert ask(world, by="partner").on_behalf_of == "架空 天竜システム"
        assert ask(world, by="facilitator").on_behalf_of == "静岡県"

    def test_not_about_a_section_that_one_may_not_read(self, world):
        assert ask(world, case="mixed", section="lessons").section == "lessons"
        for section in ("result", "team", "background", "nothing"):
            with pytest.raises(PermissionDenied):
                ask(world, case="mixed", section=section)

    @pytest.mark.parametrize("person", ["colleague", "editor"])
    def test_not_of_oneself(self, world, person):
        with pytest.raises(PermissionDenied):
            ask(world, by=person)

    @pytest.mark.parametrize("text", ["", "  ", "\u200b", "a\0b", "a\u202eb", "x" * 1001])
    def test_bad_text_is_refused(self, world, text):
        with pytest.raises(ValidationError) as refused:
            ask(world, text=text)
        assert "text" in refused.value.message_dict

    def test_so_many_may_wait(self, world):
        for number in range(MOST_WAITING):
            Question.objects.create(case=world.cases["network"], by=world.people["partner"], text=str(number))
        with pytest.raises(ValidationError) as refused:
            ask(world, by="partner")
        assert "20件" in refused.value.message_dict["text"][0]
        answer(world, Question.objects.filter(by=world.people["partner"]).first())
        assert ask(world, by="partner")


class TestReading:
    def test_who_asked_the_owner_and_who_took_part(self, world):
        assert readers_of(world, ask(world, by="facilitator")) == {"facilitator", "partner", "colleague", "editor"}

    def test_a_section_s_question_stays_with_readers_of_that_section(self, world):
        made = ask(world, by="facilitator", case="mixed", section="result")
        assert readers_of(world, made) == {"facilitator", "partner", "colleague", "editor"}
        Grant.objects.filter(section__case=world.cases["mixed"], section__kind="result").delete()
        assert readers_of(world, made) == {"colleague", "editor"}

    def test_opened_all_who_read_that_text(self, world):
        made = ask(world, by="stranger", case="mixed", section="summary")
        answer(world, made)
        actions.open_question(made, by=world.people["editor"])
        assert readers_of(world, made) == set(world.people) - {"anonymous", "inactive"}
        actions.close_question(made, by=world.people["editor"])
        assert readers_of(world, made) == {"stranger", "partner", "colleague", "editor"}

    def test_two_participants_of_one_organization_do_not_double_it(self, world):
        made = ask(world)
        assert list(Question.objects.visible_to(world.people["partner"]).filter(pk=made.pk)) == [made]

    def test_who_asked_is_told_to_those_who_answer_only(self, world):
        opened = world.questions["opened"]
        assert "zqaskerqz" in shown(world, opened, "colleague").who
        assert "zqaskerqz" in shown(world, opened, "partner").who
        assert shown(world, opened, "facilitator").who == ""
        assert shown(world, opened, "outsider").is_own

    def test_an_address_is_never_somebody_s_name(self, world):
        outsider = world.people["outsider"]
        outsider.name = ""
        outsider.save()
        assert "@" not in shown(world, ask(world), "editor").who

    def test_which_organization_took_part_is_told_to_readers_of_the_team_only(self, world):
        """The answer of a participant would name it to somebody who may not read 支援体制."""
        opened = world.questions["opened"]
        assert shown(world, opened, "outsider").answers[0].who == "支援に加わった機関"
        assert shown(world, opened, "facilitator").answers[0].who == "支援に加わった機関"
        assert shown(world, opened, "editor").answers[0].who == "zqanswererqz"
        assert shown(world, opened, "partner").answers[0].who == "zqanswererqz"

    def test_a_list_costs_the_same_for_one_question_and_for_three(self, world, django_assert_num_queries):
        Question.objects.all().delete()
        reader = world.people["partner"]

        def listed():
            return asked(Question.objects.visible_to(reader), reader)

        answer(world, ask(world))
        with CaptureQueriesContext(connection) as one:
            assert len(listed()) == 1
        answer(world, ask(world, case="mixed"), by="partner")
        answer(world, ask(world, by="facilitator", case="mixed"))
        with django_assert_num_queries(len(one)):
            assert len(listed()) == 3


class TestAnswering:
    @pytest.mark.parametrize(
        ("person", "name", "by_owner"),
        [("colleague", "架空 浜名信用金庫", True), ("partner", "架空 天竜システム", False)],
    )
    def test_the_owner_and_who_took_part(self, world, person, name, by_owner):
        made = answer(world, ask(world), by=person)
        assert (made.on_behalf_of, made.by_owner) == (name, by_owner)
        assert made.question.state == "answered"

    @pytest.mark.parametrize("person", ["outsider", "facilitator", "steward", "stranger", "teammate", "former"])
    def test_nobody_else(self, world, person):
        made = ask(world)
        with pytest.raises(PermissionDenied):
            answer(world, made, by=person)
        assert not made.answers.exists()

    def test_a_participant_that_may_not_read_the_section_does_not_answer(self, world):
        made = ask(world, by="facilitator", case="mixed", section="result")
        assert answer(world, made, by="partner")
        Grant.objects.filter(section__case=world.cases["mixed"], section__kind="result").delete()
        with pytest.raises(PermissionDenied):
            answer(world, made, by="partner")

    def test_who_asked_is_told_without_a_name(self, world):
        answer(world, ask(world), by="partner")
        (sentence,) = [said for said in told(world.people["outsider"]) if "回答がありました" in said]
        assert "天竜" not in sentence

    def test_a_notice_says_nothing_of_a_case_that_is_closed_by_now(self, world):
        case = case_for(world, "秘密の題名", {"summary": ["network"]})
        made = actions.ask_question(case, text="いつですか", by=world.people["outsider"])
        answer(world, made)
        assert any("秘密の題名" in said for said in told(world.people["outsider"]))
        Grant.objects.filter(section__case=case).delete()
        assert not any("秘密の題名" in said for said in told(world.people["outsider"]))
        assert any("秘密の題名" in said for said in told(world.people["editor"]))
        Membership.objects.filter(user=world.people["editor"]).delete()
        assert not any("秘密の題名" in said for said in told(world.people["editor"]))

    def test_several_answers_stand_in_their_order(self, world):
        made = ask(world)
        answer(world, made, text="3か月です")
        answer(world, made, by="partner", text="準備を含めて半年です")
        assert [row.answer.text for row in shown(world, made, "outsider").answers] == [
            "3か月です",
            "準備を含めて半年です",
        ]

    def test_one_that_was_taken_back_is_not_answered(self, world):
        made = ask(world)
        stale = Question.objects.get(pk=made.pk)
        actions.withdraw_question(made, by=world.people["outsider"])
        with pytest.raises(ConflictError):
            answer(world, stale)
        assert not Answer.objects.filter(by=world.people["colleague"], text="3か月です").exists()

    @pytest.mark.parametrize("text", ["", "\u200b", "a\0b", "x" * 2001])
    def test_bad_text_is_refused(self, world, text):
        made = ask(world)
        with pytest.raises(ValidationError):
            answer(world, made, text=text)
        assert Question.objects.get(pk=made.pk).state == "asked"


class TestOpening:
    @pytest.mark.parametrize("person", ["colleague", "partner", "outsider", "steward"])
    def test_only_editors_of_the_owner(self, world, person):
        made = ask(world)
        answer(world, made)
        for verb in (actions.open_question, actions.close_question):
            with pytest.raises(PermissionDenied):
                verb(made, by=world.people[person])
        assert actions.open_question(made, by=world.people["editor"]).state == "open_to_all"

    def test_not_without_an_answer(self, world):
        with pytest.raises(ValidationError):
            actions.open_question(ask(world), by=world.people["editor"])

    def test_an_answer_more_does_not_close_it(self, world):
        opened = world.questions["opened"]
        answer(world, opened, by="colleague")
        assert Question.objects.get(pk=opened.pk).state == "open_to_all"


class TestTakingBack:
    def test_one_s_own_while_it_waits(self, world):
        made = ask(world)
        actions.withdraw_question(made, by=world.people["outsider"])
        assert not Question.objects.filter(pk=made.pk).exists()

    def test_not_somebody_else_s(self, world):
        made = ask(world)
        for person in ("editor", "partner", "steward"):
            with pytest.raises(PermissionDenied):
                actions.withdraw_question(made, by=world.people[person])

    def test_not_once_it_is_answered(self, world):
        made = ask(world)
        answer(world, made)
        with pytest.raises(ConflictError):
            actions.withdraw_question(made, by=world.people["outsider"])
        assert Question.objects.filter(pk=made.pk).exists()
