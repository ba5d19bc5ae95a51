"""How every verb of a team begins and ends: its plan is held, what was done is written down, its seats are counted."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from matching import notices
from matching.actions.telling import tell_invited, tell_organization
from matching.eventwords import IN_ROOM
from matching.machine import LIVE, PLAN_STEPS, step
from matching.models import Room, Seat, SeatInvitation, TeamEvent, TeamPlan
from matching.rooms import actions as rooms
from matching.vocabulary import InvitationState, PlanState, SeatState
from network.actions import ConflictError, return_slot
from network.models import Organization, User

ANSWER_DAYS = 7
"""How long an organization has to answer where the facilitator says nothing else."""
MOST_DAYS = 90


def held(plan: TeamPlan, *, by: User) -> TeamPlan:
    """The plan as it stands now, held until the transaction ends: two verbs on one team wait for each other.

    Raises PermissionDenied unless `by` puts it together."""
    current = locked(plan.pk)
    if not TeamPlan.objects.editable_by(by).contains(current):
        raise PermissionDenied
    return current


def locked(plan: int) -> TeamPlan:
    """The plan with that id as it stands now, held."""
    rows = TeamPlan.objects.select_related("need__lab", "proposal", "team")
    return rows.select_for_update(no_key=True, of=("self",)).get(pk=plan)


def managed(invitation: SeatInvitation, *, by: User) -> SeatInvitation:
    """The invitation as it stands now, with its plan held; for facilitators. Raises PermissionDenied."""
    plan = held(TeamPlan(pk=_plan_of(invitation)), by=by)
    return _fresh(invitation, plan)


def received(invitation: SeatInvitation, *, by: User) -> SeatInvitation:
    """The invitation as it stands now, with its plan held; for editors of the invited organization."""
    plan = locked(_plan_of(invitation))
    if not SeatInvitation.objects.editable_by(by).filter(pk=invitation.pk).exists():
        raise PermissionDenied
    return _fresh(invitation, plan)


def _plan_of(invitation: SeatInvitation) -> int:
    return int(Seat.objects.values_list("plan", flat=True).get(pk=invitation.seat_id))


def _fresh(invitation: SeatInvitation, plan: TeamPlan) -> SeatInvitation:
    found = SeatInvitation.objects.select_related("seat", "organization").get(pk=invitation.pk)
    found.seat.plan = plan
    return found


def note(
    plan: TeamPlan,
    kind: str,
    *,
    seat: Seat | None = None,
    organization: Organization | None = None,
    by: User | None,
    **facts: Any,
) -> TeamEvent:
    """Write down what was done; the plan is held, so that numbers follow each other. A team at work reads it in its
    room too, with these facts."""
    room = Room.objects.filter(team=plan.team_id).first() if plan.team_id and kind in IN_ROOM else None
    if room is not None:
        rooms.note(room, kind, by=by, **facts, **({"organization": organization.name} if organization else {}))
    last = plan.events.aggregate(last=Max("number"))["last"] or 0
    return TeamEvent.objects.create(
        plan=plan, number=last + 1, kind=kind, seat=seat, organization=organization, facts=facts, by=by
    )


def moved(invitation: SeatInvitation, verb: str, *, by: User | None, event: str, **fields: Any) -> SeatInvitation:
    """Take the verb's step, with these fields, and write it down. Raises ConflictError where it leads nowhere."""
    ends = step(verb, invitation.state)
    invitation.state, invitation.since = ends, timezone.now()
    for name, value in fields.items():
        setattr(invitation, name, value)
    invitation.full_clean(validate_unique=False, validate_constraints=False)
    invitation.save()
    note(invitation.seat.plan, event, seat=invitation.seat, organization=invitation.organization, by=by)
    return invitation


