"""The profile editor from the keyboard alone, and two editors on one profile."""

import json
import re
import sys
import time

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site, manage
from tests.browser.test_pages import AXE

pytestmark = pytest.mark.browser

THIRTY = 30
EDITOR = "editor@example.jp"
SECOND = "second-editor@example.jp"
PREPARE = """
from network.models import Membership, Organization, Rating, User
from tests.browser.conftest import PASSWORD
first = User.objects.get(email="editor@example.jp")
organization = Membership.objects.get(user=first).organization
second, made = User.objects.get_or_create(email="second-editor@example.jp", defaults={"name": "架空 二人目 ゆう"})
second.set_password(PASSWORD); second.save()
from allauth.account.models import EmailAddress
EmailAddress.objects.get_or_create(user=second, email=second.email, defaults={"verified": True, "primary": True})
Membership.objects.get_or_create(user=second, organization=organization, defaults={"role": "editor"})
"""
STORED = """
import json
from network.models import Membership, Rating
organization = Membership.objects.get(user__email="editor@example.jp").organization
fields = ("capability__code", "level", "stance", "note", "evidence")
print(json.dumps([list(row) for row in Rating.objects.filter(organization=organization).values_list(*fields)]))
"""


@pytest.fixture
def second(site: Site) -> str:
    """Another editor of the same organization."""
    manage(site.env, "shell", "-v0", "-c", PREPARE)
    return SECOND


def stored(site: Site) -> dict[str, list[object]]:
    """What the database holds of the editor's organization, by capability."""
    lines = manage(site.env, "shell", "-v0", "-c", STORED).strip().splitlines()
    return {code: said for code, *said in json.loads(lines[-1])}


def grid(person) -> Page:
    """The grid of the editor's own organization."""
    found = re.search(r'href="(/organizations/\d+/ratings/)', person.go("/").content())
    assert found
    return person.go(found[1] + "?show=empty")


def settled(page: Page) -> None:
    """Nothing is on its way any more."""
    expect(page.locator("form.rating[data-unsaved], form.rating[data-saving]")).to_have_count(0)
    page.wait_for_load_state("networkidle")


def line(page: Page, code: str):
    return page.locator(f"#c-{code}")


def tab_to_the_first_line(page: Page) -> int:
    """From the top of the page with the Tab key; how many strokes it took."""
    for strokes in range(1, 60):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.name === 'level'"):
            return strokes
    raise AssertionError("the grid cannot be reached with the Tab key")


def focused_line(page: Page) -> str:
    return page.evaluate("() => document.activeElement.closest('.line').id.slice(2)")


