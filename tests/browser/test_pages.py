"""Every page at two widths: no barriers, nothing wider than the screen, and reading works without scripts."""

import re
from pathlib import Path

import pytest

from tests.browser.conftest import ROOT

pytestmark = pytest.mark.browser

AXE = Path(ROOT / "node_modules" / "axe-core" / "axe.min.js")
PAGES = {
    None: ["/", "/accounts/login/", "/accounts/password/reset/", "/accounts/signup/", "/cases/", "/cases/?q=倉庫"],
    "facilitator@example.jp": ["/", "/needs/", "/needs/new/", "NEED", "NEED/edit/", "/organizations/", "ORGANIZATION"],
    "supporter@example.jp": ["/", "/cases/?q=在庫", "CASE", "/account/"],
    "editor@example.jp": ["/", "OWN", "OWN/ratings/?show=filled", "OWN/describe/", "OWN/capacity/"],
    "stranger@example.jp": ["/", "/needs/", "/organizations/"],
    "steward@example.jp": ["/", "/organizations/"],
}


def real(person, path: str) -> str:
    """The address behind a word: the first need, organization or case this person is offered."""
    start = {"NEED": ("/needs/", r"/needs/\d+/"), "ORGANIZATION": ("/organizations/", r"/organizations/\d+/")}
    start |= {"CASE": ("/cases/", r"/cases/\d+/"), "OWN": ("/", r"/organizations/\d+/")}
    for word, (page, pattern) in start.items():
        if path.startswith(word):
            html = person.go(page).content()
            found = re.search(f'href="({pattern})', html)
            assert found, f"{page} offers no {word}"
            return found[1].rstrip("/") + (path.removeprefix(word) or "/")
    return path


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("email", PAGES, ids=str)
def test_no_barriers_and_nothing_wider_than_the_screen(visit, email, width):
    person = visit(email, width=width)
    for path in PAGES[email]:
        page = person.go(real(person, path))
        page.evaluate(AXE.read_text())
        result = page.evaluate("() => axe.run({resultTypes: ['violations']})")
        told = [(v["id"], [node["html"][:160] for node in v["nodes"]][:3]) for v in result["violations"]]
        assert told == [], f"{path} at {width}"
        overflow = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0, f"{path} is {overflow} px wider than {width}"
        assert page.locator("h1").count() == 1, path


def test_the_journey_of_reading_works_without_scripts(visit):
    page = visit(scripts=False).go("/cases/?q=倉庫")
    page.locator(".hits a").first.click()
    assert "浜松倉庫" in page.locator("h1").inner_text()
