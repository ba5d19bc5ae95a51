"""Seats are asked for, taken, given back and asked for again."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from matching import actions
from matching.models import SeatInvitation, TeamEvent, TeamPlan
from matching.replacing import next_best
from matching.vocabulary import DeclineReason, InvitationState, SeatState
from network.actions import ConflictError
from network.models import Change, Notice, Organization
from network.notices.words import read
from tests.cast import make_organization, make_rating
from tests.matching.forming import (
    ROLES,
    accepted,
    brought_to,
    editor_of,
    facilitator,
    invited,
    plan_of,
    ready,
    seat_of,
    without_teams,
)


@pytest.fixture
def plan(world):
    return plan_of(world)


def slots(organization):
    return Organization.objects.get(pk=organization.pk).capacity_slots


# --- Choosing -----------------------------------------------------------------------------------


def test_a_team_that_is_chosen_has_the_seats_of_its_proposal(world, plan):
    line = world.proposals["latest"].result["seats"][0]["seats"]
    assert [seat.role for seat in plan.seats.all()] == [each["role"] for each in line]
    held = {seat.role: seat.proposed.external_id for seat in plan.seats.exclude(proposed=None)}
    assert {role: held[role] for role in ROLES} == ROLES
    assert {seat.role for seat in plan.seats.filter(must=True)} == set(ROLES)
    assert plan.title == "静岡県の製造業の支援"
    assert [event.kind for event in plan.events.all()] == ["chosen"]


def test_a_second_team_for_the_same_need_is_refused_with_the_first(world, plan):
    with pytest.raises(ConflictError) as refused:
        actions.choose_team(world.proposals["earlier"], by=facilitator(world))
    assert refused.value.current == plan
    actions.dissolve(plan, reason="お客様の都合", by=facilitator(world))
    assert actions.choose_team(world.proposals["earlier"], by=facilitator(world)).state == "forming"


def test_the_database_refuses_a_second_team_for_a_need_whatever_the_code_does(world, plan):
    with pytest.raises(IntegrityError), transaction.atomic():
        TeamPlan.objects.create(need=plan.need, proposal=plan.proposal, title="もうひとつ")


@pytest.mark.parametrize("reader", ["partner", "editor", "other_facilitator", "steward", "former"])
def test_nobody_else_chooses_or_changes_a_team(world, reader):
    without_teams()
    with pytest.raises(PermissionDenied):
        actions.choose_team(world.proposals["latest"], by=world.people[reader])
    plan = plan_of(world)
    for deed in (
        lambda by: actions.describe_team(plan, title="x", brief="", shows="kinds", by=by),
        lambda by: actions.invite_all(plan, by=by),
        lambda by: actions.invite(seat_of(plan, "pmo"), organization=world.organizations["owner"], by=by),
        lambda by: actions.waitlist(seat_of(plan, "pmo"), organization=world.organizations["owner"], by=by),
        lambda by: actions.cover(seat_of(plan, "pmo"), organization=None, by=by),
        lambda by: actions.confirm_ties(plan, text="x", by=by),
        lambda by: actions.start(plan, by=by),
        lambda by: actions.dissolve(plan, reason="x", by=by),
    ):
        with pytest.raises(PermissionDenied):
            deed(world.people[reader])
    assert [event.kind for event in plan.events.all()] == ["chosen"]


def test_a_place_without_a_team_is_no_choice(world):
    without_teams()
    for place in (7, -1):
        with pytest.raises(ValidationError):
            actions.choose_team(world.proposals["latest"], place=place, by=facilitator(world))


# --- Asking -------------------------------------------------------------------------------------


def test_all_are_asked_at_once_and_a_second_time_nobody(world, plan):
    asked = actions.invite_all(plan, by=facilitator(world))
    assert {each.organization.external_id for each in asked} >= set(ROLES.values())
    assert actions.invite_all(plan, by=facilitator(world)) == []
    assert {seat.state for seat in plan.seats.exclude(proposed=None)} == {SeatState.INVITED}


def test_the_editors_are_told_in_the_app_and_by_mail_without_the_client(world, plan):
    partner = world.organizations["partner"]
    editor = editor_of(partner)
    with transaction.atomic():
        invited(world, plan, "development")
    [told] = read(Notice.objects.filter(user=editor), editor)
    assert "静岡県の製造業の支援" in told.sentence
    assert told.address.endswith(f"/invitations/{SeatInvitation.objects.get().pk}/")
    assert not Notice.objects.filter(user=world.people["partner"]).exists()


def test_the_deadline_is_the_end_of_a_day_in_japan(world, plan):
    day = timezone.localdate() + timedelta(days=3)
    made = actions.invite(
        seat_of(plan, "pmo"), organization=world.organizations["owner"], deadline=day, by=facilitator(world)
    )
    assert timezone.localtime(made.deadline).strftime("%H:%M") == "00:00"
    assert made.last_day == day


@pytest.mark.parametrize("days", [-1, 91])
def test_a_day_that_has_passed_or_is_too_far_is_refused_by_name(world, plan, days):
    day = timezone.localdate() + timedelta(days=days)
    with pytest.raises(ValidationError) as refused:
        actions.invite(
            seat_of(plan, "pmo"), organization=world.organizations["owner"], deadline=day, by=facilitator(world)
        )
    assert "deadline" in refused.value.message_dict
    assert not SeatInvitation.objects.exists()


def test_an_organization_is_asked_once_for_a_seat_and_an_inactive_one_never(world, plan):
    invited(world, plan, "development")
    with pytest.raises(ConflictError):
        invited(world, plan, "development")
    with pytest.raises(ValidationError):
        invited(world, plan, "development", world.organizations["closed"])


# --- Taking a seat ------------------------------------------------------------------------------


def test_an_organization_gives_one_place_for_all_its_seats(world, plan):
    owner = world.organizations["owner"]
    before = slots(owner)
    accepted(world, plan, "pmo")
    assert slots(owner) == before - 1
    other = accepted(world, plan, "analysis", owner)
    assert slots(owner) == before - 1
    actions.withdraw(other, by=facilitator(world))
    assert slots(owner) == before - 1
    actions.decline(SeatInvitation.objects.get(seat__role="pmo"), reason=DeclineReason.CAPACITY, by=editor_of(owner))
    assert slots(owner) == before
    assert Change.objects.filter(organization=owner, deed="capacity").count() == 2


@pytest.mark.parametrize("full", [{"capacity_slots": 0}, {"capacity_status": "closed"}])
def test_who_has_no_room_is_told_so_and_nothing_changes(world, plan, full):
    invitation = invited(world, plan, "development")
    Organization.objects.filter(external_id="partner").update(**full)
    with pytest.raises(actions.NoRoomError):
        actions.accept(invitation, by=editor_of(invitation.organization))
    invitation.refresh_from_db()
    assert invitation.state == InvitationState.INVITED
    assert seat_of(plan, "development").holder is None


def test_the_others_who_were_asked_hear_that_the_seat_is_taken_and_may_queue(world, plan):
    late = invited(world, plan, "development", world.organizations["helper"])
    first = accepted(world, plan, "development")
    late.refresh_from_db()
    assert late.state == InvitationState.FILLED
    editor = editor_of(late.organization)
    with pytest.raises(ConflictError):
        actions.accept(late, by=editor)
    actions.queue_up(late, by=editor)
    actions.withdraw(first, by=facilitator(world))
    late.refresh_from_db()
    assert late.state == InvitationState.INVITED
    assert late.deadline > timezone.now()
    assert seat_of(plan, "development").state == SeatState.INVITED


def test_the_database_refuses_two_who_hold_one_seat(world, plan):
    first = accepted(world, plan, "development")
    with pytest.raises(IntegrityError), transaction.atomic():
        SeatInvitation.objects.create(
            seat=first.seat, organization=world.organizations["helper"], state="accepted", since=timezone.now()
        )


def test_the_plan_is_ready_when_every_must_seat_is_held_and_no_longer_when_one_falls_free(world, plan):
    for role in ROLES:
        plan.refresh_from_db()
        assert plan.state == "forming"
        last = accepted(world, plan, role)
    plan.refresh_from_db()
    assert plan.state == "ready"
    actions.withdraw(last, by=facilitator(world))
    plan.refresh_from_db()
    assert plan.state == "forming"


# --- Declining, and who comes next --------------------------------------------------------------


def test_a_seat_that_everybody_declined_is_for_a_person_to_see_to(world, plan):
    invitation = brought_to("declined", world, plan)
    assert invitation.reason == DeclineReason.TIMING
    assert seat_of(plan, "development").state == SeatState.MANUAL
    kinds = set(plan.events.values_list("kind", flat=True))
    assert {"declined", "manual"} <= kinds
    facts = [notice.facts["what"] for notice in Notice.objects.filter(user=facilitator(world), kind="team")]
    assert {"declined", "manual"} <= set(facts)


def test_a_substitute_is_asked_by_itself_and_not_before(world, plan):
    helper = world.organizations["helper"]
    editor = editor_of(helper)
    waiting = actions.waitlist(seat_of(plan, "development"), organization=helper, by=facilitator(world))
    assert not SeatInvitation.objects.visible_to(editor).exists()
    brought_to("declined", world, plan)
    waiting.refresh_from_db()
    assert waiting.state == InvitationState.INVITED
    assert SeatInvitation.objects.visible_to(editor).get() == waiting
    assert seat_of(plan, "development").state == SeatState.INVITED


def test_declining_for_another_reason_needs_words(world, plan):
    invitation = invited(world, plan, "development")
    with pytest.raises(ValidationError):
        actions.decline(invitation, reason=DeclineReason.OTHER, by=editor_of(invitation.organization))


def test_the_next_best_is_found_beside_those_who_accepted_and_not_among_those_who_said_no(world, plan):
    able = make_organization("able", prefecture="22")
    able.labs.add(world.labs["shizuoka"])
    make_rating(able, "system_development", 3)
    weaker = make_organization("weaker", prefecture="22")
    make_rating(weaker, "system_development", 1)
    Organization.objects.filter(is_active=True).update(capacity_slots=1)
    accepted(world, plan, "pmo")  # its only place is taken now: it stays in the context all the same
    names = [each.organization.external_id for each in next_best(seat_of(plan, "development"), facilitator(world))]
    assert names[0] == "partner"
    assert names.index("able") < names.index("weaker")
    brought_to("declined", world, plan)
    found = next_best(seat_of(plan, "development"), facilitator(world))
    assert [each.organization.external_id for each in found] == ["able", "weaker"]
    assert [each.reaches for each in found] == [True, False]
    assert found[0].levels == (("system_development", 3, 3),)


def test_a_member_that_can_do_it_comes_first(world, plan):
    make_rating(world.organizations["owner"], "inventory", 3)
    accepted(world, plan, "pmo")
    first = next_best(seat_of(plan, "analysis"), facilitator(world))[0]
    assert (first.organization.external_id, first.inside) == ("owner", True)


def test_who_may_not_be_seen_is_nobodys_next_best(world, plan):
    assert next_best(seat_of(plan, "development"), world.people["stranger"]) == []


def test_the_lead_that_declined_is_replaced_by_who_may_lead(world, plan):
    able = make_organization("leader", prefecture="22", kind="shinkin_bank")
    make_rating(able, "pmo", 4)
    accepted(world, plan, "development")
    invitation = invited(world, plan, "pmo")
    actions.decline(invitation, reason=DeclineReason.CAPACITY, by=editor_of(invitation.organization))
    found = next_best(seat_of(plan, "pmo"), facilitator(world))
    assert found[0].organization == able


# --- Questions, changes, time -------------------------------------------------------------------


def test_a_question_stops_the_clock_and_the_answer_gives_time(world, plan):
    invitation = brought_to("asked", world, plan)
    SeatInvitation.objects.filter(pk=invitation.pk).update(deadline=timezone.now() - timedelta(hours=1))
    assert actions.expire_due() == 0
    actions.answer(invitation, text="国の補助で賄います", by=facilitator(world))
    invitation.refresh_from_db()
    assert invitation.deadline > timezone.now() + timedelta(days=2)
    assert invitation.answer == "国の補助で賄います"


def test_what_was_agreed_stands_with_the_invitation_and_a_refusal_needs_words(world, plan):
    invitation = brought_to("changing", world, plan)
    with pytest.raises(ValidationError):
        actions.settle_change(invitation, agreed=False, by=facilitator(world))
    actions.settle_change(invitation, agreed=True, by=facilitator(world))
    invitation.refresh_from_db()
    assert (invitation.state, invitation.terms) == ("invited", "運用は除いてください")


def test_an_empty_question_or_answer_is_refused(world, plan):
    invitation = invited(world, plan, "development")
    for deed in (actions.ask, actions.propose_change):
        with pytest.raises(ValidationError):
            deed(invitation, text=" \n", by=editor_of(invitation.organization))
    for bad in ("\u202e", "\0"):
        with pytest.raises(ValidationError):
            actions.ask(invitation, text=bad, by=editor_of(invitation.organization))
    invitation.refresh_from_db()
    assert invitation.state == "invited"


def test_a_late_answer_is_refused_even_before_anybody_wrote_that_down(world, plan):
    invitation = invited(world, plan, "development")
    SeatInvitation.objects.filter(pk=invitation.pk).update(deadline=timezone.now() - timedelta(seconds=1))
    with pytest.raises(ConflictError):
        actions.accept(invitation, by=editor_of(invitation.organization))
    assert actions.expire_due() == 1
    assert actions.expire_due() == 0
    assert seat_of(plan, "development").state == SeatState.MANUAL


def test_a_deadline_that_is_near_is_told_once_and_not_on_the_day_of_asking(world, plan):
    invitation = invited(world, plan, "development")
    editor = editor_of(invitation.organization)
    near = timezone.now() + timedelta(days=1)
    SeatInvitation.objects.filter(pk=invitation.pk).update(deadline=near)
    assert actions.remind_due() == 0
    SeatInvitation.objects.filter(pk=invitation.pk).update(told_at=timezone.now() - timedelta(days=4))
    assert [actions.remind_due(), actions.remind_due()] == [1, 0]
    told = Notice.objects.filter(user=editor, facts__what="reminded")
    assert told.count() == 1


def test_the_worker_and_catch_up_follow_the_clock(world, plan):
    from django.core.management import call_command

    invitation = invited(world, plan, "development")
    SeatInvitation.objects.filter(pk=invitation.pk).update(deadline=timezone.now() - timedelta(seconds=1))
    call_command("catch_up", verbosity=0)
    invitation.refresh_from_db()
    assert invitation.state == "expired"


def test_mails_say_why_they_came_and_name_no_client(world, plan, django_capture_on_commit_callbacks):
    editor = editor_of(world.organizations["partner"])
    with django_capture_on_commit_callbacks(execute=True):
        invited(world, plan, "development")
    [letter] = [sent for sent in mail.outbox if sent.to == [editor.email]]
    assert world.organizations["partner"].name in letter.body
    assert "編集者のうち" in letter.body
    assert "止めるには" in letter.body
    assert plan.title not in letter.body + letter.subject
    assert plan.need.title not in letter.body + letter.subject


def test_events_are_numbered_without_gaps(world):
    plan = ready(world)
    numbers = list(TeamEvent.objects.filter(plan=plan).order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
