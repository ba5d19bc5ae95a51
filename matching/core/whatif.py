"""What becomes of a team that somebody changes by hand, and why an organization is not in it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from .constraints import by_id, conflicts, is_feasible, is_possible, may_lead, within_reach
from .model import Need, Network, Organization, Parts, Team, Weights
from .objective import Scorer
from .places import hops
from .solver import never, propose


class Bar(StrEnum):
    """A hard constraint that a team breaks."""

    UNKNOWN = "unknown"
    CLOSED = "closed"
    EXCLUDED = "excluded"
    TOO_FAR = "too_far"
    MISSING = "missing"
    TOO_MANY = "too_many"
    NO_LEAD = "no_lead"
    TIE = "tie"
    OTHER = "other"
    """What concerns locked seats."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    bar: Bar
    organization: str | None = None
    """Whom it concerns; None where it concerns the whole team."""
    other: str | None = None
    """The other end of a forbidden tie."""


@dataclass(frozen=True, slots=True)
class Change:
    """From one team to another, both scored on the same facts with the same weights."""

    before: Team
    after: Team

    @property
    def score(self) -> int:
        """Units of 1e-6; negative when the second team is worse."""
        return self.after.score - self.before.score

    @property
    def open_must(self) -> int:
        return self.after.open_must - self.before.open_must

    @property
    def parts(self) -> Parts:
        """Differences part by part; their sum is the difference of the scores."""
        old, new = self.before.parts, self.after.parts
        return Parts(
            coverage=new.coverage - old.coverage,
            lead=new.lead - old.lead,
            member_cost=new.member_cost - old.member_cost,
            cohesion=new.cohesion - old.cohesion,
            open_weakness=new.open_weakness - old.open_weakness,
        )

    @property
    def is_worse(self) -> bool:
        return self.after.rank > self.before.rank


@dataclass(frozen=True, slots=True)
class Trial:
    """A team put together by hand."""

    members: tuple[str, ...]
    obstacles: tuple[Obstacle, ...]
    team: Team | None
    """None where somebody is unknown or nobody may lead: such a team has no score."""


@dataclass(frozen=True, slots=True)
class Behind:
    """A requirement that the organization could serve, and who does it in the team."""

    requirement: int
    owner: str | None


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Why a team does without an organization."""

    organization: str
    obstacles: tuple[Obstacle, ...]
    """What keeps it out of every team; then nothing else is said."""
    change: Change | None
    """From the team to the best one with the organization; None where there is no such team."""
    behind: tuple[Behind, ...]


def obstacles(members: Iterable[str], need: Need, network: Network) -> tuple[Obstacle, ...]:
    """Every hard constraint that the team breaks, the members' in the order of their ids, then the team's."""
    known = by_id(network)
    team = sorted(set(members))
    found = [Obstacle(bar, member) for member in team for bar in _bars(known.get(member), member, need, network)]
    found += [Obstacle(Bar.MISSING, member) for member in sorted(need.required - set(team))]
    found += [Obstacle(Bar.TIE, one, other) for one, other in conflicts(team, need, network)]
    if len(team) > need.max_size:
        found.append(Obstacle(Bar.TOO_MANY))
    if not any(may_lead(known[member], need) for member in team if member in known):
        found.append(Obstacle(Bar.NO_LEAD))
    if not found and not is_feasible(team, need, network):
        found.append(Obstacle(Bar.OTHER))
    return tuple(found)


def _bars(organization: Organization | None, member: str, need: Need, network: Network) -> Iterable[Bar]:
    if organization is None:
        yield Bar.UNKNOWN
        return
    if organization.slots < 1:
        yield Bar.CLOSED
    if member in need.exclude:
        yield Bar.EXCLUDED
    if not within_reach(need, hops(network.hops, need.prefecture, organization.prefectures), organization.remote):
        yield Bar.TOO_FAR


def tried(members: Iterable[str], need: Need, network: Network, weights: Weights) -> Trial:
    """The team as it would be, feasible or not."""
    ids = tuple(sorted(set(members)))
    found = obstacles(ids, need, network)
    unscored = {Bar.UNKNOWN, Bar.NO_LEAD}
    if not ids or any(obstacle.bar in unscored for obstacle in found):
        return Trial(ids, found, None)
    free = replace(need, must_include=frozenset(), locked=tuple(each for each in need.locked if each[1] in ids))
    return Trial(ids, found, Scorer(free, network, weights).team(ids))


def why_not(
    organization: str,
    team: Team,
    need: Need,
    network: Network,
    weights: Weights,
    *,
    stop: Callable[[], bool] = never,
) -> WhyNot:
    """Compares the team with the best one that the organization is in; `team` must not contain it."""
    barred = tuple(
        obstacle for obstacle in obstacles([organization], _alone(need), network) if obstacle.bar != Bar.NO_LEAD
    )
    if barred:
        return WhyNot(organization, barred, None, ())
    scorer = Scorer(need, network, weights)
    found = _best_with(frozenset({organization}), need, network, weights, stop)
    change = Change(scorer.team(team.members), found) if found else None
    return WhyNot(organization, (), change, tuple(_behind(organization, team, scorer)))


def _alone(need: Need) -> Need:
    return replace(need, must_include=frozenset(), locked=(), max_size=max(need.max_size, 1))


def _behind(organization: str, team: Team, scorer: Scorer) -> Iterable[Behind]:
    profile = scorer.profile(organization)
    for index, level in enumerate(profile.levels):
        if level > 0:
            yield Behind(index, team.owners.get(index))


def _best_with(
    members: frozenset[str], need: Need, network: Network, weights: Weights, stop: Callable[[], bool]
) -> Team | None:
    asked = replace(need, must_include=need.must_include | members)
    if not is_possible(asked, network):
        return None
    return next(iter(propose(asked, network, weights, 1, stop).teams), None)


def additions(
    team: Team, need: Need, network: Network, weights: Weights, top: int = 5, *, stop: Callable[[], bool] = never
) -> tuple[Change, ...]:
    """The best partners to add to this team, each as the change it makes, best first.

    The size of the need does not hold one back: it is asked who would help most. Who only makes the team worse is
    not named.
    """
    members = frozenset(team.members)
    asked = replace(need, must_include=need.must_include | members, max_size=len(members | need.required) + 1)
    if not is_possible(asked, network):
        return ()
    before = Scorer(need, network, weights).team(team.members)
    found = propose(asked, network, weights, top + 1, stop).teams
    changes = [Change(before, after) for after in found if len(after.members) > len(members)]
    return tuple(change for change in changes if not change.is_worse)[:top]
