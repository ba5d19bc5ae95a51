"""Searching in a real browser: results while typing, the combobox in the head, keeping a search, asking the network."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_pages import AXE

pytestmark = pytest.mark.browser

PAGES = (
    "/cases/?q=在庫&industry=E&prefecture=22",
    "/search/?q=在庫",
    "/search/?q=翡翠の採掘xyz",
    "/search/ways-on/?q=クラウト",
    "/search/saved/",
    "/search/history/",
    "/inquiries/",
    "/inquiries/new/?q=翡翠の採掘",
    "/cases/1/similar/",
)


def violations(page):
    page.evaluate(AXE.read_text())
    result = page.evaluate("() => axe.run({resultTypes: ['violations']})")
    return [(one["id"], [node["html"][:160] for node in one["nodes"]][:3]) for one in result["violations"]]


@pytest.mark.parametrize("width", [360, 1280])
def test_no_barriers_and_nothing_wider_than_the_screen(visit, width):
    for email, pages in (("supporter@example.jp", PAGES), ("steward@example.jp", ["/steward/searches/"])):
        person = visit(email, width=width)
        for path in pages:
            page = person.go(path)
            assert violations(page) == [], f"{path} at {width}"
            assert page.evaluate("() => document.documentElement.scrollWidth") <= width, f"{path} at {width}"
            assert page.locator("h1").count() == 1, path


def test_results_follow_what_is_typed_and_the_address_is_kept(visit):
    page = visit("supporter@example.jp").go("/cases/")
    everything = page.locator(".hits > li").count()
    page.locator("#cases-q").press_sequentially("在庫", delay=40)
    expect(page).to_have_url(re.compile(r"q=%E5%9C%A8%E5%BA%AB"))
    expect(page.locator(".hits mark").first).to_be_visible()
    expect(page.locator(".hits > li")).not_to_have_count(everything)
    expect(page.locator("#cases-q")).to_be_focused()
    shown = page.locator(".hits > li").count()
    page.locator("#facet-industry").get_by_text("製造業").click()
    expect(page).to_have_url(re.compile("industry=E"))
    expect(page.locator(".conditions")).to_contain_text("製造業")
    assert page.locator(".hits > li").count() < shown
    page.reload()
    expect(page.locator(".conditions")).to_contain_text("製造業")
    expect(page.locator("#cases-q")).to_have_value("在庫")
    page = visit("supporter@example.jp").go("/search/history/")
    # The question as it was in the end, and nothing of the way there.
    asked = page.locator(".row-title").all_inner_texts()
    assert "在庫" in asked
    assert "在庫 · 製造業" in asked
    assert "在" not in asked


def test_a_prefecture_is_chosen_on_the_map(visit):
    page = visit("supporter@example.jp").go("/cases/")
    page.get_by_text("地図で都道府県を選ぶ").click()
    page.locator("#facet-prefecture .tile", has_text="石川").click()
    expect(page).to_have_url(re.compile("prefecture=17"))
    expect(page.locator(".hits > li")).to_have_count(1)
    # What was opened stays open while the results change.
    expect(page.locator("#facet-prefecture .tile", has_text="石川")).to_be_visible()


def test_the_box_is_a_combobox_for_the_keyboard(visit):
    page = visit("facilitator@example.jp").page
    page.keyboard.press("/")
    box, offers = page.get_by_role("combobox", name=re.compile("検索")).first, page.locator("#find-list")
    expect(box).to_be_focused()
    expect(box).to_have_attribute("aria-expanded", "false")
    page.keyboard.type("ざいこ", delay=40)
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(offers.get_by_role("group", name="事例")).to_be_visible()
    expect(offers.get_by_role("group", name="支援領域")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("ArrowDown")
    first = box.get_attribute("aria-activedescendant")
    expect(page.locator(f"#{first}")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowUp")
    assert box.get_attribute("aria-activedescendant") is None
    page.keyboard.press("Escape")
    expect(offers).to_be_hidden()
    expect(box).to_have_value("ざいこ")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    chosen = page.locator('#find-list [aria-selected="true"]').get_attribute("href")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(re.escape(chosen)))


def test_enter_without_a_choice_shows_everything_by_group(visit):
    page = visit("facilitator@example.jp").page
    page.keyboard.press("/")
    page.keyboard.type("金属加工", delay=20)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/search/"))
    for group in ("事例", "案件"):
        expect(page.get_by_role("heading", name=group, exact=True)).to_be_visible()


def test_the_box_works_without_scripts(visit):
    page = visit(scripts=False).go("/")
    page.locator("#find-q").fill("倉庫")
    page.locator("#find-q").press("Enter")
    expect(page.get_by_role("heading", name="事例", exact=True)).to_be_visible()


def test_a_search_is_kept_from_the_results(visit):
    page = visit("supporter@example.jp").go("/cases/?q=受注")
    page.get_by_text("この検索を保存する").click()
    page.get_by_label("名前").fill("受注の件")
    page.get_by_label("名前").press("Tab")
    expect(page.get_by_label("名前")).to_have_value("受注の件")
    page.get_by_role("button", name="保存する").click()
    expect(page.get_by_role("link", name="受注の件")).to_be_visible()
    page.goto(page.url.split("/search")[0] + "/search/history/")
    expect(page.get_by_role("main")).to_contain_text("受注")


def test_nothing_found_leads_to_another_spelling_and_to_the_network(visit):
    page = visit("supporter@example.jp").go("/cases/?q=クラウト")
    expect(page.get_by_role("heading", name="もしかして")).to_be_visible()
    page.get_by_role("link", name=re.compile("クラウド")).first.click()
    expect(page.locator(".hits > li").first).to_be_visible()
    page = visit("supporter@example.jp").go("/cases/?q=翡翠の採掘xyz")
    page.get_by_role("link", name="質問を書く").click()
    expect(page.get_by_label("質問", exact=False).first).to_have_value(re.compile("翡翠の採掘xyz"))
    page.get_by_role("button", name="質問を送る").click()
    expect(page.get_by_role("main")).to_contain_text("回答待ち")
    page = visit("facilitator@example.jp").go("/inquiries/")
    page.get_by_text("回答する").first.click()
    page.locator("textarea").first.fill("心当たりがあります")
    page.get_by_role("button", name="回答を送る").click()
    expect(page.get_by_role("main")).to_contain_text("心当たりがあります")


def test_cases_near_a_need_stand_beside_it(visit):
    page = visit("facilitator@example.jp").go("/needs/")
    page.locator(".row-title", has_text="金属加工50人").click()
    expect(page.locator("section", has=page.locator("#near")).get_by_role("link").first).to_contain_text("FAX")
    expect(page.get_by_role("link", name="近い事例をすべて見る")).to_be_visible()
