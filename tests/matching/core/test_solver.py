"""The solver's manners: time limits, gaps, bounds and short lists."""

import random
from dataclasses import replace
from itertools import count

import numpy as np
import pytest

from matching.core import approach, incumbent, musts
from matching.core.bounds import lead_bounds, member_bounds, member_worth
from matching.core.exhaustive import feasible_teams, propose_by_enumeration
from matching.core.model import Need, Network, Organization, Requirement, Weights
from matching.core.reading import table_of
from matching.core.solver import propose


def after(calls):
    """A stop that turns true after so many questions."""
    asked = count()
    return lambda: next(asked) >= calls


@pytest.mark.parametrize("diverse", [False, True])
@pytest.mark.parametrize("seed", range(5))
def test_stopped_anywhere_it_tells_how_far_it_may_be_off(seed, diverse, registry):
    need, network = registry(80, seed)
    best = propose(need, network, diverse=diverse)
    assert best.optimal
    assert best.gap == 0
    unproved = 0
    for calls in (0, 1, 2, 5, 10, 30, 60, 90, 120, 200, 400):
        found = propose(need, network, stop=after(calls), diverse=diverse)
        assert found.teams[0].rank >= best.teams[0].rank
        if found.optimal:
            assert found == best
        else:
            unproved += 1
            assert best.teams[0].score - found.teams[0].score <= found.gap
    assert unproved


def test_stopped_at_once_it_still_gives_a_feasible_team(registry):
    need, network = registry(300, 1)
    need = replace(need, must_include=frozenset({"org-0003"}))
    found = propose(need, network, stop=lambda: True)
    assert not found.optimal
    assert found.gap > 0
    assert "org-0003" in found.teams[0].members


def test_asked_for_nothing_it_gives_nothing(registry):
    need, network = registry(10, 1)
    assert propose(need, network, top=0).teams == ()


def test_it_gives_all_teams_there_are_when_asked_for_more(registry):
    need, network = registry(4, 2)
    everything = sorted(feasible_teams(need, network, Weights()), key=lambda team: team.rank)
    assert list(propose(need, network, top=99).teams) == everything


def test_a_need_without_requirements_is_led_by_the_most_suitable(registry):
    need, network = registry(30, 3)
    found = propose(replace(need, requirements=()), network, top=1)
    assert found.optimal
    assert len(found.teams[0].members) == 1


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("required", [0, 1, 2])
def test_no_team_exceeds_its_bounds_at_any_prices(seed, required, registry):
    need, network = registry(9, seed)
    names = sorted(item.id for item in network.organizations)
    need = replace(need, max_size=4, must_include=frozenset(names[:required]), lead_min_suitability=0.0)
    table = table_of(need, network, Weights())
    chance = random.Random(seed)
    teams = list(feasible_teams(need, network, Weights()))
    for most in (0, 50_000, 300_000, 4_000_000):
        theta = np.array([chance.randint(0, most) for _ in need.requirements])
        worth = member_worth(table, theta)
        leads = lead_bounds(table, theta, worth)
        members = member_bounds(table, worth, leads)
        for team in teams:
            value = table.value(team)
            assert value <= leads.bound[table.ids.index(team.lead)]
            for member in set(team.members) - need.must_include - {team.lead}:
                assert value <= members[table.ids.index(member)]


@pytest.mark.parametrize("seed", range(12))
def test_values_order_teams_as_ranks_do(seed, registry):
    need, network = registry(8, seed)
    need = replace(need, requirements=tuple(replace(item, must=True) for item in need.requirements))
    table = table_of(need, network, Weights())
    ranked = sorted(feasible_teams(need, network, Weights()), key=lambda team: team.rank)
    assert {team.open_must for team in ranked} > {ranked[0].open_must}
    values = [table.value(team) for team in ranked]
    assert values == sorted(values, reverse=True)


@pytest.mark.parametrize("seed", range(12))
def test_settled_musts_are_true_for_every_team(seed, registry):
    need, network = registry(9, seed)
    need = replace(need, requirements=tuple(replace(item, must=True) for item in need.requirements), max_size=3)
    table = table_of(need, network, Weights())
    most = table.musts - min(team.open_must for team in feasible_teams(need, network, Weights()))
    assert not musts.settled(table, most - 1, lambda: False)
    assert musts.settled(table, table.musts, lambda: False)


def test_who_is_dominated_may_still_lead_a_different_team(monkeypatch):
    """Exchanging the dear `a` for any cheaper `c` gives the lead, and so the same proposal, back to `b`."""
    monkeypatch.setattr(approach, "LEADS", 1)
    monkeypatch.setattr(incumbent, "TRIALS", 1)
    dear = Organization("a", "k", ("22",), {"x": 4}, lead_suitability=0.5, availability=0.5)
    core = Organization("b", "k", ("22",), {"y": 4}, lead_suitability=0.5)
    cheap = [Organization(f"c{number}", "k", ("22",), {"x": 4}, lead_suitability=0.5) for number in range(9)]
    network = Network((dear, core, *cheap))
    need = Need("22", (Requirement("x", "p", 4, 1), Requirement("y", "p", 4, 1)), max_size=2)
    found = propose(need, network, top=2, diverse=True)
    assert found == propose_by_enumeration(need, network, Weights(), 2, diverse=True)
    assert [(team.lead, team.members) for team in found.teams] == [("b", ("b", "c0")), ("a", ("a", "b"))]


def test_cheaper_members_with_an_open_weakness_do_not_displace_the_sound_one(monkeypatch):
    monkeypatch.setattr(approach, "LEADS", 1)
    monkeypatch.setattr(incumbent, "TRIALS", 1)
    sound = Organization("a", "k", ("22",), {"x": 4}, availability=0.5)
    core = Organization("b", "lead", ("22",), {"y": 4})
    weak = [Organization(f"c{number}", "k", ("22",), {"x": 4, "z": -1}) for number in range(9)]
    network = Network((sound, core, *weak))
    wanted = tuple(Requirement(capability, "p", 4, 1) for capability in "xyz")
    need = Need("22", wanted, max_size=2, lead_kinds=frozenset({"lead"}))
    assert [team.members for team in propose(need, network, top=1).teams] == [("a", "b")]
