"""Writing a case at a real screen: from the keyboard alone, saved meanwhile, kept while offline, seen by others."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Person
from tests.browser.test_pages import AXE

pytestmark = pytest.mark.browser

EDITOR = "editor@example.jp"
SAVED = re.compile(r"保存しました \d{1,2}:\d\d")
STEPS = (
    "profile", "client", "support", "summary", "background", "action", "result", "lessons", "team", "identity",
    "attachment", "audience", "check", "submit",
)  # fmt: skip
MOST_TABS = 160
PATIENCE = 60_000
expect.set_options(timeout=20_000)


def begin(person: Person, title: str) -> str:
    """A new case of the editor's organization; the address of its draft."""
    page = person.go("/writing/")
    page.locator('a[href$="/cases/new/"]').first.click()
    page.get_by_label("題名").fill(title)
    page.get_by_label("架空の事例").check()
    page.get_by_role("button", name="書き始める").click()
    page.wait_for_url(re.compile(r"/draft/profile/$"))
    return re.sub(r"profile/$", "", page.url.removeprefix(person.site.url))


def tab_to(page: Page, selector: str) -> None:
    """With the Tab key alone; nothing else brings a keyboard there."""
    for _stroke in range(MOST_TABS):
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} cannot be reached with the Tab key")


def write(page: Page, **answers: str) -> None:
    for name, text in answers.items():
        tab_to(page, f'#case-form [name="{name}"]')
        page.keyboard.insert_text(text)


def onward(page: Page, step: str) -> None:
    tab_to(page, ".foot-bar button")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"/draft/{step}/$"), timeout=PATIENCE)
    page.wait_for_load_state("networkidle", timeout=PATIENCE)


def barriers(page: Page, width: int) -> list[object]:
    page.evaluate(AXE.read_text())
    found = page.evaluate("() => axe.run({resultTypes: ['violations']})")["violations"]
    told: list[object] = [(one["id"], [node["html"][:160] for node in one["nodes"]][:3]) for one in found]
    wide = page.evaluate("() => document.documentElement.scrollWidth")
    return [*told, *([f"{wide} px wide"] if wide > width else [])]


def kept(page: Page) -> list[str]:
    names: list[str] = page.evaluate("() => Object.keys(localStorage).filter((name) => name.startsWith('draft:'))")
    return names


# --- The whole form -----------------------------------------------------------------------------


def test_a_whole_case_from_the_keyboard_alone(visit):
    person = visit(EDITOR)
    draft = begin(person, "架空の工場の在庫")
    page = person.go(f"{draft}profile/")
    write(page, contact="地域支援部")
    onward(page, "client")
    write(page, year="2025", headcount="42")
    tab_to(page, '[name="stage_before"]')
    page.keyboard.press("ArrowDown")
    onward(page, "support")
    tab_to(page, '[name="outcome"]')
    page.keyboard.press("Space")
    tab_to(page, '[name="phases"]')
    page.keyboard.press("Space")
    tab_to(page, "[data-narrows]")
    page.keyboard.insert_text("在庫")
    expect(page.locator("label[data-words]:visible", has_text="在庫管理")).to_be_visible()
    expect(page.locator("label[data-words]:visible", has_text="PMO")).to_have_count(0)
    tab_to(page, '[name="capabilities"][value="inventory"]')
    page.keyboard.press("Space")
    onward(page, "summary")
    write(page, summary="FAXの注文を一つの画面にまとめ、在庫が端末で見られます。")
    onward(page, "background")
    write(page, reason="欠品が続き、特急の手配が増えていました。", purpose="その日のうちに出荷すること。")
    onward(page, "action")
    write(page, action="- 業務の流れを書き出した\n- 3社から見積もりを取った")
    onward(page, "result")
    write(page, result="問い合わせにその場で答えられます。")
    write(page, **{"name-0": "入力の時間", "unit-0": "分", "before-0": "180", "after-0": "20"})
    tab_to(page, "[data-adds]")
    page.keyboard.press("Enter")
    expect(page.locator('[name="name-3"]')).to_be_focused()
    onward(page, "lessons")
    write(page, failed="移行が1か月遅れました。", again="現場の責任者に先に入ってもらいます。")
    onward(page, "team")
    tab_to(page, '[name="other_q"]')
    page.keyboard.type("信用金庫")
    page.locator('[name="other"]').first.wait_for()
    tab_to(page, '[name="other"]')
    page.keyboard.press("Space")
    tab_to(page, '[name="add"]')
    page.keyboard.press("Enter")
    page.locator(".partner").wait_for()
    page.wait_for_load_state("networkidle")
    write(page, team="信用金庫が進行役でした。")
    onward(page, "identity")
    onward(page, "attachment")
    onward(page, "audience")
    tab_to(page, '[name="how-summary"]')
    for _label in range(3):
        page.keyboard.press("ArrowDown")
    expect(page.locator('[name="how-summary"][value="CLEAR"]')).to_be_checked()
    onward(page, "check")
    expect(page.get_by_text("必要な項目はそろっています。")).to_be_visible()
    page = person.go(draft)
    expect(page.locator(".stops .chip.care")).to_have_count(0)
    row = page.locator("table.matrix tr", has_text="だれでも（公開）")
    expect(row.locator(".reads")).to_have_count(1)
    page = person.go(f"{draft}client/")
    expect(page.get_by_label("従業員規模", exact=True)).to_have_value("21-50")
    expect(page.locator('[name="headcount"]')).to_have_value("")
    page = person.go(f"{draft}submit/")
    page.get_by_role("button", name="確認に出す").click()
    page.wait_for_url(person.site.url + draft)
    expect(page.get_by_text("確認待ち").first).to_be_visible()


