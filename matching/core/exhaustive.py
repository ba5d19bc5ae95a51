"""The reference: every feasible team is scored and ranked. For small networks and for tests only."""

from collections.abc import Iterator
from itertools import combinations

from .constraints import known, may_join, may_lead
from .model import Need, Network, Proposal, Team, Weights
from .objective import Scorer
from .ranking import diverse as most_different


def feasible_teams(need: Need, network: Network, weights: Weights) -> Iterator[Team]:
    """Every team that satisfies the hard constraints, once, in no particular order."""
    by_id, scorer = known(need, network), Scorer(need, network, weights)
    ids = sorted(member for member, item in by_id.items() if may_join(item, need, network.hops))
    leads = {member for member in ids if may_lead(by_id[member], need)}
    for size in range(1, need.max_size + 1):
        for members in combinations(ids, size):
            if need.must_include.issubset(members) and not leads.isdisjoint(members):
                yield scorer.team(members)


def propose_by_enumeration(
    need: Need, network: Network, weights: Weights, top: int, *, diverse: bool = False
) -> Proposal:
    """What `solver.propose` must answer, found without any shortcut; time grows with n ** max_size."""
    ranked = sorted(feasible_teams(need, network, weights), key=lambda team: team.rank)
    teams = most_different(ranked, top) if diverse else tuple(ranked[:top])
    return Proposal(teams=teams, optimal=True)
