"""What is counted in memory is what counting case by case gives, at a fixed price."""

from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casebook.models import Case
from search import columns
from search.facets import NAMES, facts_of
from search.finding import find
from search.listing import listing
from tests.search.cast import make_case

CHOICES = [
    {},
    {"industry": {"E"}},
    {"prefecture": {"22", "17"}, "year": {"2024"}},
    {"phase": {"analysis", "operation"}},
    {"phase": {"operation"}, "capability": {"inventory", "pos"}},
    {"capability": {"pos"}},
    {"stage": {"1"}, "outcome": {"success", "failure"}, "tlp": {"CLEAR"}},
    {"industry": {"A"}, "phase": {"operation"}},
    {"year": {"1999"}},
    {"industry": set(), "tlp": {"RED", "CLEAR"}},
    {"lessons": {"readable"}},
    {"lessons": {"readable"}, "industry": {"E", "M"}},
]


@pytest.fixture
def world(bank, vendor):
    both = {"phases": ["analysis", "operation"], "capabilities": ["inventory", "pos"]}
    make_case(bank, "甲", "在庫", industry="E", prefecture="22", year=2024, stage_before=1, outcome="success",
              tlp="CLEAR", **both)  # fmt: skip
    make_case(bank, "乙", {"summary": ("在庫", "network")}, industry="M", prefecture="17", year=2024, **both)
    make_case(vendor, "丙", {"summary": ("在庫", "public"), "action": ("在庫", "public")}, industry="E", year=2023,
              phases=["operation"], outcome="failure", tlp="CLEAR", stage_before=1)  # fmt: skip
    make_case(vendor, "丁", {"summary": ("下書き",)}, industry="A", capabilities=["pos"], year=2022)
    make_case(bank, "戊", {}, prefecture="22", tlp="RED", phases=["analysis"])
    make_case(bank, "己", "事実のない事例")
    make_case(vendor, "庚", {"summary": ("旅館", "public"), "lessons": ("失敗", "network")}, industry="M")
    make_case(bank, "辛", {"lessons": ("失敗", "public")}, industry="E")


def listed(reader, chosen, page=slice(None), among=None):
    known = columns.current()
    places = None if among is None else columns.positions(known.cases.id, among)
    return listing(known.seen_by(reader), chosen, page=page, among=places)


def narrowed(facts, chosen):
    """The cases that have what was chosen, and for each facet how many cases each value has: from the definition."""
    wanted = {name: values for name, values in chosen.items() if values}
    matching, counts = [], {name: Counter() for name in NAMES}
    for case, values in facts.items():
        missed = [name for name in wanted if wanted[name].isdisjoint(values[name])]
        if not missed:
            matching.append(case)
        for name in NAMES if not missed else missed if len(missed) == 1 else ():
            counts[name].update(values[name])
    return matching, counts


def case_by_case(reader, chosen):
    """Total, ids and counts, newest first, by looking at every visible case."""
    newest = sorted(Case.objects.all(), key=lambda case: (-(case.year or 0), -case.pk))
    facts = facts_of([case.pk for case in newest], reader)
    return narrowed({case.pk: facts[case.pk] for case in newest if case.pk in facts}, chosen)


@pytest.mark.parametrize("chosen", CHOICES)
def test_it_counts_what_counting_case_by_case_gives(world, anyone, banker, developer, chosen):
    chosen = {name: frozenset(values) for name, values in chosen.items()}
    for reader in (anyone, banker, developer):
        ids, counts = case_by_case(reader, chosen)
        found = listed(reader, chosen)
        assert (found.total, found.page) == (len(ids), ids)
        assert {name: +found.counts[name] for name in NAMES} == {name: +counts[name] for name in NAMES}
        pages = [listed(reader, chosen, slice(offset, offset + 2)).page for offset in (0, 2, 4, 6, 8)]
        assert [case for page in pages for case in page] == ids


def test_what_was_proposed_keeps_its_order_and_the_invisible_is_left_out(world, anyone, banker):
    everything = sorted(Case.objects.values_list("pk", flat=True), key=lambda pk: pk * 7 % 11)
    for reader in (anyone, banker):
        seen = set(Case.objects.visible_to(reader).values_list("pk", flat=True))
        found = listed(reader, {}, among=[*everything, 10**9])
        assert found.page == [pk for pk in everything if pk in seen]
    assert listed(anyone, {}, among=[]).total == 0


def test_the_price_is_the_same_for_one_case_and_for_five(bank, anyone):
    used = []
    for number in range(5):
        make_case(bank, f"題名{number}", "在庫", year=2020 + number, phases=["analysis"])
        with CaptureQueriesContext(connection) as queries:
            assert (listed(anyone, {}, slice(0, 1)).total) == number + 1
        used.append(len(queries))
    assert len(set(used)) == 1


@pytest.mark.parametrize("offset", [1, 10**30])
def test_beyond_the_end_is_nothing(bank, anyone, offset):
    make_case(bank, "題名", "在庫")
    found = listed(anyone, {}, slice(offset, offset + 20))
    assert (found.total, found.page) == (1, [])


def test_a_limit_of_zero_costs_the_counts_only(bank, banker):
    make_case(bank, "題名", "在庫")
    with CaptureQueriesContext(connection) as queries:
        results = find("", banker, limit=0)
    assert (results.total, results.hits) == (1, [])
    assert not [q["sql"] for q in queries if '"casebook_section"."text"' in q["sql"] or "LIMIT 0" in q["sql"]]
    with CaptureQueriesContext(connection) as more:
        find("", banker, limit=1)
    assert len(queries) < len(more) - 5
