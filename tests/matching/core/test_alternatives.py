"""Who is next best in each requirement, what a demanded organization costs, what fair exposure costs."""

from dataclasses import replace

from hypothesis import given, settings

from matching.core.alternatives import fairness, must_include_prices, next_best
from matching.core.exhaustive import propose_by_enumeration
from matching.core.model import Need, Network, Organization, Requirement, Weights
from matching.core.objective import evaluate
from matching.core.places import hop_table
from tests.matching.core.conftest import problems_of

WEIGHTS = Weights()
HOPS = hop_table([("22", "23")])
BANK = Organization("bank", "bank", ("22",), {"pmo": 4, "dev": 1}, lead_suitability=0.7)
HOUSE = Organization("house", "vendor", ("22",), {"dev": 4})
NEAR = Organization("near", "vendor", ("22",), {"dev": 3})
FAR = Organization("far", "vendor", ("23",), {"dev": 4})
NETWORK = Network((BANK, HOUSE, NEAR, FAR), {}, HOPS)
NEED = Need("22", (Requirement("pmo", "a", 3, 0.5), Requirement("dev", "b", 4, 0.5)), lead_min_suitability=0.5)


def test_the_next_best_inside_and_outside():
    pmo, dev = next_best(evaluate(NEED, NETWORK, WEIGHTS, ["bank", "house"]), NEED, NETWORK, WEIGHTS)
    assert (pmo.inside, pmo.outside, pmo.change) == (None, None, None)
    assert (dev.inside, dev.outside) == ("bank", "far")  # a hop costs 20 000, a level 125 000
    assert dev.change is not None
    assert dev.change.score == -20_000


def test_who_may_not_join_is_not_next():
    closed = replace(NETWORK, organizations=(BANK, HOUSE, NEAR, replace(FAR, slots=0)))
    _pmo, dev = next_best(evaluate(NEED, closed, WEIGHTS, ["bank", "house"]), NEED, closed, WEIGHTS)
    assert dev.outside == "near"


def test_nobody_who_only_declares_a_weakness_is_next():
    weak = replace(NETWORK, organizations=(BANK, HOUSE, replace(NEAR, levels={"dev": -1})))
    _pmo, dev = next_best(evaluate(NEED, weak, WEIGHTS, ["bank", "house"]), NEED, weak, WEIGHTS)
    assert dev.outside is None


def test_where_the_swap_breaks_a_condition_no_difference_is_told():
    need = replace(NEED, must_include=frozenset({"house"}))
    _pmo, dev = next_best(evaluate(need, NETWORK, WEIGHTS, ["bank", "house"]), need, NETWORK, WEIGHTS)
    assert (dev.outside, dev.change) == ("far", None)


def test_what_nobody_owns_is_added():
    _pmo, dev = next_best(
        evaluate(NEED, replace(NETWORK, organizations=(replace(BANK, levels={"pmo": 4}), HOUSE)), WEIGHTS, ["bank"]),
        NEED,
        replace(NETWORK, organizations=(replace(BANK, levels={"pmo": 4}), HOUSE)),
        WEIGHTS,
    )
    assert (dev.inside, dev.outside) == (None, "house")
    assert dev.change is not None
    assert dev.change.after.members == ("bank", "house")


def test_a_demanded_organization_that_helps_costs_nothing_and_another_its_difference():
    for demanded, price in (("house", None), ("near", -30_000 - 40_000)):
        need = replace(NEED, must_include=frozenset({demanded}))
        [team] = propose_by_enumeration(need, NETWORK, WEIGHTS, 1).teams
        change = must_include_prices(team, need, NETWORK, WEIGHTS)[demanded]
        assert (change and change.score) == price


@settings(max_examples=30)
@given(problems_of(most=6, most_requirements=3))
def test_every_demand_is_priced_against_the_best_team_without_it(problem):
    need, network = problem
    teams = propose_by_enumeration(need, network, WEIGHTS, 1).teams
    if not teams:
        return
    for member, change in must_include_prices(teams[0], need, network, WEIGHTS).items():
        free = replace(need, must_include=need.must_include - {member})
        [best] = propose_by_enumeration(free, network, WEIGHTS, 1).teams
        assert (change is None) == (best == teams[0] or member in best.members)
        if change:
            assert (change.before, change.after) == (best, teams[0])


@settings(max_examples=30)
@given(problems_of(most=6, most_requirements=3))
def test_fair_exposure_costs_what_the_best_team_without_it_is_better(problem):
    need, network = problem
    teams = propose_by_enumeration(need, network, WEIGHTS, 1).teams
    if not teams:
        return
    blind = replace(WEIGHTS, exposure=0.0)
    [best] = propose_by_enumeration(need, network, blind, 1).teams
    mine = evaluate(need, network, blind, teams[0].members)
    found = fairness(teams[0], need, network, WEIGHTS)
    assert found.without == best.members
    assert found.price == (best.score - mine.score if best.open_must == mine.open_must else 0)


def test_the_less_exposed_of_two_equals_goes_first_at_no_price():
    twin = replace(HOUSE, id="a-house", exposure=1.0)
    network = Network((BANK, HOUSE, twin), {}, HOPS)
    [team] = propose_by_enumeration(NEED, network, WEIGHTS, 1).teams
    assert team.members == ("bank", "house")
    assert fairness(team, NEED, network, WEIGHTS).price == 0


def test_a_near_equal_one_goes_first_at_its_price():
    loud = replace(HOUSE, exposure=1.0)
    quiet = replace(HOUSE, id="quiet", prefectures=("23",))
    network = Network((BANK, loud, quiet), {}, HOPS)
    [team] = propose_by_enumeration(NEED, network, WEIGHTS, 1).teams
    assert team.members == ("bank", "quiet")
    assert fairness(team, NEED, network, WEIGHTS).price == 20_000
