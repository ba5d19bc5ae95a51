"""Without a word: what the database counts is what counting case by case gives, at a fixed price."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casebook.models import Case
from search.facets import NAMES, facts_of, narrowed
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
        found = listing(reader, chosen, limit=100, offset=0)
        assert (found.total, found.page) == (len(ids), ids)
        assert {name: +found.counts[name] for name in NAMES} == {name: +counts[name] for name in NAMES}
        pages = [listing(reader, chosen, limit=2, offset=offset).page for offset in (0, 2, 4, 6)]
        assert [case for page in pages for case in page] == ids


def test_it_loads_a_page_and_no_more(bank, anyone):
    for number in range(5):
        make_case(bank, f"題名{number}", "在庫", year=2020 + number, phases=["analysis"])
    rows = []

    def count_rows(execute, sql, parameters, many, context):
        answer = execute(sql, parameters, many, context)
        rows.append(sql)
        return answer

    with connection.execute_wrapper(count_rows):
        found = listing(anyone, {}, limit=2, offset=0)
    assert (found.total, len(found.page)) == (5, 2)
    # One for the total, one for the page, one for each facet.
    assert len(rows) == 2 + len(NAMES)
    assert all("COUNT(" in sql or "LIMIT 2" in sql for sql in rows)


@pytest.mark.parametrize("offset", [1, 10**30])
def test_beyond_the_end_is_nothing(bank, anyone, offset):
    make_case(bank, "題名", "在庫")
    found = listing(anyone, {}, limit=20, offset=offset)
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
