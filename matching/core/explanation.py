"""Facts about a proposed team, for its explanation: who covers what, what is missing, who matters."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from .constraints import is_feasible, is_possible, known
from .model import COVERING_LEVEL, WEAKNESS, Need, Network, Organization, Requirement, Team, Weights
from .objective import Scorer
from .places import hops
from .units import covered_share

UNREACHED = float("inf")


@dataclass(frozen=True, slots=True)
class Cover:
    """A declared weakness that another member's strength makes good."""

    weakness_of: str
    capability: str
    by: str


@dataclass(frozen=True, slots=True)
class Nearest:
    """An organization outside the team; `hops` is None where no path leads to it."""

    organization: str
    hops: int | None


@dataclass(frozen=True, slots=True)
class Gap:
    """A requirement, by its index, that the team covers in part only (a share in [0, 1))."""

    requirement: int
    covered: float
    nearest: Nearest | None
    """The nearest available organization that reaches the required level; None when nobody does."""


@dataclass(frozen=True, slots=True)
class Drop:
    """What changes when a member leaves: score in 1e-6 (negative: the team loses) and open musts."""

    score: int
    open_must: int


@dataclass(frozen=True, slots=True)
class Relaxation:
    """A condition that alone stands against every team: the field of the need, and which must-include."""

    condition: str
    organization: str | None = None


def covers(team: Team, need: Need, network: Network) -> list[Cover]:
    """Weaknesses in required capabilities that a member of the covering level makes good, each once."""
    by_id = known(need, network)
    members = [by_id[member] for member in team.members]
    found: dict[tuple[str, str], Cover] = {}
    for index, item in enumerate(need.requirements):
        by = _strongest(members, item, team.owners.get(index))
        weak = [member.id for member in members if member.levels.get(item.capability, 0) == WEAKNESS]
        if by is not None:
            for member in weak:
                found.setdefault((member, item.capability), Cover(member, item.capability, by))
    return list(found.values())


def _strongest(members: list[Organization], item: Requirement, owner: str | None) -> str | None:
    """The owner when strong enough to cover a weakness, else the member of the highest level; None below it."""
    ranked = sorted(members, key=lambda member: (-member.levels.get(item.capability, 0), member.id))
    strong = [member.id for member in ranked if member.levels.get(item.capability, 0) >= COVERING_LEVEL]
    return owner if owner in strong else next(iter(strong), None)


def gaps(team: Team, need: Need, network: Network) -> list[Gap]:
    """The requirements not covered in full, in their order, with the nearest who could close them."""
    by_id = known(need, network)
    found = []
    for index, item in enumerate(need.requirements):
        owner = by_id.get(team.owners.get(index, ""))
        covered = _share(owner, item) if owner else 0.0
        if covered < 1:
            found.append(Gap(index, covered, _nearest(team, item, need, network)))
    return found


def _share(owner: Organization, item: Requirement) -> float:
    confidence = owner.confidence.get(item.capability, 1.0)
    return covered_share(owner.levels.get(item.capability, 0), confidence, item.level)


def _nearest(team: Team, item: Requirement, need: Need, network: Network) -> Nearest | None:
    outside = [
        (organization.id, hops(network.hops, need.prefecture, organization.prefectures))
        for organization in network.organizations
        if organization.levels.get(item.capability, 0) >= item.level
        and organization.slots >= 1
        and organization.id not in need.exclude
        and organization.id not in team.members
    ]
    ranked = sorted(outside, key=lambda each: (UNREACHED if each[1] is None else each[1], each[0]))
    return Nearest(*ranked[0]) if ranked else None


def drop_one(team: Team, need: Need, network: Network, weights: Weights) -> Mapping[str, Drop | None]:
    """By member, what the team without it scores more or less; None when that is no feasible team."""
    scorer = Scorer(need, network, weights)
    found: dict[str, Drop | None] = {}
    for member in team.members:
        rest = [other for other in team.members if other != member]
        found[member] = None
        if is_feasible(rest, need, network):
            without = scorer.team(rest)
            found[member] = Drop(without.score - team.score, without.open_must - team.open_must)
    return found


def infeasibility(need: Need, network: Network) -> list[Relaxation]:
    """Where no team exists: the single conditions without which one would.

    Empty when there is a team anyway, or when only several conditions together stand against it.
    """
    if is_possible(need, network):
        return []
    relaxed = {
        Relaxation("lead_kinds"): replace(need, lead_kinds=None),
        Relaxation("lead_min_suitability"): replace(need, lead_min_suitability=0.0),
        Relaxation("max_hops"): replace(need, max_hops=None),
        Relaxation("exclude"): replace(need, exclude=frozenset()),
        Relaxation("max_size"): replace(need, max_size=len(network.organizations)),
    }
    for member in sorted(need.must_include):
        relaxed[Relaxation("must_include", member)] = replace(need, must_include=need.must_include - {member})
    return [relaxation for relaxation, other in relaxed.items() if is_possible(other, network)]
