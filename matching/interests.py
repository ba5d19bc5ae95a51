"""Disclosed interests beside a proposal: between members, and of members with the client's suppliers of today."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from matching.explaining import Result
from matching.models import Need
from matching.neutrality import PAST_SHOWN, Reason, Standing, ended_before, roles_in, weigh
from network.access import Reader
from network.models import Tie


@dataclass(frozen=True, slots=True)
class Ledger:
    """What the reader may know of interests among everybody a result names as a member, and the suppliers."""

    today: date = field(default_factory=timezone.localdate)
    ties: tuple[Tie, ...] = ()
    suppliers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Interest:
    """One interest in words."""

    standing: Standing
    first: str
    second: str
    kind: str
    why: str
    """Why it is a conflict; empty for a fact."""
    note: str
    since: date | None
    until: date | None

    @property
    def is_conflict(self) -> bool:
        return self.standing == Standing.CONFLICT

    @property
    def is_past(self) -> bool:
        return self.standing == Standing.PAST


def ledger(need: Need, result: Result, reader: Reader | None) -> Ledger:
    """Read once for all teams. Without a reader (at the operator's console) nothing is hidden.

    What begins later is not told, and what ended longer than a year ago no more.
    """
    today = timezone.localdate()
    suppliers = frozenset(need.suppliers.values_list("external_id", flat=True))
    members = {member for team in result["teams"] for member in team["members"]}
    named = members | suppliers
    known = Tie.objects.all() if reader is None else Tie.objects.visible_to(reader)
    begun = Q(since__isnull=True) | Q(since__lte=today)
    recent = Q(until__isnull=True) | Q(until__gte=today - PAST_SHOWN)
    found = known.filter(begun, recent, first__external_id__in=named, second__external_id__in=named)
    return Ledger(today, tuple(found.select_related("first", "second").order_by("pk")), suppliers)


def interests_of(team: Result, result: Result, known: Ledger) -> list[Interest]:
    """The interests that touch one team: conflicts first, then facts, then the past."""
    roles = roles_in(team, result["requirements"], known.suppliers)
    members = set(team["members"])
    touching = [
        tie
        for tie in known.ties
        if {tie.first.external_id, tie.second.external_id} <= roles.keys()
        and members & {tie.first.external_id, tie.second.external_id}
    ]
    order = list(Standing)
    return sorted((_interest(tie, roles, known.today) for tie in touching), key=lambda i: order.index(i.standing))


def _interest(tie: Tie, roles: dict[str, Any], today: date) -> Interest:
    one, other = roles[tie.first.external_id], roles[tie.second.external_id]
    finding = weigh(tie.kind, one, other, ended=ended_before(tie.until, today))
    return Interest(
        standing=finding.standing,
        first=tie.first.name,
        second=tie.second.name,
        kind=str(tie.get_kind_display()),
        why=_why(finding.reason),
        note=tie.note,
        since=tie.since,
        until=tie.until,
    )


def _why(reason: Reason) -> str:
    said = {
        Reason.NONE: "",
        Reason.FEE: _("紹介の手数料が動く関係です。"),
        Reason.DELIVERS: _("決める立場の機関と、納める立場の機関のあいだの関係です。"),
        Reason.SUPPLIES: _("決める立場の機関と、企業のいまの取引先のあいだの関係です。"),
    }
    return said[reason]
