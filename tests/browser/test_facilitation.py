"""From a call on the telephone to a case that others find, several people at once: need, proposals, a swap,
invitations, one that declines, its replacement, gates, the room, the end, the case; who must not find it does not."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PASSWORD, Person, Visit, manage
from tests.browser.publishing import closes, completes, finds, followed, is_agreed_to, is_published, pressed
from tests.browser.test_trial import fits

pytestmark = pytest.mark.browser

FACILITATOR, BANK, VENDOR = "facilitator@example.jp", "bank@example.jp", "editor@example.jp"
NAMES = {"架空 浜名湖信用金庫": BANK, "架空 天竜システムズ": VENDOR}
HEARD = "注文がFAXと電話で、在庫が合わない。業務の流れを見直し、システムを入れ、現場に使い方を教えてほしい。"
TITLE = "静岡県の製造業の支援"
"""Of the team that is formed here; the demo has others."""
CASE = "棚の番地から始めた在庫合わせ（架空）"
AT_ONCE = 30_000
MAKE_EDITOR = """
from network.models import Membership, Organization, User
organization = Organization.objects.get(name="{name}")
person, new = User.objects.get_or_create(email="{email}", defaults={{"name": "架空 編集"}})
person.set_password("{password}")
person.save()
Membership.objects.get_or_create(user=person, organization=organization, defaults={{"role": "editor"}})
"""


def editor_of(site, name: str) -> str:
    """Who answers for an organization of the demo: its own editor, or an account made here."""
    if name in NAMES:
        return NAMES[name]
    email = NAMES[name] = f"editor-{len(NAMES)}@example.jp"
    words = MAKE_EDITOR.format(name=name, email=email, password=PASSWORD)
    manage(site.env, "shell", "-v0", "-c", words)
    return email


def described(person: Person) -> None:
    """A need in three steps, as it is told on the telephone; ends at its proposals."""
    page = person.go("/needs/new/")
    page.get_by_role("textbox", name="案件名").fill("町工場の注文と在庫（電話で）")
    page.get_by_label("都道府県").select_option("22")  # brings its municipalities; what is chosen meanwhile stays
    page.get_by_label("業種").select_option("E")
    page.wait_for_load_state("networkidle")
    expect(page.get_by_label("業種")).to_have_value("E")
    pressed(page, "保存して②困りごとへ")
    page.get_by_role("textbox", name="困りごと").fill(HEARD)
    page.get_by_role("button", name="要件を読み取る").click()
    page.get_by_role("button", name=re.compile("^要件の候補.*すべて加える")).click()
    expect(page.locator(".req").first).to_be_visible()
    pressed(page, "保存して③条件へ")
    for name in NAMES:
        page.get_by_label("入れたい機関・外したい機関・企業のいまの取引先を探す").fill(name)
        page.get_by_role("button", name="探す").last.click()
        page.get_by_role("button", name="必ず入れる").first.click()
        expect(page.get_by_role("button", name="取り消す").first).to_be_visible()
    pressed(page, "提案をつくる")
    expect(page.get_by_role("heading", name="なぜこのチームか")).to_be_visible()


def swapped(person: Person) -> None:
    """On the workbench: a member that nobody demanded gives way to the best other; ends where the seats are made."""
    page = person.page
    followed(page, page.get_by_role("link", name="検討台").first)
    members = page.locator("[data-column=p1] .members details")
    free = [one for one in members.all() if one.locator("summary span").first.inner_text() not in NAMES]
    free[0].locator("summary").click()
    free[0].get_by_role("link", name=re.compile("^入れ替える")).click()
    panel = page.locator("#options-p1 section")
    expect(panel).to_be_visible(timeout=AT_ONCE)
    panel.get_by_role("button", name=re.compile("^入れ替える")).first.click()
    variant = page.locator("article.by-hand")
    expect(variant.locator(".shift")).to_contain_text("提案1と比べて", timeout=AT_ONCE)
    followed(page, variant.get_by_role("link", name=re.compile("^この案で招待へ")))


def invited(person: Person) -> str:
    """Every seat of the team is offered; the address of the team."""
    page = person.page
    page.get_by_label("招待先に見せる説明").fill("在庫が合わず、急ぎの手配が増えています。")
    pressed(page, "このチームで席をつくる")
    team = page.url.removeprefix(person.site.url)
    pressed(page, "まとめて招待する")
    return team


def answers(person: Person, *, yes: bool = True) -> int:
    """Takes, or declines, every seat that it is asked for in this team; how many."""
    for answered in range(20):
        page = person.go("/invitations/")
        waiting = page.locator("li.row-main", has=page.locator(".chip.care"), has_text=TITLE)
        if not waiting.count():
            return answered
        followed(page, waiting.first.locator("a"))
        if yes:
            pressed(page, "この席に参加する")
        else:
            page.get_by_text("辞退する", exact=True).click()
            page.get_by_label("理由", exact=True).select_option("timing")
            pressed(page, "辞退を伝える")
    raise AssertionError("it is asked again and again")


def ticks_everything(person: Person) -> None:
    page = person.go("/invitations/")
    followed(page, page.locator("li.row-main", has=page.locator(".chip.good"), has_text=TITLE).first.locator("a"))
    for item in ("秘密保持", "情報の取り扱い", "利害関係"):
        pressed(page, f"{item}を確認する")
    assert page.get_by_text("確認ずみ").count() == 3


def replaced(facilitator: Person, team: str, visit: Visit) -> list[Person]:
    """For every seat that nobody takes the best other is asked, and says yes; those people."""
    found: list[Person] = []
    for _ in range(8):
        page = facilitator.go(team)
        link = page.get_by_role("link", name=re.compile("の席の候補を見る$"))
        if not link.count():
            return found
        followed(page, link.first)
        name = page.locator("ol.rows a.row-title").first.inner_text()
        pressed(page, f"{name}を招待する")
        if name not in NAMES:
            found.append(visit(editor_of(visit.site, name)))
            answers(found[-1])
        else:
            assert answers(next(one for one in visit.people if one.email == NAMES[name]))
    raise AssertionError("seats stay empty")


def started(facilitator: Person, team: str) -> str:
    """The gates are opened; the address of the work."""
    page = facilitator.go(team)
    note = page.get_by_label("いつ、どのように企業へ伝え、了承を得たか")
    if note.count():
        note.fill("11月27日の面談で伝え、了承を得ました。")
        pressed(page, "了承を記録する")
    pressed(page, "支援を始める")
    page.get_by_role("link", name="支援の画面を開く").click()
    expect(page.get_by_role("heading", name="局面と責任の分担")).to_be_visible()
    return page.url.removeprefix(facilitator.site.url)


def talk(*people: Person) -> None:
    """In the team's room, at screens of their own: what the second writes the others see, without a reload."""
    pages = []
    for person in people:
        page = person.go("/rooms/")
        followed(page, page.locator("main a.row-title", has_text=TITLE).first)
        pages.append(page)
    pages[1].get_by_label("メッセージ").fill("来週の火曜に現場を見に行きませんか")
    pages[1].get_by_role("button", name="送る", exact=True).click()
    for page in (pages[0], pages[2]):
        expect(page.locator("#stream .said", has_text="来週の火曜")).to_be_visible(timeout=AT_ONCE)


