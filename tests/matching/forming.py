"""A team that is being formed, in the small world: PMO with `owner`, development with `partner`, analysis with
`elsewhere`."""

from datetime import timedelta

from django.utils import timezone

from matching import actions
from matching.models import Engagement, Seat, SeatInvitation, TeamPlan
from matching.vocabulary import CheckItem, DeclineReason, InvitationState
from network.models import Membership, Organization, User
from network.vocabulary import Role
from tests.cast import World, make_person

ROLES = {"pmo": "owner", "development": "partner", "analysis": "elsewhere"}


def without_teams() -> None:
    """Takes away the teams that stand in the small world already."""
    Engagement.objects.all().delete()
    TeamPlan.objects.all().delete()


def plan_of(world: World, **more: object) -> TeamPlan:
    """A plan for the need of the small world, the only one there."""
    without_teams()
    Organization.objects.filter(is_active=True).update(capacity_status="open", capacity_slots=2)
    return actions.choose_team(world.proposals["latest"], by=facilitator(world), **more)


def facilitator(world: World) -> User:
    person = world.people["facilitator"]
    assert isinstance(person, User)
    return person


def seat_of(plan: TeamPlan, role: str) -> Seat:
    return plan.seats.select_related("plan", "proposed").get(role=role)


def editor_of(organization: Organization) -> User:
    """An editor of its own; made at the first asking."""
    email_name = f"edits{organization.external_id}".replace("-", "")
    found = User.objects.filter(memberships__organization=organization, name=email_name).first()
    if found is None:
        found = make_person(email_name)
        User.objects.filter(pk=found.pk).update(name=email_name)
        Membership.objects.create(user=found, organization=organization, role=Role.EDITOR)
    return found


def invited(world: World, plan: TeamPlan, role: str, organization: Organization | None = None) -> SeatInvitation:
    seat = seat_of(plan, role)
    whom = organization or world.organizations[ROLES[role]]
    return actions.invite(seat, organization=whom, by=facilitator(world))


def accepted(world: World, plan: TeamPlan, role: str, organization: Organization | None = None) -> SeatInvitation:
    invitation = invited(world, plan, role, organization)
    return actions.accept(invitation, by=editor_of(invitation.organization))


def brought_to(state: str, world: World, plan: TeamPlan, role: str = "development") -> SeatInvitation:
    """An invitation in that state, by the way that leads there."""
    organization = world.organizations[ROLES[role]]
    if state == InvitationState.WAITING:
        return actions.waitlist(seat_of(plan, role), organization=organization, by=facilitator(world))
    invitation, editor = invited(world, plan, role), editor_of(organization)
    if state == InvitationState.ASKED:
        actions.ask(invitation, text="費用はだれが持ちますか", by=editor)
    elif state == InvitationState.CHANGING:
        actions.propose_change(invitation, text="運用は除いてください", by=editor)
    elif state == InvitationState.ACCEPTED:
        actions.accept(invitation, by=editor)
    elif state == InvitationState.DECLINED:
        actions.decline(invitation, reason=DeclineReason.TIMING, by=editor)
    elif state == InvitationState.WITHDRAWN:
        actions.withdraw(invitation, by=facilitator(world))
    elif state == InvitationState.EXPIRED:
        SeatInvitation.objects.filter(pk=invitation.pk).update(deadline=timezone.now() - timedelta(minutes=1))
        actions.expire_due()
    elif state == InvitationState.FILLED:
        accepted(world, plan, role, world.organizations["helper"])
    invitation.refresh_from_db()
    assert invitation.state == state
    return invitation


def ready(world: World, **more: object) -> TeamPlan:
    """A plan that may start: every seat held, everything ticked."""
    plan = plan_of(world, **more)
    for role in ROLES:
        accepted(world, plan, role)
    for seat in plan.seats.filter(holder=None):
        actions.cover(seat, organization=world.organizations["owner"], by=facilitator(world))
    for role in ROLES:
        organization = world.organizations[ROLES[role]]
        for item in CheckItem:
            actions.tick(plan, organization=organization, item=item, by=editor_of(organization))
    actions.confirm_ties(plan, text="面談で伝えました", by=facilitator(world))
    plan.refresh_from_db()
    return plan
