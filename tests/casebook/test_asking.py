"""Asking to read more of a case, and the owner's answer: what opens, for whom, until when, and what nobody learns."""

from datetime import UTC, date, datetime, timedelta
from unittest.mock import patch

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from casebook import actions
from casebook.models import AccessRequest, Case, CaseEvent, Consent, Grant, Section
from casebook.signals import case_changed
from casebook.vocabulary import CaseDeed, RequestState
from network.actions import ConflictError
from network.models import Letter, Membership, Notice, User

pytestmark = pytest.mark.django_db
PURPOSE = "食品卸のお客様に進め方を説明するため"


def ask(world, reader="outsider", case="mixed", purpose=PURPOSE) -> AccessRequest:
    return actions.request_access(world.cases[case], purpose=purpose, by=world.people[reader])


def grant(world, request, kinds=("background",), until=None, by="editor", **more) -> AccessRequest:
    until = until or timezone.localdate() + timedelta(days=30)
    return actions.grant_access(request, kinds=kinds, until=until, by=world.people[by], **more)


def reads(world, reader, case="mixed") -> set[str]:
    found = Section.objects.visible_to(world.people[reader]).filter(case=world.cases[case])
    return set(found.values_list("kind", flat=True))


def changes() -> list[Case]:
    told: list[Case] = []
    case_changed.connect(lambda case, **_more: told.append(case), weak=False, dispatch_uid="test")
    return told


@pytest.fixture(autouse=True)
def _nobody_asked_yet(world):
    AccessRequest.objects.all().delete()


@pytest.fixture(autouse=True)
def _deaf():
    yield
    case_changed.disconnect(dispatch_uid="test")


# --- Asking -------------------------------------------------------------------------------------


@pytest.mark.parametrize("reader", ["stranger", "partner", "outsider", "facilitator", "steward", "former", "delegate"])
def test_who_sees_the_case_and_not_all_of_it_may_ask(world, reader):
    asked = ask(world, reader)
    assert (asked.state, asked.purpose, asked.kinds, asked.until) == (RequestState.OPEN, PURPOSE, [], None)


def test_a_request_says_in_whose_name_unless_the_person_belongs_to_nobody(world):
    assert ask(world, "outsider").on_behalf_of == world.organizations["elsewhere"].name
    assert ask(world, "facilitator").on_behalf_of == "静岡県"
    assert ask(world, "steward").on_behalf_of == "運営"
    assert ask(world, "stranger").on_behalf_of == ""


@pytest.mark.parametrize(("reader", "case"), [("editor", "mixed"), ("colleague", "mixed"), ("outsider", "draft")])
def test_members_of_the_owner_and_who_may_not_see_the_case_are_refused(world, reader, case):
    with pytest.raises(PermissionDenied):
        ask(world, reader, case)


def test_nobody_asks_for_what_is_read_already(world):
    with pytest.raises(actions.NothingMoreError):
        ask(world, "outsider", "public")
    with pytest.raises(actions.NothingMoreError):
        ask(world, "delegate", "written")


def test_one_person_waits_once_for_one_case_and_may_ask_again_after_the_answer(world):
    first = ask(world)
    with pytest.raises(ConflictError) as conflict:
        ask(world)
    assert conflict.value.current == first
    ask(world, "partner")
    actions.decline_access(first, reason="いまは公開できません。", by=world.people["editor"])
    assert ask(world).pk != first.pk


