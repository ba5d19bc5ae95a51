"""The three journeys of the loop, as people take them."""

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

NEED = re.compile("金属加工50人")
BANK, VENDOR = "架空 浜名湖信用金庫", "架空 天竜システムズ"


def open_ready_made_need(page: Page) -> None:
    page.get_by_role("region", name="いま動かすこと").get_by_role("link", name=NEED).click()
    page.wait_for_load_state("networkidle")


def propose_again(page: Page) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=re.compile("提案をつくる|提案し直す")).click()
    page.wait_for_load_state("networkidle")


def owners(page: Page) -> dict[str, str]:
    """Who owns which requirement, read from the table."""
    rows = page.locator("section[aria-labelledby=who-what] tbody tr")
    return {
        row.locator("th").inner_text().split("\n")[0].strip(): row.locator("td").nth(1).inner_text()
        for row in rows.all()
    }


def test_the_loop_from_proposal_to_a_changed_strength_to_a_changed_proposal(visit):
    facilitator = visit("facilitator@example.jp").page
    expect(facilitator.get_by_role("heading", name="いま動かすこと")).to_be_visible()
    open_ready_made_need(facilitator)
    propose_again(facilitator)

    first = facilitator.locator(".teams li").first
    expect(first).to_contain_text(BANK)
    before = owners(facilitator)
    assert any("PMO" in name and BANK in owner for name, owner in before.items())
    for capability in ("システム開発", "システム運用・保守"):
        assert VENDOR in next(owner for name, owner in before.items() if name.startswith(capability))
    assert all(owner.strip() for owner in before.values()), "every requirement has an owner or is named as a gap"
    complement = facilitator.locator("section[aria-labelledby=complement]")
    expect(complement).to_contain_text(f"{BANK}の弱み「システム開発」は{VENDOR}が補います")

    editor = visit("editor@example.jp").page
    editor.get_by_role("link", name="強み・弱みを直す").click()
    editor.wait_for_load_state("networkidle")
    line = editor.locator("#c-system_development")
    line.locator("input[name=level]:checked").focus()
    editor.keyboard.press("w")
    expect(line.locator(".saved")).to_contain_text("保存しました")
    expect(line.locator("input[value=weakness]")).to_be_checked()

    propose_again(facilitator)
    changed = facilitator.locator("section[aria-labelledby=changed]")
    expect(changed).to_contain_text(f"{VENDOR}の「システム開発」の申告が")
    expect(changed).to_contain_text("弱み（補完してほしい）に変わりました")
    after = owners(facilitator)
    assert VENDOR not in next(owner for name, owner in after.items() if name.startswith("システム開発"))

    editor.reload(wait_until="networkidle")
    line.locator("input[name=level]:checked").focus()
    editor.keyboard.press("s")
    expect(line.locator(".saved")).to_contain_text("保存しました")
    propose_again(facilitator)
    assert owners(facilitator) == before


def test_a_facilitator_describes_a_need_and_gets_explained_teams(visit):
    page = visit("facilitator@example.jp").page
    page.get_by_role("link", name="新しい案件").click()
    page.get_by_label("案件名").fill("焼津の食品加工（30人）の受発注")
    page.get_by_label("都道府県").select_option("22")
    expect(page.get_by_label("市区町村").locator("option", has_text="焼津市")).to_have_count(1)
    page.get_by_label("市区町村").select_option(label="焼津市")
    page.get_by_label("業種").select_option("E")
    page.get_by_text("受発注はFAXや電話").click()
    page.get_by_role("button", name="保存して②困りごとへ").click()
    page.get_by_role("textbox", name="困りごと").fill("注文はFAXばかりで、在庫が合わない。補助金も使いたい。")
    page.get_by_role("button", name="要件を読み取る").click()
    expect(page.get_by_text("読み取り結果（候補）")).to_be_visible()
    page.get_by_role("button", name="在庫管理を加える").click()
    expect(page.locator(".req")).to_have_count(1)
    page.get_by_label("支援領域を探して加える").fill("PMO")
    page.get_by_role("button", name="探す").first.click()
    page.get_by_role("button", name=re.compile("^PMO.*を加える")).click()
    expect(page.locator(".req")).to_have_count(2)
    page.get_by_role("button", name="1 企業").click()
    expect(page.get_by_label("案件名")).to_be_visible()
    expect(page.get_by_label("案件名")).to_have_value("焼津の食品加工（30人）の受発注")
    page.get_by_role("button", name="提案をつくる").click()
    expect(page.locator(".teams li")).to_have_count(3)
    expect(page.get_by_role("heading", name="なぜこのチームか")).to_be_visible()
    expect(page.locator("section[aria-labelledby=who-what]")).to_contain_text("在庫管理")


def test_a_refused_need_names_the_fields_and_keeps_what_was_typed(visit):
    page = visit("facilitator@example.jp").go("/needs/new/")
    page.get_by_role("button", name="保存して②困りごとへ").click()
    page.get_by_role("textbox", name="困りごと").fill("在庫が合わない")
    page.get_by_role("button", name="提案をつくる").click()
    expect(page.get_by_role("alert")).to_contain_text("保存できませんでした")
    expect(page.get_by_role("alert")).to_contain_text("要件がありません")
    expect(page.get_by_role("textbox", name="困りごと")).to_have_value("在庫が合わない")


def test_a_supporter_finds_the_case_like_the_one_on_the_desk(visit):
    page = visit("supporter@example.jp").page
    page.get_by_label("困りごとや業務のことば").fill("受注がFAXで在庫が合わない 金属加工")
    page.get_by_role("button", name="事例を探す").click()
    first = page.locator(".hits > li").first
    expect(first).to_contain_text("金属加工")
    expect(first.locator("mark").first).to_be_visible()
    first.get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="学び・失敗")).to_be_visible()
    expect(page.get_by_role("heading", name="実名・連絡先")).to_have_count(0)


def test_facets_narrow_while_choosing_and_the_address_can_be_shared(visit):
    person = visit("supporter@example.jp")
    page = person.go("/cases/")
    everything = page.locator(".hits > li").count()
    page.locator("#facet-outcome").get_by_text("うまくいかなかった").click()
    expect(page).to_have_url(re.compile("outcome=failure"))
    expect(page.locator(".hits > li")).to_have_count(2)
    assert everything > 2
    page.reload()
    expect(page.locator(".hits > li")).to_have_count(2)


def test_slash_goes_to_the_search_box(visit):
    page = visit("supporter@example.jp").page
    page.keyboard.press("/")
    page.keyboard.type("RPA")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/search/\?q=RPA"))


def test_a_capacity_change_shows_in_the_profile(visit):
    page = visit("bank@example.jp").page
    page.get_by_role("link", name="受付の状況を直す").first.click()
    page.get_by_label("あと何件").fill("2")
    page.get_by_role("button", name="保存する").click()
    expect(page.get_by_role("main")).to_contain_text("受付中・あと2件")
