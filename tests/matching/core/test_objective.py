"""Scores computed by hand."""

from dataclasses import replace

import pytest

from matching.core.model import Need, Network, Organization, Parts, Requirement, Weights
from matching.core.objective import NoQualifiedLead, evaluate
from matching.core.places import hop_table
from matching.core.units import Units, gain, shares

HOPS = hop_table([("22", "23"), ("23", "24"), ("24", "25"), ("25", "26"), ("26", "27"), ("27", "28")])
BANK = Organization(
    id="bank",
    kind="shinkin_bank",
    prefectures=("22",),
    levels={"pmo": 4, "development": -1},
    availability=0.8,
    exposure=0.1,
    lead_suitability=0.7,
    industries=frozenset("E"),
)
HOUSE = Organization(
    id="house", kind="software", prefectures=("23",), levels={"development": 3}, confidence={"development": 0.8}
)
NEED = Need(
    prefecture="22",
    industry="E",
    requirements=(
        Requirement("pmo", "procurement", level=3, weight=0.5, must=True),
        Requirement("development", "build", level=4, weight=0.3),
        Requirement("training", "operation", level=2, weight=0.2),
    ),
)
NETWORK = Network((BANK, HOUSE), {frozenset(("bank", "house")): 0.42}, HOPS)


def score(members, need=NEED, network=NETWORK, weights=None):
    return evaluate(need, network, weights or Weights(), members)


def one(level=4, weight=1.0, must=False, capability="x"):
    return Requirement(capability, "p", level=level, weight=weight, must=must)


def alone(organization, *requirements, **need):
    return score([organization.id], Need("22", requirements=requirements, **need), Network((organization,), hops=HOPS))


def test_bank_and_software_house():
    team = score(["house", "bank"])
    assert team.members == ("bank", "house")
    assert team.lead == "bank"
    assert team.owners == {0: "bank", 1: "house"}
    assert team.open_must == 0
    assert team.parts == Parts(
        coverage=500_000 + 180_000,
        lead=105_000,
        member_cost=-39_000 - (30_000 + 20_000 + 20_000),
        cohesion=-40_000 + 16_800,
        open_weakness=0,
    )
    assert team.score == 652_800


def test_the_bank_alone_leaves_its_weakness_open():
    team = score(["bank"])
    assert team.parts == Parts(500_000, 105_000, -39_000, 0, -150_000)
    assert team.owners == {0: "bank"}


def test_the_house_alone_leaves_the_must_open():
    team = score(["house"])
    assert team.parts == Parts(180_000, 0, -70_000, 0, 0)
    assert team.open_must == 1


def test_an_owner_below_the_required_level_leaves_a_must_open_but_covers_a_part():
    weak = replace(BANK, levels={"pmo": 2})
    team = score(["bank"], network=Network((weak,), hops=HOPS))
    assert team.open_must == 1
    assert team.parts.coverage == 333_333


def test_a_must_is_closed_by_level_however_little_it_is_believed():
    doubted = replace(BANK, confidence={"pmo": 0.3})
    team = score(["bank"], network=Network((doubted,), hops=HOPS))
    assert team.open_must == 0
    assert team.parts.coverage == 200_000  # 500 000 x 4 x 0.3 / 3


def test_a_must_goes_to_who_closes_it_before_who_covers_more():
    low = Organization("low", "k", ("22",), {"x": 2})
    sure = Organization("sure", "k", ("22",), {"x": 3}, {"x": 0.2})
    network = Network((low, sure), hops=HOPS)
    closed = score(["low", "sure"], Need("22", (one(3, must=True),)), network)
    assert (closed.owners, closed.open_must, closed.parts.coverage) == ({0: "sure"}, 0, 200_000)
    covered = score(["low", "sure"], Need("22", (one(3),)), network)
    assert (covered.owners, covered.parts.coverage) == ({0: "low"}, 666_667)


def test_capacity_moves_a_requirement_to_the_second_best():
    both = Organization("a", "k", ("22",), {"x": 4, "y": 4}, max_requirements=1)
    half = Organization("b", "k", ("22",), {"x": 2}, max_requirements=1)
    network = Network((both, half), hops=HOPS)
    need = Need("22", (one(weight=0.6), one(weight=0.4, capability="y")))
    team = score(["a", "b"], need, network)
    assert team.owners == {0: "b", 1: "a"}
    assert team.parts.coverage == 300_000 + 400_000
    must = replace(need, requirements=(one(weight=0.6, must=True), one(weight=0.4, capability="y")))
    team = score(["a", "b"], must, network)
    assert (team.owners, team.parts.coverage, team.open_must) == ({0: "a"}, 600_000, 0)


