"""Every page at two widths: no barriers, nothing wider than the screen, and reading works without scripts."""

import re
from pathlib import Path

import pytest
from django.urls import Resolver404, resolve

from tests.access.matrix import ROWS
from tests.browser.conftest import ROOT

pytestmark = pytest.mark.browser

AXE = Path(ROOT / "node_modules" / "axe-core" / "axe.min.js")
PAGES = {
    None: [
        "/",
        "/accounts/login/",
        "/accounts/password/reset/",
        "/accounts/signup/",
        "/apply/",
        "/apply/done/",
        "/join/",
        "/cases/",
        "/cases/?q=倉庫",
    ],
    "facilitator@example.jp": [
        "/",
        "/needs/",
        "/needs/new/",
        "NEED",
        "NEED/edit/",
        "/organizations/?capability=pmo&min_level=3",
        "/organizations/?q=ありません",
        "/organizations/compare/?id=1&id=2&id=3",
        "/organizations/compare/",
        "ORGANIZATION",
        "ORGANIZATION/correct/",
        "/corrections/",
        "/notices/",
        "/partners/?prefecture=22",
        "/needs/together/",
    ],
    "supporter@example.jp": [
        "/",
        "/cases/?q=在庫",
        "CASE",
        "/account/",
        "/accounts/second-factor/",
        "/accounts/sessions/",
        "/accounts/password/change/",
        "OWN",
        "OWN/members/",
        "OWN/history/",
        "OWN/experts/",
    ],
    "editor@example.jp": [
        "/",
        "OWN",
        "OWN/ratings/?show=filled",
        "OWN/describe/",
        "OWN/capacity/",
        "OWN/area/",
        "OWN/weaknesses/",
        "OWN/offices/",
        "OWN/offices/new/",
        "OWN/experts/new/",
        "OWN/ties/",
        "OWN/ties/new/",
        "TIE",
        "TIE/end/",
        "OWN/partners/",
        "OWN/partners/new/",
        "OWN/members/",
        "OWN/corrections/",
        "OWN/reconfirm/",
        "OWN/history/",
        "OWN/history/as-of/?on=2026-11-22",
        "/organizations/tables/",
        "/notices/",
        "OWN/complements/",
    ],
    "bank@example.jp": [
        "OWN",
        "OWN/offices/",
        "OFFICE",
        "OFFICE/remove/",
        "OWN/experts/",
        "EXPERT",
        "EXPERT/remove/",
        "AGREEMENT",
        "OWN/ratings/pmo/",
    ],
    "stranger@example.jp": ["/", "/needs/", "/organizations/"],
    "steward@example.jp": [
        "/",
        "/organizations/",
        "/steward/",
        "/steward/stale/",
        "/steward/incomplete/",
        "/steward/duplicates/",
        "/steward/suspicious/",
        "/steward/merges/",
        "PAIR",
        "/steward/applications/",
        "APPLICATION",
        "/steward/people/?who=editor",
        "/steward/letters/",
        "/steward/exposure/",
        "ORGANIZATION",
    ],
}
WORDS = {
    "NEED": ("/needs/", r"/needs/\d+/"),
    "ORGANIZATION": ("/organizations/", r"/organizations/\d+/"),
    "CASE": ("/cases/", r"/cases/\d+/"),
    "OWN": ("/", r"/organizations/\d+/"),
    "OFFICE": ("OWN/offices/", r"/organizations/\d+/offices/\d+/"),
    "EXPERT": ("OWN/experts/", r"/organizations/\d+/experts/\d+/"),
    "AGREEMENT": ("OWN/experts/", r"/organizations/\d+/experts/\d+/agreement/"),
    "TIE": ("OWN/ties/", r"/organizations/\d+/ties/\d+/"),
    "PAIR": ("/steward/duplicates/", r"/steward/merge/\d+/\d+/"),
    "APPLICATION": ("/steward/applications/", r"/steward/applications/\d+/"),
}
"""An address that is found by looking: the first link of that shape on a page."""
ELSEWHERE = {
    "network:join_confirm": "behind a POST: test_joining",
    "network:table": "needs a file: test_tables",
    "network:tables_export": "a file",
    "network:tables_template": "a file",
    "network:ratings_summary": "a part of the editor's page",
    "network:pick_organization": "a part of a form",
    "network:unseen": "a number for the bell",
}
"""Pages of the registry that are not walked here, and why."""


