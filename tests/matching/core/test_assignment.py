"""Who owns which requirement when somebody is asked for more than its capacity."""

import random
from itertools import product

import networkx as nx
import pytest

from matching.core.assignment import UNOWNED, assign


def worth(values, owners):
    return sum(values[item][owner] for item, owner in enumerate(owners) if owner != UNOWNED)


def by_trying(values, capacities):
    members = range(len(capacities))
    feasible = (
        owners
        for owners in product([UNOWNED, *members], repeat=len(values))
        if all(owners.count(member) <= capacities[member] for member in members)
    )
    return max(worth(values, owners) for owners in feasible)


def by_flow(values, capacities):
    """Greatest total as a minimum-cost flow; staying unowned costs nothing."""
    graph = nx.DiGraph()
    for item, row in enumerate(values):
        graph.add_edge("s", ("r", item), capacity=1)
        graph.add_edge(("r", item), "t", capacity=1, weight=0)
        for member, value in enumerate(row):
            graph.add_edge(("r", item), ("m", member), capacity=1, weight=-value)
    for member, capacity in enumerate(capacities):
        graph.add_edge(("m", member), "t", capacity=capacity, weight=0)
    return -nx.cost_of_flow(graph, nx.max_flow_min_cost(graph, "s", "t"))


def test_each_requirement_goes_to_its_best_while_there_is_room():
    assert assign([[5, 9], [7, 2], [0, 0]], [2, 2]) == [1, 0, UNOWNED]


def test_the_earlier_member_wins_among_equals():
    assert assign([[4, 4], [4, 4]], [2, 2]) == [0, 0]


def test_a_full_member_hands_on_what_another_can_do_better():
    assert assign([[6, 3], [4, 0]], [1, 1]) == [1, 0]


def test_a_chain_of_three_is_moved():
    values = [[9, 8, 0], [0, 7, 6], [8, 0, 0]]
    assert assign(values, [1, 1, 1]) == [1, 2, 0]


def test_the_least_worthy_requirement_is_dropped_when_nobody_has_room():
    assert assign([[2], [5], [3]], [2]) == [UNOWNED, 0, 0]


def test_what_is_worth_nothing_stays_unowned():
    assert assign([[0, 0]], [3, 3]) == [UNOWNED]


@pytest.mark.parametrize("seed", range(150))
def test_as_good_as_trying_every_assignment(seed):
    chance = random.Random(seed)
    members, items = chance.randint(1, 4), chance.randint(1, 5)
    most = chance.choice([2, 9, 1000])
    values = [[chance.choice([0, chance.randint(0, most)]) for _ in range(members)] for _ in range(items)]
    capacities = [chance.randint(1, 2) for _ in range(members)]
    owners = assign(values, capacities)
    assert all(owners.count(member) <= capacities[member] for member in range(members))
    assert all(owner == UNOWNED or values[item][owner] > 0 for item, owner in enumerate(owners))
    assert worth(values, owners) == by_trying(values, capacities)


@pytest.mark.parametrize("seed", range(40))
def test_as_good_as_a_minimum_cost_flow_on_twelve_requirements(seed):
    chance = random.Random(seed)
    values = [[chance.choice([0, chance.randint(1, 50)]) for _ in range(6)] for _ in range(12)]
    capacities = [chance.randint(1, 3) for _ in range(6)]
    assert worth(values, assign(values, capacities)) == by_flow(values, capacities)
