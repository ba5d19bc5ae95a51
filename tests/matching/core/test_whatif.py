"""Teams changed by hand, and why an organization is not in one."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from matching.core.exhaustive import feasible_teams, propose_by_enumeration
from matching.core.model import Need, Network, Organization, Requirement, Weights
from matching.core.objective import evaluate
from matching.core.places import hop_table
from matching.core.whatif import Bar, Behind, Obstacle, additions, obstacles, tried, why_not
from tests.matching.core.conftest import problems_of

WEIGHTS = Weights()
HOPS = hop_table([("22", "23"), ("23", "24")])
BANK = Organization("bank", "bank", ("22",), {"pmo": 4}, lead_suitability=0.7)
HOUSE = Organization("house", "vendor", ("22",), {"dev": 4})
LESSER = Organization("lesser", "vendor", ("23",), {"dev": 3, "pmo": 1})
NEED = Need(
    "22",
    (Requirement("pmo", "a", 3, 0.5, must=True), Requirement("dev", "b", 4, 0.5)),
    lead_min_suitability=0.5,
    max_size=2,
)
NETWORK = Network((BANK, HOUSE, LESSER), {}, HOPS)


@pytest.mark.parametrize(
    ("members", "change", "expected"),
    [
        (["bank", "house"], {}, []),
        (["bank", "nobody"], {}, [Obstacle(Bar.UNKNOWN, "nobody")]),
        (["bank", "house"], {"exclude": frozenset({"house"})}, [Obstacle(Bar.EXCLUDED, "house")]),
        (["bank", "lesser"], {"max_hops": 0}, [Obstacle(Bar.TOO_FAR, "lesser")]),
        (["bank"], {"must_include": frozenset({"house"})}, [Obstacle(Bar.MISSING, "house")]),
        (["bank", "house", "lesser"], {}, [Obstacle(Bar.TOO_MANY)]),
        (["house"], {}, [Obstacle(Bar.NO_LEAD)]),
        ([], {}, [Obstacle(Bar.NO_LEAD)]),
    ],
)
def test_what_stands_against_a_team(members, change, expected):
    assert list(obstacles(members, replace(NEED, **change), NETWORK)) == expected


def test_a_forbidden_tie_names_both_ends():
    tied = replace(NETWORK, interests={frozenset({"bank", "house"}): frozenset({"capital"})})
    need = replace(NEED, forbidden_ties=frozenset({"capital"}))
    assert obstacles(["bank", "house"], need, tied) == (Obstacle(Bar.TIE, "bank", "house"),)
    assert obstacles(["bank", "house"], NEED, tied) == ()


def test_who_is_closed_stands_against_it():
    closed = replace(NETWORK, organizations=(BANK, replace(HOUSE, slots=0), LESSER))
    assert obstacles(["bank", "house"], NEED, closed) == (Obstacle(Bar.CLOSED, "house"),)


@settings(max_examples=40)
@given(problems_of(most=5, most_requirements=3))
def test_nothing_stands_against_exactly_the_feasible_teams(problem):
    need, network = problem
    feasible = {team.members for team in feasible_teams(need, network, WEIGHTS)}
    names = sorted(item.id for item in network.organizations)
    for mask in range(1, 2 ** len(names)):
        members = tuple(name for place, name in enumerate(names) if mask >> place & 1)
        assert (obstacles(members, need, network) == ()) == (members in feasible)


def test_an_infeasible_team_is_scored_all_the_same_where_somebody_may_lead():
    trial = tried(["bank", "house", "lesser"], NEED, NETWORK, WEIGHTS)
    assert trial.obstacles == (Obstacle(Bar.TOO_MANY),)
    assert trial.team == evaluate(NEED, NETWORK, WEIGHTS, ["bank", "house", "lesser"])
    assert tried(["house"], NEED, NETWORK, WEIGHTS).team is None
    assert tried(["bank", "nobody"], NEED, NETWORK, WEIGHTS).team is None


def test_why_the_lesser_is_not_in_the_team():
    """In the house's place: a quarter of the development's half goes, and a hop is paid."""
    found = why_not("lesser", evaluate(NEED, NETWORK, WEIGHTS, ["bank", "house"]), NEED, NETWORK, WEIGHTS)
    assert found.obstacles == ()
    assert found.change is not None
    assert found.change.after.members == ("bank", "lesser")
    assert (found.change.score, found.change.parts.coverage, found.change.parts.member_cost) == (
        -145_000,
        -125_000,
        -20_000,
    )
    assert found.behind == (Behind(0, "bank"), Behind(1, "house"))


def test_what_bars_it_is_all_that_is_said():
    need = replace(NEED, exclude=frozenset({"lesser"}))
    found = why_not("lesser", evaluate(need, NETWORK, WEIGHTS, ["bank", "house"]), need, NETWORK, WEIGHTS)
    assert (found.obstacles, found.change, found.behind) == ((Obstacle(Bar.EXCLUDED, "lesser"),), None, ())


def test_where_the_must_includes_leave_no_place_there_is_no_team_with_it():
    need = replace(NEED, must_include=frozenset({"bank", "house"}))
    found = why_not("lesser", evaluate(need, NETWORK, WEIGHTS, ["bank", "house"]), need, NETWORK, WEIGHTS)
    assert (found.obstacles, found.change) == ((), None)


@settings(max_examples=40)
@given(problems_of(most=6, most_requirements=3))
def test_the_change_goes_to_the_best_team_that_has_it(problem):
    need, network = problem
    teams = sorted(feasible_teams(need, network, WEIGHTS), key=lambda team: team.rank)
    if not teams:
        return
    for outsider in sorted({item.id for item in network.organizations} - set(teams[0].members)):
        found = why_not(outsider, teams[0], need, network, WEIGHTS)
        best = next((team for team in teams if outsider in team.members), None)
        assert (found.change.after if found.change else None) == best
        if found.change:
            assert found.change.is_worse
            assert found.change.parts.total == found.change.score


@settings(max_examples=40)
@given(problems_of(most=6, most_requirements=3))
def test_the_best_partners_are_those_that_trying_each_finds(problem):
    need, network = problem
    teams = propose_by_enumeration(need, network, WEIGHTS, 1).teams
    if not teams or len(teams[0].members) == 6:
        return
    [team] = teams
    larger = replace(need, max_size=len(team.members) + 1, must_include=frozenset(team.members))
    wanted = [
        other
        for other in sorted(feasible_teams(larger, network, WEIGHTS), key=lambda other: other.rank)
        if len(other.members) > len(team.members) and other.rank < team.rank
    ]
    found = additions(team, need, network, WEIGHTS, top=3)
    assert [change.after for change in found] == wanted[:3]


def test_the_best_partner_for_a_lone_bank():
    [first, second] = additions(evaluate(NEED, NETWORK, WEIGHTS, ["bank"]), NEED, NETWORK, WEIGHTS)
    assert (first.after.members, second.after.members) == (("bank", "house"), ("bank", "lesser"))
