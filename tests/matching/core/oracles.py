"""The same problem as a mixed-integer program (HiGHS) and as a constraint program (CP-SAT): independent answers.

Variables: x_i member, l_i lead, y_ij owner, p_k open weakness, z_li lead and member together. The program maximises

    closing · closed musts + coverage + Σ lead_i · l_i − Σ cost_i · x_i + Σ bonus_li · z_li − Σ penalty_k · p_k

under Σ l = 1, l ≤ x, Σ_i y_ij ≤ 1, Σ_j y_ij ≤ capacity_i · x_i, and the hard constraints. Costs come from
`objective.Scorer`, which the document's own table is tested against; nothing of the search is used. The value of the
best team is returned, in 1e-6 with its closed musts first: equal teams may differ, equal values may not.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from matching.core.constraints import conflicts, known, may_join, may_lead
from matching.core.model import COVERING_LEVEL, WEAKNESS, Need, Network, Weights
from matching.core.objective import Scorer


@dataclass(frozen=True)
class Program:
    """Columns with objective, and rows `low <= Σ coefficient · column <= high`; all columns are 0 or 1."""

    gains: list[int]
    rows: list[tuple[dict[int, int], float, float]]
    constant: int
    lead_of: dict[int, str]
    member_of: dict[int, str]
    closing: int
    musts: int

    def rank(self, value: int) -> tuple[int, int]:
        """(open musts, score) of an objective value."""
        closed, score = divmod(value + self.closing // 2, self.closing)
        return self.musts - closed, score - self.closing // 2


def program(need: Need, network: Network, weights: Weights) -> Program:
    """The need as a program; scores are integers in 1e-6."""
    scorer, organizations = Scorer(need, network, weights), known(need, network)
    ids = sorted(member for member, item in organizations.items() if may_join(item, need, network.hops))
    profiles = [scorer.profile(member) for member in ids]
    place = {member: row for row, member in enumerate(ids)}
    closing = 4_000_000
    gains: list[int] = []
    rows: list[tuple[dict[int, int], float, float]] = []

    def column(gain: int) -> int:
        gains.append(gain)
        return len(gains) - 1

    member = [column(-profile.cost - scorer.units.cohesion) for profile in profiles]
    lead = [column(profile.lead) if profile.lead is not None else None for profile in profiles]
    rows.append((dict.fromkeys((each for each in lead if each is not None), 1), 1, 1))
    rows.append((dict.fromkeys(member, 1), 1, need.max_size))
    owns: list[dict[int, int]] = []
    locked = dict(need.locked)
    for row, profile in enumerate(profiles):
        if lead[row] is not None:
            rows.append(({lead[row]: 1, member[row]: -1}, -np.inf, 0))
        mine = {}
        for item, gain in enumerate(profile.gains):
            if (gain > 0 and item not in locked) or locked.get(item) == profile.id:
                mine[item] = column(gain + closing * profile.closes[item])
                rows.append(({mine[item]: 1, member[row]: -1}, -np.inf, 0))
        owns.append(mine)
        rows.append(({**dict.fromkeys(mine.values(), 1), member[row]: -profile.capacity}, -np.inf, 0))
    for item in range(len(need.requirements)):
        owners = [mine[item] for mine in owns if item in mine]
        rows.append((dict.fromkeys(owners, 1), 1 if item in locked else 0, 1))
        weak = [row for row, profile in enumerate(profiles) if profile.levels[item] == WEAKNESS]
        strong = [row for row, profile in enumerate(profiles) if profile.levels[item] >= COVERING_LEVEL]
        if weak and scorer.penalties[item]:
            is_open = column(-scorer.penalties[item])
            for row in weak:
                rows.append(({member[row]: 1, is_open: -1, **{member[each]: -1 for each in strong}}, -np.inf, 0))
    for row, profile in enumerate(profiles):
        if lead[row] is not None:
            for other, bonus in scorer._bonuses(profile.id).items():
                if bonus > 0 and other in place:
                    both = column(bonus)
                    rows.append(({both: 1, lead[row]: -1}, -np.inf, 0))
                    rows.append(({both: 1, member[place[other]]: -1}, -np.inf, 0))
    rows += [({member[place[each]]: 1}, 1, 1) if each in place else ({}, 1, 1) for each in sorted(need.required)]
    rows += [({member[place[one]]: 1, member[place[other]]: 1}, 0, 1) for one, other in conflicts(ids, need, network)]
    return Program(
        gains,
        rows,
        scorer.units.cohesion,
        {each: ids[row] for row, each in enumerate(lead) if each is not None},
        dict(zip(member, ids, strict=True)),
        closing,
        sum(item.must for item in need.requirements),
    )


@dataclass(frozen=True)
class Found:
    """Open musts and score of the best team, its members, and whether the solver proved it."""

    rank: tuple[int, int] | None
    members: tuple[str, ...]
    proved: bool


def by_highs(asked: Program, limit: float = 60.0) -> Found:
    """HiGHS, one thread, no gap tolerated."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array

    data = [(row, each, value) for row, (terms, _low, _high) in enumerate(asked.rows) for each, value in terms.items()]
    places, columns, values = zip(*data, strict=True)
    matrix = csr_array((values, (places, columns)), shape=(len(asked.rows), len(asked.gains)))
    limits = LinearConstraint(matrix, [low for _t, low, _h in asked.rows], [high for _t, _l, high in asked.rows])
    result = milp(
        -np.array(asked.gains, dtype=np.float64) / 1e6,
        integrality=np.ones(len(asked.gains)),
        bounds=Bounds(0, 1),
        constraints=limits,
        options={"mip_rel_gap": 0.0, "time_limit": limit},
    )
    if result.x is None:
        return Found(None, (), result.status == 2)
    chosen = np.flatnonzero(result.x > 0.5)
    value = sum(asked.gains[each] for each in chosen.tolist()) + asked.constant
    return Found(asked.rank(value), _members(asked, set(chosen.tolist())), result.status == 0)