def test_thirty_ratings_from_the_keyboard_alone(site, visit, capsys):
    before = stored(site)
    page = grid(visit(EDITOR))
    requests: list[str] = []
    page.on("request", lambda request: requests.append(f"{request.method} {request.url}"))
    began = time.monotonic()
    strokes = tab_to_the_first_line(page)
    wanted: dict[str, list[object]] = {}
    for number in range(THIRTY):
        level, (key, stance) = number % 5, [("s", "strength"), ("n", "neutral"), ("w", "weakness")][number % 3]
        code = focused_line(page)
        page.keyboard.press(str(level))
        page.keyboard.press(key)
        note = ""
        if number % 10 == 0:  # a note as one writes it: E, the words, back to the line
            note = f"キーボードだけで書いたメモ{number}"
            page.keyboard.press("e")
            page.keyboard.type(note)
            page.keyboard.press("Escape")
        wanted[code] = [level, stance, note, ""]
        page.keyboard.press("ArrowDown")
        strokes += 3
    settled(page)
    seconds = time.monotonic() - began
    saves = [sent for sent in requests if sent.startswith("POST")]
    found = stored(site)
    assert {code: said for code, said in found.items() if code not in before} == wanted
    assert len(wanted) == THIRTY
    assert {code: found[code] for code in before} == before
    for code, (level, stance, *_words) in wanted.items():
        expect(line(page, code).locator(f'input[name=level][value="{level}"]')).to_be_checked()
        expect(line(page, code).locator(f"input[value={stance}]")).to_be_checked()
        expect(line(page, code).locator(".saved")).to_contain_text(re.compile(r"保存しました \d{1,2}:\d\d"))
    assert THIRTY <= len(saves) <= THIRTY + 6, "level and stance typed quickly are one request"
    rest = len(requests) - len(saves)
    with capsys.disabled():
        sys.stdout.write(
            f"\n30 ratings from the keyboard: {seconds:.1f} s, {strokes} strokes beside notes, "
            f"{len(saves)} saves, {rest} other requests\n"
        )

    # The last three are taken back, the newest first; then what stood there stands there again: nothing.
    last = list(wanted)[-3:]
    for code in reversed(last):
        page.keyboard.press("u")
        expect(line(page, code).locator(".saved")).to_contain_text("元に戻しました")
        settled(page)
    found = stored(site)
    assert not set(last) & set(found)
    assert {code: said for code, said in found.items() if code not in before} == {
        code: said for code, said in wanted.items() if code not in last
    }
    line(page, last[0]).get_by_role("button", name="やり直す").click()
    expect(line(page, last[0]).locator(".saved")).to_contain_text("元に戻しました")
    assert stored(site)[last[0]] == wanted[last[0]]

    # Beside the grid: drawn anew without loading the page.
    expect(page.locator("#beside")).to_contain_text("得意なこと")
    strong = next(code for code, said in wanted.items() if said[1] == "strength" and code not in last)
    name = line(page, strong).locator(".name").inner_text()
    expect(page.locator("section[aria-labelledby=good-at]")).to_contain_text(name)


def test_leaving_at_once_loses_nothing(site, visit):
    page = grid(visit(EDITOR))
    tab_to_the_first_line(page)
    code = focused_line(page)
    page.keyboard.press("3")
    page.goto(site.url + "/account/")
    page.wait_for_load_state("networkidle")
    assert stored(site)[code][:2] == [3, "neutral"]


def test_a_withdrawn_line_comes_back_with_one_key(site, visit):
    person = visit(EDITOR)
    page = person.go(re.sub(r"\?.*", "?show=filled", grid(person).url).removeprefix(site.url))
    code = page.locator(".line").first.get_attribute("id").removeprefix("c-")
    before = stored(site)[code]
    line(page, code).get_by_role("button", name="取り下げる").click()
    expect(line(page, code).locator(".saved")).to_contain_text("取り下げました")
    assert code not in stored(site)
    page.keyboard.press("Control+z")
    expect(line(page, code).locator(".saved")).to_contain_text("元に戻しました")
    assert stored(site)[code] == before


def test_two_editors_and_the_second_loses_nothing(site, visit, second):
    """Both open the same line; the second, who saves later, sees both values and decides."""
    one, two = grid(visit(EDITOR)), grid(visit(second))
    codes = [shown.get_attribute("id").removeprefix("c-") for shown in one.locator(".line").all()[:2]]
    kept, overwritten = codes
    for code in codes:
        line(one, code).locator("input[name=level]").first.focus()
        one.keyboard.press("4")
        one.keyboard.press("s")
        expect(line(one, code).locator(".saved")).to_contain_text("保存しました")
    for code in codes:
        line(two, code).locator("input[name=level]").first.focus()
        two.keyboard.press("e")
        two.keyboard.type("二人目のメモ")
        two.keyboard.press("Escape")
        two.keyboard.press("2")
        told = line(two, code).get_by_role("alert")
        for said in (
            "ほかの人がこの行を先に変えました",
            "4 教えられる",
            "2 組めばできる",
            "二人目のメモ",
            "架空 天竜 さくら",
        ):
            expect(told).to_contain_text(said)
        expect(line(two, code).locator('input[name=level][value="2"]')).to_be_checked()
        expect(line(two, code).get_by_label("メモ", exact=True)).to_have_value("二人目のメモ")
    assert all(stored(site)[code] == [4, "strength", "", ""] for code in codes), "nothing is overwritten unasked"

    line(two, kept).get_by_role("link", name="相手の内容を残す").click()
    expect(line(two, kept).locator('input[name=level][value="4"]')).to_be_checked()
    expect(line(two, kept).get_by_role("alert")).to_have_count(0)
    line(two, overwritten).get_by_role("button", name="自分の内容で上書きする").click()
    expect(line(two, overwritten).locator(".saved")).to_contain_text("保存しました")
    found = stored(site)
    assert found[kept] == [4, "strength", "", ""]
    assert found[overwritten] == [2, "neutral", "二人目のメモ", ""]

    # And goes on typing: the line knows its new version.
    line(two, overwritten).locator("input[name=level]:checked").focus()
    two.keyboard.press("3")
    expect(line(two, overwritten).locator('input[name=level][value="3"]')).to_be_checked()
    settled(two)
    assert stored(site)[overwritten][0] == 3


