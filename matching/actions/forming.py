"""From a proposal to a team that is asked: its seats, and what invited organizations see of the matter."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from matching.actions.teams import expect_version, held, note
from matching.machine import plan_step
from matching.models import Need, Proposal, Seat, TeamPlan, Variant
from matching.models.teams import UNDER_WAY
from matching.seatnames import PMO
from matching.vocabulary import SeatState, Shown
from network.actions import ConflictError
from network.codes import INDUSTRIES, PREFECTURES
from network.models import Organization, User

Json = dict[str, Any]


def anonymous_title(need: Need) -> str:
    """What the matter may be called outside the lab where nobody says otherwise."""
    if not need.industry:
        return _("%(place)sの企業の支援") % {"place": PREFECTURES.name(need.prefecture)}
    place, trade = PREFECTURES.name(need.prefecture), INDUSTRIES.name(need.industry)
    return _("%(place)sの%(trade)sの支援") % {"place": place, "trade": trade}


@transaction.atomic
def choose_team(
    proposal: Proposal,
    *,
    place: int = 0,
    title: str = "",
    brief: str = "",
    shows: Shown = Shown.KINDS,
    variant: Variant | None = None,
    expected: int | None = None,
    by: User,
) -> TeamPlan:
    """Take a proposal's team (its place, from 0) to be asked, or a variant of the proposal; its seats are what that
    answer has. `expected` is the variant's version that was read.

    Raises PermissionDenied unless `by` may change the need, ConflictError with the plan where a team is under way for
    it already and with the variant where it was changed, ValidationError for a place without a team, for a variant
    that breaks a condition of the need, and for texts that cannot be stored.
    """
    need = Need.objects.select_for_update(no_key=True, of=("self",)).get(pk=proposal.need_id)
    if not Need.objects.editable_by(by).contains(need):
        raise PermissionDenied
    if standing := need.plans.filter(state__in=UNDER_WAY).first():
        raise ConflictError(standing)
    chosen = _chosen(variant, expected) if variant else None
    lines = seats_in(chosen.answer, 0) if chosen else seats_in(proposal.result, place)
    plan = TeamPlan(need=need, proposal=proposal, place=place, brief=brief, shows=shows, chosen_by=by)
    plan.title = title or anonymous_title(need)
    if chosen:
        plan.proposal, plan.place, plan.variant, plan.answer = chosen.proposal, chosen.place, chosen, chosen.answer
    plan.full_clean()
    plan.save()
    add_seats(plan, lines)
    note(plan, "chosen", by=by, proposal=plan.proposal_id, place=plan.place)
    return plan


def _chosen(variant: Variant, expected: int | None) -> Variant:
    """The variant as it stands now, held."""
    rows = Variant.objects.select_for_update(no_key=True, of=("self",)).select_related("proposal")
    current = rows.filter(pk=variant.pk).first()
    if current is None:
        raise ConflictError(None)
    expect_version(current.version, expected, current)
    if current.answer["obstacles"]:
        said = _("この案は、案件の条件に合いません。検討台で機関を入れ替えるか、案件の条件を変えてください。")
        raise ValidationError({"variant": said})
    return current


def seats_in(result: Json, place: int) -> list[Json]:
    """The seats of one of an answer's teams; raises ValidationError where there is none."""
    seatings = result.get("seats") or []
    if not 0 <= place < len(seatings):
        raise ValidationError({"place": _("この提案には、その席の割り振りがありません。提案をつくり直してください。")})
    found: list[Json] = seatings[place]["seats"]
    return found


def add_seats(plan: TeamPlan, lines: list[Json]) -> None:
    """A seat for each line whose role has none yet."""
    wanted, now = plan.result["requirements"], timezone.now()
    there = set(plan.seats.values_list("role", flat=True))
    known = organizations_named({line["responsible"] for line in lines if line["responsible"]})
    for position, line in enumerate(lines):
        if line["role"] in there:
            continue
        requirements = [wanted[index] for index in line["requirements"]]
        responsible = known.get(line["responsible"])
        Seat.objects.create(
            plan=plan,
            position=position,
            role=line["role"],
            phase=line["phase"],
            requirements=requirements,
            must=line["role"] == PMO or any(item["must"] for item in requirements),
            proposed=responsible,
            supporting=list(line["supporting"]),
            state=SeatState.OPEN if responsible else SeatState.MANUAL,
            since=now,
        )


def organizations_named(ids: set[str]) -> dict[str, Organization]:
    """By the external id of the proposal's day: a record that was joined to another is that other now."""
    found = Organization.objects.filter(external_id__in=ids).select_related("merged_into")
    return {row.external_id: row.merged_into or row for row in found}


@transaction.atomic
def describe_team(
    plan: TeamPlan, *, title: str, brief: str, shows: Shown, expected: int | None = None, by: User
) -> TeamPlan:
    """Change what invited organizations see. Raises PermissionDenied, ConflictError, ValidationError."""
    current = held(plan, by=by)
    plan_step("change", current.state)
    expect_version(current.version, expected, current)
    current.title, current.brief, current.shows = title, brief, shows
    current.version += 1
    current.full_clean()
    current.save()
    note(current, "described", by=by)
    return current
