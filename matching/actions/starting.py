"""From who accepted to a team at work, through the gates; or to its end before that."""

from collections.abc import Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.actions.forming import add_seats, organizations_named, seats_in
from matching.actions.proposing import make_proposal
from matching.actions.teams import (
    ended,
    held,
    note,
    seats_held,
)
from matching.actions.telling import tell_members, tell_organization
from matching.drift import proposed, today_of
from matching.machine import LIVE, plan_step
from matching.models import (
    CheckIn,
    Engagement,
    EngagementPhase,
    Proposal,
    Responsibility,
    Seat,
    SeatInvitation,
    TeamPlan,
)
from matching.models.invitations import SeatInvitationQuerySet
from matching.rooms.actions import open_room
from matching.seatnames import PMO
from matching.teaming import Gate, answers_for, codes_of, fingerprint, gates, members_of, ties_of
from matching.vocabulary import CHECK_IN_MONTHS, InvitationState, Letter, SeatState
from network.actions import ConflictError, return_slot
from network.models import Organization, Team, TeamMember, User

STARTED = gettext_lazy("「%(name)s」が参加する支援チームの支援が始まりました。")


class GateError(ConflictError):
    """The team may not start yet; `gates` are the conditions that are not met, each with what is missing in words."""

    def __init__(self, closed: Sequence[Gate]) -> None:
        super().__init__(closed)
        self.gates = closed

    @property
    def drifted(self) -> bool:
        """Whether a member's profile is no longer what was proposed: then to propose anew is offered."""
        return any(gate.code == "profiles" for gate in self.gates)


@transaction.atomic
def cover(seat: Seat, *, organization: Organization | None, by: User) -> None:
    """Say which member answers for a phase whose seat nobody holds; None for nobody. Raises PermissionDenied,
    ConflictError, ValidationError."""
    plan = held(seat.plan, by=by)
    plan_step("change", plan.state)
    current = plan.seats.get(pk=seat.pk)
    if current.holder_id is not None:
        raise ConflictError(current)
    if organization is not None and not seats_held(plan, organization):
        raise ValidationError({"organization": _("参加が決まった機関から選んでください。")})
    current.covered_by = organization
    current.save(update_fields=["covered_by"])
    note(plan, "covered", seat=current, organization=organization, by=by)


@transaction.atomic
def confirm_ties(plan: TeamPlan, *, text: str, by: User) -> None:
    """Write down that the client was told of the interests in the team as they are today, and accepts them; `text`
    says how. Raises PermissionDenied, ConflictError, ValidationError."""
    current = held(plan, by=by)
    plan_step("change", current.state)
    if not text.strip():
        raise ValidationError({"ties_note": _("いつ、どのように伝えたかを書いてください。")})
    current.ties_seen, current.ties_note = fingerprint(ties_of(current)), text
    current.full_clean()
    current.save(update_fields=["ties_seen", "ties_note"])
    note(current, "ties_told", by=by)


@transaction.atomic
def start(plan: TeamPlan, *, by: User) -> Engagement:
    """Let the team begin: who accepted becomes a `network.Team` with its room, the seats the phases of the work.

    Raises PermissionDenied, GateError with everything that is missing, ConflictError where it has begun or is over.
    """
    current = held(plan, by=by)
    if closed := [gate for gate in gates(current) if not gate.is_open]:
        plan_step("change", current.state)
        raise GateError(closed)
    current.state = plan_step("start", current.state)
    members = members_of(current)
    current.team = Team.objects.create(name=current.title)
    TeamMember.objects.bulk_create(TeamMember(team=current.team, organization=member) for member in members)
    current.save(update_fields=["state", "team"])
    engagement = Engagement.objects.create(
        plan=current, team=current.team, lead=_lead(current), started_on=timezone.localdate()
    )
    _plan_phases(engagement, members)
    _plan_check_ins(engagement, engagement.started_on)
    open_ = SeatInvitation.objects.filter(seat__plan=current, state__in=[*LIVE, InvitationState.WAITING])
    ended(_with_plan(open_, current), by=by)
    open_room(current.team, labs=[current.need.lab], by=by)
    note(current, "started", by=by)
    tell_members(engagement, members, "started", STARTED)
    return engagement


def _lead(plan: TeamPlan) -> Organization:
    seat = plan.seats.select_related("holder").get(role=PMO)
    if seat.holder is None:
        raise ConflictError(seat)
    return seat.holder


def _plan_phases(engagement: Engagement, members: Sequence[Organization]) -> None:
    """A phase for each seat that is one: its holder is accountable, who the proposal named in support does, the others
    are told."""
    inside = {member.pk: member for member in members}
    for position, seat in enumerate(engagement.plan.seats.exclude(phase="")):
        accountable = inside.get(answers_for(seat, set(inside)) or 0)
        if accountable is None:  # the gate for phases is open, so this cannot be
            raise ConflictError(seat)
        phase = EngagementPhase.objects.create(
            engagement=engagement, position=position, phase=seat.phase, accountable=accountable
        )
        Responsibility.objects.bulk_create(
            Responsibility(
                phase=phase,
                organization=member,
                letter=Letter.RESPONSIBLE if member.external_id in seat.supporting else Letter.INFORMED,
            )
            for member in members
            if member != accountable
        )