def last_moment(day: date) -> datetime:
    """The first moment after that day (Asia/Tokyo)."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def deadline_on(day: date | None) -> datetime:
    """The deadline at the end of that day; in ANSWER_DAYS without one. Raises ValidationError for a day that has
    passed or is too far."""
    today = timezone.localdate()
    day = day or today + timedelta(days=ANSWER_DAYS)
    if not today <= day <= today + timedelta(days=MOST_DAYS):
        said = _("返事の期限は、今日から%(n)d日以内の日にしてください。")
        raise ValidationError({"deadline": said % {"n": MOST_DAYS}})
    return last_moment(day)


def settled(seat: Seat, *, by: User | None) -> None:
    """Count the seat anew from its invitations, and the plan from its seats.

    A seat that falls free goes to the first in the list of substitutes; where nobody is left, it is for a person to
    see to."""
    accepted = seat.invitations.filter(state=InvitationState.ACCEPTED).select_related("organization").first()
    live = seat.invitations.filter(state__in=LIVE)
    if accepted is None and not live.exists() and PlanState(seat.plan.state) in PLAN_STEPS["change"][0]:
        _promote_first(seat)
    _count_seat(seat, accepted.organization if accepted else None, live=live.exists())
    _count_plan(seat.plan, by)


def _promote_first(seat: Seat) -> None:
    waiting = seat.invitations.filter(state=InvitationState.WAITING).select_related("organization").order_by("since")
    first = waiting.first()
    if first is not None:
        first.seat = seat
        now = timezone.now()
        moved(first, "promote", by=None, event="promoted", deadline=deadline_on(None), told_at=now, reminded_at=None)
        tell_invited(first)


def _count_seat(seat: Seat, holder: Organization | None, *, live: bool) -> None:
    before = seat.state
    given_up = seat.invitations.filter(state__in=[InvitationState.DECLINED, InvitationState.EXPIRED]).exists()
    if holder is not None:
        seat.state = SeatState.HELD
    elif live:
        seat.state = SeatState.INVITED
    else:
        seat.state = SeatState.MANUAL if given_up or seat.proposed_id is None else SeatState.OPEN
    seat.holder = holder
    if holder is not None:
        seat.covered_by = None
    if seat.state != before:
        seat.since = timezone.now()
    seat.save()
    if seat.state == SeatState.MANUAL != before:
        event = note(seat.plan, "manual", seat=seat, by=None)
        people = notices.facilitators_of(seat.plan.need)
        notices.leave(people, seat.plan, "manual", key=str(event.number))


def _count_plan(plan: TeamPlan, by: User | None) -> None:
    if plan.state not in (PlanState.FORMING, PlanState.READY):
        return
    empty = plan.seats.filter(must=True, holder__isnull=True).exists()
    state = PlanState.FORMING if empty else PlanState.READY
    if state != plan.state:
        plan.state = state
        plan.save(update_fields=["state"])
        event = note(plan, str(state.value), by=by)
        if state == PlanState.READY:
            notices.leave(notices.facilitators_of(plan.need), plan, "ready", key=str(event.number))


def seats_held(plan: TeamPlan, organization: Organization) -> int:
    """How many seats the organization has accepted in the team."""
    return plan.seats.filter(holder=organization).count()


def release(invitation: SeatInvitation, *, by: User | None) -> None:
    """After an accepted seat was given back: the organization's place too, where it was its last seat, and what it
    ticked and covered."""
    seat, plan, organization = invitation.seat, invitation.seat.plan, invitation.organization
    settled(seat, by=by)
    if not seats_held(plan, organization):
        return_slot(organization, by=by)
        plan.ticks.filter(organization=organization).delete()
        plan.seats.filter(covered_by=organization).update(covered_by=None)


def expect_version(current: int, expected: int | None, record: Any) -> None:
    """Raises ConflictError where somebody else changed the record since it was read."""
    if expected is not None and expected != current:
        raise ConflictError(record)


def ended(invitations: Iterable[SeatInvitation], *, by: User | None) -> None:
    """Take back everything that is still open, because the team has started or is no more."""
    for invitation in invitations:
        was_told = invitation.told_at is not None
        moved(invitation, "withdraw", by=by, event="withdrawn")
        if was_told:
            tell_organization(invitation, "withdrawn")
