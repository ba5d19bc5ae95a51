"""The gates before a team starts: each is tried shut, one at a time."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from matching import actions
from matching.models import Engagement, EngagementPhase, SeatInvitation
from matching.vocabulary import CheckItem
from network.access import keys_held_by
from network.actions import ConflictError
from network.models import Organization, Rating, Team, Tie
from network.vocabulary import Stance
from tests.cast import make_rating
from tests.matching.forming import ROLES, editor_of, facilitator, ready


@pytest.fixture
def plan(world):
    return ready(world)


def shut(plan, by):
    with pytest.raises(actions.GateError) as refused:
        actions.start(plan, by=by)
    assert not Engagement.objects.exists()
    assert not Team.objects.filter(plan=plan).exists()
    return {gate.code: gate.problems for gate in refused.value.gates}


def test_with_every_gate_open_the_team_begins(world, plan):
    engagement = actions.start(plan, by=facilitator(world))
    plan.refresh_from_db()
    assert plan.state == "working"
    names = set(engagement.team.organizations.values_list("external_id", flat=True))
    assert names == set(ROLES.values())
    assert engagement.lead == world.organizations["owner"]
    assert f"team:{engagement.team_id}" in keys_held_by(world.people["partner"])
    assert f"team:{engagement.team_id}" not in keys_held_by(world.people["teammate"])
    assert list(engagement.check_ins.values_list("months", flat=True)) == [1, 3, 6, 12]
    held = {phase.phase: phase.accountable.external_id for phase in engagement.phases.all()}
    assert held["development"] == "partner"
    assert held["analysis"] == "elsewhere"
    assert plan.need.title not in engagement.team.name


def test_a_must_seat_that_falls_free_shuts_the_team(world, plan):
    actions.withdraw(SeatInvitation.objects.get(seat__role="development"), by=facilitator(world))
    found = shut(plan, facilitator(world))
    assert "開発" in found["seats"][0]
    assert "phases" in found


def test_a_phase_that_nobody_answers_for_shuts_the_team(world, plan):
    empty = plan.seats.filter(holder=None).exclude(phase="").first()
    assert empty is not None
    actions.cover(empty, organization=None, by=facilitator(world))
    found = shut(plan, facilitator(world))
    assert set(found) == {"phases"}
    assert empty.title in found["phases"][0]


def test_only_a_member_covers_and_not_after_it_left(world, plan):
    empty = plan.seats.filter(holder=None).exclude(phase="").first()
    with pytest.raises(ValidationError):
        actions.cover(empty, organization=world.organizations["helper"], by=facilitator(world))
    actions.cover(empty, organization=world.organizations["partner"], by=facilitator(world))
    actions.withdraw(SeatInvitation.objects.get(seat__role="development"), by=facilitator(world))
    empty.refresh_from_db()
    assert empty.covered_by is None


@pytest.mark.parametrize("item", [CheckItem.NDA, CheckItem.CONSENT])
def test_a_member_that_has_not_ticked_shuts_the_team_by_name(world, plan, item):
    partner = world.organizations["partner"]
    actions.tick(plan, organization=partner, item=item, on=False, by=editor_of(partner))
    found = shut(plan, facilitator(world))
    assert set(found) == {"checks"}
    assert partner.name in found["checks"][0]


def test_an_interest_disclosed_since_shuts_the_team_until_everybody_accepts_it(world, plan):
    Tie.objects.filter(first=world.organizations["owner"]).delete()
    for role in ROLES:
        organization = world.organizations[ROLES[role]]
        actions.tick(plan, organization=organization, item=CheckItem.TIES, by=editor_of(organization))
    owner, elsewhere = world.organizations["owner"], world.organizations["elsewhere"]
    first, second = sorted((owner, elsewhere), key=lambda each: each.pk)
    Tie.objects.create(first=first, second=second, kind="referral_fee")
    found = shut(plan, facilitator(world))
    assert set(found) == {"ties"}
    assert len(found["ties"]) == len(ROLES) + 1
    for role in ROLES:
        organization = world.organizations[ROLES[role]]
        actions.tick(plan, organization=organization, item=CheckItem.TIES, by=editor_of(organization))
    assert len(shut(plan, facilitator(world))["ties"]) == 1
    actions.confirm_ties(plan, text="書面で伝えました", by=facilitator(world))
    assert actions.start(plan, by=facilitator(world)).pk


def test_an_interest_that_is_not_for_a_member_does_not_touch_its_tick(world, plan):
    """What two keep to the labs is between them, the facilitator and the client: a third learns nothing by it."""
    owner, partner = world.organizations["owner"], world.organizations["partner"]
    Tie.objects.create(
        first=min(owner, partner, key=lambda each: each.pk),
        second=max(owner, partner, key=lambda each: each.pk),
        kind="resale",
        visibility="labs",
    )
    found = shut(plan, facilitator(world))
    assert not any(world.organizations["elsewhere"].name in line for line in found["ties"])
    assert any(owner.name in line for line in found["ties"])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"level": 2}, "レベル4からレベル2"),
        ({"level": 0, "stance": Stance.WEAKNESS}, "レベル4から弱み"),
    ],
)
def test_a_profile_that_changed_since_the_proposal_is_named_and_solving_again_opens_the_gate(world, plan, change, said):
    partner = world.organizations["partner"]
    Rating.objects.filter(organization=partner, capability__code="system_development").update(**change)
    _touched(partner)
    found = shut(plan, facilitator(world))
    assert set(found) == {"profiles"}
    assert said in found["profiles"][0]
    assert partner.name in found["profiles"][0]
    made = actions.resolve_again(plan, by=facilitator(world))
    plan.refresh_from_db()
    assert plan.proposal == made
    assert {"owner", "partner", "elsewhere"} <= set(made.result["teams"][0]["members"])
    assert actions.start(plan, by=facilitator(world)).pk


def _touched(organization):
    """The registry counts a change, as every verb of it does."""
    from network.actions import changed

    changed(Organization.objects.get(pk=organization.pk))


def test_a_member_that_left_the_registry_is_named(world, plan):
    partner = world.organizations["partner"]
    Organization.objects.filter(pk=partner.pk).update(is_active=False)
    partner.is_active = False
    _touched(partner)
    found = shut(plan, facilitator(world))
    assert "無効" in found["profiles"][0]


def test_what_has_nothing_to_do_with_the_need_does_not_shut_the_team(world, plan):
    make_rating(world.organizations["partner"], "rfp", 2)
    _touched(world.organizations["partner"])
    assert actions.start(plan, by=facilitator(world)).pk


def test_it_starts_once(world, plan):
    actions.start(plan, by=facilitator(world))
    with pytest.raises(ConflictError):
        actions.start(plan, by=facilitator(world))
    assert Engagement.objects.count() == 1


def test_who_is_still_asked_when_it_starts_is_told_that_it_is_over(world):
    plan = ready(world)
    spare = plan.seats.filter(holder=None).first()
    late = actions.invite(spare, organization=world.organizations["helper"], by=facilitator(world))
    actions.start(plan, by=facilitator(world))
    late.refresh_from_db()
    assert late.state == "withdrawn"


def test_nobody_ticks_for_another_or_without_a_seat(world, plan):
    partner, helper = world.organizations["partner"], world.organizations["helper"]
    for organization, by in ((partner, editor_of(helper)), (helper, editor_of(helper)), (partner, facilitator(world))):
        with pytest.raises(PermissionDenied):
            actions.tick(plan, organization=organization, item=CheckItem.NDA, by=by)


def test_dissolving_gives_every_place_back(world, plan):
    slots = dict(Organization.objects.values_list("external_id", "capacity_slots"))
    actions.dissolve(plan, reason="お客様の都合", by=facilitator(world))
    now = dict(Organization.objects.values_list("external_id", "capacity_slots"))
    assert {name for name in now if now[name] == slots[name] + 1} == set(ROLES.values())


def test_the_database_wants_exactly_one_accountable_for_a_phase(world, plan):
    engagement = actions.start(plan, by=facilitator(world))
    with pytest.raises(IntegrityError), transaction.atomic():
        EngagementPhase.objects.create(engagement=engagement, phase="training", accountable=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        EngagementPhase.objects.create(
            engagement=engagement, phase="development", accountable=world.organizations["owner"]
        )


def test_the_page_answers_409_and_offers_to_solve_again(world, client):
    plan = ready(world)
    Rating.objects.filter(organization=world.organizations["partner"]).update(level=1)
    _touched(world.organizations["partner"])
    client.force_login(facilitator(world))
    answer = client.post(f"/teams/{plan.pk}/start/")
    assert answer.status_code == 409
    shown = answer.content.decode()
    assert "レベル4からレベル1" in shown
    assert f"/teams/{plan.pk}/resolve/" in shown
    assert client.post(f"/teams/{plan.pk}/resolve/").status_code == 302
    assert client.post(f"/teams/{plan.pk}/start/").status_code == 302
