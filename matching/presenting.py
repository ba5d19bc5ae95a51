"""Seats and invitations as a page shows them: who waits for whom, since when, and who is how busy."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count
from django.utils import timezone

from matching.machine import LIVE
from matching.models import CheckIn, Engagement, Need, Seat, SeatInvitation, Task, TeamPlan
from matching.standing import with_standing
from matching.teaming import fingerprint, members_of, ties_known_to
from matching.vocabulary import CheckItem, InvitationState, SeatState, Shown
from network.access import Reader, organization_ids_of
from network.codes import KINDS
from network.models import Capability, Membership, Organization
from network.vocabulary import Role

STALLED_AFTER = timedelta(days=5)
SOON = timedelta(days=30)
ROWS = 12


@dataclass(frozen=True, slots=True)
class Wish:
    """One requirement of a seat in words."""

    name: str
    level: int
    must: bool


@dataclass(frozen=True, slots=True)
class SeatView:
    seat: Seat
    requirements: tuple[Wish, ...]
    invitations: tuple[SeatInvitation, ...]
    """The newest first; who was given up stands below who is asked."""
    answerless: bool = False
    """True where the organization asked, or proposed, has nobody who could answer."""

    @property
    def is_open(self) -> bool:
        return self.seat.state == SeatState.OPEN

    @property
    def is_manual(self) -> bool:
        return self.seat.state == SeatState.MANUAL


def names_of_capabilities() -> dict[str, str]:
    return {each.code: each.name for each in Capability.objects.all()}


def wishes(seat: Seat, names: dict[str, str]) -> tuple[Wish, ...]:
    return tuple(
        Wish(names.get(item["capability"], item["capability"]), item["level"], item["must"])
        for item in seat.requirements
    )


def seat_views(plan: TeamPlan) -> list[SeatView]:
    """Every seat of the plan with everything that was asked."""
    names = names_of_capabilities()
    asked: dict[int, list[SeatInvitation]] = {}
    order = {state: place for place, state in enumerate((InvitationState.ACCEPTED, *LIVE, InvitationState.WAITING))}
    found = SeatInvitation.objects.filter(seat__plan=plan).select_related("organization")
    for invitation in sorted(found, key=lambda each: (order.get(InvitationState(each.state), 9), -each.pk)):
        asked.setdefault(invitation.seat_id, []).append(invitation)
    seats = list(plan.seats.select_related("proposed", "holder", "covered_by"))
    named = {each.organization_id for rows in asked.values() for each in rows}
    named |= {seat.proposed_id for seat in seats if seat.proposed_id}
    answering = _with_editors(named)
    return [
        SeatView(
            seat,
            wishes(seat, names),
            tuple(asked.get(seat.pk, ())),
            seat.proposed_id is not None and seat.proposed_id not in answering,
        )
        for seat in seats
    ]


def _with_editors(organizations: Iterable[int]) -> set[int]:
    rows = Membership.objects.filter(organization__in=list(organizations), role=Role.EDITOR, user__is_active=True)
    return set(rows.values_list("organization", flat=True))


@dataclass(frozen=True, slots=True)
class TickRow:
    """What one member has ticked: (item, label, done)."""

    organization: Organization
    items: tuple[tuple[str, str, bool], ...]


def tick_rows(plan: TeamPlan) -> list[TickRow]:
    ticked = {(tick.organization_id, tick.item): tick.seen for tick in plan.ticks.all()}
    return [TickRow(member, tuple(_ticks(plan, member, ticked))) for member in members_of(plan)]


def _ticks(plan: TeamPlan, member: Organization, ticked: dict[tuple[int, str], str]) -> Iterable[tuple[str, str, bool]]:
    for item in CheckItem:
        done = (member.pk, item.value) in ticked
        if item == CheckItem.TIES and done:
            done = ticked[member.pk, item.value] == fingerprint(ties_known_to(plan, member))
        yield item.value, str(item.label), done


@dataclass(frozen=True, slots=True)
class OtherSeat:
    """Another seat as an invited organization may know it."""

    title: str
    who: str
    """Kind or name; empty where nobody is foreseen."""


def other_seats(invitation: SeatInvitation) -> list[OtherSeat]:
    """The other seats by kind or by name, as the facilitator set; by name, of who accepted, once oneself has."""
    plan = invitation.seat.plan
    named = plan.shows == Shown.NAMES or invitation.state == InvitationState.ACCEPTED
    seats = plan.seats.exclude(pk=invitation.seat_id).select_related("holder", "proposed")
    return [OtherSeat(seat.title, _who(seat, plan, named=named)) for seat in seats]


def _who(seat: Seat, plan: TeamPlan, *, named: bool) -> str:
    foreseen = seat.holder or seat.proposed
    if foreseen is None:
        return ""
    if named and (seat.holder is not None or plan.shows == Shown.NAMES):
        return foreseen.name
    return KINDS.name(foreseen.kind)


# --- Home ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Waits:
    """One thing that waits: for whom, since when, and what to do next."""

    plan: TeamPlan
    what: str
    """A key of the template: invited, owed, manual, open, ready."""
    whom: str
    since: datetime
    seat: Seat | None = None

    @property
    def is_stalled(self) -> bool:
        return self.since < timezone.now() - STALLED_AFTER

    @property
    def days(self) -> int:
        """Whole days that it has waited."""
        return (timezone.now() - self.since).days


def team_desk(reader: Reader) -> dict[str, Any]:
    """Context of the facilitator's home: what waits (the longest first), who has how much to do, next check-ins."""
    plans = TeamPlan.objects.visible_to(reader).filter(state__in=["forming", "ready"]).select_related("need")
    rows = list(plans.prefetch_related("seats__invitations__organization"))
    waits = sorted((each for plan in rows for each in _waits(plan)), key=lambda each: each.since)
    today = timezone.localdate()
    engagements = Engagement.objects.filter(plan__need__in=Need.objects.visible_to(reader))
    looks = CheckIn.objects.filter(engagement__in=engagements, done_on=None, due__lte=today + SOON)
    late = Task.objects.filter(engagement__in=engagements.exclude(state="closed"), done_at=None, until__lt=today)
    return {
        "waits": waits[:ROWS],
        "more": max(len(waits) - ROWS, 0),
        "check_ins": looks.select_related("engagement__plan").order_by("due", "pk")[:ROWS],
        "late": late.select_related("engagement__plan", "organization").order_by("until", "pk")[:ROWS],
        "load": _load(engagements, rows),
    }