def test_the_database_refuses_a_second_open_request(world):
    asked = ask(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        AccessRequest.objects.create(case=asked.case, by=asked.by, purpose="もう一度")


def test_too_many_open_requests_are_refused(world, monkeypatch):
    monkeypatch.setattr("casebook.actions.asking.MOST_OPEN", 1)
    ask(world)
    Grant.objects.filter(section__case=world.cases["lastday"], section__kind="team").delete()
    with pytest.raises(ValidationError, match="回答待ちの申請が1件"):
        ask(world, case="lastday")


@pytest.mark.parametrize("purpose", ["", "\u200b", "a\0b", "\ud800", "あ" * 1001, "a\u202eb"])
def test_a_purpose_that_says_nothing_or_cannot_be_kept_is_refused(world, purpose):
    with pytest.raises(ValidationError) as refused:
        ask(world, purpose=purpose)
    assert "purpose" in refused.value.message_dict
    assert not AccessRequest.objects.exists()


def test_the_owners_editors_are_told_by_notice_and_by_mail_that_names_no_case(world):
    ask(world)
    told = Notice.objects.filter(kind="case", facts__what="request")
    assert {notice.user for notice in told} == {world.people["editor"]}
    letter = Letter.objects.get(to=world.people["editor"].email)
    said = letter.subject + letter.body
    assert "お知らせをメールでも受け取る" in said
    assert f"/case-requests/{AccessRequest.objects.get().pk}/" in said
    assert not any(secret in said for secret in (world.cases["mixed"].title, PURPOSE, "背景"))


def test_who_wants_no_mail_gets_none(world):
    User.objects.filter(pk=world.people["editor"].pk).update(wants_mail=False)
    ask(world)
    assert not Letter.objects.filter(to=world.people["editor"].email).exists()


def test_a_request_may_be_withdrawn_by_who_made_it_until_it_is_answered(world):
    asked = ask(world)
    for other in ("editor", "partner"):
        with pytest.raises(PermissionDenied):
            actions.withdraw_request(asked, by=world.people[other])
    assert actions.withdraw_request(asked, by=world.people["outsider"]).state == RequestState.WITHDRAWN
    for verb in (lambda: grant(world, asked), lambda: actions.withdraw_request(asked, by=world.people["outsider"])):
        with pytest.raises(ConflictError):
            verb()
    assert "background" not in reads(world, "outsider")


# --- Granting -----------------------------------------------------------------------------------


def test_granted_sections_open_to_that_person_alone(world):
    told = changes()
    before = {reader: reads(world, reader) for reader in ("outsider", "partner", "stranger")}
    asked = grant(world, ask(world), ["background", "team"], answer="社内でお使いください。")
    assert reads(world, "outsider") == before["outsider"] | {"background", "team"}
    assert {reader: reads(world, reader) for reader in ("partner", "stranger")} == {
        reader: before[reader] for reader in ("partner", "stranger")
    }
    assert (asked.state, asked.kinds) == (RequestState.GRANTED, ["background", "team"])
    assert asked.answered_by == world.people["editor"]
    assert told == [world.cases["mixed"]]


@pytest.mark.parametrize(
    ("now", "open_"),
    [
        (datetime(2026, 3, 31, 14, 59, 59, tzinfo=UTC), True),  # 23:59:59 in Tokyo
        (datetime(2026, 3, 31, 15, 0, 0, tzinfo=UTC), False),  # midnight in Tokyo
    ],
)
def test_a_term_holds_to_the_end_of_its_last_day_in_tokyo(world, now, open_):
    with patch("django.utils.timezone.now", return_value=datetime(2026, 3, 1, tzinfo=UTC)):
        asked = grant(world, ask(world), until=date(2026, 3, 31))
    with patch("django.utils.timezone.now", return_value=now):
        assert ("background" in reads(world, "outsider")) == open_
        assert asked.is_in_force == open_
        assert AccessRequest.objects.in_force().filter(pk=asked.pk).exists() == open_


def test_the_later_day_holds_where_the_person_has_the_section_already(world):
    today = timezone.localdate()
    key = f"user:{world.people['outsider'].pk}"
    longer, shorter, endless = (world.section("mixed", kind) for kind in ("background", "team", "action"))
    Grant.objects.create(section=longer, key=key, until=today + timedelta(days=90))
    Grant.objects.create(section=shorter, key=key, until=today - timedelta(days=1))
    Grant.objects.create(section=endless, key=key, until=None)
    grant(world, ask(world), ["background", "action", "team"], until=today + timedelta(days=30))
    found = dict(Grant.objects.filter(key=key).values_list("section__kind", "until"))
    assert found == {"background": today + timedelta(days=90), "team": today + timedelta(days=30), "action": None}


@pytest.mark.parametrize("days", [-1, 367, 10_000])
def test_a_term_in_the_past_or_over_a_year_is_refused(world, days):
    asked = ask(world)
    with pytest.raises(ValidationError) as refused:
        grant(world, asked, until=timezone.localdate() + timedelta(days=days))
    assert "until" in refused.value.message_dict
    assert AccessRequest.objects.get(pk=asked.pk).is_open
    assert "background" not in reads(world, "outsider")


@pytest.mark.parametrize("days", [0, 366])
def test_today_and_a_year_from_now_are_terms(world, days):
    grant(world, ask(world), until=timezone.localdate() + timedelta(days=days))
    assert "background" in reads(world, "outsider")


@pytest.mark.parametrize("kinds", [[], ["nothing"], ["background", "nothing"]])
def test_only_sections_that_are_there_can_be_granted(world, kinds):
    with pytest.raises(ValidationError) as refused:
        grant(world, ask(world), kinds)
    assert "kinds" in refused.value.message_dict


def test_what_the_consents_do_not_reach_is_refused_by_name(world):
    asked = ask(world)
    agreed = {"person": "架空 花子", "means": "written", "scope": "named", "state": "given", "binding": True}
    Consent.objects.create(case=world.cases["mixed"], naming="anonymous", **agreed)
    with pytest.raises(ValidationError, match="実名・連絡先"):
        grant(world, asked, ["background", "identity"])
    assert "background" not in reads(world, "outsider")
    grant(world, asked, ["background"])
    assert "background" in reads(world, "outsider")


@pytest.mark.parametrize("by", ["colleague", "outsider", "partner", "steward", "former"])
def test_only_editors_of_the_owner_answer(world, by):
    asked = ask(world)
    person = world.people[by]
    for verb in (
        lambda: grant(world, asked, by=by),
        lambda: actions.decline_access(asked, reason="いいえ", by=person),
        lambda: actions.revoke(asked, by=person),
    ):
        with pytest.raises(PermissionDenied):
            verb()
    assert AccessRequest.objects.get(pk=asked.pk).is_open


def test_who_may_no_longer_see_the_case_is_granted_nothing(world):
    Section.objects.filter(case=world.cases["network"], kind="team").first().grants.all().delete()
    asked = ask(world, "outsider", "network")
    Membership.objects.filter(user=world.people["outsider"]).delete()
    with pytest.raises(ValidationError, match="いまはこの事例をご覧になれない"):
        grant(world, asked, ["team"])
    actions.decline_access(asked, reason="所属が変わったため", by=world.people["editor"])
    assert not Letter.objects.filter(to=world.people["outsider"].email).exists()


def test_an_answer_is_given_once(world):
    asked = ask(world)
    grant(world, asked)
    for verb in (
        lambda: grant(world, asked),
        lambda: actions.decline_access(asked, reason="いいえ", by=world.people["editor"]),
    ):
        with pytest.raises(ConflictError):
            verb()


def test_a_refusal_needs_a_reason_and_opens_nothing(world):
    asked = ask(world)
    with pytest.raises(ValidationError) as refused:
        actions.decline_access(asked, reason="  ", by=world.people["editor"])
    assert "answer" in refused.value.message_dict
    before = reads(world, "outsider")
    declined = actions.decline_access(asked, reason="お客様の了解がありません。", by=world.people["editor"])
    assert (declined.state, declined.answer) == (RequestState.DECLINED, "お客様の了解がありません。")
    assert reads(world, "outsider") == before


# --- Taking back --------------------------------------------------------------------------------


def test_what_was_granted_closes_at_once_when_it_is_taken_back(world):
    before = reads(world, "outsider")
    asked = grant(world, ask(world), ["background", "team"])
    told = changes()
    revoked = actions.revoke(asked, by=world.people["editor"])
    assert reads(world, "outsider") == before
    assert (revoked.revoked_by, revoked.is_in_force) == (world.people["editor"], False)
    assert told == [world.cases["mixed"]]
    with pytest.raises(ConflictError):
        actions.revoke(asked, by=world.people["editor"])


def test_taking_back_leaves_what_others_have_and_what_another_request_opened(world):
    grant(world, ask(world, "partner"), ["background"])
    grant(world, ask(world), ["team"])
    second = grant(world, ask(world), ["background"])
    actions.revoke(second, by=world.people["editor"])
    assert "background" in reads(world, "partner")
    assert "team" in reads(world, "outsider")
    assert "background" not in reads(world, "outsider")


def test_what_has_run_out_cannot_be_taken_back(world):
    asked = grant(world, ask(world))
    AccessRequest.objects.filter(pk=asked.pk).update(until=timezone.localdate() - timedelta(days=1))
    with pytest.raises(ConflictError):
        actions.revoke(asked, by=world.people["editor"])


# --- What stays ---------------------------------------------------------------------------------


def test_every_answer_stands_in_the_cases_history_with_person_sections_and_term(world):
    until = timezone.localdate() + timedelta(days=30)
    granted = grant(world, ask(world), ["background", "team"], until=until)
    actions.revoke(granted, by=world.people["editor"])
    actions.decline_access(ask(world), reason="もう十分です。", by=world.people["editor"])
    deeds = list(CaseEvent.objects.filter(case=world.cases["mixed"]).order_by("pk"))[-3:]
    assert [event.deed for event in deeds] == [CaseDeed.GRANTED, CaseDeed.REVOKED, CaseDeed.DECLINED]
    assert all("outsider" in event.detail for event in deeds)
    assert "背景・課題、支援体制" in deeds[0].detail
    assert f"{until.year}年" in deeds[0].detail


def test_a_grant_to_a_person_does_not_widen_the_cases_label(world):
    section = world.section("draft", "summary")
    actions.share(section, with_keys=["network"], by=world.people["editor"])
    assert Case.objects.get(pk=section.case_id).tlp == "GREEN"
    grant(world, ask(world, case="draft"), ["lessons"])
    assert Case.objects.get(pk=section.case_id).tlp == "GREEN"


@pytest.mark.parametrize("state", ["archived", "taken_down"])
def test_a_closed_case_is_closed_to_whom_it_was_granted_too(world, state):
    grant(world, ask(world))
    Case.objects.filter(pk=world.cases["mixed"].pk).update(state=state)
    assert reads(world, "outsider") == set()
    assert not AccessRequest.objects.visible_to(world.people["outsider"]).exists()
    assert AccessRequest.objects.visible_to(world.people["colleague"]).count() == 1
