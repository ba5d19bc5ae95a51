"""Who may do what to an invitation in which state: the whole table, written by hand."""

import pytest
from django.core.exceptions import PermissionDenied

from matching import actions
from matching.actions import GateError
from matching.machine import STEPS
from matching.models import TeamEvent
from matching.vocabulary import DeclineReason, InvitationState
from network.actions import ConflictError
from tests.matching.forming import ROLES, accepted, brought_to, editor_of, facilitator, plan_of, ready, seat_of

TABLE = """
                withdraw   answer   settle   accept    decline   ask    change    queue
waiting         withdrawn  409      409      -         -         -      -         -
invited         withdrawn  409      409      accepted  declined  asked  changing  409
asked           withdrawn  invited  409      accepted  declined  asked  changing  409
changing        withdrawn  409      invited  accepted  declined  asked  changing  409
accepted        withdrawn  409      409      409       declined  409    409       409
declined        409        409      409      409       409       409    409       409
expired         409        409      409      409       409       409    409       409
withdrawn       409        409      409      409       409       409    409       409
filled          409        409      409      409       409       409    409       waiting
"""
"""The state after the verb by who it belongs to; 409: refused as a conflict; -: the organization was not told, so
there is nothing it could answer."""

FACILITATORS = {
    "withdraw": lambda invitation, by: actions.withdraw(invitation, by=by),
    "answer": lambda invitation, by: actions.answer(invitation, text="国の補助で賄います", by=by),
    "settle": lambda invitation, by: actions.settle_change(invitation, agreed=True, by=by),
}
EDITORS = {
    "accept": lambda invitation, by: actions.accept(invitation, by=by),
    "decline": lambda invitation, by: actions.decline(invitation, reason=DeclineReason.DISTANCE, by=by),
    "ask": lambda invitation, by: actions.ask(invitation, text="いつからですか", by=by),
    "change": lambda invitation, by: actions.propose_change(invitation, text="秋からにしたい", by=by),
    "queue": lambda invitation, by: actions.queue_up(invitation, by=by),
}
VERBS = FACILITATORS | EDITORS
HEAD, *LINES = [line.split() for line in TABLE.strip().splitlines()]
ROWS = {state: dict(zip(HEAD, cells, strict=True)) for state, *cells in LINES}
CELLS = [(state, verb) for state in ROWS for verb in HEAD]


def outcome(deed):
    try:
        return deed().state
    except ConflictError:
        return "409"
    except PermissionDenied:
        return "-"


def test_the_table_knows_every_state_and_every_verb():
    assert set(ROWS) == set(InvitationState.values)
    assert set(HEAD) == set(VERBS)
    by_clock = {"expire", "fill", "promote"}
    assert len(STEPS) == len(VERBS) + len(by_clock)


@pytest.mark.parametrize(("state", "verb"), CELLS)
def test_whose_verb_it_is_takes_the_step_of_the_table_and_nobody_else_any(world, state, verb):
    """First everybody whose verb it is not, then who may: so a right given to too many would show."""
    plan = plan_of(world)
    invitation = brought_to(state, world, plan)
    before, events = invitation.state, TeamEvent.objects.count()
    partner = world.organizations[ROLES["development"]]
    strangers = ["stranger", "partner", "outsider", "colleague", "other_facilitator", "steward", "former", "inactive"]
    people = [world.people[name] for name in strangers]
    people.append(editor_of(partner) if verb in FACILITATORS else facilitator(world))
    for person in people:
        assert outcome(lambda person=person: VERBS[verb](invitation, person)) == "-", f"{person} {verb}"
    invitation.refresh_from_db()
    assert (invitation.state, TeamEvent.objects.count()) == (before, events)
    whose = facilitator(world) if verb in FACILITATORS else editor_of(partner)
    assert outcome(lambda: VERBS[verb](invitation, whose)) == ROWS[state][verb]
    changed = ROWS[state][verb] not in {"409", "-"}
    assert (TeamEvent.objects.count() > events) == changed
    if changed:
        first = TeamEvent.objects.filter(number__gt=events, plan=plan).order_by("number").first()
        assert first.by == whose
        assert first.organization == partner


PLANS = """
             describe  invite  cover    start    dissolve
forming      ok        ok      ok       gates    ok
ready        ok        ok      ok       ok       ok
working      409       409     409      409      ok
closed       409       409     409      409      409
dissolved    409       409     409      409      409
"""
PLAN_HEAD, *PLAN_LINES = [line.split() for line in PLANS.strip().splitlines()]
PLAN_ROWS = {state: dict(zip(PLAN_HEAD, cells, strict=True)) for state, *cells in PLAN_LINES}


def plan_in(state, world):
    if state == "forming":
        plan = plan_of(world)
        accepted(world, plan, "pmo")
        return plan
    plan, by = ready(world), facilitator(world)
    if state in {"working", "closed"}:
        engagement = actions.start(plan, by=by)
    if state == "closed":
        actions.close(engagement, outcome="success", by=by)
    if state == "dissolved":
        actions.dissolve(plan, reason="お客様の都合", by=by)
    plan.refresh_from_db()
    assert plan.state == state
    return plan


def tried(deed):
    try:
        deed()
    except GateError:
        return "gates"
    except ConflictError:
        return "409"
    return "ok"


@pytest.mark.parametrize("state", list(PLAN_ROWS))
def test_a_team_takes_only_the_steps_of_its_table(world, state):
    plan, by = plan_in(state, world), facilitator(world)
    spare = plan.seats.filter(must=False, holder=None).first() or seat_of(plan, "development")
    owner = world.organizations["owner"]
    deeds = {
        "describe": lambda: actions.describe_team(plan, title="支援", brief="", shows="kinds", by=by),
        "invite": lambda: actions.invite(spare, organization=world.organizations["helper"], by=by),
        "cover": lambda: actions.cover(spare, organization=owner, by=by),
        "start": lambda: actions.start(plan, by=by),
        "dissolve": lambda: actions.dissolve(plan, reason="お客様の都合", by=by),
    }
    assert set(deeds) == set(PLAN_HEAD)
    found = {verb: tried(deeds[verb]) for verb in PLAN_HEAD}
    assert found == PLAN_ROWS[state]