def by_cp_sat(asked: Program, limit: float = 60.0) -> Found:
    """OR-Tools CP-SAT at its best setting for this problem: one worker, linearization level 2."""
    from ortools.sat.python import cp_model

    model: Any = cp_model.CpModel()
    columns = [model.new_bool_var(str(number)) for number in range(len(asked.gains))]
    for terms, low, high in asked.rows:
        total = sum(value * columns[each] for each, value in terms.items())
        model.add_linear_constraint(total, int(max(low, -(10**6))), int(min(high, 10**6)))
    model.maximize(sum(gain * each for gain, each in zip(asked.gains, columns, strict=True)))
    solver: Any = cp_model.CpSolver()
    solver.parameters.num_workers, solver.parameters.linearization_level = 1, 2
    solver.parameters.max_time_in_seconds = limit
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Found(None, (), status == cp_model.INFEASIBLE)
    chosen = {number for number, each in enumerate(columns) if solver.value(each)}
    value = sum(asked.gains[each] for each in chosen) + asked.constant
    return Found(asked.rank(value), _members(asked, chosen), status == cp_model.OPTIMAL)


def _members(asked: Program, chosen: set[int]) -> tuple[str, ...]:
    return tuple(sorted(member for each, member in asked.member_of.items() if each in chosen))


def greedy(need: Need, network: Network, weights: Weights) -> tuple[int, int] | None:
    """What a plain program does: from each lead, add who helps most until nobody does; the best of twenty leads."""
    scorer, organizations = Scorer(need, network, weights), known(need, network)
    joining = [item for item in organizations.values() if may_join(item, need, network.hops)]
    able = (item for item in joining if may_lead(item, need))
    leads = sorted(able, key=lambda item: (-item.lead_suitability, item.id))
    best = None
    for lead in leads[:20]:
        team = scorer.team({lead.id, *need.required})
        while len(team.members) < need.max_size:
            covered = {item: scorer.profile(owner).gains[item] for item, owner in team.owners.items()}
            profiles = (scorer.profile(item.id) for item in joining if item.id not in team.members)
            other = max(
                profiles,
                key=lambda profile: (
                    sum(max(0, gain - covered.get(item, 0)) for item, gain in enumerate(profile.gains)) - profile.cost,
                    profile.id,
                ),
                default=None,
            )
            if other is None or (grown := scorer.team({*team.members, other.id})).rank >= team.rank:
                break
            team = grown
        best = team if best is None else min(best, team, key=lambda each: each.rank)
    return (best.open_must, best.score) if best else None


def steiner(need: Need, network: Network, weights: Weights, method: str) -> tuple[int, int] | None:
    """networkx's Steiner tree over the best able of each requirement in the collaboration graph, as the literature
    (Lappas et al. 2009) forms teams; None where its team breaks a hard constraint."""
    import networkx as nx

    scorer, organizations = Scorer(need, network, weights), known(need, network)
    joining = {member for member, item in organizations.items() if may_join(item, need, network.hops)}
    graph: Any = nx.Graph()
    for pair, strength in network.strengths.items():
        if pair <= joining:
            graph.add_edge(*sorted(pair), weight=1 - strength)
    if not len(graph):
        return None
    graph = graph.subgraph(max(nx.connected_components(graph), key=len))
    profiles = {member: scorer.profile(member) for member in sorted(graph)}
    best_of = [
        max(profiles, key=lambda member, item=item: (profiles[member].gains[item], member))
        for item in range(len(need.requirements))
    ]
    lead = max((m for m in profiles if profiles[m].lead is not None), key=lambda m: profiles[m].lead, default=None)
    if lead is None:
        return None
    tree = nx.algorithms.approximation.steiner_tree(graph, sorted({*best_of, lead}), method=method)
    members = set(tree) or {lead}
    if len(members) > need.max_size or not need.required <= members:
        return None
    team = scorer.team(members)
    return team.open_must, team.score
