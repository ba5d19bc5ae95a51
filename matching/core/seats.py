"""Who sits where: a team's plan of roles by phase, one responsible member a seat, within everybody's capacity.

A minimum-cost flow (networkx): seats send one unit each to a member; the cost of an arc says how ill the member suits
the seat; the arcs out of a member get dearer one by one, so that responsibility spreads; a member takes no more seats
without a requirement than it has room beside the requirements that it owns.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import networkx as nx

from .constraints import by_id
from .model import Need, Network, Organization, Team

SPREAD = 10
"""What each further responsibility of one member costs; less than any difference in how members suit a seat."""
STEP = 1_000
"""The least difference in how two members suit a seat."""
EMPTY = 100 * STEP
"""What an empty seat costs: more than the least suited member."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A role in the work; `requirements` are the indexes of those it answers for."""

    role: str
    phase: str = ""
    """Empty for a role that runs through all phases."""
    requirements: tuple[int, ...] = ()
    kinds: tuple[frozenset[str], ...] = ()
    """Kinds of organization that usually hold it, the most usual first."""
    leads: bool = False
    """Whether it comes with leading: then it takes no room of its own."""


@dataclass(frozen=True, slots=True)
class Seated:
    """A seat with who answers for it; None where nobody has room."""

    seat: Seat
    responsible: str | None
    supporting: tuple[str, ...] = ()
    """Who owns another of its requirements or reaches the level of one, best first."""


@dataclass(frozen=True, slots=True)
class Plan:
    seats: tuple[Seated, ...]
    loads: Mapping[str, int] = field(default_factory=dict)
    """Requirements and further seats by member; never more than its capacity."""
    rooms: Mapping[str, int] = field(default_factory=dict)
    """Capacity by member."""


def plan(team: Team, need: Need, network: Network, seats: Sequence[Seat]) -> Plan:
    """Seats everybody. A seat with requirements is answered for by the owner of one of them (by a seat's lead where
    nobody owns any and somebody has room); the same team and seats always give the same plan."""
    known = by_id(network)
    members = {member: known[member] for member in team.members}  # in the order of their ids: ties fall the same way
    owned = {member: sum(owner == member for owner in team.owners.values()) for member in team.members}
    rooms = {member: members[member].max_requirements for member in team.members}
    chosen = _flow(team, seats, members, {member: rooms[member] - owned[member] for member in team.members})
    loads = dict(owned)
    for place, member in chosen.items():
        if _takes_room(seats[place], team):
            loads[member] += 1
    seated = tuple(
        Seated(seat, chosen.get(place), _supporting(seat, chosen.get(place), team, need, members))
        for place, seat in enumerate(seats)
    )
    return Plan(seated, loads, rooms)


def _takes_room(seat: Seat, team: Team) -> bool:
    return not seat.leads and not _owners(seat, team)


def _owners(seat: Seat, team: Team) -> list[str]:
    """Owners of its requirements, who owns most of them first."""
    owners = [team.owners[index] for index in seat.requirements if index in team.owners]
    return sorted(set(owners), key=lambda owner: (-owners.count(owner), owner))


def _flow(
    team: Team, seats: Sequence[Seat], members: Mapping[str, Organization], spare: Mapping[str, int]
) -> dict[int, str]:
    """Responsible member by the seat's place; empty seats are absent."""
    graph: nx.DiGraph = nx.DiGraph()
    graph.add_node("all", demand=len(seats))
    for place, seat in enumerate(seats):
        graph.add_node(("seat", place), demand=-1)
        graph.add_edge(("seat", place), "all", capacity=1, weight=EMPTY)
        for member, cost in _suited(seat, team, members):
            entry = ("room", member) if _takes_room(seat, team) else ("member", member)
            graph.add_edge(("seat", place), entry, capacity=1, weight=cost)
    for member in team.members:
        graph.add_edge(("room", member), ("member", member), capacity=max(spare[member], 0), weight=0)
        for turn in range(len(seats)):
            graph.add_edge(("member", member), ("turn", member, turn), capacity=1, weight=SPREAD * turn)
            graph.add_edge(("turn", member, turn), "all", capacity=1, weight=0)
    flow = nx.min_cost_flow(graph)
    return {
        place: entry[1]
        for place in range(len(seats))
        for entry, units in flow["seat", place].items()
        if units and entry != "all"
    }


def _suited(seat: Seat, team: Team, members: Mapping[str, Organization]) -> list[tuple[str, int]]:
    """Who may answer for a seat, with the cost of it; the lead alone for what comes with leading."""
    owners = _owners(seat, team)
    if owners:
        return [(owner, STEP * place + _order(owner, team)) for place, owner in enumerate(owners)]
    if seat.leads:
        return [(team.lead, 0)]
    return [(member, STEP * _strangeness(members[member], seat, team) + _order(member, team)) for member in members]


def _order(member: str, team: Team) -> int:
    """Breaks ties by id, whatever the flow algorithm does."""
    return team.members.index(member)


def _strangeness(organization: Organization, seat: Seat, team: Team) -> int:
    """Twice the place of its kind among those that usually hold the seat; the lead goes before others of the kind."""
    usual = next((place for place, kinds in enumerate(seat.kinds) if organization.kind in kinds), len(seat.kinds))
    return 2 * usual + (organization.id != team.lead)


def _supporting(
    seat: Seat, responsible: str | None, team: Team, need: Need, members: Mapping[str, Organization]
) -> tuple[str, ...]:
    owners = [owner for owner in _owners(seat, team) if owner != responsible]
    able = [
        (-members[member].levels.get(need.requirements[index].capability, 0), member)
        for index in seat.requirements
        for member in team.members
        if members[member].levels.get(need.requirements[index].capability, 0) >= need.requirements[index].level
    ]
    ranked = [member for _level, member in sorted(able)]
    return tuple(member for member in dict.fromkeys([*owners, *ranked]) if member != responsible)
