"""The plan of roles: one responsible member a seat, nobody beyond its capacity, the bank's model where nothing is
required."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.core.exhaustive import propose_by_enumeration
from matching.core.model import Need, Network, Organization, Requirement, Weights
from matching.core.objective import evaluate
from matching.core.seats import Seat, plan
from tests.matching.core.conftest import problems_of

BANKS, VENDORS = frozenset({"bank"}), frozenset({"vendor"})
BANK = Organization("bank", "bank", ("22",), {"pmo": 4, "dev": -1}, lead_suitability=0.7)
HOUSE = Organization("house", "vendor", ("22",), {"dev": 4, "ops": 3, "pmo": 3})
COACH = Organization("coach", "consultant", ("22",), {"plan": 4, "dev": 3})
NETWORK = Network((BANK, HOUSE, COACH))
NEED = Need(
    "22",
    (
        Requirement("plan", "requirements", 3, 1),
        Requirement("dev", "development", 3, 2),
        Requirement("ops", "operation", 3, 1),
    ),
)
SEATS = (
    Seat("pmo", kinds=(BANKS,), leads=True),
    Seat("requirements", "requirements", (0,), (BANKS,)),
    Seat("procurement", "procurement", (), (BANKS,)),
    Seat("development", "development", (1,), (VENDORS, BANKS)),
    Seat("operation", "operation", (2,), (VENDORS, BANKS)),
)


def seated(need=NEED, network=NETWORK, seats=SEATS, members=("bank", "coach", "house")):
    return plan(evaluate(need, network, Weights(), members), need, network, seats)


def test_owners_answer_for_their_phases_and_the_lead_for_the_whole():
    found = seated()
    assert [(each.seat.role, each.responsible) for each in found.seats] == [
        ("pmo", "bank"),
        ("requirements", "coach"),
        ("procurement", "bank"),
        ("development", "house"),
        ("operation", "house"),
    ]
    assert found.loads == {"bank": 1, "coach": 1, "house": 2}
    assert found.rooms == {"bank": 3, "coach": 3, "house": 3}


def test_who_reaches_the_level_supports():
    assert seated().seats[3].supporting == ("coach",)


def test_a_seat_without_a_requirement_goes_to_the_usual_kind_while_it_has_room():
    tired = replace(BANK, max_requirements=1, levels={"pmo": 4, "plan": 4})
    found = seated(network=Network((tired, HOUSE, COACH)))
    assert found.seats[1].responsible == "bank"
    assert found.seats[2].responsible in {"coach", "house"}
    assert found.loads["bank"] == 1


def test_where_nobody_has_room_the_seat_stays_empty():
    full = [replace(item, max_requirements=1) for item in (COACH, replace(HOUSE, levels={"dev": 4}))]
    need = replace(NEED, requirements=NEED.requirements[:2])
    network = Network((replace(BANK, max_requirements=1, levels={"ops": 4}), *full))
    busy = replace(need, requirements=(*need.requirements, Requirement("ops", "operation", 3, 1)))
    found = seated(need=busy, network=network)
    assert found.seats[2].responsible is None
    assert found.loads == found.rooms


def test_a_pmo_that_is_required_is_its_owner_s():
    need = replace(NEED, requirements=(*NEED.requirements, Requirement("pmo", "procurement", 3, 1)))
    network = Network((replace(BANK, levels={"pmo": 2}), HOUSE, COACH))
    found = seated(need=need, network=network, seats=(replace(SEATS[0], requirements=(3,)), *SEATS[1:]))
    assert found.seats[0].responsible == "house"


def test_responsibility_spreads_among_equals():
    twin = replace(BANK, id="abank", lead_suitability=0.0)
    seats = tuple(Seat(f"s{number}", "p", (), (BANKS,)) for number in range(2))
    need = replace(NEED, requirements=(), lead_min_suitability=0.5)
    found = plan(
        evaluate(need, Network((BANK, twin)), Weights(), ["abank", "bank"]), need, Network((BANK, twin)), seats
    )
    assert sorted(each.responsible for each in found.seats) == ["bank", "bank"]
    many = plan(
        evaluate(need, Network((replace(BANK, max_requirements=1), twin)), Weights(), ["abank", "bank"]),
        need,
        Network((replace(BANK, max_requirements=1), twin)),
        seats,
    )
    assert sorted(each.responsible for each in many.seats) == ["abank", "bank"]


@settings(max_examples=40)
@given(problems_of(most=5, most_requirements=4), st.integers(0, 4))
def test_every_plan_keeps_to_the_capacities_and_to_the_owners(problem, extra):
    need, network = problem
    teams = propose_by_enumeration(need, network, Weights(), 1).teams
    if not teams:
        return
    [team] = teams
    seats = [Seat("all", leads=True)]
    seats += [Seat(f"r{index}", "p", (index,), (frozenset("x"),)) for index in range(len(need.requirements))]
    seats += [Seat(f"m{number}", "p", (), (frozenset("y"),)) for number in range(extra)]
    found = plan(team, need, network, seats)
    assert all(found.loads[member] <= found.rooms[member] for member in team.members)
    for each in found.seats:
        owners = {team.owners[index] for index in each.seat.requirements if index in team.owners}
        assert each.responsible in owners if owners else each.responsible in {*team.members, None}
        assert each.responsible not in each.supporting
    empty = sum(each.responsible is None for each in found.seats)
    room = sum(found.rooms[member] - found.loads[member] for member in team.members)
    assert empty == 0 or room == 0
    assert found == plan(team, need, replace(network, organizations=network.organizations[::-1]), seats)


@pytest.mark.parametrize("members", [("bank",), ("bank", "house")])
def test_a_requirement_nobody_owns_still_has_a_seat(members):
    found = seated(members=members)
    assert found.seats[1].responsible in members