def test_equal_owners_the_higher_level_then_the_smaller_id():
    names = {"a": 3, "b": 4, "c": 4}
    network = Network(tuple(Organization(name, "k", ("22",), {"x": level}) for name, level in names.items()), hops=HOPS)
    assert score("abc", Need("22", (one(3),)), network).owners == {0: "b"}


def test_the_lead_is_who_gives_the_greatest_score():
    members = tuple(
        Organization(name, "k", ("22",), lead_suitability=suitability)
        for name, suitability in {"a": 0.5, "b": 0.6, "c": 0.2}.items()
    )
    ties = {frozenset("ac"): 0.9, frozenset("ab"): 0.1}
    team = score("abc", Need("22", (one(),)), Network(members, ties, HOPS))
    assert team.lead == "a"  # 75 000 + 4 000 + 36 000 against 90 000 + 4 000
    assert (team.parts.lead, team.parts.cohesion) == (75_000, -80_000 + 36_000 + 4_000)


def test_equal_leads_the_smaller_id():
    members = tuple(Organization(name, "k", ("22",), lead_suitability=0.5) for name in "ba")
    assert score("ab", Need("22", (one(),)), Network(members, hops=HOPS)).lead == "a"


def test_nobody_may_lead():
    with pytest.raises(NoQualifiedLead):
        score(["bank"], replace(NEED, lead_kinds=frozenset({"software"})))
    with pytest.raises(NoQualifiedLead):
        score(["house"], replace(NEED, lead_min_suitability=0.1))


@pytest.mark.parametrize(("place", "hop_cost"), [("22", 0), ("24", 40_000), ("28", 100_000), ("99", 100_000)])
def test_hops_cost_up_to_the_cap(place, hop_cost):
    assert alone(replace(BANK, prefectures=(place,)), one()).parts.member_cost == -39_000 - hop_cost


def test_an_unknown_client_industry_costs_nobody():
    assert alone(HOUSE, one()).parts.member_cost == -50_000
    assert alone(HOUSE, one(), industry="E").parts.member_cost == -70_000


@pytest.mark.parametrize(("level", "open_weakness"), [(2, -500_000), (3, 0)])
def test_a_weakness_is_covered_from_level_three(level, open_weakness):
    weak = Organization("a", "k", ("22",), {"x": -1})
    other = Organization("b", "k", ("22",), {"x": level}, {"x": 0.1})
    team = score("ab", Need("22", (one(),)), Network((weak, other), hops=HOPS))
    assert team.parts.open_weakness == open_weakness


def test_halves_are_rounded_to_even_each_product_by_itself():
    assert [round(value) for value in (0.5, 1.5, 2.5)] == [0, 2, 2]
    # weight shares 1/8 of 1e6 x 1/16: 7812.5
    sixteenth = Organization("a", "k", ("22",), {"x": 1, "y": 1}, {"x": 0.25, "y": 0.25})
    need = Need("22", (one(weight=1), one(weight=1, capability="y"), one(weight=6, capability="z")))
    assert score("a", need, Network((sixteenth,), hops=HOPS)).parts.coverage == 7812 + 7812
    units = Units.of(Weights())
    assert units.lead_bonus(replace(BANK, lead_suitability=0.00001)) == 2  # 1.5
    assert units.tie_bonus(0.0000625) == 2  # 2.5
    assert gain(1.0, 1, 0.5e-6, 1) == 0


def test_a_gain_that_rounds_to_nothing_has_no_owner_and_closes_no_must():
    hardly = Organization("a", "k", ("22",), {"x": 1}, {"x": 1e-7})
    team = alone(hardly, one(1, must=True))
    assert (team.owners, team.open_must) == ({}, 1)


def test_weights_of_any_scale_are_normalised():
    double = replace(NEED, requirements=tuple(replace(item, weight=item.weight * 2) for item in NEED.requirements))
    assert score(["bank", "house"], double) == score(["bank", "house"])
    assert shares(Need("22", (one(weight=1), one(weight=3)))) == [0.25, 0.75]


def test_another_profile():
    weights = Weights(
        lead=0.1, size=0.01, hop=0.001, hop_cap=1, unavailability=0.1, industry=0.5, cohesion=0.2, open_weakness=1
    )
    team = score(["bank", "house"], weights=weights)
    # bank 0.01 + 0.1 x 0.2 + 0.03 x 0.1, house 0.01 + 0.001 + 0.5
    assert team.parts == Parts(680_000, 70_000, -33_000 - 511_000, -200_000 + 84_000, 0)
    assert score(["bank"], weights=weights).parts.open_weakness == -300_000


def test_the_default_units_are_the_documents():
    units = Units.of(Weights())
    assert (units.lead, units.hop, units.industry, units.cohesion, units.open_weakness) == (
        150_000,
        20_000,
        20_000,
        40_000,
        500_000,
    )
