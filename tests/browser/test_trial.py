"""What if, why not, and reading a pasted text: live where scripts run, as plain pages where they do not."""

import pytest

pytestmark = pytest.mark.browser

FACILITATOR = "facilitator@example.jp"


def proposal_of_the_demo(person) -> None:
    page = person.go("/needs/")
    page.locator("main a.row-title").first.click()
    page.wait_for_load_state("networkidle")
    button = page.get_by_role("button", name="提案をつくる")
    if button.count():
        button.first.click()
        page.wait_for_load_state("networkidle")


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
    page.get_by_role("textbox", name="困りごと").fill("金属加工、従業員は50人。注文はFAX。在庫が合わない。")
    page.get_by_role("button", name="要件を読み取る").click()
    page.locator("mark", has_text="FAX").wait_for()
    page.get_by_role("button", name="製造業にする").click()
    page.locator(".chip", has_text="入力ずみ").wait_for()
    assert page.locator("#id_industry").input_value() == "E"
    assert fits(page)
