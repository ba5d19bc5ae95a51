"""The exact matcher: the best teams for a need, with proof.

Branch and bound on arrays. Good teams are found greedily, prices are tuned to bound all others,
organizations that no better team can contain are dropped, and the rest is searched completely.
`exhaustive.propose_by_enumeration` answers the same without any shortcut.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from .bounds import NEVER, lead_bounds, member_worth, tune
from .constraints import is_possible
from .contest import Contest
from .incumbent import climb, first_team
from .model import Need, Network, Proposal, Team, Weights
from .musts import BONUSES, settled, with_bonus
from .objective import Scorer
from .prices import ROUNDS, ceiling, covered_by, promising, tuned_on_pools
from .ranking import Podium, apart_from_all
from .reading import table_of
from .reduction import Field, everybody, reduce, undominated
from .search import Search
from .table import Ints, Table

DEFAULT_WEIGHTS = Weights()
FEW = 60
"""With more organizations left than this, prices are tuned once more on them."""
LEADS = 6
"""Leads from whom good teams are grown."""


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
) -> Proposal:
    """The `top` best teams by rank; with `diverse` each is apart from all before it (see `ranking.apart`).

    `stop` is asked now and then; once it is true, the best teams found so far are returned with
    optimal=False and the gap, the most by which a missed team's score could exceed the first
    team's (0: only a later place is unproved). Raises UnknownOrganization for an unknown
    must-include; no team at all when the hard constraints admit none.
    """
    if top < 1 or not is_possible(need, network):
        return Proposal(teams=(), optimal=True)
    matcher = Matcher.of(need, network, weights, stop)
    return matcher.diverse(top) if diverse else matcher.best(top)


@dataclass
class Matcher:
    """One need being answered."""

    table: Table
    scorer: Scorer
    stop: Callable[[], bool]
    theta: Ints

    @classmethod
    def of(cls, need: Need, network: Network, weights: Weights, stop: Callable[[], bool]) -> "Matcher":
        """Reads the network, finds a first good team and tunes the prices from what it covers."""
        table, scorer = table_of(need, network, weights), Scorer(need, network, weights)
        contest = Contest(scorer, Podium(1), table)
        team = first_team(contest, table)
        theta = covered_by(table, team)
        if not stop():
            team = climb(contest, table.take(promising(table, theta, team.members)), team, stop)
            theta = tuned_on_pools(table, covered_by(table, team), table.value(team), stop)
        return cls(table, scorer, stop, theta)

    def best(self, top: int) -> Proposal:
        podium = Podium(top)
        gap = self._prove(podium, top + self.table.max_size - 1, same_lead=False)
        return Proposal(tuple(podium.teams), optimal=gap is None, gap=gap or 0)

    def diverse(self, top: int) -> Proposal:
        """Place by place: the best team apart from those already chosen."""
        chosen: list[Team] = []
        gaps: list[int | None] = []
        while len(chosen) < top:
            podium = Podium(1, apart_from_all(chosen))
            enough = self.table.max_size * (len(chosen) + 1)
            gaps.append(self._prove(podium, enough, same_lead=bool(chosen)))
            if not podium.teams:
                break
            chosen += podium.teams
        return Proposal(tuple(chosen), optimal=all(gap is None for gap in gaps), gap=gaps[0] or 0)

    def _prove(self, podium: Podium, enough: int, *, same_lead: bool) -> int | None:
        """Fills the podium; None when its teams are proved the best, else the gap of the first."""
        contest = Contest(self.scorer, podium, self.table)
        for team in sorted(self.scorer.teams, key=lambda known: known.rank):
            podium.offer(team)
        self._look_around(contest)
        theta = self.theta
        field = undominated(reduce(contest, everybody(self.table), theta), enough, same_lead)
        if len(field.table.ids) > FEW and podium.full:
            contest, field, theta = self._sharpened(contest, field)
            if contest.full is self.table:
                field = undominated(field, enough, same_lead)
        left = int(field.bounds.max(initial=NEVER)) if self.stop() else Search(contest, field, theta).run(self.stop)
        if left is None or not podium.teams:
            return left
        first = podium.teams[0]
        return max(0, min(left - contest.full.value(first), ceiling(self.table) - first.score))

    def _sharpened(self, contest: Contest, field: Field) -> tuple[Contest, Field, Ints]:
        """Prices tuned again on who is left, with the bonus for closed musts that leaves the fewest (see `musts`)."""
        last = contest.podium.teams[-1]
        found = [self._tuned_again(contest, field, self.theta)]
        if self.table.musts and len(found[0][1].table.ids) > FEW:
            count = self.table.musts - last.open_must
            if settled(replace(field.table, leads=field.leading), count, self.stop):
                for bonus in BONUSES:
                    theta = self.theta - (self.theta >= self.table.closing // 2) * (self.table.closing - bonus)
                    other = Contest(self.scorer, contest.podium, with_bonus(self.table, bonus))
                    cheaper = replace(field, table=with_bonus(field.table, bonus), bounds=-NEVER + 0 * field.bounds)
                    found.append(self._tuned_again(other, cheaper, np.maximum(theta, 0)))
        return min(found, key=lambda each: len(each[1].table.ids))

    def _tuned_again(self, contest: Contest, field: Field, theta: Ints) -> tuple[Contest, Field, Ints]:
        leading = replace(field.table, leads=field.leading)
        tuned = tune(leading, theta, contest.target or 0, ROUNDS, self.stop)
        return contest, reduce(contest, field, tuned), tuned

    def _look_around(self, contest: Contest) -> None:
        """Climbs from the leads of the greatest bounds."""
        worth = member_worth(self.table, self.theta)
        bounds = lead_bounds(self.table, self.theta, worth).bound
        leads = [row for row in np.argsort(-bounds, kind="stable")[:LEADS].tolist() if bounds[row] > NEVER]
        pool = self.table.take(promising(self.table, self.theta, [self.table.ids[row] for row in leads]))
        required = np.flatnonzero(self.table.required).tolist()
        for lead in leads:
            if self.stop():
                return
            climb(contest, pool, contest.enter(self.table, {*required, lead}), self.stop)
