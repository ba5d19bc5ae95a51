"""The client's suppliers of today: written with the need, shown beside the proposal, no part of the score."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from matching import actions
from matching.intake import Intake
from matching.models import Need
from matching.needfile import core_need, need_shape
from network.models import Organization
from network.transfer.shapes import Refusal
from tests.matching.test_intake import press

LINE = {"capability": "pmo", "phase": "procurement", "level": 3, "weight": 1.0}
NEED = {"title": "在庫", "client": {"prefecture": "22"}, "requirements": [LINE]}


@pytest.fixture
def facilitator(world, client):
    client.force_login(world.people["facilitator"])
    return client


def path_of(world):
    return reverse("matching:edit_need", args=[world.needs["need"].pk])


def suppliers_of(world):
    return set(world.needs["need"].suppliers.values_list("external_id", flat=True))


# --- The form -----------------------------------------------------------------------------------


def test_a_supplier_is_found_named_saved_and_taken_back(world, facilitator):
    partner, path = world.organizations["partner"], path_of(world)
    found = press(facilitator, path, "find", organization_q="天竜")
    assert f'value="supplier:{partner.pk}"' in found.content.decode()
    named = press(facilitator, path, f"supplier:{partner.pk}")
    assert [organization.pk for organization in named.context["suppliers"]] == [partner.pk]
    assert suppliers_of(world) == set()
    assert press(facilitator, path, "save", suppliers=[partner.pk]).status_code == 302
    assert suppliers_of(world) == {"partner"}
    assert "いまの取引先" in facilitator.get(path).content.decode()
    taken = press(facilitator, path, f"unsupplier:{partner.pk}")
    assert not taken.context["suppliers"]


def test_a_supplier_may_be_wanted_in_the_team_or_not(world, facilitator):
    partner = world.organizations["partner"]
    both = press(facilitator, path_of(world), f"exclude:{partner.pk}", suppliers=[partner.pk])
    assert [organization.pk for organization in both.context["suppliers"]] == [partner.pk]
    assert [organization.pk for organization in both.context["excluded"]] == [partner.pk]
    released = press(facilitator, path_of(world), f"release:{partner.pk}", suppliers=[partner.pk])
    assert [organization.pk for organization in released.context["suppliers"]] == [partner.pk]


def test_opening_and_saving_keeps_the_suppliers_even_one_that_is_gone(world, facilitator):
    world.needs["need"].suppliers.set([world.organizations["partner"], world.organizations["elsewhere"]])
    Organization.objects.filter(external_id="elsewhere").update(is_active=False)
    assert press(facilitator, path_of(world), "save").status_code == 302
    assert suppliers_of(world) == {"partner", "elsewhere"}


@pytest.mark.parametrize("sent", ["0", "x", "9" * 40, "\0", "-1"])
def test_an_id_that_is_none_is_refused_at_the_form(world, facilitator, sent):
    assert press(facilitator, path_of(world), "save", suppliers=[sent]).status_code == 422
    assert suppliers_of(world) == set()


def test_an_organization_that_may_not_be_seen_is_no_choice(world, facilitator):
    closed = world.organizations["closed"]
    answer = press(facilitator, path_of(world), "save", suppliers=[closed.pk])
    assert answer.status_code == 422
    assert closed.name not in answer.content.decode()


def test_a_new_need_begins_without_any(world):
    desk = Intake(Need(), world.people["facilitator"], None)
    assert desk.context()["suppliers"] == []


# --- Files and the API --------------------------------------------------------------------------


def test_a_file_names_suppliers_and_the_matcher_does_not_read_them(world):
    shape = need_shape()
    with_suppliers = shape({**NEED, "suppliers": ["partner", "elsewhere"]})
    assert core_need(with_suppliers) == core_need(shape(NEED))


@pytest.mark.parametrize(
    ("suppliers", "field"),
    [
        (["nobody"], "suppliers[0]"),
        (["partner", "closed"], "suppliers[1]"),
        ("partner", "suppliers"),
        ([1], "suppliers[0]"),
    ],
)
def test_suppliers_that_are_not_known_are_refused_by_name(world, suppliers, field):
    with pytest.raises(Refusal) as refused:
        need_shape()({**NEED, "suppliers": suppliers})
    assert [name for name, _message in refused.value.problems] == [field]


def test_who_may_not_see_an_organization_cannot_find_out_that_it_exists(world):
    known = Organization.objects.visible_to(world.people["facilitator"])
    problems = []
    for name in ("closed", "nobody"):
        with pytest.raises(Refusal) as refused:
            need_shape(known)({**NEED, "suppliers": [name]})
        problems.append([(field, message.replace(name, "X")) for field, message in refused.value.problems])
    assert problems[0] == problems[1]


def test_the_api_takes_and_gives_them_and_leaving_them_out_empties_them(world, facilitator):
    address = reverse("api-need-detail", args=[world.needs["need"].pk])

    def put(body):
        return facilitator.put(address, json.dumps(body), content_type="application/json")

    assert put({**NEED, "suppliers": ["partner", "elsewhere"]}).json()["suppliers"] == ["elsewhere", "partner"]
    assert facilitator.get(address).json()["suppliers"] == ["elsewhere", "partner"]
    assert put({**NEED, "suppliers": ["nobody"]}).status_code == 422
    assert suppliers_of(world) == {"elsewhere", "partner"}
    assert put(NEED).json()["suppliers"] == []


def test_a_verb_that_says_nothing_of_suppliers_keeps_them(world):
    need = world.needs["need"]
    need.suppliers.set([world.organizations["partner"]])
    actions.save_need(need, requirements=[], must_include=[], exclude=[], by=world.people["facilitator"])
    assert suppliers_of(world) == {"partner"}
    need.title = "\u202e"
    with pytest.raises(ValidationError):
        actions.save_need(
            need, requirements=[], must_include=[], exclude=[], suppliers=[], by=world.people["facilitator"]
        )
    assert suppliers_of(world) == {"partner"}
