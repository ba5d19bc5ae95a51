"""From the whole registry to the few who can matter: good teams, prices, and what these rule out."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .bounds import NEVER, greatest, lead_bounds, member_worth, tune
from .contest import Contest
from .incumbent import climb, first_team
from .model import Need, Network, Weights
from .objective import Scorer
from .prices import ROUNDS, covered_by, promising
from .ranking import Podium
from .reading import table_of
from .reduction import Field, everybody, reduce
from .table import Ints, Table

LEADS = 6
"""Leads from whom good teams are grown."""
QUICK, LEADS_OF_QUICK = 5_000, 2
"""Among no more organizations than this so few leads are enough: the search costs less than better teams."""
RENEWALS = 3
SMALL = 400
"""With so few left, prices are good enough to begin with."""


@dataclass
class Approach:
    """A need read into a table, with good teams and the prices tuned towards them."""

    table: Table
    scorer: Scorer
    stop: Callable[[], bool]
    theta: Ints
    root: int = -NEVER
    """Bound on the value of every team."""

    @classmethod
    def begun(cls, need: Need, network: Network, weights: Weights, stop: Callable[[], bool]) -> "Approach":
        """Reads the network, finds good teams on a pool and tunes the prices on it."""
        table, scorer = table_of(need, network, weights), Scorer(need, network, weights)
        contest = Contest(scorer, Podium(1), table)
        team = first_team(contest, table)
        approach = cls(table, scorer, stop, covered_by(table, team))
        if not stop():
            pool = table.take(promising(table, approach.theta, team.members))
            climb(contest, pool, team, stop)
            approach._tune(contest, pool, covered_by(table, contest.podium.teams[0]))
            pool = table.take(promising(table, approach.theta, contest.podium.teams[0].members))
            approach._look_around(contest, pool)
            approach._tune(contest, pool, approach.theta)
        return approach

    def _tune(self, contest: Contest, pool: Table, start: Ints) -> None:
        self.theta = tune(pool, start, self.table.value(contest.podium.teams[0]), ROUNDS, self.stop)

    def narrowed(self, podium: Podium) -> tuple[Field, Ints]:
        """Who can be in a team that reaches the podium, and prices tuned on them."""
        contest = Contest(self.scorer, podium, self.table)
        field, theta = everybody(self.table), self.theta
        for _renewal in range(RENEWALS):
            before = len(field.table)
            field = reduce(contest, field, theta)
            self.root = min(self.root, int(field.bounds.max(initial=NEVER)))
            if self.stop() or len(field.table) <= SMALL or len(field.table) > before * 0.9:
                break
            pool = field.table.take(promising(field.table, theta, ()))
            theta = tune(pool, theta, contest.target or 0, ROUNDS, self.stop)
        self.theta = theta
        return field, theta

    def _look_around(self, contest: Contest, pool: Table) -> None:
        """Climbs from the leads of the greatest bounds."""
        bounds = lead_bounds(pool, self.theta, member_worth(pool, self.theta)).bound
        required = np.flatnonzero(pool.required).tolist()
        count = LEADS_OF_QUICK if len(self.table) <= QUICK else LEADS
        for lead in greatest(bounds, count).tolist():
            if bounds[lead] > NEVER and not self.stop():
                climb(contest, pool, contest.enter(pool, {*required, lead}), self.stop)
