"""Problems small enough to be solved by trying everything."""

import random
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import strategies as st

from matching.core.model import Need, Network, Organization, Requirement
from matching.core.places import hop_table

HOPS = hop_table([("1", "2"), ("2", "3"), ("3", "4"), ("4", "5"), ("5", "6"), ("6", "7"), ("7", "8"), ("3", "9")])
CAPABILITIES = ("a", "b", "c", "d")

fractions = st.sampled_from([0.0, 0.5, 1.0]) | st.floats(0, 1).map(lambda value: round(value, 3))
confidences = st.sampled_from([1.0, 0.5]) | st.floats(0.01, 1).map(lambda value: round(value, 3))


@st.composite
def organizations(draw, name):
    levels = draw(st.dictionaries(st.sampled_from(CAPABILITIES), st.sampled_from([-1, 0, 1, 2, 3, 3, 4, 4])))
    return Organization(
        id=name,
        kind=draw(st.sampled_from("xy")),
        prefectures=tuple(draw(st.lists(st.sampled_from("123456789?"), min_size=1, max_size=2))),
        levels=levels,
        confidence={capability: draw(confidences) for capability in sorted(levels) if draw(st.booleans())},
        max_requirements=draw(st.sampled_from([1, 1, 2, 3])),
        slots=draw(st.sampled_from([1, 1, 1, 2, 0])),
        availability=draw(fractions),
        exposure=draw(fractions),
        lead_suitability=draw(fractions),
        remote=draw(st.booleans()),
        industries=frozenset(draw(st.sets(st.sampled_from("AB")))),
    )


@st.composite
def networks(draw, most):
    """Many collaborations or few; now and then twins that differ by nothing but their ids."""
    names = [f"o{number}" for number in range(draw(st.integers(1, most)))]
    members = [draw(organizations(name)) for name in names]
    twins = draw(st.sets(st.sampled_from(range(len(names))))) if draw(st.booleans()) else set()
    members = [replace(members[0], id=name) if place in twins else members[place] for place, name in enumerate(names)]
    pairs = [frozenset(pair) for pair in combinations(names, 2)]
    tied = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    strengths = {pair: draw(st.sampled_from([0.33, 0.7, 0.99])) for pair in tied}
    return Network(tuple(draw(st.permutations(members))), strengths, HOPS)


@st.composite
def requirements(draw):
    return Requirement(
        capability=draw(st.sampled_from(CAPABILITIES)),
        phase="p",
        level=draw(st.integers(1, 4)),
        weight=draw(st.sampled_from([1.0, 1.0, 2.0, 0.37])),
        must=draw(st.sampled_from([False, False, True])),
    )


@st.composite
def problems_of(draw, most=9, most_requirements=5):
    network = draw(networks(most))
    names = [item.id for item in network.organizations]
    some = st.sets(st.sampled_from(names), max_size=2).map(frozenset)
    nobody = st.just(frozenset())
    required = draw(nobody | some)
    need = Need(
        prefecture=draw(st.sampled_from("1359")),
        requirements=tuple(draw(st.lists(requirements(), min_size=1, max_size=most_requirements))),
        industry=draw(st.sampled_from(["", "A"])),
        lead_kinds=draw(st.sampled_from([None, None, frozenset("x")])),
        lead_min_suitability=draw(st.sampled_from([0.0, 0.0, 0.5])),
        max_size=draw(st.sampled_from([6, 6, 4, 3, 2, 1])),
        must_include=required,
        exclude=draw(nobody | nobody | some) - required,
        max_hops=draw(st.sampled_from([None, None, 1, 3])),
    )
    return need, network


@st.composite
def bound_problems_of(draw, most=9, most_requirements=5):
    """The same with locked seats, ties of which some forbid, and remote work that may not count."""
    need, network = draw(problems_of(most, most_requirements))
    names = [item.id for item in network.organizations]
    pairs = [frozenset(pair) for pair in combinations(names, 2)]
    tied = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    interests = {pair: draw(st.sampled_from([frozenset("c"), frozenset("g"), frozenset("cg")])) for pair in tied}
    seats = range(len(need.requirements))
    locked = draw(st.dictionaries(st.sampled_from(seats), st.sampled_from(names), max_size=3)) if names else {}
    free = draw(st.booleans())
    need = replace(
        need,
        locked=tuple(sorted(locked.items())),
        forbidden_ties=draw(st.sampled_from([frozenset(), frozenset("c"), frozenset("cg")])),
        exclude=frozenset() if free else need.exclude,
        max_hops=None if free else need.max_hops,
        remote=draw(st.booleans()),
    )
    if free:
        members = tuple(replace(item, slots=1) for item in network.organizations)
        return need, replace(network, organizations=members, interests=interests)
    return need, replace(network, interests=interests)


@pytest.fixture(scope="session")
def bound_problems():
    """Strategy of (need, network) with locked seats and forbidden ties."""
    return bound_problems_of


@pytest.fixture(scope="session")
def problems():
    """Strategy of (need, network); call with the most organizations and the most requirements."""
    return problems_of


@pytest.fixture(scope="session")
def registry():
    """Makes (need, network) of a given size from a seed: few strengths each, some weaknesses, some collaborations."""
    return random_registry


def random_registry(count, seed):
    chance = random.Random(seed)
    capabilities = [f"c{number}" for number in range(20)]
    names = [f"org-{number:04d}" for number in range(count)]
    members = tuple(
        Organization(
            id=name,
            kind=chance.choice("xy"),
            prefectures=(chance.choice("123456789"),),
            levels={item: chance.choice([-1, 1, 2, 3, 4]) for item in chance.sample(capabilities, 6)},
            confidence={item: chance.uniform(0.4, 1) for item in capabilities[:8]},
            max_requirements=chance.choice([1, 2, 3]),
            availability=chance.random(),
            exposure=chance.random(),
            lead_suitability=chance.random(),
            industries=frozenset(chance.sample("ABC", 2)),
        )
        for name in names
    )
    strengths = {frozenset(chance.sample(names, 2)): chance.random() for _ in range(2 * count)}
    needed = tuple(
        Requirement(item, "p", chance.randint(2, 4), chance.choice([1, 2, 3]), must=chance.random() < 0.3)
        for item in chance.sample(capabilities, 8)
    )
    return Need("3", needed, industry="A", lead_min_suitability=0.4), Network(members, strengths, HOPS)