@pytest.mark.parametrize("width", [360, 1280])
def test_no_step_has_a_barrier_or_is_wider_than_the_screen(visit, width):
    person = visit(EDITOR, width=width)
    draft = begin(person, f"{width}の幅で")
    for step in STEPS:
        assert barriers(person.go(f"{draft}{step}/"), width) == [], step
    page = person.go(f"{draft}audience/")
    page.locator('[name="how-summary"][value="each"]').check()
    expect(page.locator("#open-summary .one-by-one")).to_be_visible()
    page.locator(".adding summary").click()
    assert barriers(page, width) == []
    for path in (draft, f"{draft}preview/?as=own"):
        assert barriers(person.go(path), width) == [], path


def test_the_form_works_without_scripts(visit):
    person = visit(EDITOR, scripts=False)
    draft = begin(person, "スクリプトなしで")
    page = person.go(f"{draft}result/")
    page.locator('[name="name-0"]').fill("入力の時間")
    page.get_by_role("button", name="行を足す").click()
    expect(page.locator('[name="name-3"]')).to_be_visible()
    expect(page.locator('[name="name-0"]')).to_have_value("入力の時間")
    page.get_by_role("button", name="保存して次へ").click()
    page.wait_for_url(re.compile(r"/draft/lessons/$"))


# --- Saved while typing -------------------------------------------------------------------------


def test_what_is_typed_is_saved_a_moment_later_and_what_is_not_valid_is_named(visit):
    person = visit(EDITOR)
    draft = begin(person, "自動で保存する")
    page = person.go(f"{draft}client/")
    page.locator('[name="year"]').fill("2024")
    expect(page.locator("#saved")).to_have_text(SAVED)
    page.locator('[name="year"]').fill("昔")
    page.locator('[name="size_band"]').select_option("6-20")
    expect(page.locator("#saved")).to_contain_text("次の欄は保存していません: 実施した年")
    expect(page.locator('[name="year"]')).to_have_attribute("aria-invalid", "true")
    page.locator('[name="year"]').fill("2023")
    expect(page.locator("#saved")).to_have_text(SAVED)
    assert kept(page) == []
    page = person.go(f"{draft}client/")
    expect(page.locator('[name="year"]')).to_have_value("2023")
    expect(page.locator('[name="size_band"]')).to_have_value("6-20")


def test_every_section_saves_itself(visit):
    person = visit(EDITOR)
    draft = begin(person, "どの節でも")
    for kind in ("summary", "background", "action", "result", "lessons", "team", "identity", "attachment"):
        page = person.go(f"{draft}{kind}/")
        page.locator("#case-form textarea").first.fill(f"{kind}に書いたこと")
        expect(page.locator("#saved")).to_have_text(SAVED)
        page = person.go(f"{draft}{kind}/")
        expect(page.locator("#case-form textarea").first).to_have_value(f"{kind}に書いたこと")


