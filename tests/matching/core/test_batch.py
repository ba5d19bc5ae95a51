"""Teams for many needs at once: the same as trying every combination."""

from collections import Counter
from dataclasses import replace
from itertools import count, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.core.batch import OPEN_MUST, WITHOUT_TEAM, cost_of, one_by_one, together
from matching.core.exhaustive import feasible_teams
from matching.core.model import Need, Network, Organization, Requirement, Weights
from tests.matching.core.conftest import problems_of

WEIGHTS = Weights()


@st.composite
def batches(draw):
    """Two or three needs on one small network, contended for its few organizations."""
    need, network = draw(problems_of(most=5, most_requirements=3))
    names = {item.id for item in network.organizations}
    needs = [replace(need, max_size=min(need.max_size, 3))]
    for _ in range(draw(st.integers(1, 2))):
        other, _elsewhere = draw(problems_of(most=5, most_requirements=3))
        needs.append(
            replace(
                other,
                max_size=min(other.max_size, 3),
                must_include=other.must_include & names,
                exclude=other.exclude & names,
            )
        )
    return needs, network


def by_trying_everything(needs, network):
    slots = {item.id: item.slots for item in network.organizations}
    options = [[None, *feasible_teams(need, network, WEIGHTS)] for need in needs]

    def fits(teams):
        used = Counter(member for team in teams if team for member in team.members)
        return all(times <= slots[member] for member, times in used.items())

    return min(sum(map(cost_of, teams)) for teams in product(*options) if fits(teams))


def within_capacity(batch, network):
    used = Counter(member for team in batch.teams if team for member in team.members)
    slots = {item.id: item.slots for item in network.organizations}
    return all(times <= slots[member] for member, times in used.items())


@settings(max_examples=40)
@given(batches())
def test_it_finds_the_best_of_all_combinations(problem):
    needs, network = problem
    found = together(needs, network, [WEIGHTS] * len(needs))
    assert found.optimal
    assert found.gap == 0
    assert within_capacity(found, network)
    assert found.cost == by_trying_everything(needs, network)


@settings(max_examples=25)
@given(batches(), st.integers(0, 40))
def test_stopped_anywhere_it_says_how_far_it_may_be_off(problem, calls):
    needs, network = problem
    asked = count()
    found = together(needs, network, [WEIGHTS] * len(needs), stop=lambda: next(asked) >= calls)
    best = by_trying_everything(needs, network)
    assert within_capacity(found, network)
    assert found.cost >= best
    if found.optimal:
        assert found.cost == best
    elif found.cost - best < OPEN_MUST // 2:
        assert found.cost - best <= found.gap


def bank(name, level, slots=1):
    return Organization(name, "bank", ("22",), {"pmo": level}, slots=slots, lead_suitability=0.5)


def need(level=4, weight=1.0, **changes):
    return Need("22", (Requirement("pmo", "p", level, weight),), max_size=2, **changes)


def test_one_by_one_takes_the_strong_one_where_the_weaker_would_do():
    """Only one need asks for level 4; served first, the easy one takes the strong bank from it."""
    network = Network((bank("a", 4), bank("b", 2)))
    needs = [need(level=2), need(level=4)]
    greedy, best = one_by_one(needs, network, [WEIGHTS] * len(needs)), together(needs, network, [WEIGHTS] * len(needs))
    assert [team.lead for team in greedy.teams] == ["a", "b"]
    assert [team.lead for team in best.teams] == ["b", "a"]
    assert best.score - greedy.score == 500_000


def test_an_organization_serves_as_many_needs_as_it_has_room():
    network = Network((bank("a", 4, slots=2), bank("b", 1)))
    found = together([need(), need(), need()], network, [WEIGHTS] * 3)
    assert sorted(team.lead for team in found.teams) == ["a", "a", "b"]


def test_a_need_without_a_team_stands_there_empty():
    found = together([need(), need()], Network((bank("a", 4),)), [WEIGHTS] * 2)
    assert [team is None for team in found.teams].count(True) == 1
    assert found.optimal
    assert found.cost > WITHOUT_TEAM // 2


def test_no_need_no_team():
    assert together([], Network((bank("a", 4),)), []).teams == ()


def test_the_order_of_the_registry_changes_nothing(registry):
    needs = [registry(40, seed)[0] for seed in range(3)]
    _need, network = registry(40, 1)
    turned = replace(network, organizations=network.organizations[::-1])
    assert together(needs, network, [WEIGHTS] * len(needs)) == together(needs, turned, [WEIGHTS] * len(needs))


@pytest.mark.parametrize("seed", range(3))
def test_it_is_never_worse_than_one_by_one(seed, registry):
    _need, network = registry(60, seed)
    needs = [registry(60, 10 + seed + number)[0] for number in range(4)]
    found = together(needs, network, [WEIGHTS] * len(needs))
    assert found.optimal
    assert within_capacity(found, network)
    assert found.cost <= one_by_one(needs, network, [WEIGHTS] * len(needs)).cost


def test_every_need_is_judged_by_its_own_weights():
    """The one that does not mind distance gives the near bank to the one that does."""
    near, far = bank("near", 4), replace(bank("far", 4), prefectures=("23",))
    needs, network = [need(), need()], Network((near, far))
    for careless in (0, 1):
        weights = [WEIGHTS, WEIGHTS]
        weights[careless] = replace(WEIGHTS, hop=0.0)
        found = together(needs, network, weights)
        assert found.teams[careless].lead == "far"
