"""Everything the solver leaves out by proof is checked against trying everything."""

import math
import random
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.core import approach, nodes, pairs, prices, reduction, solver
from matching.core.constraints import is_feasible, is_possible
from matching.core.exhaustive import feasible_teams, propose_by_enumeration
from matching.core.model import Network, Weights
from matching.core.objective import evaluate
from matching.core.solver import propose

WEIGHTS = Weights()
PROFILES = [
    WEIGHTS,
    Weights(cohesion=0.15, hop=0.005, size=0.005),
    Weights(lead=0.3, size=0, hop=0, unavailability=0, exposure=0, industry=0, cohesion=0),
    Weights(open_weakness=2.0, hop_cap=2),
]
careful = settings(
    derandomize=True, deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow], database=None
)


def by_the_letter(need, network, members):
    """(open musts, score) of a team from the document's table, every assignment tried; the default profile."""
    team = [item for item in network.organizations if item.id in members]
    total = math.fsum(item.weight for item in need.requirements)
    weights = [item.weight / total for item in need.requirements]
    worth = {}
    for j, item in enumerate(need.requirements):
        for i, member in enumerate(team):
            believed = max(member.levels.get(item.capability, 0), 0) * member.confidence.get(item.capability, 1.0)
            worth[j, i] = round(1e6 * weights[j] * min(believed / item.level, 1))
    best = None
    for owners in product([None, *range(len(team))], repeat=len(need.requirements)):
        owned = [(j, i) for j, i in enumerate(owners) if i is not None]
        loads = [owners.count(i) for i in range(len(team))]
        too_much = any(load > member.max_requirements for load, member in zip(loads, team, strict=True))
        unlocked = [pair for pair in owned if pair[0] not in dict(need.locked)]
        elsewhere = any(owners[j] is None or team[owners[j]].id != owner for j, owner in need.locked)
        if too_much or elsewhere or any(worth[pair] == 0 for pair in unlocked):
            continue
        reached = {
            j
            for j, i in owned
            if worth[j, i] and team[i].levels[need.requirements[j].capability] >= need.requirements[j].level
        }
        open_must = sum(item.must and j not in reached for j, item in enumerate(need.requirements))
        found = (open_must, -sum(worth[pair] for pair in owned))
        best = found if best is None else min(best, found)
    score = -best[1]
    for member in team:
        distances = [network.hops.get(need.prefecture, {}).get(place, 5) for place in member.prefectures]
        score -= round(1e6 * (0.03 + 0.03 * (1 - member.availability) + 0.03 * member.exposure))
        score -= 20000 * min(*distances, 5)
        score -= 20000 if need.industry and need.industry not in member.industries else 0
    for weight, item in zip(weights, need.requirements, strict=True):
        levels = [member.levels.get(item.capability, 0) for member in team]
        score -= round(500000 * weight) if -1 in levels and not any(level >= 3 for level in levels) else 0
    led = []
    for lead in team:
        kinds = need.lead_kinds
        if (kinds is None or lead.kind in kinds) and lead.lead_suitability >= need.lead_min_suitability:
            ties = [network.strengths.get(frozenset((lead.id, other.id)), 0.0) for other in team if other is not lead]
            cohesion = -40000 * (len(team) - 1) + sum(round(40000 * tie) for tie in ties)
            led.append((-(round(150000 * lead.lead_suitability) + cohesion), lead.id))
    return best[0], score - min(led)[0], min(led)[1]


