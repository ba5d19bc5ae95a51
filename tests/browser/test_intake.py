"""A need is described in three steps by the keyboard alone, on a telephone too; what is around it has no barriers."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_trial import barriers, fits

pytestmark = pytest.mark.browser

FACILITATOR = "facilitator@example.jp"


def pressed(page, name: str) -> None:
    """By the keyboard: it gets the focus, and Enter."""
    page.get_by_role("button", name=name).first.focus()
    page.keyboard.press("Enter")


def test_three_steps_by_the_keyboard_and_the_pages_around_the_need(visit):
    person = visit(FACILITATOR, width=360)
    page = person.go("/needs/new/")
    assert fits(page)
    assert barriers(page) == []
    page.get_by_role("radio", name=re.compile("^1 未着手")).focus()
    page.keyboard.press("Space")
    pressed(page, "保存して②困りごとへ")
    page.wait_for_url("**/edit/?step=2")
    expect(page.get_by_text("いまは下書きです。")).to_be_visible()
    page.get_by_role("textbox", name="困りごと").focus()
    page.keyboard.insert_text("注文はFAXで、在庫が合わない。従業員は30人。RFPも書けない。")
    pressed(page, "要件を読み取る")
    page.locator("mark", has_text="在庫").wait_for()
    pressed(page, "RFP（提案依頼書）の作成を候補から外す")
    expect(page.get_by_role("button", name="RFP（提案依頼書）の作成を加える")).to_have_count(0)
    pressed(page, "在庫管理を加える")
    expect(page.locator(".req")).to_have_count(1)
    page.get_by_role("radio", name="重要").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("radio", name="必須")).to_be_checked()
    assert fits(page)
    assert barriers(page) == []
    pressed(page, "保存して③条件へ")
    page.wait_for_url("**/edit/?step=3")
    pressed(page, "保存して②困りごとへ戻る")
    page.wait_for_url("**/edit/?step=2")
    expect(page.get_by_role("radio", name="必須")).to_be_checked()
    expect(page.get_by_role("textbox", name="困りごと")).to_have_value(re.compile("RFPも書けない"))
    address = page.url.removeprefix(person.site.url)
    page.get_by_role("textbox", name="困りごと").fill("書きかけのまま、ほかのページへ")
    person.go("/needs/")
    for _ in range(20):  # it is saved while the page goes
        page = person.go(address)
        if page.get_by_role("textbox", name="困りごと").input_value() == "書きかけのまま、ほかのページへ":
            break
    expect(page.get_by_role("textbox", name="困りごと")).to_have_value("書きかけのまま、ほかのページへ")
    expect(page.get_by_role("radio", name="必須")).to_be_checked()
    pressed(page, "提案をつくる")
    page.get_by_role("heading", name="なぜこのチームか").wait_for()
    need = page.url.removeprefix(person.site.url).split("?")[0]
    expect(page.locator(".head .tlp")).to_have_text("TLP:AMBER")
    for path in ("client/", "versions/", "people/", "dx/new/", "dx/"):
        page = person.go(f"{need}{path}")
        assert barriers(page) == [], path
        assert fits(page), path
