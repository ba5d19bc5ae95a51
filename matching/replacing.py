"""Who else could take exactly this seat, beside those who have accepted: the matcher asked again in their context."""

from dataclasses import dataclass, replace
from time import perf_counter

from django.utils import timezone

from matching.core import model as core
from matching.core.arrays import arrays_of
from matching.core.constraints import is_possible, may_join
from matching.core.places import hops
from matching.core.solver import propose
from matching.facts import need_facts, network
from matching.models import Seat
from matching.seating import is_usual, seats_of
from matching.seatnames import PMO
from matching.teaming import members_of
from matching.vocabulary import InvitationState
from matching.weights import PROFILES
from network.access import Reader
from network.models import Organization

OFFERED = 5
ASKED = 12
"""Teams asked for: of some the newcomer does nothing in this seat."""
TIME_LIMIT = 5.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """One organization for the seat, with what it brings to it."""

    organization: Organization
    levels: tuple[tuple[str, int, int], ...]
    """Capability, level, needed level, for each requirement of the seat."""
    score: int
    """Of the team of those who accepted and this one, in 1e-6; only its differences mean anything."""
    hops: int | None
    inside: bool
    """Whether it has accepted another seat already."""

    @property
    def reaches(self) -> bool:
        """Whether it reaches every level that the seat needs."""
        return all(level >= needed for _capability, level, needed in self.levels)


@dataclass(frozen=True, slots=True)
class _Context:
    """What the matcher is asked: the need cut to what is settled and this seat, on the registry of today."""

    seat: Seat
    need: core.Need
    network: core.Network
    whole: core.Need
    accepted: frozenset[str]
    indexes: tuple[int, ...]
    """Where the seat's requirements stand in the cut need."""


def next_best(seat: Seat, reader: Reader, top: int = OFFERED) -> list[Candidate]:
    """The best for this seat beside those who accepted, best first; members themselves come first where they can do
    it. Who declined it, let it lapse or is being asked is not named. Only whom the reader may see."""
    context = _context(seat)
    found = [*_inside(context), *_outside(context)]
    seen = Organization.objects.visible_to(reader).filter(is_active=True, external_id__in=[name for name, *_ in found])
    rows = {row.external_id: row for row in seen.select_related("municipality")}
    return [_candidate(context, rows[name], score, inside) for name, score, inside in found if name in rows][:top]


def _context(seat: Seat) -> _Context:
    members = frozenset(member.external_id for member in members_of(seat.plan))
    whole = need_facts(seat.plan.need)
    registry = network(timezone.localdate(), seat.plan.need.lab, members, taken=members)
    held = seat.plan.seats.filter(holder__isnull=False).exclude(pk=seat.pk)
    own = _requirements(seat)
    others = [item for each in held for item in _requirements(each)]
    asked = replace(
        whole,
        requirements=(*own, *others) or whole.requirements,
        must_include=members,
        exclude=whole.exclude | _tried(seat) - members,
        max_size=len(members) + 1,
        locked=(),
    )
    if seat.role != PMO and not _led(seat):
        asked = replace(asked, lead_kinds=None, lead_min_suitability=0.0)
    if members and not is_possible(asked, registry):
        # who accepted stays, whatever the conditions would say of them today
        asked = replace(asked, max_hops=None, forbidden_ties=frozenset(), lead_kinds=None, lead_min_suitability=0.0)
    return _Context(seat, asked, registry, whole, members, tuple(range(len(own))))


def _requirements(seat: Seat) -> list[core.Requirement]:
    return [
        core.Requirement(item["capability"], item["phase"], item["level"], item["weight"], item["must"])
        for item in seat.requirements
    ]


def _tried(seat: Seat) -> frozenset[str]:
    """Whom it makes no sense to name: was asked, or stands in the list of substitutes."""
    asked = seat.invitations.exclude(state=InvitationState.WITHDRAWN)
    return frozenset(asked.values_list("organization__external_id", flat=True))


def _led(seat: Seat) -> bool:
    return bool(seat.plan.seats.filter(role=PMO, holder__isnull=False).exists())


def _inside(context: _Context) -> list[tuple[str, int, bool]]:
    """Members that reach what the seat needs; the one with the highest levels first."""
    arrays, needed = arrays_of(context.network), _requirements(context.seat)
    able = []
    for name in sorted(context.accepted - _tried(context.seat)):
        levels = arrays.organization(arrays.row[name]).levels if name in arrays.row else {}
        if needed and all(levels.get(item.capability, 0) >= item.level for item in needed):
            able.append((-sum(levels.get(item.capability, 0) for item in needed), name))
    return [(name, 0, True) for _levels, name in sorted(able)]


def _outside(context: _Context) -> list[tuple[str, int, bool]]:
    begun = perf_counter()
    weights = PROFILES.get(context.seat.plan.need.weights, PROFILES["default"])
    if not is_possible(context.need, context.network):
        return []
    stop = lambda: perf_counter() - begun > TIME_LIMIT  # noqa: E731
    teams = propose(context.need, context.network, weights, ASKED, stop).teams
    found = []
    for team in teams:
        newcomers = set(team.members) - context.accepted
        if len(newcomers) == 1 and _suits(newcomer := min(newcomers), team, context):
            found.append((newcomer, team.score, False))
    return found


def _suits(name: str, team: core.Team, context: _Context) -> bool:
    """Whether the newcomer would do something in this seat: of requirements own one, else be of a usual kind; for the
    lead's seat, lead. And whether it may join at all."""
    arrays = arrays_of(context.network)
    known = arrays.organization(arrays.row[name])
    if not may_join(known, context.whole, context.network.hops):
        return False
    if context.seat.role == PMO and team.lead != name:
        return False
    if context.indexes:
        return any(team.owners.get(index) == name for index in context.indexes)
    shapes = {each.role: each for each in seats_of(context.whole)}
    shape = shapes.get(context.seat.role)
    return shape is None or not shape.kinds or is_usual(known, shape)


def _candidate(context: _Context, row: Organization, score: int, inside: bool) -> Candidate:
    arrays = arrays_of(context.network)
    known = arrays.organization(arrays.row[row.external_id])
    levels = tuple(
        (item.capability, max(known.levels.get(item.capability, 0), 0), item.level)
        for item in _requirements(context.seat)
    )
    far = hops(context.network.hops, context.whole.prefecture, known.prefectures)
    return Candidate(row, levels, score, far, inside)
