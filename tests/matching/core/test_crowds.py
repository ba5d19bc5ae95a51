"""Needs for which hardly anybody can be ruled out: memory must not grow with the square of the registry."""

import tracemalloc
from dataclasses import replace

import numpy as np
import pytest

from matching.core import pairs
from matching.core.exhaustive import propose_by_enumeration
from matching.core.model import Weights
from matching.core.pairs import Pairs
from matching.core.solver import propose

MEGABYTE = 1 << 20


@pytest.fixture(scope="module")
def crowd(registry):
    """4,000 organizations: a square of them takes 128 MB in 64-bit integers."""
    need, network = registry(4_000, 3)
    return replace(need, lead_min_suitability=0.0), network


@pytest.mark.parametrize(("size", "top", "diverse"), [(2, 12, False), (2, 5, True), (3, 12, False), (3, 60, False)])
def test_anybody_beside_one_demanded_member(crowd, size, top, diverse):
    need, network = crowd
    demanded = frozenset({network.organizations[7].id})
    tracemalloc.start()
    try:
        found = propose(replace(need, must_include=demanded, max_size=size), network, top=top, diverse=diverse)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found.optimal
    assert len(found.teams) == top
    assert all(demanded <= set(team.members) for team in found.teams)
    assert peak < 100 * MEGABYTE


@pytest.mark.parametrize("seed", range(4))
def test_the_fullest_list_equals_enumeration(registry, seed):
    need, network = registry(40, seed)
    asked = replace(need, must_include=frozenset({network.organizations[seed].id}), max_size=3)
    found = propose(asked, network, Weights(), 200)
    assert found.teams == propose_by_enumeration(asked, network, Weights(), 200).teams


def test_pairs_are_found_by_matrix_and_by_search_alike(monkeypatch):
    dice = np.random.default_rng(5)
    size, keys = 30, np.random.default_rng(6).choice(900, 80, replace=False)
    one, other, values = keys // size, keys % size, dice.integers(1, 99, 80)
    asked = dice.integers(0, size, (7, 1)), dice.integers(0, size, (1, 50))
    by_matrix = Pairs(size, one, other, values).of(*asked)
    monkeypatch.setattr(pairs, "DENSE", 0)
    by_search = Pairs(size, one, other, values).of(*asked)
    assert (by_matrix == by_search).all()
    assert by_matrix.any()
    nothing = np.zeros(0, dtype=np.int64)
    assert not Pairs(size, nothing, nothing, nothing).of(*asked).any()
