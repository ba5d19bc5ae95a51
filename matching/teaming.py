"""Who is in a team that is being formed, what interests stand between them, and whether it may start."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from matching.drift import Difference, differences, sentence, today_of
from matching.models import Seat, SeatInvitation, TeamPlan
from matching.seatnames import PMO
from matching.vocabulary import CheckItem, InvitationState
from network.models import Capability, Organization, Tie
from network.models.relations import TieQuerySet
from network.vocabulary import TieVisibility


def members_of(plan: TeamPlan) -> list[Organization]:
    """Who accepted a seat, each once, the lead first."""
    seats = plan.seats.filter(holder__isnull=False).select_related("holder")
    ordered = sorted(seats, key=lambda seat: (seat.role != PMO, seat.position))
    return list({seat.holder_id: seat.holder for seat in ordered if seat.holder}.values())


def codes_of(plan: TeamPlan) -> list[str]:
    """Capabilities that the proposal was about."""
    return list(dict.fromkeys(item["capability"] for item in plan.result["requirements"]))


def ties_of(plan: TeamPlan) -> TieQuerySet:
    """Interests in force today that touch a member: with another, or with a supplier of the client."""
    members = [member.pk for member in members_of(plan)]
    named = [*members, *plan.need.suppliers.values_list("pk", flat=True)]
    touching = Q(first__in=members) | Q(second__in=members)
    return Tie.objects.in_force(timezone.localdate()).filter(touching, first__in=named, second__in=named)


def ties_known_to(plan: TeamPlan, organization: Organization) -> TieQuerySet:
    """Of these, between members, those that the organization may know: its own, and those open to the network."""
    members = [member.pk for member in members_of(plan)]
    told = Q(visibility=TieVisibility.NETWORK) | Q(first=organization) | Q(second=organization)
    return ties_of(plan).filter(told, first__in=members, second__in=members)


def fingerprint(ties: Iterable[Tie]) -> str:
    """Stands for exactly these interests."""
    said = sorted(f"{tie.pk}:{tie.kind}:{tie.since}:{tie.until}" for tie in ties)
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Gate:
    """One condition for the start, with what is still missing in words."""

    code: str
    title: str
    problems: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        return not self.problems


def gates(plan: TeamPlan) -> list[Gate]:
    """Every condition, in the order in which a facilitator meets them."""
    members = members_of(plan)
    return [
        Gate("seats", _("必須の席がそろっている"), tuple(_empty_seats(plan))),
        Gate("phases", _("どの局面にも、責任をもつ機関がひとつある"), tuple(_nobody_answers(plan, members))),
        Gate("ties", _("利害関係が開示され、了承されている"), tuple(_ties(plan, members))),
        Gate("checks", _("参加する機関が、秘密保持と情報の取り扱いを確認した"), tuple(_unticked(plan, members))),
        Gate("profiles", _("提案のあとに、参加する機関の登録が変わっていない"), tuple(drift_sentences(plan))),
    ]


def _empty_seats(plan: TeamPlan) -> list[str]:
    empty = [seat for seat in plan.seats.all() if seat.must and seat.holder_id is None]
    return [_("「%(seat)s」の席が決まっていません。") % {"seat": seat.title} for seat in empty]


def _nobody_answers(plan: TeamPlan, members: list[Organization]) -> list[str]:
    inside = {member.pk for member in members}
    open_ = [seat for seat in plan.seats.all() if seat.phase and not answers_for(seat, inside)]
    said = _("「%(seat)s」に責任をもつ機関がいません。席を埋めるか、参加する機関から選んでください。")
    return [said % {"seat": seat.title} for seat in open_]


def answers_for(seat: Seat, members: set[int]) -> int | None:
    """The id of the member that is accountable for the seat; who covers counts only while it is a member."""
    if seat.holder_id is not None:
        return seat.holder_id
    return seat.covered_by_id if seat.covered_by_id in members else None


def _ties(plan: TeamPlan, members: list[Organization]) -> list[str]:
    ticks = {tick.organization_id: tick.seen for tick in plan.ticks.filter(item=CheckItem.TIES)}
    problems = [
        _("%(name)sが、利害関係を確認していません。") % {"name": member.name}
        for member in members
        if ticks.get(member.pk) != fingerprint(ties_known_to(plan, member))
    ]
    ties = list(ties_of(plan))
    if ties and plan.ties_seen != fingerprint(ties):
        problems.append(_("利害関係を依頼元の企業に伝え、了承を得たことを記録してください。"))
    return problems


def _unticked(plan: TeamPlan, members: list[Organization]) -> list[str]:
    ticked = set(plan.ticks.values_list("organization", "item"))
    said = _("%(name)sの確認がまだです: %(item)s")
    return [
        said % {"name": member.name, "item": item.label}
        for member in members
        for item in (CheckItem.NDA, CheckItem.CONSENT)
        if (member.pk, item) not in ticked
    ]


def drift(plan: TeamPlan) -> list[Difference]:
    """What members declare differently from what they were proposed on."""
    accepted = list(
        SeatInvitation.objects.filter(seat__plan=plan, state=InvitationState.ACCEPTED)
        .select_related("organization")
        .order_by("pk")
    )
    names = list(dict.fromkeys(each.organization.external_id for each in accepted))
    if not names:
        return []
    today = today_of(names, plan.need, codes_of(plan))
    found: list[Difference] = []
    for each in accepted:
        name = each.organization.external_id
        found += [one for one in differences(name, each.profile, today[name]) if one not in found]
    return found


def drift_sentences(plan: TeamPlan) -> list[str]:
    found = drift(plan)
    names: dict[str, Any] = {member.external_id: member.name for member in members_of(plan)} if found else {}
    capabilities = {each.code: each.name for each in Capability.objects.all()} if found else {}
    return [sentence(one, names.get(one.organization, one.organization), capabilities) for one in found]
