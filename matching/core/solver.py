"""The exact matcher: the best teams for a need, with proof.

Branch and bound on arrays. Good teams are found greedily, prices are tuned to bound all others,
organizations that no better team can contain are dropped, and the rest is searched completely.
`exhaustive.propose_by_enumeration` answers the same without any shortcut.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from .approach import Approach
from .bounds import NEVER, tune
from .constraints import is_possible
from .contest import Contest
from .incumbent import fill
from .model import Need, Network, Proposal, Team, Weights
from .musts import BONUSES, settled, with_bonus
from .prices import ROUNDS, ceiling, promising
from .progress import Progress, Watch, unwatched
from .ranking import ApartFrom, Podium, completed
from .reduction import Field, reduce, undominated
from .search import Search
from .table import Ints, Table

DEFAULT_WEIGHTS = Weights()
FEW = 60
"""With no more organizations left than this, prices are good enough."""
MANY = 600
"""With more left than this, prices are tuned once more on them before the search; else where the search is long.
With more left for all places of a diverse list, only the next place is prepared."""
LONG = 2_000
"""A search that opened so many nodes is long: tuning costs less than the rest of it."""


def never() -> bool:
    """No time limit."""
    return False


def propose(
    need: Need,
    network: Network,
    weights: Weights = DEFAULT_WEIGHTS,
    top: int = 5,
    stop: Callable[[], bool] = never,
    *,
    diverse: bool = False,
    watch: Watch = unwatched,
) -> Proposal:
    """The `top` best teams by rank; with `diverse` each is apart from all before it (see `ranking.apart`).

    `stop` is asked now and then; once it is true, the best teams found so far are returned with
    optimal=False and the gap, the most by which a missed team's score could exceed the first
    team's (0: only a later place is unproved); `proved` places are sure all the same. `watch` is
    told now and then how far it is. Raises UnknownOrganization for an unknown must-include; no
    team at all when the hard constraints admit none.
    """
    if top < 1 or not is_possible(need, network):
        return Proposal(teams=(), optimal=True)
    matcher = Matcher(Approach.begun(need, network, weights, stop), stop, watch)
    return matcher.diverse(top) if diverse else matcher.best(top)


@dataclass(frozen=True)
class Ground:
    """Who is searched at which prices, and the table whose bonus for closed musts their bounds are made with."""

    full: Table
    field: Field
    theta: Ints


@dataclass
class Matcher:
    """One need being answered."""

    approach: Approach
    stop: Callable[[], bool]
    watch: Watch = unwatched

    def __post_init__(self) -> None:
        self.table, self.scorer = self.approach.table, self.approach.scorer
        self.long = False  # whether a search took so long that prices are tuned before the others

    def best(self, top: int) -> Proposal:
        podium = self._with_known(Podium(top))
        if not podium.full:
            fill(Contest(self.scorer, podium, self.table), self.table, self.stop)
        ground = Ground(self.table, *self.approach.narrowed(podium))
        left = self._prove(podium, ground, top + self.table.max_size - 1, same_lead=False)
        teams = tuple(podium.teams)
        if left is None:
            return Proposal(teams, optimal=True, proved=len(teams))
        return Proposal(teams, False, self._gap(teams, left), sum(self.table.value(team) > left for team in teams))

    def diverse(self, top: int) -> Proposal:
        """Place by place: the best team apart from those already chosen.

        A place is searched among those who can be in a team at least as good as the floor. The floor sinks to the
        best team known for the place, or at once to the last of all places where that leaves few enough.
        """
        chosen: list[Team] = []
        floor: Team | None = None
        wide: Ground | None = None
        sharp: Ground | None = None
        left: int | None = None
        gap, proved = 0, 0
        while len(chosen) < top:
            podium = self._with_known(Podium(1, ApartFrom(tuple(chosen))))
            if wide is None or (floor and (not podium.teams or podium.teams[0].rank > floor.rank)):
                floor, wide = self._sunk(podium, chosen, top)
                sharp = None
            if self.long and floor and podium.teams:
                sharp = sharp or self._sharp(floor, wide)
            enough = self.table.max_size * (len(chosen) + 1)
            found = self._prove(podium, sharp if sharp and podium.teams else wide, enough, same_lead=bool(chosen))
            gap = self._gap(podium.teams, found) if not chosen and found is not None else gap
            left = found if left is None else left
            proved += left is None
            if not podium.teams:
                break
            chosen += podium.teams
        return Proposal(tuple(chosen), optimal=left is None, gap=gap, proved=min(proved, len(chosen)))

    def _sunk(self, podium: Podium, chosen: list[Team], top: int) -> tuple[Team | None, Ground]:
        """A floor that the best team for this place reaches, and who can be in a team as good as it."""
        if not podium.teams:
            return None, self._wide(*self.approach.narrowed(Podium(1)), top)
        last = completed(chosen, self._known(), top)
        if len(last) == top:
            floor = max(last[-1], podium.teams[0], key=lambda team: team.rank)
            field, theta = self.approach.narrowed(Podium(1, teams=[floor]))
            if len(field.table) <= MANY or floor == podium.teams[0]:
                return floor, self._wide(field, theta, top)
        floor = podium.teams[0]
        return floor, self._wide(*self.approach.narrowed(Podium(1, teams=[floor])), top)

    def _wide(self, field: Field, theta: Ints, top: int) -> Ground:
        return Ground(self.table, undominated(field, self.table.max_size * top, same_lead=True), theta)

    def _sharp(self, floor: Team, wide: Ground) -> Ground:
        """The same with sharper bounds for teams that reach the floor."""
        if not FEW < len(wide.field.table) <= MANY:
            return wide
        return self._sharpened(Contest(self.scorer, Podium(1, teams=[floor]), self.table), wide)

    def _known(self) -> list[Team]:
        return sorted(self.scorer.teams, key=lambda team: team.rank)

    def _with_known(self, podium: Podium) -> Podium:
        for team in self._known():
            podium.offer(team)
        return podium

    def _gap(self, teams: tuple[Team, ...] | list[Team], left: int) -> int:
        if not teams:
            return 0
        return max(0, min(left - self.table.value(teams[0]), ceiling(self.table) - teams[0].score))

    def _prove(self, podium: Podium, ground: Ground, enough: int, *, same_lead: bool) -> int | None:
        """Fills the podium; None when its teams are proved the best of the ground, else the greatest bound left."""
        contest = Contest(self.scorer, podium, ground.full)
        ground = replace(ground, field=reduce(contest, ground.field, ground.theta))
        ground = self._undominated(ground, enough, same_lead)
        search = Search(contest, ground.field, ground.theta, self._told)
        if FEW < len(ground.field.table) <= MANY and not self.long:
            if search.run(lambda: search.nodes > LONG or self.stop()) is None:
                return None
            self.long = True
        if len(ground.field.table) > FEW and podium.full:
            ground = self._undominated(self._sharpened(contest, ground), enough, same_lead)
        contest = replace(contest, full=ground.full)
        if self.stop():
            left: int | None = int(ground.field.bounds.max(initial=NEVER))
        else:
            left = Search(contest, ground.field, ground.theta, self._told, search.nodes).run(self.stop)
        return None if left is None else self._in_full(left, ground, podium)

    def _undominated(self, ground: Ground, enough: int, same_lead: bool) -> Ground:
        """Only where a better value is a better rank: not under another bonus."""
        if ground.full is not self.table:
            return ground
        return replace(ground, field=undominated(ground.field, enough, same_lead))

    def _in_full(self, left: int, ground: Ground, podium: Podium) -> int:
        """A bound under another bonus, as one of the first table: no team closes more musts than the last known."""
        if ground.full is self.table or not podium.teams:
            return left
        return left + (self.table.closing - ground.full.closing) * (self.table.musts - podium.teams[-1].open_must)

    def _told(self, contest: Contest, nodes: int, left: int) -> None:
        first = contest.podium.teams[0] if contest.podium.teams else None
        gap = None if first is None else max(0, left - contest.full.value(first))
        self.watch(Progress(nodes=nodes, best=first, gap=gap))

    def _sharpened(self, contest: Contest, ground: Ground) -> Ground:
        """Prices tuned again on who is left, with the bonus for closed musts that leaves the fewest (see `musts`)."""
        field, theta, last = ground.field, ground.theta, contest.podium.teams[-1]
        found = [self._tuned_again(contest, ground)]
        if ground.full is self.table and self.table.musts and len(found[0].field.table) > FEW:
            count = self.table.musts - last.open_must
            if settled(replace(field.table, leads=field.leading), count, self.stop):
                for bonus in BONUSES:
                    lower = theta - (theta >= self.table.closing // 2) * (self.table.closing - bonus)
                    full = with_bonus(self.table, bonus)
                    cheaper = replace(field, table=with_bonus(field.table, bonus), bounds=-NEVER + 0 * field.bounds)
                    other = Ground(full, cheaper, np.maximum(lower, 0))
                    found.append(self._tuned_again(replace(contest, full=full), other))
        return min(found, key=lambda each: len(each.field.table))

    def _tuned_again(self, contest: Contest, ground: Ground) -> Ground:
        leading = replace(ground.field.table, leads=ground.field.leading)
        pool = leading.take(promising(leading, ground.theta, ()))
        tuned = tune(pool, ground.theta, contest.target or 0, ROUNDS, self.stop)
        return Ground(ground.full, reduce(contest, ground.field, tuned), tuned)