def test_a_starting_point_is_taken_over_but_not_saved_by_itself(site, visit):
    person = visit(EDITOR)
    page = person.go(grid(person).url.removeprefix(site.url).replace("show=empty", "show=usual"))
    first = page.locator(".line").first
    code = first.get_attribute("id").removeprefix("c-")
    expect(first).to_contain_text(re.compile("この種類の機関の.*申告（中央値"))
    line(page, code).locator("input[name=level]").first.focus()
    page.keyboard.press("c")
    expect(line(page, code).locator(".saved")).to_contain_text("まだ保存していません")
    expect(line(page, code).locator("input[name=level]:checked")).to_have_count(1)
    page.wait_for_timeout(800)
    assert code not in stored(site)
    line(page, code).get_by_role("button", name="このまま保存する").click()
    expect(line(page, code).locator(".saved")).to_contain_text("保存しました")
    assert code in stored(site)


def test_words_narrow_the_lines_while_typing(visit):
    page = grid(visit(EDITOR))
    everything = page.locator(".line:visible").count()
    page.get_by_label("行を絞り込むことば").fill("ＲＰＡ")
    expect(page.locator("#found")).to_contain_text("行")
    assert 0 < page.locator(".line:visible").count() < everything
    page.get_by_label("行を絞り込むことば").fill("ありえないことば")
    expect(page.locator("#found")).to_contain_text("該当する行はありません")
    expect(page.locator(".line:visible")).to_have_count(0)


def test_the_grid_works_without_scripts(site, visit):
    person = visit(scripts=False)
    person.page.goto(site.url + "/accounts/login/")
    person.sign_in(EDITOR)
    page = grid(person)
    first = page.locator(".line").last
    code = first.get_attribute("id").removeprefix("c-")
    first.locator('input[name=level][value="2"]').check()
    first.locator("noscript button, .under > button").first.click()
    expect(page.locator(".notice[role=status]")).to_contain_text("を保存しました")
    assert stored(site)[code][:2] == [2, "neutral"]
    line(page, code).get_by_role("button", name="元に戻す").click()
    expect(page.locator(".notice[role=status]")).to_contain_text("を元に戻しました")
    assert code not in stored(site)


@pytest.mark.parametrize("width", [360, 1280])
def test_no_barriers_in_any_state_of_a_line(site, visit, second, width):
    one, two = visit(EDITOR, width=width), visit(second)
    page, other = grid(one), grid(two)
    code = focused = page.locator(".line").nth(5).get_attribute("id").removeprefix("c-")
    for shown, level in ((other, "4"), (page, "1")):
        line(shown, code).locator("input[name=level]").first.focus()
        shown.keyboard.press("e")
        shown.keyboard.press("Escape")
        shown.keyboard.press(level)
        settled(shown)
    expect(line(page, focused).get_by_role("alert")).to_be_visible()
    page.keyboard.press("?")
    page.evaluate(AXE.read_text())
    result = page.evaluate("() => axe.run({resultTypes: ['violations']})")
    assert [(v["id"], [node["html"][:160] for node in v["nodes"]][:3]) for v in result["violations"]] == []
    overflow = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0
    line(other, code).get_by_role("button", name="元に戻す").click()
    settled(other)
    line(page, code).get_by_role("link", name="相手の内容を残す").click()
    settled(page)
