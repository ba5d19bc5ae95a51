"""Three people in a room at once: what one writes the others see, whatever the network does; and nobody else."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ROOT, manage

pytestmark = pytest.mark.browser
OPEN = """
from matching.models import Room
from matching.rooms.actions import open_room
from network.models import Team, TeamMember, User
people = {who: User.objects.get(email=f"{who}@example.jp") for who in ("facilitator", "bank", "editor")}
team, _made = Team.objects.get_or_create(name="架空 在庫の支援チーム")
for who in ("bank", "editor"):
    for membership in people[who].memberships.all():
        TeamMember.objects.get_or_create(team=team, organization=membership.organization)
labs = [one.lab for one in people["facilitator"].facilitated.all()]
print(open_room(team, labs=labs, by=people["facilitator"]).pk)
"""
LEAVE = """
from network.models import TeamMember, User
vendor = User.objects.get(email="editor@example.jp").memberships.get().organization
TeamMember.objects.filter(team__name="架空 在庫の支援チーム", organization=vendor).delete()
"""
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
AT_ONCE = 8_000
POLLED = 25_000


@pytest.fixture
def room(site) -> str:
    return f"/rooms/{manage(site.env, 'shell', '-v0', '-c', OPEN).split()[-1]}/"


def write(page: Page, text: str) -> None:
    page.get_by_label(re.compile("^(メッセージ|返信)$")).fill(text)
    page.get_by_role("button", name="送る", exact=True).click()


def said(page: Page, text: str):
    return page.locator("#stream .said").filter(has_text=text)


def answer_to(page: Page, text: str) -> None:
    line = page.locator("#stream .message").filter(has=page.locator(".said", has_text=text))
    line.get_by_role("link", name=re.compile("^返信")).click()


def test_three_people_talk_and_lose_nothing(visit, site, room):
    facilitator, bank, vendor = (visit(f"{who}@example.jp") for who in ("facilitator", "bank", "editor"))
    pages = [person.go(room) for person in (facilitator, bank, vendor)]
    first, second, third = pages
    for page in pages:
        expect(page.locator("[data-present]:visible")).to_have_count(3, timeout=AT_ONCE)

    # Live, to everybody, and read marks come back.
    write(second, "来週の打ち合わせの候補日を教えてください")
    for page in (first, third):
        expect(said(page, "候補日を教えて")).to_be_visible(timeout=AT_ONCE)
    expect(second.locator(".own .read-by").last).to_have_text("既読2人", timeout=AT_ONCE)

    # Typing shows and goes.
    third.get_by_label("メッセージ").press_sequentially("木")
    expect(first.locator("#typing")).to_contain_text("さくらさんが入力しています", timeout=AT_ONCE)

    # A call rings the bell of who is on another page.
    second.goto(f"{site.url}/notices/")
    before = second.locator(".bell").inner_text()
    write(third, "@架空 浜名 健太 木曜の午後はいかがですか")
    expect(second.locator(".bell")).not_to_have_text(before, timeout=AT_ONCE)
    second.goto(site.url + room)
    expect(second.locator("mark.called")).to_have_text("@架空 浜名 健太")

    # Offline: a banner, an unsent mark, and a reload loses nothing; it is there once.
    vendor.context.set_offline(True)
    write(third, "電波のない所で書きました")
    expect(third.locator(".unsent")).to_contain_text("送信待ち")
    expect(third.locator("#away")).to_be_visible(timeout=AT_ONCE)
    vendor.context.set_offline(False)
    third.route("**/messages/", lambda route: route.abort())
    third.reload()
    expect(third.locator(".unsent")).to_contain_text("電波のない所で書きました")
    third.unroute("**/messages/")
    third.evaluate("window.dispatchEvent(new Event('online'))")
    for page in pages:
        expect(said(page, "電波のない所")).to_have_count(1, timeout=POLLED)
    expect(third.locator(".unsent")).to_have_count(0)
    vendor.complaints.clear()

    # An answer on the page of its thread.
    answer_to(second, "候補日を教えて")
    write(second, "金曜でもかまいません")
    expect(said(first, "金曜でも")).to_be_visible(timeout=AT_ONCE)
    second.goto(site.url + room)
    answer_to(second, "候補日を教えて")
    expect(second.get_by_role("heading", name="ひとつの話題")).to_be_visible()
    write(second, "土曜は休みです")
    expect(second.locator(".line:not(.unsent) .said").filter(has_text="土曜は")).to_be_visible(timeout=AT_ONCE)
    expect(said(second, "電波のない所")).to_have_count(0)

    # An edit and a deletion reach an open page.
    third.locator(".own").last.get_by_role("link", name=re.compile("^書き直す")).click()
    third.get_by_label("メッセージ").fill("電波のある所で直しました")
    third.get_by_role("button", name="保存する").click()
    expect(said(first, "電波のある所")).to_be_visible(timeout=AT_ONCE)
    edited = first.locator("#stream .message").filter(has_text="電波のある所")
    edited.get_by_role("link", name=re.compile("^削除する")).click()
    first.get_by_role("button", name="削除する").click()
    expect(third.locator(".gone")).to_be_visible(timeout=AT_ONCE)

    # Who leaves the team sees nothing any more, at once.
    manage(site.env, "shell", "-v0", "-c", LEAVE)
    expect(third.get_by_role("heading", name="このルームは、いまはご覧になれません。")).to_be_visible(timeout=AT_ONCE)
    vendor.complaints.clear()


def test_without_scripts_one_reads_answers_and_searches(visit, room):
    page = visit("bank@example.jp", scripts=False).go(room)
    write(page, "スクリプトなしで書きました")
    expect(said(page, "スクリプトなし")).to_be_visible()
    page.locator(".message").last.get_by_role("link", name=re.compile("^返信する")).click()
    write(page, "ここに返信します")
    expect(page.get_by_role("heading", name="ひとつの話題")).to_be_visible()
    page.get_by_role("searchbox", name="このルームの中を検索").fill("返信します")
    page.get_by_role("button", name="検索", exact=True).click()
    expect(page.locator(".stream .message")).to_have_count(1)


@pytest.mark.parametrize("width", [360, 1280])
def test_the_room_has_no_barrier(visit, room, width):
    person = visit("facilitator@example.jp", width=width)
    for path in (room, "/rooms/", "/account/"):
        page = person.go(path)
        page.evaluate(AXE.read_text())
        found = page.evaluate(
            "() => axe.run({resultTypes: ['violations']}).then((all) => all.violations.map((one) => one.id))"
        )
        assert found == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_on_a_phone_three_tabs(visit, room):
    page = visit("facilitator@example.jp", width=360).go(room)
    people, talk = page.get_by_role("heading", name="参加者"), page.get_by_role("heading", name="会話とできごと")
    expect(talk).to_be_visible()
    expect(people).to_be_hidden()
    page.get_by_role("button", name="作業と参加者").click()
    expect(people).to_be_visible()
    expect(talk).to_be_hidden()
    page.get_by_role("button", name="局面", exact=True).click()
    expect(page.get_by_role("heading", name="局面")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