def test_from_a_call_to_a_case_that_others_find_and_some_must_not(visit):
    facilitator, bank, vendor = visit(FACILITATOR), visit(BANK, width=360), visit(VENDOR)
    described(facilitator)
    swapped(facilitator)
    team = invited(facilitator)

    text = facilitator.page.locator("main").inner_text()
    asked = dict.fromkeys(re.findall(r"^(架空 .+?) 返事待ち", text, re.MULTILINE))
    others = [visit(editor_of(visit.site, name)) for name in asked if name not in NAMES]
    assert others, "somebody else is in the team"
    assert answers(bank)
    assert fits(bank.page)
    assert answers(vendor)
    declines, *takers = others
    assert answers(declines, yes=False)
    members = [bank, vendor, *(one for one in takers if answers(one)), *replaced(facilitator, team, visit)]
    for person in members:
        ticks_everything(person)
    work = started(facilitator, team)
    assert fits(bank.go(work))
    talk(facilitator, bank, vendor)

    case = closes(bank, work)
    completes(bank, case, CASE)
    is_agreed_to(bank, case, members[1:])
    is_published(bank, visit("reviewer@example.jp"), case)
    words = "棚卸が重なり 教育の予定を延ばした"
    assert finds(visit("supporter@example.jp"), words, CASE)
    for hidden in (visit("facilitator2@example.jp"), declines, visit()):
        assert not finds(hidden, words, CASE)
        assert hidden.context.request.get(f"{visit.site.url}/cases/{case}/").status == 404