MATTERS = 3


def current_matters(reader: Reader) -> list[tuple[str, int, str]]:
    """(kind of `network.topics`, id, title) of the work the reader is in: engagements of the own organizations that
    go on, the newest first, then needs the reader facilitates whose team is at work or being formed."""
    going = Engagement.objects.visible_to(reader).exclude(state="closed").select_related("plan")
    mine = going.filter(team__members__organization__in=organization_ids_of(reader)).distinct()
    found = [("engagement", each.pk, each.plan.title) for each in mine[:MATTERS]]
    needs = with_standing(Need.objects.visible_to(reader)).order_by("-updated_at", "-pk")
    own = needs.exclude(standing="closed").exclude(plans__engagement__in=[pk for _kind, pk, _title in found])
    return [*found, *(("need", each.pk, each.title) for each in own[:MATTERS])][:MATTERS]


def _waits(plan: TeamPlan) -> Iterable[Waits]:
    for seat in plan.seats.all():
        for invitation in seat.invitations.all():
            if invitation.state in LIVE:
                what = "owed" if invitation.is_owed else "invited"
                yield Waits(plan, what, invitation.organization.name, invitation.since, seat)
        if seat.state in (SeatState.MANUAL, SeatState.OPEN):
            yield Waits(plan, str(seat.state), "", seat.since, seat)
    if plan.state == "ready":
        last = max((seat.since for seat in plan.seats.all()), default=plan.chosen_at)
        yield Waits(plan, "ready", "", last)


def _load(engagements: Any, plans: list[TeamPlan]) -> list[tuple[str, int]]:
    """Organizations by how many of the lab's teams they are in, those at work and those being formed, most first."""
    working = engagements.exclude(state="closed").values_list("team__organizations__name").annotate(n=Count("pk"))
    found: dict[str, int] = {name: n for name, n in working if name}
    for plan in plans:
        for name in {
            each.organization.name
            for seat in plan.seats.all()
            for each in seat.invitations.all()
            if each.state == InvitationState.ACCEPTED
        }:
            found[name] = found.get(name, 0) + 1
    return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))[:ROWS]
