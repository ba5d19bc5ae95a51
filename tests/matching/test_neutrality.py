"""The rule by which an interest is a conflict or a fact: written out by hand, case by case, before the code."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from matching import actions
from matching.interests import interests_of, ledger
from matching.neutrality import (
    CHOOSING_PHASE,
    DELIVERING_PHASES,
    FEE,
    PAST_SHOWN,
    PMO,
    Reason,
    Role,
    Standing,
    ended_before,
    roles_in,
    weigh,
)
from network.codes import PHASES
from network.models import Organization, Tie
from network.vocabulary import LEAD_CAPABILITY, TieKind, TieVisibility
from tests.cast import make_organization

TODAY = date(2026, 11, 22)
TABLE = """
              decides   delivers  supplies  both      joins
decides       fact      CONFLICT  CONFLICT  CONFLICT  fact
delivers      CONFLICT  fact      fact      CONFLICT  fact
supplies      CONFLICT  fact      fact      CONFLICT  fact
both          CONFLICT  CONFLICT  CONFLICT  CONFLICT  fact
joins         fact      fact      fact      fact      fact
"""
"""A capital, resale or group tie by what the two sides do: `decides` leads or chooses, `delivers` sells its work,
`supplies` supplies the client today, `both` decides and delivers, `joins` none of it. A fee is always a conflict."""

ROLES = {
    "decides": Role(decides=True),
    "delivers": Role(delivers=True),
    "supplies": Role(supplies=True),
    "both": Role(decides=True, delivers=True),
    "joins": Role(),
}
HEAD, *LINES = [line.split() for line in TABLE.strip().splitlines()]
CELLS = [(one, other, cell) for one, *cells in LINES for other, cell in zip(HEAD, cells, strict=True)]


# --- The rule -----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["capital", "resale", "group"])
@pytest.mark.parametrize(("one", "other", "cell"), CELLS)
def test_an_interest_between_who_decides_and_who_sells_is_a_conflict(kind, one, other, cell):
    found = weigh(kind, ROLES[one], ROLES[other])
    assert found.standing == (Standing.CONFLICT if cell == "CONFLICT" else Standing.FACT)
    assert (found.reason == Reason.NONE) == (cell == "fact")


@pytest.mark.parametrize(("one", "other", "_cell"), CELLS)
def test_a_fee_for_introductions_is_a_conflict_whoever_pays_it(one, other, _cell):
    found = weigh("referral_fee", ROLES[one], ROLES[other])
    assert (found.standing, found.reason) == (Standing.CONFLICT, Reason.FEE)


@pytest.mark.parametrize("kind", TieKind.values)
@pytest.mark.parametrize(("one", "other", "_cell"), CELLS)
def test_what_has_ended_is_a_past_fact_and_the_order_of_the_two_does_not_matter(kind, one, other, _cell):
    assert weigh(kind, ROLES[one], ROLES[other], ended=True).standing == Standing.PAST
    assert weigh(kind, ROLES[one], ROLES[other]).standing == weigh(kind, ROLES[other], ROLES[one]).standing


def test_the_table_covers_every_pair_of_roles_and_is_symmetric():
    cells = {(one, other): cell for one, other, cell in CELLS}
    assert len(cells) == 25
    assert all(cells[one, other] == cells[other, one] for one, other in cells)


def test_the_rule_speaks_of_the_kinds_capabilities_and_phases_that_exist():
    assert (FEE, PMO) == (TieKind.REFERRAL_FEE, LEAD_CAPABILITY)
    assert {CHOOSING_PHASE, *DELIVERING_PHASES} <= set(PHASES)


def test_a_conflict_says_why():
    assert weigh("capital", ROLES["decides"], ROLES["delivers"]).reason == Reason.DELIVERS
    assert weigh("capital", ROLES["supplies"], ROLES["decides"]).reason == Reason.SUPPLIES
    both = Role(delivers=True, supplies=True)
    assert weigh("capital", ROLES["decides"], both).reason == Reason.DELIVERS


# --- Who does what in a team --------------------------------------------------------------------


def requirement(capability, phase):
    return {"capability": capability, "phase": phase, "level": 3, "must": False, "weight": 1.0}


REQUIREMENTS = [
    requirement("vendor_selection", "procurement"),
    requirement("pmo", "development"),
    requirement("system_development", "development"),
    requirement("tool_training", "training"),
    requirement("process_review", "analysis"),
]


@pytest.mark.parametrize(
    ("owned", "role"),
    [
        (0, Role(decides=True)),
        (1, Role(decides=True)),
        (2, Role(delivers=True)),
        (3, Role(delivers=True)),
        (4, Role()),
    ],
)
def test_who_owns_a_requirement_decides_or_delivers_by_its_phase(owned, role):
    team = {"members": ["bank", "house"], "lead": "bank", "owners": {str(owned): "house"}}
    assert roles_in(team, REQUIREMENTS, frozenset())["house"] == role
    assert roles_in(team, REQUIREMENTS, frozenset())["bank"] == Role(decides=True)


def test_who_owns_nothing_joins_and_a_supplier_may_be_in_the_team_or_not():
    team = {"members": ["bank", "house", "club"], "lead": "bank", "owners": {"2": "house"}}
    found = roles_in(team, REQUIREMENTS, frozenset({"house", "old"}))
    assert found == {
        "bank": Role(decides=True),
        "house": Role(delivers=True, supplies=True),
        "club": Role(),
        "old": Role(supplies=True),
    }


# --- What stands beside a proposal --------------------------------------------------------------


@pytest.fixture
def world(world):
    """The cast without the interest that is planted for the walk through every address."""
    Tie.objects.filter(pk=world.ties["quiet"].pk).delete()
    return world


TEAM = {"members": ["owner", "partner"], "lead": "owner", "owners": {"0": "partner"}}
RESULT = {"teams": [TEAM], "requirements": [requirement("system_development", "development")]}


def told(world, reader="facilitator", result=RESULT):
    known = ledger(world.needs["need"], result, world.people[reader])
    return interests_of(result["teams"][0], result, known)


def tie_between(one, other, **values):
    first, second = sorted([one, other], key=lambda organization: organization.pk)
    return Tie.objects.create(first=first, second=second, **({"kind": "resale"} | values))


def test_the_tie_of_lead_and_vendor_is_told_as_a_conflict(world):
    [found] = told(world)
    assert (found.standing, found.first, found.second) == (Standing.CONFLICT, "架空 浜名信用金庫", "架空 天竜システム")
    assert found.kind == TieKind.CAPITAL.label
    assert "決める" in found.why


def test_a_tie_of_a_member_with_the_clients_supplier_is_told_and_one_among_suppliers_is_not(world):
    Tie.objects.all().delete()
    old, older = make_organization("old", name="架空 旧システム"), make_organization("older")
    tie_between(old, older)
    tie_between(world.organizations["owner"], old)
    assert told(world) == []
    world.needs["need"].suppliers.set([old, older])
    [found] = told(world)
    assert (found.standing, {found.first, found.second}) == (
        Standing.CONFLICT,
        {"架空 浜名信用金庫", "架空 旧システム"},
    )
    assert "取引先" in found.why


def test_a_tie_with_an_organization_outside_team_and_suppliers_is_no_business_of_the_proposal(world):
    Tie.objects.all().delete()
    tie_between(world.organizations["owner"], world.organizations["elsewhere"], kind="referral_fee")
    assert told(world) == []


@pytest.mark.parametrize(
    ("visibility", "seen_by"),
    [
        (TieVisibility.NETWORK, {"facilitator", "other_facilitator", "steward", "outsider", "partner", "editor"}),
        (TieVisibility.LABS, {"facilitator", "partner", "editor"}),
    ],
)
def test_only_ties_that_the_reader_may_see_are_told(world, visibility, seen_by):
    Tie.objects.filter(first=world.organizations["owner"]).update(visibility=visibility)
    for reader in ("facilitator", "other_facilitator", "steward", "outsider", "partner", "editor", "stranger"):
        assert bool(told(world, reader)) == (reader in seen_by), reader


def test_the_operators_console_hides_nothing(world):
    Tie.objects.update(visibility=TieVisibility.LABS)
    assert len(interests_of(TEAM, RESULT, ledger(world.needs["need"], RESULT, None))) == 1


@pytest.mark.parametrize(
    ("since", "until", "standing"),
    [
        (None, None, Standing.CONFLICT),
        (0, None, Standing.CONFLICT),
        (1, None, None),
        (-800, 0, Standing.CONFLICT),
        (-800, -1, Standing.PAST),
        (-800, -PAST_SHOWN.days, Standing.PAST),
        (-800, -PAST_SHOWN.days - 1, None),
    ],
)
def test_first_and_last_day_count_and_what_ended_a_year_ago_is_forgotten(world, since, until, standing):
    today = timezone.localdate()
    days = [None if n is None else today + timedelta(days=n) for n in (since, until)]
    Tie.objects.filter(first=world.organizations["owner"]).update(since=days[0], until=days[1])
    assert [found.standing for found in told(world)] == ([standing] if standing else [])


def test_the_past_is_counted_from_the_day_of_the_view():
    assert not ended_before(None, TODAY)
    assert not ended_before(TODAY, TODAY)
    assert ended_before(TODAY - timedelta(days=1), TODAY)


def test_conflicts_come_first_then_facts_then_the_past(world):
    owner, partner = world.organizations["owner"], world.organizations["partner"]
    yesterday = timezone.localdate() - timedelta(days=1)
    Tie.objects.all().delete()
    tie_between(owner, partner, kind="resale", until=yesterday)
    tie_between(owner, partner, kind="referral_fee")
    tie_between(partner, make_supplier(world), kind="group")
    assert [found.standing for found in told(world)] == [Standing.CONFLICT, Standing.FACT, Standing.PAST]


def make_supplier(world):
    old = make_organization("old", name="架空 旧システム")
    world.needs["need"].suppliers.add(old)
    return old


def test_the_ledger_takes_as_many_queries_for_one_interest_as_for_three(world, django_assert_num_queries):
    with CaptureQueriesContext(connection) as before:
        assert len(told(world)) == 1
    for number in range(2):
        tie_between(world.organizations["owner"], make_organization(f"s{number}"))
    world.needs["need"].suppliers.set(Organization.objects.filter(external_id__startswith="s"))
    with django_assert_num_queries(len(before)):
        assert len(told(world)) == 3


# --- On the page --------------------------------------------------------------------------------


def test_the_page_tells_conflicts_with_their_reason_and_hides_what_the_reader_may_not_see(world, client):
    client.force_login(world.people["facilitator"])
    page = reverse("matching:need", args=[world.needs["need"].pk])
    shown = client.get(page).content.decode()
    assert "利益相反のおそれ" in shown
    Tie.objects.all().delete()
    quiet = client.get(page).content.decode()
    assert "利益相反のおそれ" not in quiet
    assert "開示された利害関係はありません" in quiet


def answered(need, person):
    """Everything of the teams that an interest must not change."""
    return [
        {name: team[name] for name in ("members", "lead", "owners", "score", "open_must", "parts")}
        for team in actions.make_proposal(need, by=person).result["teams"]
    ]


def test_neither_teams_nor_scores_change_by_interests_or_suppliers(world):
    need, person = world.needs["need"], world.people["facilitator"]
    before = answered(need, person)
    assert {"owner", "partner"} <= set(before[0]["members"])
    need.suppliers.set([world.organizations["partner"]])
    tie_between(world.organizations["owner"], world.organizations["partner"], kind="referral_fee")
    assert answered(need, person) == before
    need.forbidden_ties = ["referral_fee"]
    need.save()
    assert answered(need, person) != before  # the matcher knew of it all the time


def test_suppliers_are_no_input_and_interests_are_one_because_a_need_may_forbid_them(world):
    need, person = world.needs["need"], world.people["facilitator"]
    before = actions.make_proposal(need, by=person).inputs_hash
    need.suppliers.set([world.organizations["partner"]])
    assert actions.make_proposal(need, by=person).inputs_hash == before
    tie_between(world.organizations["owner"], world.organizations["partner"], kind="referral_fee")
    assert actions.make_proposal(need, by=person).inputs_hash != before
