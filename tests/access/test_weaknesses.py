"""Weaknesses are private until the organization opens them: every surface tells each reader what the table says."""

import json

import pytest
from django.urls import reverse
from django.utils import timezone

from matching.core.model import WEAKNESS
from matching.facts import network
from network import actions
from network.models import Organization, Rating
from network.vocabulary import WeaknessAudience
from tests.access.walking import Visitor
from tests.cast import READERS, word

TABLE = {
    "labs": {"colleague", "editor", "facilitator"},
    "network": {
        "partner", "outsider", "colleague", "editor", "facilitator", "other_facilitator", "steward",
        "teammate",
    },
}  # fmt: skip
"""Who knows the owner's weakness beside the matcher, by audience. Stewards are of the network, and of no lab."""
WEAK_IN = "system_development"
NOTE = word("owner", "weakness")
CASES = [(audience, reader) for audience in TABLE for reader in READERS]


@pytest.fixture
def opened(world):
    """Makes the owner's editor choose an audience, as the page does."""

    def choose(audience: str) -> None:
        owner = Organization.objects.get(pk=world.organizations["owner"].pk)
        actions.open_weaknesses_to(owner, audience=WeaknessAudience(audience), by=world.people["editor"])

    return choose


def api_tells(visitor: Visitor, world) -> set[bool]:
    """Whether the note stands in the organization of the API, and in the list of them."""
    one = visitor.visit("GET", reverse("api-organization-detail", args=["owner"]))
    listed = visitor.visit("GET", reverse("api-organization-list"))
    return {NOTE in one.content.decode(), NOTE in listed.content.decode()}


def page_tells(visitor: Visitor, world) -> bool:
    """Whether the profile names the weakness."""
    page = visitor.visit("GET", reverse("network:organization", args=[world.organizations["owner"].pk]))
    return 'id="weak"' in page.content.decode()


@pytest.mark.parametrize(("audience", "reader"), CASES)
def test_every_surface_tells_whom_the_table_names(world, opened, audience, reader):
    opened(audience)
    visitor, knows = Visitor(world, reader), reader in TABLE[audience]
    weak = Rating.objects.visible_to(world.people[reader]).filter(organization__external_id="owner", stance="weakness")
    assert weak.exists() == knows
    assert page_tells(visitor, world) == knows
    assert api_tells(visitor, world) == {knows}


@pytest.mark.parametrize(
    "reader", [reader for reader in READERS if reader not in {"anonymous", "stranger", "inactive"}]
)
def test_the_history_tells_no_more_than_the_profile(world, opened, reader):
    owner, editor = world.organizations["owner"], world.people["editor"]
    weak = Rating.objects.get(organization=owner, stance="weakness")
    actions.withdraw_rating(owner, capability=weak.capability, by=editor)
    for audience, knowing in TABLE.items():
        opened(audience)
        answer = Visitor(world, reader).visit("GET", reverse("network:history", args=[owner.pk]))
        told = NOTE in answer.content.decode()
        assert told <= (reader in knowing), audience
        assert told or answer.status_code != 200 or reader not in knowing


@pytest.mark.parametrize("reader", ["partner", "facilitator", "other_facilitator", "steward", "editor"])
def test_opening_changes_no_list_and_no_search_of_organizations(world, opened, reader):
    """A weakness is never a reason to be found, whoever may know it."""
    visitor = Visitor(world, reader)

    def listed() -> list[list[str]]:
        addresses = ({}, {"capability": WEAK_IN}, {"capability": WEAK_IN, "min_level": "1"}, {"q": "浜名"})
        answers = [visitor.visit("GET", reverse("api-organization-list"), asked) for asked in addresses]
        return [[row["id"] for row in json.loads(answer.content)["results"]] for answer in answers]

    opened("labs")
    private = listed()
    assert "owner" in private[0]
    assert "owner" not in private[1]
    page = {"capability": WEAK_IN}
    profile = reverse("network:organization", args=[world.organizations["owner"].pk])
    assert profile not in visitor.visit("GET", reverse("network:organizations"), page).content.decode()
    opened("network")
    assert listed() == private
    assert profile not in visitor.visit("GET", reverse("network:organizations"), page).content.decode()


@pytest.mark.parametrize(("audience", "elsewhere_too"), [("labs", False), ("network", True)])
def test_a_proposal_reckons_with_what_its_labs_facilitators_may_know(world, opened, audience, elsewhere_too):
    opened(audience)

    def known_in(lab: str) -> bool:
        facts = network(timezone.localdate(), world.labs[lab])
        return next(o for o in facts.organizations if o.id == "owner").levels.get(WEAK_IN) == WEAKNESS

    assert known_in("shizuoka")
    assert known_in("osaka") == elsewhere_too


@pytest.mark.parametrize(("audience", "elsewhere_too"), [("labs", False), ("network", True)])
def test_a_proposal_for_another_lab_speaks_of_it_only_when_it_is_open(world, opened, audience, elsewhere_too):
    opened(audience)
    need = world.needs["other_need"]
    need.must_include.add(world.organizations["owner"], world.organizations["partner"])
    client = Visitor(world, "other_facilitator").client
    answer = client.post(reverse("api-proposal-list", args=[need.pk]), {"top": 1}, content_type="application/json")
    assert answer.status_code == 201
    assert ('"weakness_of": "owner"' in json.dumps(answer.json())) == elsewhere_too
    page = client.get(reverse("matching:need", args=[need.pk])).content.decode()
    name = world.organizations["owner"].name
    assert (f"{name}の弱み「" in page) == elsewhere_too


def test_closing_again_hides_at_once(world, opened):
    opened("network")
    assert page_tells(Visitor(world, "partner"), world)
    opened("labs")
    assert not page_tells(Visitor(world, "partner"), world)


def test_leaving_the_lab_hides_from_its_facilitators(world, opened):
    owner = world.organizations["owner"]
    assert page_tells(Visitor(world, "facilitator"), world)
    owner.labs.clear()
    assert not page_tells(Visitor(world, "facilitator"), world)
    assert page_tells(Visitor(world, "colleague"), world)


@pytest.mark.parametrize(
    ("audience", "labs", "said"),
    [
        ("labs", True, "参加するラボ（静岡県）のファシリテーターだけ"),
        ("labs", False, "この機関のメンバーだけに見えています"),
        ("network", True, "ネットワークの全員に見えています"),
    ],
)
def test_the_profile_says_truthfully_who_sees_them(world, opened, audience, labs, said):
    opened(audience)
    if not labs:
        world.organizations["owner"].labs.clear()
    page = Visitor(world, "colleague").visit(
        "GET", reverse("network:organization", args=[world.organizations["owner"].pk])
    )
    assert said in page.content.decode()
