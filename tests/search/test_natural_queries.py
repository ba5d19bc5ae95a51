"""Questions as people ask them, against the cases that come with the product."""

import json
from pathlib import Path

import pytest

from search.finding import find
from tests.search.cast import make_case, make_organization

QUERIES = Path(__file__).parent / "natural_queries.tsv"
CASES = Path(__file__).parents[2] / "casebook" / "data" / "demo_cases.jsonl"
FACTS = ("industry", "prefecture", "year", "stage_before", "outcome", "phases", "capabilities")


@pytest.mark.django_db
def test_the_expected_case_comes_first_nearly_always(anyone):
    owner = make_organization()
    ids = {}
    for line in CASES.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        sections = {section["kind"]: (section["text"], "public") for section in case["sections"]}
        facts = {name: case[name] for name in FACTS if name in case}
        ids[case["id"]] = make_case(owner, case["title"], sections, **facts).external_id
    ranks = []
    for line in QUERIES.read_text(encoding="utf-8").splitlines():
        text, expected = line.split("\t")
        found = [hit.id for hit in find(text, anyone, limit=10).hits]
        ranks.append(1 / (found.index(ids[expected]) + 1) if ids[expected] in found else 0.0)
    assert sum(ranks) / len(ranks) >= 0.95, ranks