def test_leaving_at_once_loses_nothing(visit):
    person = visit(EDITOR)
    draft = begin(person, "すぐに閉じる")
    page = person.go(f"{draft}summary/")
    page.locator('[name="summary"]').fill("打ってすぐに別の画面へ")
    page.goto(person.site.url + draft)
    page = person.go(f"{draft}summary/")
    expect(page.locator('[name="summary"]')).to_have_value("打ってすぐに別の画面へ")


def test_what_cannot_be_sent_is_kept_and_comes_back(visit):
    person = visit(EDITOR)
    draft = begin(person, "電波のないところで")
    page = person.go(f"{draft}summary/")
    person.context.set_offline(True)
    page.locator('[name="summary"]').fill("トンネルの中で書いた")
    expect(page.locator("#saved")).to_contain_text("通信できません")
    assert len(kept(page)) == 1
    # As when the tunnel ends the browser too: closing a page lifts "offline", and its farewell would get through.
    page.evaluate("() => addEventListener('pagehide', (event) => event.stopImmediatePropagation(), true)")
    page.close()
    person.context.set_offline(False)
    person.page = page = person.context.new_page()
    page = person.go(f"{draft}summary/")
    expect(page.locator("#kept")).to_be_visible()
    expect(page.locator('[name="summary"]')).to_have_value("トンネルの中で書いた")
    expect(page.locator("#saved")).to_have_text(SAVED)
    assert kept(page) == []
    page = person.go(f"{draft}summary/")
    expect(page.locator("#kept")).to_be_hidden()
    expect(page.locator('[name="summary"]')).to_have_value("トンネルの中で書いた")
    person.complaints[:] = [said for said in person.complaints if "ERR_INTERNET_DISCONNECTED" not in said]


def test_signing_out_takes_along_what_was_kept(visit):
    person = visit(EDITOR)
    draft = begin(person, "共用の端末で")
    page = person.go(f"{draft}client/")
    page.locator('[name="year"]').fill("昔")
    expect(page.locator("#saved")).to_contain_text("次の欄は保存していません")
    assert len(kept(page)) == 1
    page.locator("details.who summary").click()
    page.get_by_role("button", name="サインアウト").click()
    page.wait_for_load_state("networkidle")
    assert kept(page) == []


def test_two_windows_see_both_versions_and_nothing_typed_is_lost(visit):
    first, second = visit(EDITOR), visit(EDITOR)
    draft = begin(first, "二つの画面で")
    one, other = first.go(f"{draft}summary/"), second.go(f"{draft}summary/")
    other.locator('[name="summary"]').fill("あとから開いた画面")
    expect(other.locator("#saved")).to_have_text(SAVED)
    one.locator('[name="summary"]').fill("先に開いた画面")
    expect(one.locator("#saved")).to_contain_text("先に変えました")
    one.get_by_role("button", name="保存して次へ").click()
    expect(one.locator("table.conflict")).to_contain_text("あとから開いた画面")
    expect(one.locator('[name="summary"]')).to_have_value("先に開いた画面")
    one.get_by_role("button", name="自分の内容で上書きする").click()
    one.wait_for_url(re.compile(r"/draft/background/$"))
    expect(first.go(f"{draft}summary/").locator('[name="summary"]')).to_have_value("先に開いた画面")


# --- Seen as others will ------------------------------------------------------------------------


def test_the_preview_shows_what_each_audience_will_find(visit):
    person = visit(EDITOR)
    draft = begin(person, "見え方を確かめる")
    page = person.go(f"{draft}lessons/")
    page.locator('[name="failed"]').fill("移行が遅れました")
    expect(page.locator("#saved")).to_have_text(SAVED)
    page = person.go(f"{draft}audience/")
    page.locator('[name="how-lessons"][value="GREEN"]').check()
    expect(page.locator("#saved")).to_have_text(SAVED)
    page = person.go(f"{draft}preview/")
    expect(page.get_by_text("何も見えません")).to_be_visible()
    page.get_by_label("だれからの見え方ですか").select_option("network")
    page.get_by_role("button", name="見る").click()
    expect(page.get_by_text("ネットワークに参加する機関からは、こう見えます。")).to_be_visible()
    expect(page.get_by_text("移行が遅れました")).to_be_visible()