def real(person, path: str) -> str:
    """The address behind a word, as this person is offered it."""
    word = re.match("[A-Z]+", path)
    if not word:
        return path
    page, pattern = WORDS[word[0]]
    html = person.go(real(person, page)).content()
    found = re.search(f'href="({pattern})["?#]', html)
    assert found, f"{page} offers no {word[0]}"
    return found[1].rstrip("/") + (path.removeprefix(word[0]) or "/")


def shape(path: str) -> str:
    """The route's name of an address in PAGES; any number stands for what is found by looking."""
    word = re.match("[A-Z]+", path)
    stem = re.sub(r"\\d\+", "1", WORDS[word[0]][1]).rstrip("/") if word else ""
    address = (stem + path.removeprefix(word[0] if word else "")).split("?")[0]
    try:
        return resolve(address if address.endswith("/") else address + "/").view_name
    except Resolver404:
        raise AssertionError(path) from None


def test_no_page_of_the_registry_is_forgotten():
    pages = {row.route for row in ROWS if row.route.startswith("network:") and row.method == "GET"}
    walked = {shape(path) for paths in PAGES.values() for path in paths}
    assert pages - walked == set(ELSEWHERE)


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


@pytest.mark.parametrize("width", [360, 1280])
def test_the_menu_of_a_profile_opens_without_a_barrier_and_closes_with_escape(visit, width):
    person = visit("editor@example.jp", width=width)
    page = person.go(real(person, "OWN"))
    menu = page.locator(".head details.drop")
    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="受付の状況を直す").wait_for()
    page.evaluate(AXE.read_text())
    assert page.evaluate("() => axe.run({resultTypes: ['violations']}).then((found) => found.violations.length)") == 0
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    page.keyboard.press("Escape")
    assert menu.get_attribute("open") is None
    assert page.evaluate("() => document.activeElement.tagName") == "SUMMARY"


def test_on_paper_a_profile_and_a_comparison_keep_what_they_say_and_lose_the_controls(visit):
    person = visit("facilitator@example.jp")
    for path, said in (("ORGANIZATION", "得意なこと"), ("/organizations/compare/?id=1&id=2", "ほかの機関が補えること")):
        page = person.go(real(person, path))
        page.emulate_media(media="print")
        assert page.get_by_text(said, exact=True).first.is_visible(), path
        assert page.locator("header.bar").is_hidden(), path
        assert page.locator(".btn:visible").count() == 0, path
        page.emulate_media(media="screen")


def test_the_journey_of_reading_works_without_scripts(visit):
    page = visit(scripts=False).go("/cases/?q=倉庫")
    page.locator(".hits a").first.click()
    assert "浜松倉庫" in page.locator("h1").inner_text()


@pytest.mark.parametrize(("status", "again"), [(401, True), (403, True), (404, True), (500, False)])
def test_a_press_on_what_is_gone_loads_the_page_anew(visit, status, again):
    person = visit("supporter@example.jp")
    page = person.go(real(person, "CASE"))
    page.route("**/bookmark/", lambda route: route.fulfill(status=status))
    page.evaluate("() => { window.before = true; }")
    with page.expect_response("**/bookmark/"):
        page.locator("#mark-bookmark").click()
    if again:
        page.wait_for_function("() => !window.before")
    else:
        page.wait_for_timeout(1_000)
        assert page.evaluate("() => window.before")
    person.complaints = [said for said in person.complaints if f" {status} " not in said]
