"""Wherever a list names a case, the case's label stands in the same row."""

import re

import pytest
from django.urls import reverse

from casebook import actions
from tests.casebook.life_cast import client_of

pytestmark = pytest.mark.django_db
ROW = re.compile(r"<li\b(?:(?!</?li\b).)*", re.DOTALL)
"""A row, up to a list inside it."""
WAY_HERE = re.compile(r'<nav class="crumbs".*?</nav>', re.DOTALL)
CASE = re.compile(r'href="/cases/\d+/(draft/)?[#"]')


@pytest.fixture
def places(world):
    """Who opens which list; each of them names a case at least once."""
    case = world.cases["network"]
    actions.bookmark(case, by=world.people["partner"])
    actions.note_insight(
        case=case, text="現場で試したい", key=f"org:{world.organizations['partner'].pk}", by=world.people["partner"]
    )
    owner = world.organizations["owner"].pk
    return {
        "recent": ("partner", reverse("casebook:recent")),
        "list": ("partner", reverse("search:cases")),
        "search": ("partner", f"{reverse('search:cases')}?q=在庫"),
        "related": ("partner", reverse("casebook:case", args=[case.pk])),
        "bookmarks": ("partner", reverse("casebook:bookmarks")),
        "insights": ("partner", reverse("casebook:insights")),
        "questions": ("editor", reverse("casebook:questions")),
        "writing": ("editor", reverse("casebook:writing")),
        "own requests": ("partner", reverse("casebook:my_requests")),
        "requests": ("editor", reverse("casebook:case_requests", args=[owner])),
        "taken down": ("steward", reverse("casebook:steward_cases")),
    }


PLACES = (
    "recent", "list", "search", "related", "bookmarks", "insights", "questions", "writing", "own requests",
    "requests", "taken down",
)  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_a_row_that_names_a_case_shows_its_label(world, places, place):
    reader, path = places[place]
    page = client_of(world, reader).get(path, headers={"HX-Request": "true"} if place == "recent" else None)
    rows = [row for row in ROW.findall(WAY_HERE.sub("", page.content.decode())) if CASE.search(row)]
    assert rows
    assert [row for row in rows if "TLP:" not in row] == []
