"""The collaboration graph in a real browser: drawn without a complaint, from the keyboard, and without scripts."""

import re

import pytest

pytestmark = pytest.mark.browser
CLEAR = "() => { const c = document.querySelector('#graph-picture canvas'); return Boolean(c) && c.width > 0; }"


def own(person):
    """The address of the organization the person keeps."""
    found = re.search(r'href="(/organizations/\d+/)', person.go("/").content())
    assert found
    return found[1]


@pytest.mark.parametrize("width", [360, 1280])
def test_the_picture_is_drawn_under_the_strict_policy(visit, width):
    """The visit itself fails where the browser complains, as it does of every breach of the content security policy."""
    person = visit("bank@example.jp", width=width)
    page = person.go(own(person) + "partners/")
    page.wait_for_function(CLEAR)
    assert page.evaluate("document.querySelectorAll('style').length") == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="大きく").focus()
    for _ in range(2):
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
    person.go("/partners/?prefecture=13").wait_for_function(CLEAR)


def test_the_same_picture_stands_in_the_same_places_in_every_visit(visit):
    person = visit("bank@example.jp")
    address = own(person) + "partners/"
    pictures = {person.go(address).locator("#graph-data").text_content() for _ in range(2)}
    assert len(pictures) == 1


def test_the_table_leads_on_from_the_keyboard_and_sorts_by_its_heads(visit):
    person = visit("bank@example.jp")
    page = person.go(own(person) + "partners/")
    page.locator("#direct thead a", has_text="件数").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**sort=engagements**")
    counts = [int(text) for text in page.locator("#direct tbody tr td:nth-child(2)").all_inner_texts()]
    assert counts == sorted(counts, reverse=True)
    assert len(counts) > 1
    page.locator("#direct tbody a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/organizations/*/partners/")


def test_typing_a_name_offers_organizations(visit):
    person = visit("bank@example.jp")
    page = person.go(own(person) + "ties/new/")
    page.locator("#id_other_q").press_sequentially("三河")
    page.get_by_role("radio", name=re.compile("三河ソフト")).check()
    page.get_by_role("radio", name="グループ会社").check()
    page.get_by_role("button", name="開示する").click()
    page.wait_for_url("**/ties/")
    assert page.get_by_text("利害関係を開示しました。").is_visible()
    assert page.get_by_role("link", name="架空 三河ソフト", exact=True).is_visible()
