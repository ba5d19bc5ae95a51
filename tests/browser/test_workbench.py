"""Two facilitators at one workbench: what one does from the keyboard or with the mouse the other sees, and what is
typed meanwhile stays; and the page for the client is one page."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import manage
from tests.browser.test_trial import barriers, fits

pytestmark = pytest.mark.browser
AT_ONCE = 10_000
SECOND = """
from network.models import LabFacilitator, User
second = User.objects.get(email="reviewer@example.jp")
first = User.objects.get(email="facilitator@example.jp")
for row in first.facilitated.all():
    LabFacilitator.objects.get_or_create(user=second, lab=row.lab)
from matching.models import Need
from matching.actions import make_proposal
need = Need.objects.filter(lab__facilitators__user=first, title__startswith="金属加工50人").first()
make_proposal(need, by=first)
print(need.pk)
"""
LARGE = """
from matching.actions import make_proposal
from matching.models import Need, Requirement, Variant
from matching.workbench import actions
from matching.vocabulary import BenchDeed
from network.models import Capability, Organization, User
first = User.objects.get(email="facilitator@example.jp")
need = Need.objects.get(pk=%s)
kept = Need(title="秘密株式会社の大きな案件", lab=need.lab, prefecture="22", industry="E", employees=50, stage=1)
kept.save()
phases = ["intake", "analysis", "requirements", "procurement", "development", "operation"]
for n, capability in enumerate(Capability.objects.order_by("order")[:12]):
    Requirement.objects.create(need=kept, capability=capability, phase=phases[n %% 6], level=3, position=n, weight=2.0)
proposal = make_proposal(kept, by=first)
variant = actions.begin(proposal, place=0, by=first).variant
others = Organization.objects.filter(is_active=True, prefecture="22").exclude(external_id__in=variant.members)
for other in others.order_by("pk")[: 6 - len(variant.members)]:
    variant.refresh_from_db()
    actions.change(variant, wanted=actions.Wanted(BenchDeed.ADD, other.external_id), expected=None, by=first)
