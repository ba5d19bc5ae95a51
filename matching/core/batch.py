"""Teams for many needs at once, under shared capacity: the best of all combinations, with proof.

Conflict-based search (Sharon et al., 2015) over the exact matcher. Every need first gets its own best team. Where more
needs use an organization than it has free engagements, one of them is settled either way: its team has the
organization, or it has not. Both cases are needs again (one more must-include, one more exclusion), so the matcher
answers them exactly, and the sum of their answers bounds every combination below. The first combination without a
conflict in best-first order is the best there is.

Combinations are compared as single teams are: first the fewest needs without a team, then the fewest open musts, then
the greatest sum of scores.
"""

import heapq
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from .constraints import is_possible
from .model import Need, Network, Team, Weights
from .solver import never, propose

OPEN_MUST = 10**9
"""More than the scores of all teams of a batch can differ."""
WITHOUT_TEAM = 10**12
"""More than all open musts of a batch can cost."""

Settled = tuple[frozenset[str], frozenset[str]]
"""Organizations that a need's team must have, and may not have, by what was settled."""


@dataclass(frozen=True, slots=True)
class Batch:
    """A team for each need in their order; None where there is none left."""

    teams: tuple[Team | None, ...]
    optimal: bool
    gap: int = 0
    """Units of 1e-6 by which the sum of scores could at most be better, as far as needs with a team and open musts are
    the same; 0 when optimal."""

    @property
    def score(self) -> int:
        return sum(team.score for team in self.teams if team)

    @property
    def cost(self) -> int:
        return sum(cost_of(team) for team in self.teams)


def cost_of(team: Team | None) -> int:
    """What a combination pays for one need; less is better, and sums compare combinations."""
    return WITHOUT_TEAM if team is None else OPEN_MUST * team.open_must - team.score


@dataclass(frozen=True, slots=True)
class Reply:
    """The matcher's answer to one question."""

    team: Team | None
    proved: bool
    bound: int
    """No team costs less: what this one costs, or where no proof was reached, less by what may have been missed."""


NO_TEAM = Reply(None, proved=True, bound=WITHOUT_TEAM)


@dataclass
class Desk:
    """Answers single needs, each question once; raises UnknownOrganization as the matcher does."""

    needs: Sequence[Need]
    network: Network
    weights: Sequence[Weights]
    stop: Callable[[], bool]
    _known: dict[tuple[int, Settled], Reply] = field(default_factory=dict)

    def reply(self, place: int, settled: Settled) -> Reply:
        if (place, settled) not in self._known:
            self._known[place, settled] = self._asked(place, settled)
        return self._known[place, settled]

    def _asked(self, place: int, settled: Settled) -> Reply:
        with_, without = settled
        need = self.needs[place]
        if without & need.required or with_ & need.exclude:
            return NO_TEAM
        asked = replace(need, must_include=need.must_include | with_, exclude=need.exclude | without)
        if not is_possible(asked, self.network):
            return NO_TEAM
        found = propose(asked, self.network, self.weights[place], 1, self.stop)
        team = found.teams[0]
        return Reply(team, found.optimal, cost_of(team) if found.optimal else -(team.score + found.gap))


NOTHING: Settled = (frozenset(), frozenset())


@dataclass(frozen=True)
class Node:
    """A part of all combinations, by what is settled for each need, with the best answers one by one."""

    settled: tuple[Settled, ...]
    replies: tuple[Reply, ...]

    @classmethod
    def of(cls, desk: Desk, settled: tuple[Settled, ...]) -> "Node":
        return cls(settled, tuple(desk.reply(place, each) for place, each in enumerate(settled)))

    @property
    def teams(self) -> tuple[Team | None, ...]:
        return tuple(reply.team for reply in self.replies)

    @property
    def proved(self) -> bool:
        return all(reply.proved for reply in self.replies)

    @property
    def bound(self) -> int:
        return sum(reply.bound for reply in self.replies)

    def users(self, organization: str) -> list[int]:
        return [place for place, team in enumerate(self.teams) if team and organization in team.members]


def together(
    needs: Sequence[Need], network: Network, weights: Sequence[Weights], stop: Callable[[], bool] = never
) -> Batch:
    """The best combination of teams in which no organization has more than its free engagements; `weights` by need.

    `stop` is asked now and then; once it is true, the better of the best combination found and the one made one by
    one is returned with optimal=False and the gap.
    """
    slots = {organization.id: organization.slots for organization in network.organizations}
    desk = Desk(needs, network, weights, stop)
    root = Node.of(desk, (NOTHING,) * len(needs))
    queue: list[tuple[int, int, Node]] = [(root.bound, 0, root)]
    count, seen = 0, {root.settled}
    while queue:
        bound, _turn, node = heapq.heappop(queue)
        disputed = conflict(node, slots, desk)
        if disputed is None and node.proved:
            return Batch(node.teams, optimal=True)
        if stop() or disputed is None:
            return _stopped(bound, node if disputed is None else None, one_by_one(needs, network, weights, stop))
        for settled in disputed.split(node, slots):
            child = Node.of(desk, settled)
            if settled not in seen and _lasting(child, slots):
                seen.add(settled)
                count += 1
                bound_of_child = max(bound, child.bound + _least_price(child, slots, desk))
                heapq.heappush(queue, (bound_of_child, count, child))
    return Batch((None,) * len(needs), optimal=True)


