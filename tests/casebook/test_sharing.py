"""Sharing a section on the case's page, and what the case says of itself afterwards."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from casebook import actions
from casebook.labels import widest
from casebook.models import Case, Grant, Section
from casebook.vocabulary import Tlp

pytestmark = pytest.mark.django_db
SINGLE = "個別の設定（ラボ・機関・期限つき）"


@pytest.fixture
def editor(world) -> Client:
    client = Client()
    client.force_login(world.people["editor"])
    return client


def address(case: Case) -> str:
    return f"/cases/{case.pk}/"


def post(editor, section, **sent):
    return editor.post(f"{address(section.case)}sections/{section.pk}/share/", sent, follow=True).content.decode()


def grants(section) -> set[tuple[str, object]]:
    return set(section.grants.values_list("key", "until"))


# --- Single grants ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "audience"),
    [
        ("summary", "public"),
        ("background", "draft"),
        ("lessons", "network"),
        ("result", ""),  # a lab
        ("team", ""),  # an organization
        ("identity", ""),  # a person
        ("action", ""),  # public until yesterday
        ("attachment", ""),  # the network until today
    ],
)
def test_the_audience_of_a_section_is_that_of_exactly_its_keys(world, editor, kind, audience):
    section = world.section("mixed", kind)
    assert section.audience == audience
    page = editor.get(f"{address(section.case)}sections/{section.pk}/audience/").content.decode()
    form = page.split(f'id="audience-{section.pk}"')[1].split("</form>")[0]
    assert f'<option value="{audience}" selected>' in form
    assert form.count(" selected>") == 1
    assert (SINGLE in form) == (audience == "")


def test_a_stewards_key_or_two_audiences_are_single_grants(world):
    section = world.section("mixed", "background")
    Grant.objects.create(section=section, key="steward")
    assert world.section("mixed", "background").audience == ""
    section = world.section("mixed", "summary")
    Grant.objects.create(section=section, key="network")
    assert world.section("mixed", "summary").audience == ""


@pytest.mark.parametrize("kind", ["result", "team", "identity", "action", "attachment"])
def test_single_grants_stay_unless_their_replacement_is_confirmed(world, editor, kind):
    section = world.section("mixed", kind)
    before = grants(section)
    assert "公開範囲は変えていません" in post(editor, section, audience="")
    assert "にチェックを入れてください" in post(editor, section, audience="draft")
    assert grants(section) == before
    assert "にしました" in post(editor, section, audience="draft", replace="yes")
    assert grants(section) == set()


def test_a_plain_audience_changes_with_one_click(world, editor):
    section = world.section("draft", "summary")
    post(editor, section, audience="network")
    assert grants(section) == {("network", None)}


# --- The label ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("labels", "found"),
    [
        ([], Tlp.RED),
        (["RED", "AMBER"], Tlp.AMBER),
        (["GREEN", "RED", "AMBER"], Tlp.GREEN),
        (["RED", "CLEAR", "GREEN"], Tlp.CLEAR),
    ],
)
def test_the_widest_label(labels, found):
    assert widest(labels) == found


def test_the_case_carries_the_widest_label_of_its_sections(world, editor):
    case = world.cases["draft"]
    assert case.tlp == Tlp.RED
    for audience, label in (("network", "GREEN"), ("public", "CLEAR"), ("draft", "AMBER+STRICT")):
        post(editor, world.section("draft", "summary"), audience=audience)
        assert Case.objects.get(pk=case.pk).tlp == label


LABELS = [
    ([], "AMBER+STRICT"),  # the owning organization alone
    (["user:5"], "RED"),  # named recipients
    (["user:5", "user:6"], "RED"),
    (["steward"], "RED"),
    (["org:2"], "AMBER"),
    (["lab:3", "user:5"], "AMBER"),
    (["team:4"], "AMBER"),
    (["network", "org:2"], "GREEN"),
    (["public", "user:5"], "CLEAR"),
]


@pytest.mark.parametrize(("keys", "label"), LABELS, ids=lambda found: "+".join(found) if found else "none")
def test_the_label_of_a_section_is_named_by_the_keys_that_hold_today(world, keys, label):
    section, yesterday = world.section("draft", "summary"), timezone.localdate() - timedelta(days=1)
    Grant.objects.bulk_create([Grant(section=section, key=key) for key in keys])
    Grant.objects.create(section=section, key="org:9", until=yesterday)
    assert Section.objects.get(pk=section.pk).tlp == label


def test_a_section_for_named_persons_is_labelled_narrower_than_one_for_the_organization(world):
    assert widest(["RED", "AMBER+STRICT"]) == Tlp.AMBER_STRICT
    assert world.section("mixed", "identity").tlp == Tlp.RED
    assert world.section("mixed", "background").tlp == Tlp.AMBER_STRICT


def test_sharing_leaves_the_rest_of_a_case_as_somebody_else_wrote_it(world):
    section = world.section("draft", "summary")
    assert section.case.title
    Case.objects.filter(pk=section.case_id).update(title="新しい題名")
    actions.share(section, with_keys=["public"], by=world.people["editor"])
    assert Case.objects.get(pk=section.case_id).title == "新しい題名"


# --- The page -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("reader", "linked"), [("stranger", False), ("partner", True)])
def test_the_owner_is_linked_for_those_who_can_follow(world, reader, linked):
    client = Client()
    client.force_login(world.people[reader])
    case = world.cases["public"]
    page = client.get(address(case)).content.decode()
    assert case.owner.name in page
    assert (f'href="/organizations/{case.owner_id}/"' in page) == linked


def test_a_source_with_only_an_address_is_shown_by_it(world):
    case = world.cases["public"]
    Case.objects.filter(pk=case.pk).update(source_title="", source_url="https://example.jp/report")
    page = Client().get(address(case)).content.decode()
    assert 'rel="noreferrer">https://example.jp/report</a>' in page


def test_cases_without_a_date_come_last(world):
    Case.objects.filter(pk=world.cases["public"].pk).update(published=None, year=None)
    Case.objects.filter(pk=world.cases["mixed"].pk).update(published="1999-01-01", year=1999)
    page = Client().get("/cases/recent/").content.decode()
    assert page.index(world.cases["mixed"].title) < page.index(world.cases["public"].title)
    assert list(Case.objects.all())[-1] == world.cases["public"]
