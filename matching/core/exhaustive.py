"""The reference: every feasible team is scored and ranked. For small networks and for tests only."""

from collections.abc import Iterator
from itertools import combinations

from .constraints import conflicts, known, locks_fit, may_join, may_lead
from .model import Need, Network, Proposal, Team, Weights
from .objective import Scorer
from .ranking import diverse as most_different


def feasible_teams(need: Need, network: Network, weights: Weights) -> Iterator[Team]:
    """Every team that satisfies the hard constraints, once, in no particular order."""
    by_id, scorer = known(need, network), Scorer(need, network, weights)
    ids = sorted(member for member, item in by_id.items() if may_join(item, need, network.hops))
    leads = {member for member in ids if may_lead(by_id[member], need)}
    apart = frozenset(frozenset(pair) for pair in conflicts(ids, need, network))
    if not locks_fit(need, by_id):
        return
    for size in range(1, need.max_size + 1):
        for members in combinations(ids, size):
            admitted = need.required.issubset(members) and not leads.isdisjoint(members)
            if admitted and apart.isdisjoint(map(frozenset, combinations(members, 2))):
                yield scorer.team(members)


def propose_by_enumeration(
    need: Need, network: Network, weights: Weights, top: int, *, diverse: bool = False
) -> Proposal:
    """What `solver.propose` must answer, found without any shortcut; time grows with n ** max_size."""
    ranked = sorted(feasible_teams(need, network, weights), key=lambda team: team.rank)
    teams = most_different(ranked, top) if diverse else tuple(ranked[:top])
    return Proposal(teams=teams, optimal=True, proved=len(teams))
