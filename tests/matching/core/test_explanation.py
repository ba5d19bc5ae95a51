"""What is said about a team, on a cast of five."""

from dataclasses import replace

import pytest

from matching.core.explanation import Cover, Drop, Gap, Nearest, covers, drop_one, gaps
from matching.core.model import Need, Network, Organization, Requirement, Weights
from matching.core.objective import evaluate
from matching.core.places import hop_table

HOPS = hop_table([("22", "23"), ("23", "24")])
BANK = Organization(
    "bank", "bank", ("22",), {"pmo": 4, "dev": -1, "ops": -1}, lead_suitability=0.7, availability=0.8, exposure=0.1
)
HOUSE = Organization("house", "vendor", ("23",), {"dev": 3}, {"dev": 0.8})
HELP = Organization("help", "vendor", ("22",), {"dev": 4, "train": 1}, {"dev": 0.5})
SCHOOL = Organization("school", "school", ("24",), {"train": 3, "dev": 4})
CLUB = Organization("club", "school", ("24",), {"train": 2})
NETWORK = Network((BANK, HOUSE, HELP, SCHOOL, CLUB), {}, HOPS)
NEED = Need(
    "22",
    (
        Requirement("pmo", "a", 3, 0.5, must=True),
        Requirement("dev", "b", 4, 0.3),
        Requirement("train", "c", 2, 0.2),
    ),
)
WEIGHTS = Weights()


def team_of(*members, need=NEED, network=NETWORK):
    return evaluate(need, network, WEIGHTS, members)


def test_the_owner_covers_a_weakness_when_strong_enough():
    assert covers(team_of("bank", "house", "help"), NEED, NETWORK) == [Cover("bank", "dev", "house")]


def test_else_the_highest_level_does():
    middle = replace(HOUSE, id="a", levels={"dev": 2}, confidence={})
    network = Network((BANK, middle, replace(HELP, confidence={"dev": 0.2})), {}, HOPS)
    team = team_of("a", "bank", "help", network=network)
    assert team.owners[1] == "a"
    assert covers(team, NEED, network) == [Cover("bank", "dev", "help")]


def test_nobody_covers_below_level_three_and_only_what_is_required():
    network = Network((BANK, replace(HOUSE, levels={"dev": 2})), {}, HOPS)
    assert covers(team_of("bank", "house", network=network), NEED, network) == []


def test_a_capability_required_twice_is_covered_once():
    need = replace(NEED, requirements=(*NEED.requirements, Requirement("dev", "later", 1, 0.1)))
    assert covers(team_of("bank", "house", need=need), need, NETWORK) == [Cover("bank", "dev", "house")]


def test_gaps_name_the_nearest_who_reaches_the_level():
    found = gaps(team_of("bank", "house"), NEED, NETWORK)
    assert [gap.requirement for gap in found] == [1, 2]
    assert found[0].covered == pytest.approx(0.6)
    assert found[0].nearest == Nearest("help", 0)
    assert found[1] == Gap(2, 0.0, Nearest("club", 2))


def test_only_the_available_outside_the_team_are_named():
    need = replace(NEED, exclude=frozenset({"club", "help"}))
    busy = Network((BANK, HOUSE, HELP, replace(SCHOOL, slots=0), CLUB), {}, HOPS)
    found = gaps(team_of("bank", "house"), need, busy)
    assert [gap.nearest for gap in found] == [None, None]


def test_the_unreached_come_last():
    lost = Network((BANK, HOUSE, replace(CLUB, prefectures=("99",)), SCHOOL), {}, HOPS)
    assert gaps(team_of("bank"), NEED, lost)[1].nearest == Nearest("school", 2)
    alone = Network((BANK, HOUSE, replace(CLUB, prefectures=("99",))), {}, HOPS)
    assert gaps(team_of("bank"), NEED, alone)[1].nearest == Nearest("club", None)


def test_a_team_that_covers_all_has_no_gaps():
    need = replace(NEED, requirements=NEED.requirements[:1])
    assert gaps(team_of("bank"), need, NETWORK) == []


def test_what_each_member_is_worth():
    # together 500 000 + 180 000 coverage, 105 000 lead, -39 000 - 50 000 members, -40 000 cohesion
    # the bank alone -180 000 coverage, +50 000, +40 000, -150 000 open weakness
    # the house alone -500 000, -105 000 lead, +39 000, +40 000
    assert drop_one(team_of("bank", "house"), NEED, NETWORK, WEIGHTS) == {
        "bank": Drop(-526_000, 1),
        "house": Drop(-240_000, 0),
    }


def test_who_cannot_leave():
    need = replace(NEED, must_include=frozenset({"house"}), lead_min_suitability=0.5)
    assert drop_one(team_of("bank", "house"), need, NETWORK, WEIGHTS) == {"bank": None, "house": None}
