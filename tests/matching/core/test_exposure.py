"""Fair exposure: equals take turns, nobody with a fit starves, and looking busy does not pay."""

from dataclasses import replace

import pytest

from matching.core.exposure import HALF_LIFE, Place, Turn, exposures, gini, places
from matching.core.model import Need, Network, Organization, Requirement, Weights
from matching.core.solver import propose

WEIGHTS = Weights()
BLIND = replace(WEIGHTS, exposure=0.0)
BANK = Organization("bank", "bank", ("22",), {"pmo": 4}, lead_suitability=1.0)
NEED = Need(
    "22", (Requirement("pmo", "a", 3, 1.0), Requirement("dev", "b", 4, 1.0)), lead_kinds=frozenset({"bank"}), max_size=2
)


def house(name, **changes):
    return replace(Organization(name, "vendor", ("22",), {"dev": 4}), **changes)


def simulated(houses, days, weights=WEIGHTS, declare=lambda _day, item: item):
    """How often each house is proposed, one need a day; `declare` says what a house declares on that day."""
    turns, times = [], dict.fromkeys((item.id for item in houses), 0)
    for day in range(days):
        known = exposures([replace(turn, age=day - turn.age) for turn in turns])
        members = [declare(day, item) for item in houses] + [BANK]
        network = Network(tuple(replace(item, exposure=known.get(item.id, 0.0)) for item in members))
        [team] = propose(NEED, network, weights, 1).teams
        turns.append(Turn(day, places(team, NEED, network, weights)))
        for member in set(team.members) - {"bank"}:
            times[member] += 1
    return times


def test_equals_take_turns():
    times = simulated([house(f"h{number}") for number in range(4)], 40)
    assert max(times.values()) - min(times.values()) <= 2


def test_without_exposure_the_first_by_id_has_everything():
    """What fairness is there for; otherwise the test above could not fail."""
    times = simulated([house(f"h{number}") for number in range(4)], 40, BLIND)
    assert times == {"h0": 40, "h1": 0, "h2": 0, "h3": 0}
    assert gini(list(times.values())) == 0.75
    assert gini(list(simulated([house(f"h{number}") for number in range(4)], 40).values())) < 0.05


def test_nobody_with_a_fit_starves():
    """A slightly worse one, within what exposure can move, gets its share as well."""
    times = simulated([house("best"), house("near", confidence={"dev": 0.96}), house("same")], 60)
    assert min(times.values()) >= 5
    assert simulated([house("best"), house("near", confidence={"dev": 0.96}), house("same")], 60, BLIND)["near"] == 0


def test_a_clearly_worse_one_does_not_go_first():
    times = simulated([house("best"), house("worse", levels={"dev": 3})], 30)
    assert times == {"best": 30, "worse": 0}


@pytest.mark.parametrize(
    "declare",
    [
        lambda day: {"availability": 0.5},
        lambda day: {"slots": 0} if day % 2 else {},
        lambda day: {"slots": 0} if day < 40 else {},
        lambda day: {"slots": 0} if day % 10 < 8 else {},
        lambda day: {"availability": 0.0} if day < 40 else {},
        lambda day: {"max_requirements": 1},
    ],
    ids=["limited", "every second day", "first half", "two days in ten", "busy at first", "one requirement"],
)
@pytest.mark.parametrize("name", ["a-sly", "z-sly"])
def test_declaring_little_does_not_pay(declare, name):
    """Three houses, equal but for what one declares: it is never proposed more often than when it is honest."""
    houses = [house(name), house("m-honest"), house("n-honest")]
    honest = simulated(houses, 80)[name]
    sly = simulated(houses, 80, declare=lambda day, item: replace(item, **declare(day)) if item.id == name else item)
    assert sly[name] <= honest + 1
    assert sly[name] <= min(sly["m-honest"], sly["n-honest"]) + 1


def test_exposure_is_what_was_proposed_of_the_fair_share():
    both = Place("a", ("a", "b"))
    assert exposures([Turn(0, (both,))]) == {"a": round(1 / 1.5, 6)}
    assert exposures([Turn(0, (both,)), Turn(0, (Place("b", ("a", "b")),))]) == {"a": 0.5, "b": 0.5}
    assert exposures([Turn(0, (both,))] * 9) == {"a": 1.0}
    assert exposures([Turn(HALF_LIFE, (Place("a", ("a",)),))]) == {"a": round(0.5 / 1.5, 6)}
    assert exposures([]) == {}


def test_who_fits_a_place_is_who_could_have_had_it():
    members = (
        BANK,
        house("x"),
        house("near", availability=0.5),
        house("worse", levels={"dev": 2}),
        house("shut", slots=0),
        house("other", levels={"pmo": 4}),
    )
    network = Network(members)
    [team] = propose(NEED, network, WEIGHTS, 1).teams
    assert team.members == ("bank", "x")
    assert places(team, NEED, network, WEIGHTS) == (Place("bank", ("bank",)), Place("x", ("near", "x")))


@pytest.mark.parametrize(
    ("values", "expected"), [([], 0.0), ([0, 0], 0.0), ([1, 1, 1], 0.0), ([0, 0, 0, 1], 0.75), ([1, 3], 0.25)]
)
def test_gini(values, expected):
    assert gini(values) == pytest.approx(expected)
