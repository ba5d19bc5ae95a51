"""From a finished engagement to a case that others read: written, agreed to, read by a second person, published."""

import re

from playwright.sync_api import Locator, Page

from tests.browser.conftest import Person

CLOSED = "納品の前の週に棚卸が重なり、教育の予定を二度延ばした。"
WORDS = {
    "contact": "法人営業部（架空）",
    "reason": "欠品のたびに急ぎの手配が増え、事務の残業が続いていた。",
    "purpose": "在庫の数を現場と事務所で同じにする。",
    "action": "受注から棚卸までの流れを一枚に描き、棚の番号から決めた。",
    "result": "欠品は月に9件から2件になった。",
    "again": "棚卸の月を外して教育の日を先に決める。",
}
"""What nobody said on the way, by the fields that ask for it."""


def followed(page: Page, way: Locator) -> None:
    """Clicks what leads to another page and waits for that: the page before it is idle too."""
    with page.expect_navigation():
        way.click()
    page.wait_for_load_state("networkidle")


def pressed(page: Page, name: str) -> None:
    followed(page, page.get_by_role("button", name=name, exact=True).first)


def closes(lead: Person, engagement: str) -> str:
    """The lead ends the work; the number of the case that was begun by it."""
    page = lead.go(engagement)
    page.get_by_text("支援を終える", exact=True).first.click()
    page.get_by_label("うまくいった", exact=True).check()
    page.get_by_label("うまくいかなかったこと").fill(CLOSED)
    pressed(page, "支援を終える")
    followed(page, page.get_by_role("link", name="この支援の事例を開く"))
    found = re.search(r"/cases/(\d+)/", page.url)
    assert found is not None
    return found[1]


def completes(author: Person, case: str, title: str) -> None:
    """Writes what the check says is missing, and nothing else: the rest came from the engagement."""
    page = author.go(f"/cases/{case}/draft/profile/")
    page.get_by_role("textbox", name="題名").fill(title)
    pressed(page, "保存して次へ")
    while True:
        page = author.go(f"/cases/{case}/draft/check/")
        wanting = page.locator("main a[href*='#id_']", has_text="書く")
        if not wanting.count():
            break
        step, _hash, field = str(wanting.first.get_attribute("href")).partition("#id_")
        page = author.go(step)
        page.locator(f"#id_{field}").fill(WORDS[field])
        pressed(page, "保存して次へ")
    page = author.go(f"/cases/{case}/draft/lessons/")
    assert CLOSED in page.locator("#case-form").inner_text() + "".join(
        area.input_value() for area in page.locator("#case-form textarea").all()
    )


def is_agreed_to(author: Person, case: str, members: list[Person]) -> None:
    """The client's word goes into the ledger; every other member reads the text and says yes."""
    page = author.go(f"/cases/{case}/consents/record/")
    page.get_by_label("ネットワークに参加する機関").check()
    page.get_by_label("同意した方").fill("架空 社長")
    page.get_by_role("radio", name="書面").check()
    page.get_by_label("撤回の連絡先").fill("架空 法人営業部")
    pressed(page, "記録する")
    pressed(page, "参加した機関に同意を求める")
    for member in members:
        page = member.go("/approvals/")
        followed(page, page.get_by_role("link", name=re.compile("^読んで答える")).first)
        page.locator("form", has_text="この本文に同意する").get_by_label("ネットワークに参加する機関").check()
        pressed(page, "この本文に同意する")


def is_published(author: Person, second: Person, case: str) -> None:
    """Handed over by who wrote it, let out by a second person of the same organization."""
    author.go(f"/cases/{case}/draft/submit/")
    pressed(author.page, "確認に出す")
    page = second.go(f"/cases/{case}/review/")
    page.locator("summary", has_text="公開する").click()
    pressed(page, "この内容で公開する")


def finds(reader: Person, words: str, title: str) -> bool:
    """Whether the reader's search for these words leads to the case of that title."""
    page = reader.go(f"/cases/?q={words}")
    return page.locator(".hits > li", has_text=title).count() > 0
