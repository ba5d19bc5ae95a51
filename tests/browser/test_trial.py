"""What if, why not, a run that takes long, and reading a pasted text: live where scripts run, as plain pages where they
do not."""

import re

import pytest

from tests.browser.conftest import manage
from tests.browser.test_pages import AXE

pytestmark = pytest.mark.browser

FACILITATOR = "facilitator@example.jp"


def proposal_of_the_demo(person) -> None:
    page = person.go("/needs/")
    page.locator("main a.row-title", has_text="金属加工50人").first.click()
    page.wait_for_load_state("networkidle")
    button = page.get_by_role("button", name="提案をつくる")
    if button.count():
        button.first.click()
    page.get_by_role("link", name="機関を入れ替えて試す").wait_for()


def barriers(page) -> list[tuple[str, list[str]]]:
    page.evaluate(AXE.read_text())
    result = page.evaluate("() => axe.run({resultTypes: ['violations']})")
    return [(v["id"], [node["html"][:160] for node in v["nodes"]][:3]) for v in result["violations"]]


def fits(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize(("width", "scripts"), [(1280, True), (360, True), (1280, False)])
def test_a_member_is_left_out_and_put_back(visit, width, scripts):
    person = visit(FACILITATOR, width=width, scripts=scripts)
    proposal_of_the_demo(person)
    page = person.page
    page.get_by_role("link", name="機関を入れ替えて試す").click()
    page.get_by_text("提案と同じチームです。").wait_for()
    page.locator("#members + ul").get_by_role("link", name="外す").last.click()
    page.locator(".big-change").wait_for()
    assert "提案1と比べて−" in page.locator(".big-change").inner_text()
    assert "/try/?" in page.url
    assert "m=" in page.url
    assert fits(page)
    page.locator("#partners + ul").get_by_role("link", name="加える").first.click()
    page.get_by_text("提案と同じチームです。").wait_for()
    page.go_back()
    page.locator(".big-change").wait_for()


@pytest.mark.parametrize("scripts", [True, False])
def test_why_not_is_asked_from_the_proposal(visit, scripts):
    person = visit(FACILITATOR, scripts=scripts)
    proposal_of_the_demo(person)
    page = person.page
    page.locator("#why-not-q").fill("信用金庫")
    page.get_by_role("button", name="たずねる").click()
    page.get_by_role("link", name="この機関についてたずねる").last.click()
    page.get_by_role("heading", name="答え").wait_for()
    assert page.locator("#answer + ul li").count() >= 1
    assert fits(page)


def test_what_was_read_is_marked_and_taken_over_by_a_press(visit):
    person = visit(FACILITATOR, width=360)
    page = person.go("/needs/new/")
    page.get_by_role("button", name="保存して②困りごとへ").click()
    page.get_by_role("textbox", name="困りごと").fill("金属加工、従業員は50人。注文はFAX。在庫が合わない。")
    page.get_by_role("button", name="要件を読み取る").click()
    page.locator("mark", has_text="FAX").wait_for()
    page.get_by_role("button", name="製造業を入れる").click()
    page.locator(".chip", has_text="入力ずみ").wait_for()
    assert page.locator("#id_industry").input_value() == "E"
    assert fits(page)


@pytest.mark.parametrize("width", [360, 1280])
def test_pages_about_a_proposal_have_no_barriers_and_fit(visit, width):
    person = visit(FACILITATOR, width=width)
    proposal_of_the_demo(person)
    page, need = person.page, person.page.url.removeprefix(person.site.url)
    trial = page.get_by_role("link", name="機関を入れ替えて試す").get_attribute("href")
    ask = re.sub(r"/try/.*", "/why-not/", trial)
    for path in (
        need,
        trial,
        f"{trial}&weights=regional",
        f"{ask}?other_q=信用金庫",
        f"{ask}?other_q=こはく温泉信用金庫",
    ):
        page = person.go(path)
        assert barriers(page) == [], path
        assert fits(page), path


RUNNING = """
from matching.models import Need, Run
told = {"seconds": 4.2, "nodes": 900, "gap": 12000, "score": 512345}
Run.objects.create(need=Need.objects.get(pk=%s), key="%s", told=told)
"""
ENDING = """
from matching.models import Run
print(Run.objects.get(key="%s").cancelled)
"""


def test_who_waits_long_sees_how_far_it_is_and_calls_it_off(visit):
    person = visit(FACILITATOR, width=360)
    proposal_of_the_demo(person)
    page = person.page
    key = page.locator("#propose input[name=run]").get_attribute("value")
    manage(person.site.env, "shell", "-v0", "-c", RUNNING % (re.search(r"/needs/(\d+)/", page.url)[1], key))
    held = []

    def hold(route) -> None:
        held.append(route)

    page.route("**/propose/", hold)
    again = page.get_by_role("button", name="いまの登録で提案し直す")
    again.click()
    page.get_by_text("いまのところ51.2点のチームがあります。").wait_for()
    assert again.is_disabled()
    assert barriers(page) == []
    assert fits(page)
    page.get_by_role("button", name="中止する").click()
    page.get_by_text("中止しています").wait_for()
    assert manage(person.site.env, "shell", "-v0", "-c", ENDING % key).strip() == "True"
    page.evaluate("() => { window.before = true; }")
    held[0].continue_()
    page.wait_for_function("() => !window.before")
    assert page.get_by_role("button", name="中止する").count() == 0
