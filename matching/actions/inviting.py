"""The facilitator's side of invitations: asking, answering, taking back."""

from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.actions.teams import (
    deadline_on,
    held,
    last_moment,
    managed,
    moved,
    note,
    release,
    settled,
)
from matching.actions.telling import tell_invited, tell_organization
from matching.drift import proposed, today_of
from matching.machine import plan_step
from matching.models import Seat, SeatInvitation, TeamPlan
from matching.teaming import codes_of
from matching.vocabulary import InvitationState, SeatState
from network.actions import ConflictError
from network.models import Organization, User

LEAST_DAYS_AFTER_ANSWER = 2
"""Who waited for an answer has at least so long from then on."""


@transaction.atomic
def invite(
    seat: Seat, *, organization: Organization, deadline: date | None = None, message: str = "", by: User
) -> SeatInvitation:
    """Ask an organization to take the seat until the end of that day (Asia/Tokyo).

    Several may be asked for one seat: the first to accept has it. Raises PermissionDenied, ConflictError where the
    seat is held, the organization is being asked already or the team is past that, ValidationError for a day or an
    organization that cannot be.
    """
    plan = held(seat.plan, by=by)
    return _invited(_seat(plan, seat), organization, deadline, message, by)


@transaction.atomic
def invite_all(plan: TeamPlan, *, deadline: date | None = None, message: str = "", by: User) -> list[SeatInvitation]:
    """Ask everybody whom the proposal has in a seat for which nobody was asked yet. Raises like `invite`."""
    current = held(plan, by=by)
    plan_step("change", current.state)
    open_ = current.seats.filter(state=SeatState.OPEN, proposed__isnull=False, proposed__is_active=True)
    found = []
    for seat in open_.select_related("proposed"):
        seat.plan = current
        if seat.proposed is not None:
            found.append(_invited(seat, seat.proposed, deadline, message, by))
    return found


@transaction.atomic
def waitlist(seat: Seat, *, organization: Organization, by: User) -> SeatInvitation:
    """Note a substitute, who is asked by itself when the seat falls free, and learns of it only then. Raises like
    `invite`."""
    plan = held(seat.plan, by=by)
    current = _seat(plan, seat)
    plan_step("change", plan.state)
    _expect_askable(current, organization, by)
    made = SeatInvitation(
        seat=current,
        organization=organization,
        state=InvitationState.WAITING,
        since=timezone.now(),
        profile=_profile(plan, organization),
        invited_by=by,
    )
    made.save()
    note(plan, "waiting", seat=current, organization=organization, by=by)
    return made


@transaction.atomic
def withdraw(invitation: SeatInvitation, *, by: User) -> SeatInvitation:
    """Take an invitation back, or a seat that was accepted, before the start. Raises PermissionDenied,
    ConflictError."""
    current = managed(invitation, by=by)
    plan_step("change", current.seat.plan.state)
    was_accepted, was_told = current.state == InvitationState.ACCEPTED, current.told_at is not None
    moved(current, "withdraw", by=by, event="withdrawn")
    release(current, by=by) if was_accepted else settled(current.seat, by=by)
    if was_told:
        tell_organization(current, "withdrawn")
    return current


@transaction.atomic
def answer(invitation: SeatInvitation, *, text: str, by: User) -> SeatInvitation:
    """Answer what an organization asked; it has LEAST_DAYS_AFTER_ANSWER from now at least. Raises PermissionDenied,
    ConflictError, ValidationError."""
    current = managed(invitation, by=by)
    if not text.strip():
        raise ValidationError({"answer": _("回答を書いてください。")})
    moved(current, "answer", by=by, event="answered", answer=text, deadline=_extended(current))
    tell_organization(current, "answered", gettext_lazy("支援チームの招待についての質問に、回答がありました。"))
    return current


@transaction.atomic
def settle_change(invitation: SeatInvitation, *, agreed: bool, text: str = "", by: User) -> SeatInvitation:
    """Say yes or no to a change that an organization asked for; what was agreed stands with the invitation. Raises
    like `answer`."""
    current = managed(invitation, by=by)
    if not agreed and not text.strip():
        raise ValidationError({"answer": _("応じられない理由を書いてください。")})
    terms = current.change if agreed else current.terms
    moved(current, "settle", by=by, event="settled", answer=text, terms=terms, deadline=_extended(current))
    tell_organization(current, "settled", gettext_lazy("支援チームの招待で相談された変更に、返事がありました。"))
    return current


def _seat(plan: TeamPlan, seat: Seat) -> Seat:
    current = Seat.objects.select_related("proposed").get(pk=seat.pk, plan=plan)
    current.plan = plan
    return current


def _invited(seat: Seat, organization: Organization, deadline: date | None, message: str, by: User) -> SeatInvitation:
    plan_step("change", seat.plan.state)
    moment, now = deadline_on(deadline), timezone.now()
    waiting = seat.invitations.filter(organization=organization, state=InvitationState.WAITING).first()
    if waiting is not None and seat.state != SeatState.HELD:
        waiting.seat = seat
        fields = {"deadline": moment, "told_at": now, "message": message, "reminded_at": None}
        made = moved(waiting, "promote", by=by, event="invited", **fields)
    else:
        _expect_askable(seat, organization, by)
        made = SeatInvitation(
            seat=seat,
            organization=organization,
            state=InvitationState.INVITED,
            since=now,
            deadline=moment,
            message=message,
            profile=_profile(seat.plan, organization),
            told_at=now,
            invited_by=by,
        )
        made.full_clean(validate_constraints=False)
        made.save()
        note(seat.plan, "invited", seat=seat, organization=organization, by=by)
    settled(seat, by=by)
    tell_invited(made)
    return made


def _expect_askable(seat: Seat, organization: Organization, by: User) -> None:
    if not Organization.objects.visible_to(by).filter(pk=organization.pk, is_active=True).exists():
        raise ValidationError({"organization": _("登録されている機関を選んでください。")})
    open_ = [state for state in InvitationState if state not in _OVER]
    standing = seat.invitations.filter(organization=organization, state__in=open_).first()
    if seat.state == SeatState.HELD or standing is not None:
        raise ConflictError(standing or seat)


_OVER = (InvitationState.DECLINED, InvitationState.EXPIRED, InvitationState.WITHDRAWN, InvitationState.FILLED)


def _profile(plan: TeamPlan, organization: Organization) -> dict[str, object]:
    name = organization.external_id
    today = today_of([name], plan.need, codes_of(plan))[name]
    return proposed(name, plan.result, today)


def _extended(invitation: SeatInvitation) -> datetime:
    least = last_moment(timezone.localdate() + timedelta(days=LEAST_DAYS_AFTER_ANSWER))
    return max(filter(None, (invitation.deadline, least)))
