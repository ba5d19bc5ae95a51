"""The invited organization's side: taking the seat or not, asking, proposing a change; and the checklist."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.actions.teams import (
    locked,
    moved,
    note,
    received,
    release,
    seats_held,
    settled,
)
from matching.actions.telling import tell_facilitators, tell_organization
from matching.machine import LIVE, plan_step
from matching.models import SeatInvitation, TeamPlan, Tick
from matching.teaming import fingerprint, ties_known_to
from matching.vocabulary import CheckItem, DeclineReason, InvitationState
from network.access import organization_ids_edited_by
from network.actions import ConflictError, NoSlotError, take_slot
from network.models import Organization, User


class NoRoomError(ConflictError):
    """The organization can begin no further engagement; nothing was written."""


@transaction.atomic
def accept(invitation: SeatInvitation, *, by: User) -> SeatInvitation:
    """Take the seat, and with an organization's first seat in the team one of the engagements that it can begin.

    Everybody else who was asked for the seat is told that it is taken. Of several at once exactly one gets through.
    Raises PermissionDenied unless `by` edits the organization, ConflictError where the seat is taken, the invitation
    is over or late, NoRoomError where the organization has no room.
    """
    current = received(invitation, by=by)
    seat, plan = current.seat, current.seat.plan
    plan_step("change", plan.state)
    if current.is_late or seat.holder_id is not None:
        raise ConflictError(current)
    first = not seats_held(plan, current.organization)
    moved(current, "accept", by=by, event="accepted", answered_by=by)
    if first:
        _take_slot(current.organization, by)
    for other in seat.invitations.filter(state__in=LIVE).select_related("organization"):
        other.seat = seat
        moved(other, "fill", by=None, event="filled")
        tell_organization(
            other, "filled", gettext_lazy("お返事をお願いしていた支援チームの席は、ほかの機関で決まりました。")
        )
    settled(seat, by=by)
    tell_facilitators(current, "accepted", gettext_lazy("「%(name)s」が、支援チームの席への参加を決めました。"))
    return current


def _take_slot(organization: Organization, by: User) -> None:
    try:
        take_slot(organization, by=by)
    except NoSlotError as full:
        raise NoRoomError(organization) from full


@transaction.atomic
def decline(invitation: SeatInvitation, *, reason: DeclineReason, note_: str = "", by: User) -> SeatInvitation:
    """Do not take the seat, or give it back before the start. Raises PermissionDenied, ConflictError,
    ValidationError."""
    current = received(invitation, by=by)
    plan_step("change", current.seat.plan.state)
    if reason == DeclineReason.OTHER and not note_.strip():
        raise ValidationError({"note": _("「その他」の場合は、理由を書いてください。")})
    was_accepted = current.state == InvitationState.ACCEPTED
    moved(current, "decline", by=by, event="declined", reason=reason, note=note_, answered_by=by)
    release(current, by=by) if was_accepted else settled(current.seat, by=by)
    tell_facilitators(
        current, "declined", gettext_lazy("「%(name)s」が、支援チームの席を辞退しました。次の候補をご覧ください。")
    )
    return current


@transaction.atomic
def ask(invitation: SeatInvitation, *, text: str, by: User) -> SeatInvitation:
    """Ask the facilitator; until the answer no deadline runs out. Raises like `decline`."""
    current = _open_to_talk(invitation, text, "question", by)
    moved(current, "ask", by=by, event="asked", question=text, answer="")
    tell_facilitators(current, "asked", gettext_lazy("「%(name)s」から、支援チームの招待について質問が届きました。"))
    return current


@transaction.atomic
def propose_change(invitation: SeatInvitation, *, text: str, by: User) -> SeatInvitation:
    """Ask for the seat to be another; until the answer no deadline runs out. Raises like `decline`."""
    current = _open_to_talk(invitation, text, "change", by)
    moved(current, "propose_change", by=by, event="changing", change=text, answer="")
    tell_facilitators(current, "changing", gettext_lazy("「%(name)s」から、支援チームの席の変更の相談が届きました。"))
    return current


def _open_to_talk(invitation: SeatInvitation, text: str, field: str, by: User) -> SeatInvitation:
    current = received(invitation, by=by)
    plan_step("change", current.seat.plan.state)
    if current.is_late:
        raise ConflictError(current)
    if not text.strip():
        raise ValidationError({field: _("内容を書いてください。")})
    return current


@transaction.atomic
def queue_up(invitation: SeatInvitation, *, by: User) -> SeatInvitation:
    """Stay ready for a seat that another has taken: asked again when it falls free. Raises PermissionDenied,
    ConflictError."""
    current = received(invitation, by=by)
    plan_step("change", current.seat.plan.state)
    moved(current, "queue_up", by=by, event="waiting")
    settled(current.seat, by=by)
    return current


@transaction.atomic
def tick(plan: TeamPlan, *, organization: Organization, item: CheckItem, on: bool = True, by: User) -> None:
    """Tick or untick a point of the checklist for a member; for `ties`, of the interests that it may know today.

    Raises PermissionDenied unless `by` edits the organization and it has accepted a seat; ConflictError after the
    start.
    """
    current = locked(plan.pk)
    mine = Organization.objects.filter(pk__in=organization_ids_edited_by(by))
    if not mine.contains(organization) or not seats_held(current, organization):
        raise PermissionDenied
    plan_step("change", current.state)
    current.ticks.filter(organization=organization, item=item).delete()
    if on:
        seen = fingerprint(ties_known_to(current, organization)) if item == CheckItem.TIES else ""
        Tick.objects.create(plan=current, organization=organization, item=item, seen=seen, by=by, at=timezone.now())
    note(current, "ticked" if on else "unticked", organization=organization, by=by, item=str(item))
