"""The hard constraints, each with a team that passes and one that does not."""

from dataclasses import replace

import pytest

from matching.core.constraints import UnknownOrganization, is_feasible, is_possible
from matching.core.exhaustive import propose_by_enumeration
from matching.core.model import Need, Network, Organization, Requirement, Weights
from matching.core.places import hop_table
from matching.core.solver import propose

HOPS = hop_table([("22", "23"), ("23", "24")])
NEAR = Organization("near", "bank", ("22",), {"x": 2}, lead_suitability=0.8)
FAR = Organization("far", "vendor", ("24",), {"x": 4}, lead_suitability=0.1)
BUSY = Organization("busy", "bank", ("22",), {"x": 4}, lead_suitability=0.9, slots=0)
NETWORK = Network((NEAR, FAR, BUSY), hops=HOPS)
NEED = Need("22", (Requirement("x", "p", 4, 1.0),))


def teams(need, network=NETWORK):
    """Members of all feasible teams, the same from both solvers."""
    found = propose(need, network, top=9)
    assert found == propose_by_enumeration(need, network, Weights(), 9)
    assert all(is_feasible(team.members, need, network) for team in found.teams)
    return {team.members for team in found.teams}


def test_the_unavailable_are_never_members():
    assert teams(NEED) == {("near",), ("far",), ("far", "near")}
    assert not is_feasible(["busy"], NEED, NETWORK)


def test_an_unavailable_or_excluded_must_include_leaves_no_team():
    assert teams(replace(NEED, must_include=frozenset({"busy"}))) == set()
    both = frozenset({"near"})
    assert teams(replace(NEED, must_include=both, exclude=both)) == set()


def test_must_includes_are_in_every_team_and_the_excluded_in_none():
    assert teams(replace(NEED, must_include=frozenset({"far"}))) == {("far",), ("far", "near")}
    assert teams(replace(NEED, exclude=frozenset({"far", "nobody we know"}))) == {("near",)}


@pytest.mark.parametrize(("most", "far_may_join"), [(None, True), (2, True), (1, False)])
def test_hops(most, far_may_join):
    assert (("far",) in teams(replace(NEED, max_hops=most))) == far_may_join


def test_remote_work_is_admitted_at_any_distance_and_no_path_never_is():
    need = replace(NEED, max_hops=1)
    assert ("far",) in teams(need, Network((NEAR, replace(FAR, remote=True)), hops=HOPS))
    lost = replace(FAR, prefectures=("99",))
    assert ("far",) not in teams(replace(NEED, max_hops=99), Network((NEAR, lost), hops=HOPS))
    assert ("far",) in teams(NEED, Network((NEAR, lost), hops=HOPS))


def test_a_far_must_include_leaves_no_team():
    assert teams(replace(NEED, max_hops=1, must_include=frozenset({"far"}))) == set()


def test_somebody_must_be_qualified_to_lead():
    assert teams(replace(NEED, lead_kinds=frozenset({"bank"}))) == {("near",), ("far", "near")}
    assert teams(replace(NEED, lead_min_suitability=0.5)) == {("near",), ("far", "near")}
    assert teams(replace(NEED, lead_min_suitability=0.8)) == {("near",), ("far", "near")}
    assert teams(replace(NEED, lead_min_suitability=0.81)) == set()
    assert teams(replace(NEED, lead_kinds=frozenset())) == set()


def test_the_size():
    assert teams(replace(NEED, max_size=1)) == {("near",), ("far",)}
    assert teams(replace(NEED, max_size=0)) == set()
    full = replace(NEED, max_size=1, must_include=frozenset({"far"}), lead_kinds=frozenset({"bank"}))
    assert teams(full) == set()
    assert teams(replace(full, max_size=2)) == {("far", "near")}


def test_unknown_must_includes_are_named():
    need = replace(NEED, must_include=frozenset({"z", "near", "a"}))
    for asked in (
        lambda: propose(need, NETWORK),
        lambda: propose_by_enumeration(need, NETWORK, Weights(), 1),
        lambda: is_possible(need, NETWORK),
    ):
        with pytest.raises(UnknownOrganization, match="a, z") as raised:
            asked()
        assert raised.value.ids == ("a", "z")


def test_an_empty_network_has_no_team():
    assert propose(NEED, Network(())).teams == ()
    assert propose(NEED, Network(())).optimal