variant.refresh_from_db()
print(kept.pk, variant.pk, len(variant.members))
"""


def press(page, name: str) -> None:
    """Go to the control and press it, from the keyboard."""
    control = page.get_by_role("button", name=name).or_(page.get_by_role("link", name=name)).first
    control.focus()
    page.keyboard.press("Enter")


def carry(page, what, where) -> None:
    """With the mouse, slowly enough for the page to see it pass."""
    what.hover()
    page.mouse.down()
    where.hover()
    where.hover()
    page.mouse.up()


def test_two_at_one_workbench(visit, site):
    need = manage(site.env, "shell", "-v0", "-c", SECOND).split()[-1]
    first, second = (visit(f"{who}@example.jp") for who in ("facilitator", "reviewer"))
    one, two = (person.go(f"/needs/{need}/workbench/") for person in (first, second))
    expect(one.locator("#present li:visible")).to_have_count(2, timeout=AT_ONCE)

    # From the keyboard: a proposal's member is swapped, which makes a variant; the other sees it come.
    member = one.locator("[data-column=p1] .members summary").nth(1)
    member.focus()
    one.keyboard.press("Enter")
    opened = one.locator("[data-column=p1] .members details[open]")
    opened.get_by_role("link", name="入れ替える").focus()
    one.keyboard.press("Enter")
    one.locator("#options-p1 .rows button").first.wait_for()
    one.locator("#options-p1 .rows button").first.focus()
    one.keyboard.press("Enter")
    expect(one.locator("#outcome")).to_contain_text("案Aをつくりました", timeout=AT_ONCE)
    expect(one.locator("#outcome")).to_contain_text(re.compile("点の変化は.+点"))
    expect(two.locator(".by-hand h2")).to_have_text("案A", timeout=AT_ONCE)
    expect(two.locator("#said")).to_contain_text("案Aをつくりました")

    # What one types stays while the other changes something, and is kept.
    note = two.get_by_role("textbox", name="案Aのメモ")
    note.fill("社長は金曜なら会える")
    one.locator(".by-hand").get_by_role("button", name="候補として残す").click()
    expect(two.locator(".by-hand header .chip")).to_have_text("候補", timeout=AT_ONCE)
    last = one.locator(".by-hand .members summary").last
    last.click()
    one.locator(".by-hand .members details[open]").get_by_role("button", name=re.compile("^固定する")).click()
    expect(two.locator(".by-hand .members .chip", has_text="固定")).to_be_visible(timeout=AT_ONCE)
    expect(note).to_have_value("社長は金曜なら会える")
    two.get_by_role("button", name="メモを保存する").click()
    expect(one.get_by_role("textbox", name="案Aのメモ")).to_have_value("社長は金曜なら会える", timeout=AT_ONCE)

    # With the mouse: somebody of another team is carried over.
    ids = set(one.locator(".by-hand [data-member]").evaluate_all("all => all.map((one) => one.dataset.member)"))
    theirs = one.locator("[data-column=p3] [data-member]")
    names = theirs.evaluate_all("all => all.map((one) => one.dataset.member)")
    place = next(n for n, name in enumerate(names) if name not in ids)
    carry(one, theirs.nth(place).locator("summary"), one.locator(".by-hand h3").first)
    expect(one.locator("#outcome")).to_contain_text("を加えました", timeout=AT_ONCE)
    expect(two.locator("#said")).to_contain_text("を加えました", timeout=AT_ONCE)
    expect(two.locator(".by-hand [data-member]")).to_have_count(len(ids) + 1)

    # An older page is told what was done instead of overwriting it.
    stale = one.locator(".by-hand form[data-deeds] [name=version]").input_value()
    two.locator(".by-hand form[data-deeds] [name=version]").evaluate(f"(one) => {{ one.value = {int(stale) - 1}; }}")
    two.get_by_role("button", name="固定していない席を組み直す").click()
    expect(two.get_by_text("先にほかの人が変えたため、いまの操作はしていません。")).to_be_visible(timeout=AT_ONCE)

    # Side by side, against each other, and the way to invitations.
    assert barriers(one) == []
    assert fits(one)
    for box in ("p1", "p2"):
        one.locator(f"[name=c][value={box}]").check()
    press(one, "印をつけた案を比べる")
    one.get_by_role("heading", name="違うところ").wait_for()
    assert barriers(one) == []


def test_on_a_phone_without_scripts_and_on_paper(visit, site):
    need = manage(site.env, "shell", "-v0", "-c", SECOND).split()[-1]
    large, variant, members = manage(site.env, "shell", "-v0", "-c", LARGE % need).split()[-3:]
    assert members == "6"
    phone = visit("facilitator@example.jp", width=360)
    for path in (f"/needs/{large}/workbench/", f"/needs/{large}/workbench/sheet/?c=v{variant}"):
        page = phone.go(path)
        assert barriers(page) == [], path
        assert fits(page), path

    # One page of paper, and nothing in it that is not for the client.
    desk = visit("facilitator@example.jp")
    page = desk.go(f"/needs/{large}/workbench/sheet/?c=v{variant}")
    pdf = page.pdf(prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
    page.emulate_media(media="print")
    sheet = page.locator(".sheet")
    assert sheet.evaluate("(one) => one.scrollHeight <= one.clientHeight + 1"), "something is cut off"
    assert sheet.locator("tbody").nth(1).locator("tr").count() == 12
    assert "秘密株式会社" not in page.locator(".sheet").inner_text()

    # Without scripts every deed is a form.
    plain = visit("facilitator@example.jp", scripts=False)
    page = plain.go(f"/needs/{large}/workbench/")
    hand = page.locator(f"#variant-{variant}")
    hand.locator(".members summary").last.click()
    hand.locator(".members details[open]").get_by_role("button", name=re.compile("^外す")).click()
    expect(page.locator("#outcome")).to_contain_text("を外しました。")