def _stopped(bound: int, found: Node | None, greedy: Batch) -> Batch:
    cost = sum(map(cost_of, found.teams)) if found else 0
    teams = found.teams if found and cost <= greedy.cost else greedy.teams
    missed = max(0, sum(map(cost_of, teams)) - bound) % OPEN_MUST
    return Batch(teams, optimal=False, gap=missed if missed < OPEN_MUST // 2 else 0)


def one_by_one(
    needs: Sequence[Need], network: Network, weights: Sequence[Weights], stop: Callable[[], bool] = never
) -> Batch:
    """What comes of serving the needs in their order, each with the best team that is left."""
    left = {organization.id: organization.slots for organization in network.organizations}
    desk, teams = Desk(needs, network, weights, stop), []
    for place in range(len(needs)):
        gone = frozenset(organization for organization, slots in left.items() if slots < 1)
        team = desk.reply(place, (frozenset(), gone)).team
        teams.append(team)
        for member in team.members if team else ():
            left[member] -= 1
    return Batch(tuple(teams), optimal=False)


@dataclass(frozen=True, slots=True)
class Dispute:
    """An organization that too many needs use, and the one of them that would pay most for doing without."""

    organization: str
    place: int

    def split(self, node: Node, slots: Mapping[str, int]) -> list[tuple[Settled, ...]]:
        """Both cases; where the organization is then taken up, all others do without it."""
        with_ = self._settle(node.settled, self.place, has=True)
        if len(_holders(with_, self.organization)) >= slots[self.organization]:
            for place, (must, _without) in enumerate(with_):
                if self.organization not in must:
                    with_ = self._settle(with_, place, has=False)
        return [with_, self._settle(node.settled, self.place, has=False)]

    def _settle(self, settled: tuple[Settled, ...], place: int, *, has: bool) -> tuple[Settled, ...]:
        must, without = settled[place]
        one = frozenset({self.organization})
        changed = (must | one, without) if has else (must, without | one)
        return (*settled[:place], changed, *settled[place + 1 :])


def _holders(settled: Sequence[Settled], organization: str) -> list[int]:
    return [place for place, (must, _without) in enumerate(settled) if organization in must]


def _overused(node: Node, slots: Mapping[str, int]) -> list[str]:
    used = Counter(member for team in node.teams if team for member in team.members)
    return sorted(member for member, times in used.items() if times > slots[member])


def conflict(node: Node, slots: Mapping[str, int], desk: Desk) -> Dispute | None:
    """The dispute that costs most to settle; None where nobody is overused."""
    found = []
    for organization in _overused(node, slots):
        prices = _prices(node, organization, desk)
        if prices:
            price, place = max(prices, key=lambda each: (each[0], -each[1]))
            found.append((-price, organization, place))
    return Dispute(*min(found)[1:]) if found else None


def _prices(node: Node, organization: str, desk: Desk) -> list[tuple[int, int]]:
    """What each need that is free to do so would pay for doing without the organization."""
    found = []
    for place in node.users(organization):
        must, without = node.settled[place]
        if organization not in must:
            other = desk.reply(place, (must, without | {organization}))
            found.append((max(0, other.bound - node.replies[place].bound), place))
    return found


def _least_price(node: Node, slots: Mapping[str, int], desk: Desk) -> int:
    """A lower bound on what settling all disputes still costs.

    Of the users of an overused organization all but its slots must do without it. The bounds of several organizations
    add up where every need counts for one of them only: the dearest first.
    """
    disputes = {organization: _prices(node, organization, desk) for organization in _overused(node, slots)}
    counted: set[int] = set()
    total = 0
    while disputes:
        least = {}
        for organization, prices in disputes.items():
            held = len(node.users(organization)) - len(prices)
            free = sorted(price for price, place in prices if place not in counted)
            least[organization] = sum(free[: max(0, len(free) + held - slots[organization])])
        dearest = max(sorted(least), key=least.__getitem__)
        total += least[dearest]
        counted |= {place for _price, place in disputes.pop(dearest)}
    return total


def _lasting(node: Node, slots: Mapping[str, int]) -> bool:
    """False where more needs must have an organization than it can serve, or one that must has no team to have it."""
    held = Counter(organization for must, _without in node.settled for organization in must)
    kept = all(team is not None or not must for (must, _without), team in zip(node.settled, node.teams, strict=True))
    return kept and all(times <= slots[organization] for organization, times in held.items())
