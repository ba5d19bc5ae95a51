"""What to give up where no team exists: the smallest sets, checked against trying all."""

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.core.constraints import is_possible
from matching.core.exhaustive import propose_by_enumeration
from matching.core.model import Need, Network, Organization, Requirement, Weights
from matching.core.relaxing import SHOWN, Condition, conditions, relaxations, without

BANK = Organization("bank", "bank", ("22",), {"x": 4}, lead_suitability=0.8, max_requirements=1)
HOUSE = Organization("house", "vendor", ("47",), {"y": 4}, lead_suitability=0.2, remote=True)
BUSY = Organization("busy", "bank", ("22",), slots=0)
NETWORK = Network((BANK, HOUSE, BUSY), interests={frozenset(("bank", "house")): frozenset({"capital"})})
NEED = Need("22", (Requirement("x", "p", 3, 1), Requirement("y", "p", 3, 1)))


def sets(need):
    return [found.conditions for found in relaxations(need, NETWORK, Weights())]


def test_nothing_where_a_team_exists_or_none_ever_will():
    assert sets(NEED) == []
    assert relaxations(NEED, Network((BUSY,)), Weights()) == ()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"must_include": frozenset({"busy"})}, [(Condition("must_include", "busy"),)]),
        (
            {"must_include": frozenset({"bank", "house"}), "forbidden_ties": frozenset({"capital"})},
            [
                (Condition("forbidden_ties", value="capital"),),
                (Condition("must_include", "bank"),),
                (Condition("must_include", "house"),),
            ],
        ),
        (
            {"locked": ((0, "bank"), (1, "bank"))},
            [(Condition("locked", "bank", 0),), (Condition("locked", "bank", 1),)],
        ),
        (
            {"must_include": frozenset({"house"}), "max_hops": 0, "remote": False},
            [(Condition("remote"),), (Condition("max_hops"),), (Condition("must_include", "house"),)],
        ),
        (
            {"lead_kinds": frozenset({"university"}), "must_include": frozenset({"busy"})},
            [(Condition("lead_kinds"), Condition("must_include", "busy"))],
        ),
        (
            {"must_include": frozenset({"house"}), "lead_kinds": frozenset({"bank"}), "max_size": 1},
            [(Condition("lead_kinds"),), (Condition("max_size", value=2),), (Condition("must_include", "house"),)],
        ),
        (
            {"exclude": frozenset({"bank", "house", "nobody"})},
            [(Condition("exclude", "bank"),), (Condition("exclude", "house"),)],
        ),
    ],
)
def test_the_smallest_sets(change, expected):
    assert sets(replace(NEED, **change)) == expected


def test_what_giving_it_up_would_give():
    need = replace(NEED, must_include=frozenset({"busy"}))
    found = relaxations(need, NETWORK, Weights())[0]
    relaxed = without(need, found.conditions)
    assert found.gives == propose_by_enumeration(relaxed, NETWORK, Weights(), 1).teams[0]


@settings(derandomize=True, deadline=None, max_examples=150, suppress_health_check=list(HealthCheck), database=None)
@given(data=st.data())
def test_no_smaller_set_helps_and_each_given_one_does(data, bound_problems):
    need, network = data.draw(bound_problems(6, 4))
    found = [each.conditions for each in relaxations(need, network, Weights())]
    every = conditions(need, network)
    smallest = next(
        (
            size
            for size in range(len(every) + 1)
            if any(is_possible(without(need, chosen), network) for chosen in combinations(every, size))
        ),
        None,
    )
    if not smallest:
        assert found == []
        return
    helping = [chosen for chosen in combinations(every, smallest) if is_possible(without(need, chosen), network)]
    assert found == helping[:SHOWN]


def test_out_of_time_gives_a_set_of_which_nothing_can_be_kept():
    need = replace(
        NEED, must_include=frozenset({"house", "busy"}), max_hops=0, remote=False, exclude=frozenset({"bank"})
    )
    [found] = relaxations(need, NETWORK, Weights(), lambda: True)
    assert is_possible(without(need, found.conditions), NETWORK)
    for kept in found.conditions:
        assert not is_possible(without(need, [each for each in found.conditions if each != kept]), NETWORK)