@careful
@given(data=st.data())
def test_a_team_scores_what_the_document_says(data, problems):
    need, network = data.draw(problems(6, 4))
    teams = list(feasible_teams(replace(need, max_size=min(need.max_size, 4)), network, WEIGHTS))
    for team in teams[:: max(1, len(teams) // 8)]:
        assert (team.open_must, team.score, team.lead) == by_the_letter(need, network, team.members)


@settings(careful, max_examples=100)
@given(data=st.data())
def test_owners_bear_out_the_parts_they_stand_for(data, problems):
    need, network = data.draw(problems(7, 6))
    by_id = {item.id: item for item in network.organizations}
    for team in list(feasible_teams(need, network, WEIGHTS))[-5:]:
        owned = list(team.owners.values())
        assert all(owned.count(member) <= by_id[member].max_requirements for member in owned)
        assert set(owned) <= set(team.members)
        assert is_feasible(team.members, need, network)
        assert evaluate(need, network, WEIGHTS, reversed(team.members)) == team


@careful
@given(data=st.data(), top=st.integers(1, 5), weights=st.sampled_from(PROFILES), diverse=st.booleans())
def test_the_solver_answers_as_enumeration_does(data, problems, top, weights, diverse):
    need, network = data.draw(problems(9, 6))
    expected = propose_by_enumeration(need, network, weights, top, diverse=diverse)
    assert propose(need, network, weights, top, diverse=diverse) == expected
    assert bool(expected.teams) == is_possible(need, network)


@careful
@given(data=st.data(), top=st.integers(1, 5), diverse=st.booleans())
def test_locked_seats_and_forbidden_ties_hold_in_every_answer(data, bound_problems, top, diverse):
    need, network = data.draw(bound_problems(9, 6))
    expected = propose_by_enumeration(need, network, WEIGHTS, top, diverse=diverse)
    assert propose(need, network, top=top, diverse=diverse) == expected
    assert bool(expected.teams) == is_possible(need, network)
    for team in expected.teams:
        assert is_feasible(team.members, need, network)
        assert all(team.owners[seat] == owner for seat, owner in need.locked)


@settings(careful, max_examples=60)
@given(data=st.data())
def test_a_team_with_locked_seats_scores_what_the_document_says(data, bound_problems):
    need, network = data.draw(bound_problems(5, 4))
    for team in list(feasible_teams(need, network, WEIGHTS))[-6:]:
        assert (team.open_must, team.score, team.lead) == by_the_letter(need, network, team.members)


@settings(careful, max_examples=30)
@given(data=st.data(), diverse=st.booleans())
def test_the_solver_answers_as_enumeration_does_on_fourteen(data, problems, diverse):
    need, network = data.draw(problems(14, 8))
    assert propose(need, network, diverse=diverse) == propose_by_enumeration(need, network, WEIGHTS, 5, diverse=diverse)


@careful
@given(
    data=st.data(),
    tuning=st.tuples(st.sampled_from([1, 3, 600]), st.sampled_from([0, 2, 60])),
    diverse=st.booleans(),
    bound=st.booleans(),
)
def test_bad_starts_and_small_batches_change_nothing(  # noqa: PLR0917 - filled by name
    data, problems, bound_problems, tuning, diverse, bound
):
    """All the machinery for large registries at work on small ones."""
    pool, rounds = tuning
    need, network = data.draw(bound_problems(8, 6) if bound else problems(8, 6))
    expected = propose_by_enumeration(need, network, WEIGHTS, 3, diverse=diverse)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(solver, "FEW", -1)
        patch.setattr(solver, "MANY", rounds - 1)
        patch.setattr(solver, "LONG", pool - 1)
        patch.setattr(prices, "POOL", pool)
        patch.setattr(solver, "ROUNDS", rounds)
        patch.setattr(approach, "ROUNDS", rounds)
        patch.setattr(approach, "LEADS", 1)
        patch.setattr(approach, "QUICK", 0)
        patch.setattr(approach, "SMALL", -1)
        patch.setattr(nodes, "BATCH", 7)
        patch.setattr(reduction, "DENSE", 4 * pool)
        patch.setattr(pairs, "DENSE", pool - 1)
        assert propose(need, network, top=3, diverse=diverse) == expected


@settings(careful, max_examples=100)
@given(data=st.data())
def test_the_best_team_heads_every_longer_list(data, problems):
    need, network = data.draw(problems(12, 6))
    five = propose(need, network, top=5).teams
    for top in range(1, 5):
        assert propose(need, network, top=top).teams == five[:top]
    assert propose(need, network, top=5, diverse=True).teams[:1] == five[:1]


@settings(careful, max_examples=100)
@given(data=st.data(), shuffle=st.randoms(use_true_random=False))
def test_the_order_of_the_input_changes_nothing(data, problems, shuffle):
    need, network = data.draw(problems(12, 6))
    turned = list(network.organizations)
    shuffle.shuffle(turned)
    backwards = dict(reversed(network.strengths.items()))
    other = Network(tuple(turned), backwards, network.hops)
    assert propose(need, network) == propose(need, other)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("diverse", [False, True])
def test_forty_organizations_in_teams_of_three(seed, diverse, registry):
    need, network = registry(40, seed)
    need = replace(need, max_size=3)
    assert propose(need, network, diverse=diverse) == propose_by_enumeration(need, network, WEIGHTS, 5, diverse=diverse)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("diverse", [False, True])
def test_forty_organizations_among_whom_many_ties_forbid(seed, diverse, registry):
    need, network = registry(40, seed)
    chance, names = random.Random(seed), [item.id for item in network.organizations]
    interests = {frozenset(chance.sample(names, 2)): frozenset("c") for _ in range(240)}
    need, network = replace(need, max_size=3, forbidden_ties=frozenset("c")), replace(network, interests=interests)
    assert propose(need, network, diverse=diverse) == propose_by_enumeration(need, network, WEIGHTS, 5, diverse=diverse)


@pytest.mark.parametrize("count", [12, 60])
def test_a_crowd_of_twins_is_decided_by_ids(count, registry):
    need, network = registry(3, 5)
    twins = tuple(replace(network.organizations[0], id=f"t{number:03d}") for number in range(count))
    crowd = Network(tuple(random.Random(1).sample(twins, count)), {}, network.hops)
    need = replace(need, max_size=2, must_include=frozenset(), exclude=frozenset())
    for diverse in (False, True):
        expected = propose_by_enumeration(need, crowd, WEIGHTS, 5, diverse=diverse)
        assert propose(need, crowd, diverse=diverse) == expected