def _plan_check_ins(engagement: Engagement, begun: date) -> None:
    CheckIn.objects.bulk_create(
        CheckIn(engagement=engagement, months=months, due=months_after(begun, months)) for months in CHECK_IN_MONTHS
    )


def months_after(day: date, months: int) -> date:
    """The same day so many months later; the last of the month where there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in range(day.day, 27, -1):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    return date(year, month + 1, day.day)


def _with_plan(invitations: SeatInvitationQuerySet, plan: TeamPlan) -> list[SeatInvitation]:
    found = list(invitations.select_related("seat", "organization"))
    for invitation in found:
        invitation.seat.plan = plan
    return found


def resolve_again(plan: TeamPlan, *, by: User) -> Proposal:
    """Propose anew on the registry of today, with everybody who has accepted and without who has declined, and rest
    the team on it: seats that are held stay, others get the new proposal's names.

    Raises PermissionDenied, ConflictError, and ValidationError where nothing can be proposed with them.
    """
    members = members_of(plan)
    keeping = frozenset(member.external_id for member in members)
    declined = SeatInvitation.objects.filter(
        seat__plan=plan, state__in=[InvitationState.DECLINED, InvitationState.EXPIRED]
    ).values_list("organization__external_id", flat=True)
    made = make_proposal(plan.need, keeping=keeping, without=frozenset(declined) - keeping, by=by)
    if not made.result["teams"]:
        raise ValidationError(
            _("参加が決まった機関を含むチームを、いまの条件では提案できません。条件を見直してください。")
        )
    _rested_on(plan, made, by)
    return made


@transaction.atomic
def _rested_on(plan: TeamPlan, made: Proposal, by: User) -> None:
    current = held(plan, by=by)
    plan_step("change", current.state)
    current.proposal, current.place, current.variant, current.answer = made, 0, None, None
    current.version += 1
    current.save(update_fields=["proposal", "place", "variant", "answer", "version"])
    lines = seats_in(made.result, 0)
    known = organizations_named({line["responsible"] for line in lines if line["responsible"]})
    for line in lines:
        for seat in current.seats.filter(role=line["role"]):
            _renamed(seat, known.get(line["responsible"]), line["supporting"])
    add_seats(current, lines)
    _refresh_profiles(current)
    note(current, "resolved", by=by, proposal=made.pk)


def _renamed(seat: Seat, responsible: Organization | None, supporting: list[str]) -> None:
    seat.proposed, seat.supporting = responsible, list(supporting)
    untouched = seat.state in (SeatState.OPEN, SeatState.MANUAL) and not seat.invitations.exists()
    if untouched:
        seat.state = SeatState.OPEN if responsible else SeatState.MANUAL
    seat.save(update_fields=["proposed", "supporting", "state"])


def _refresh_profiles(plan: TeamPlan) -> None:
    """Who is still asked or has accepted is now proposed on what holds today."""
    open_ = SeatInvitation.objects.filter(seat__plan=plan, state__in=[*LIVE, InvitationState.ACCEPTED])
    invitations = list(open_.select_related("organization"))
    names = [each.organization.external_id for each in invitations]
    today = today_of(names, plan.need, codes_of(plan))
    for each in invitations:
        each.profile = proposed(each.organization.external_id, plan.result, today[each.organization.external_id])
        each.save(update_fields=["profile"])


@transaction.atomic
def dissolve(plan: TeamPlan, *, reason: str, by: User) -> None:
    """End a team that comes to nothing: what is open is taken back, every member gets its place back. One at work is
    closed by `close` or, where the client gave up, so. Raises PermissionDenied, ConflictError, ValidationError."""
    current = held(plan, by=by)
    if not reason.strip():
        raise ValidationError({"reason": _("解散の理由を書いてください。参加した機関には伝わりません。")})
    members = members_of(current)
    current.state = plan_step("dissolve", current.state)
    current.reason, current.ended_at = reason, timezone.now()
    current.full_clean()
    current.save(update_fields=["state", "reason", "ended_at"])
    open_ = SeatInvitation.objects.filter(seat__plan=current, state__in=[*LIVE, InvitationState.WAITING])
    ended(_with_plan(open_, current), by=by)
    Engagement.objects.filter(plan=current).update(state="closed", closed_on=timezone.localdate())
    for member in sorted(members, key=lambda each: each.pk):
        return_slot(member, by=by)
    accepted = SeatInvitation.objects.filter(seat__plan=current, state=InvitationState.ACCEPTED)
    for invitation in _with_plan(accepted, current):
        tell_organization(invitation, "dissolved", gettext_lazy("参加が決まっていた支援チームは、解散しました。"))
    note(current, "dissolved", by=by)
