"""Facts about a proposed team, for its explanation: who covers what, what is missing, who matters."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from .arrays import arrays_of
from .constraints import is_feasible, known
from .joining import NO_PATH, Joining, distances
from .model import COVERING_LEVEL, WEAKNESS, Need, Network, Organization, Requirement, Team, Weights
from .objective import Scorer
from .places import hops
from .table import Ints
from .units import covered_share


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
class Supply:
    """Where a requirement could be served from."""

    place: str | None
    """The prefecture of the nearest who could; None where nobody does, or no path leads there."""
    hops: int | None
    near: int
    """How many in the client's prefecture could join."""


@dataclass(frozen=True, slots=True)
class Drop:
    """What changes when a member leaves: score in 1e-6 (negative: the team loses) and open musts."""

    score: int
    open_must: int


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
    arrays, rows = arrays_of(network), able_outside(team, item, need, network)
    if not len(rows):
        return None
    far = distances(network, need.prefecture)[rows]
    first = int(np.argmin(np.where(far == NO_PATH, np.iinfo(np.int64).max, far)))  # of equals the first by id
    return Nearest(arrays.ids[int(rows[first])], None if far[first] == NO_PATH else int(far[first]))


def able_outside(team: Team, item: Requirement, need: Need, network: Network) -> Ints:
    """Rows of the free organizations outside the team that reach the required level, ascending."""
    arrays = arrays_of(network)
    rows, levels, _confidences = arrays.ratings_of(item.capability)
    able = rows[(levels >= item.level) & (arrays.slots[rows] >= 1)]
    left_out = [arrays.row[member] for member in {*need.exclude, *team.members} if member in arrays.row]
    found: Ints = able[~np.isin(able, left_out)].astype(np.int64)
    return found


def supply(team: Team, item: Requirement, need: Need, network: Network) -> Supply:
    """Who could serve a requirement that the team does not serve at its level."""
    arrays, rows = arrays_of(network), able_outside(team, item, need, network)
    places = {place for each in np.unique(arrays.place[rows]).tolist() for place in arrays.places[each]}
    reached = [(hops(network.hops, need.prefecture, (place,)), place) for place in places]
    far, place = min(((far, place) for far, place in reached if far is not None), default=(None, None))
    here = rows[distances(network, need.prefecture)[rows] == 0]
    near = int(Joining.of(need, network).may_join[here].sum()) if len(here) else 0
    return Supply(place, far, near)


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
