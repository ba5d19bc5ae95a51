"""People who take scarce things at the same moment: one has it, the others are told."""

import pytest

from matching import actions, snapshot
from matching.models import Engagement, SeatInvitation, TeamEvent, TeamPlan
from matching.vocabulary import DeclineReason, InvitationState
from network.actions import ConflictError
from network.models import Membership, Organization
from network.vocabulary import Role
from tests.cast import World, build_world, make_organization, make_person
from tests.matching.forming import editor_of, facilitator, invited, plan_of, ready, seat_of
from tests.threads import at_once, needs_several_connections, refused

pytestmark = pytest.mark.django_db(transaction=True)
EIGHT = 8


@pytest.fixture
def world() -> World:
    needs_several_connections()
    return build_world()


def accepting(invitation, person):
    return lambda: actions.accept(invitation, by=person)


def test_of_eight_organizations_that_accept_one_seat_exactly_one_wins(world):
    plan = plan_of(world)
    asked = []
    for n in range(EIGHT):
        organization = make_organization(f"rival{'abcdefgh'[n]}")
        asked.append(invited(world, plan, "development", organization))
    outcomes = at_once(*[accepting(each, editor_of(each.organization)) for each in asked])
    assert len(refused(outcomes)) == EIGHT - 1
    assert all(isinstance(outcome, ConflictError) for outcome in refused(outcomes))
    states = list(SeatInvitation.objects.filter(seat__role="development").values_list("state", flat=True))
    assert sorted(states) == sorted([InvitationState.ACCEPTED] + [InvitationState.FILLED] * (EIGHT - 1))
    [winner] = SeatInvitation.objects.filter(state=InvitationState.ACCEPTED)
    assert seat_of(plan, "development").holder == winner.organization
    slots = {
        each.external_id: each.capacity_slots for each in Organization.objects.filter(external_id__startswith="rival")
    }
    assert sorted(slots.values()) == [0] + [1] * (EIGHT - 1)
    numbers = list(TeamEvent.objects.filter(plan=plan).order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))


def test_of_eight_editors_of_one_organization_exactly_one_gets_through(world):
    plan = plan_of(world)
    invitation = invited(world, plan, "development")
    people = [make_person(f"many{'abcdefgh'[n]}") for n in range(EIGHT)]
    for person in people:
        Membership.objects.create(user=person, organization=invitation.organization, role=Role.EDITOR)
    outcomes = at_once(*[accepting(invitation, person) for person in people])
    assert len(refused(outcomes)) == EIGHT - 1
    assert Organization.objects.get(pk=invitation.organization_id).capacity_slots == 1


def test_the_last_place_of_an_organization_goes_to_one_of_two_teams(world):
    first = plan_of(world)
    Organization.objects.filter(external_id="partner").update(capacity_slots=1)
    other = actions.choose_team(world.proposals["other"], by=world.people["other_facilitator"])
    one = invited(world, first, "development")
    two = actions.invite(
        seat_of(other, "development"), organization=world.organizations["partner"], by=world.people["other_facilitator"]
    )
    editor = editor_of(world.organizations["partner"])
    outcomes = at_once(accepting(one, editor), accepting(two, editor))
    assert [type(outcome) for outcome in refused(outcomes)] == [actions.NoRoomError]
    assert Organization.objects.get(external_id="partner").capacity_slots == 0
    assert SeatInvitation.objects.filter(state=InvitationState.ACCEPTED).count() == 1


def test_of_accepting_declining_and_withdrawing_one_gets_through(world):
    plan = plan_of(world)
    invitation = invited(world, plan, "development")
    editor, by = editor_of(invitation.organization), facilitator(world)
    outcomes = at_once(
        lambda: actions.ask(invitation, text="費用は", by=editor),
        lambda: actions.decline(invitation, reason=DeclineReason.TIMING, by=editor),
        lambda: actions.withdraw(invitation, by=by),
    )
    assert all(isinstance(outcome, ConflictError) for outcome in refused(outcomes))
    assert len(refused(outcomes)) >= 1
    invitation.refresh_from_db()
    assert invitation.state in {InvitationState.DECLINED, InvitationState.WITHDRAWN}


def test_a_team_starts_once_however_many_press(world):
    snapshot.forget()  # the cast changes ratings behind the registry's back: propose on what is there now
    world.proposals["latest"] = actions.make_proposal(world.needs["need"], by=facilitator(world))
    plan = ready(world)
    outcomes = at_once(*[lambda: actions.start(plan, by=facilitator(world))] * 4)
    assert len(refused(outcomes)) == 3
    assert Engagement.objects.count() == 1
    assert TeamPlan.objects.get(pk=plan.pk).state == "working"
