"""Where no team exists: the page names the smallest sets of conditions, and opens the form without one of them."""

import pytest
from django.urls import reverse

from matching import actions
from matching.models import Need
from network.models import Organization, Tie
from tests.cast import make_organization


@pytest.fixture
def facilitator(world, client):
    client.force_login(world.people["facilitator"])
    return client


def without_a_team(world, **values) -> Need:
    """The need of the lab with conditions that nobody meets, and an answer to it."""
    need = world.needs["need"]
    for name, value in values.items():
        setattr(need, name, value)
    need.save()
    made = actions.make_proposal(need, by=world.people["facilitator"])
    assert made.result["teams"] == []
    return need


def page(client, need):
    return client.get(reverse("matching:need", args=[need.pk]))


def form(client, need, number=0, proposal=None):
    asked = {"proposal": proposal or need.proposals.first().pk, "set": number}
    return client.get(reverse("matching:edit_need", args=[need.pk]), asked)


def test_each_set_has_its_sentence_and_a_way_to_the_form(world, facilitator):
    need = without_a_team(world, lead_kinds=["regional_bank"])
    html = page(facilitator, need).content.decode()
    assert "主担当の種類を問わないと、" in html
    address = reverse("matching:edit_need", args=[need.pk])
    assert f"{address}?proposal={need.proposals.first().pk}&amp;set=0" in html


def test_the_form_is_shown_without_the_condition_and_nothing_is_saved(world, facilitator):
    need = without_a_team(world, lead_kinds=["regional_bank"])
    shown = form(facilitator, need)
    assert shown.context["form"]["lead_kinds"].value() == []
    assert shown.context["relieved"] == ["主担当の種類を問わない"]
    assert "まだ保存していません" in shown.content.decode()
    need.refresh_from_db()
    assert need.lead_kinds == ["regional_bank"]


def numbered(need, condition: str) -> int:
    """The place of the set that gives up this condition alone."""
    sets = need.proposals.first().result["infeasible"]["sets"]
    return next(n for n, each in enumerate(sets) if [c["condition"] for c in each["conditions"]] == [condition])


@pytest.mark.parametrize(
    ("values", "field", "shown"),
    [
        ({"lead_min_suitability": 0.9, "lead_kinds": ["local_it_vendor"]}, "lead_min_suitability", "0.0"),
        ({"max_hops": 0, "remote": False, "prefecture": "47"}, "max_hops", ""),
        ({"max_hops": 0, "remote": False, "prefecture": "47"}, "remote", "1"),
    ],
)
def test_a_field_opens_with_what_asks_nothing_and_the_others_as_they_are(world, facilitator, values, field, shown):
    need = without_a_team(world, **values)
    opened = form(facilitator, need, numbered(need, field)).context["form"]
    assert opened[field].value() == shown
    stored = facilitator.get(reverse("matching:edit_need", args=[need.pk])).context["form"]
    changed = {name for name in opened.fields if opened[name].value() != stored[name].value()}
    assert changed == {field}


def test_only_the_organization_in_question_is_no_longer_demanded(world, facilitator):
    need, closed = world.needs["need"], make_organization("resting", name="架空 休止中", capacity_status="closed")
    need.must_include.set([world.organizations["partner"], closed])
    without_a_team(world)
    shown = form(facilitator, need)
    assert shown.context["relieved"] == ["架空 休止中を必須から外す"]
    assert shown.context["form"]["must_include"].value() == [world.organizations["partner"].pk]
    assert set(need.must_include.values_list("external_id", flat=True)) == {"partner", "resting"}


def test_only_the_line_in_question_is_unlocked(world, facilitator):
    need, closed = world.needs["need"], make_organization("resting", name="架空 休止中", capacity_status="closed")
    first, second = need.requirements.all()[:2]
    need.requirements.filter(pk=second.pk).update(locked=closed)
    need.requirements.filter(pk=first.pk).update(locked=world.organizations["owner"])
    without_a_team(world)
    lines = form(facilitator, need).context["rows"].forms
    assert [line["locked"].value() for line in lines][:2] == [str(world.organizations["owner"].pk), ""]


def test_more_organizations_are_allowed(world, facilitator):
    need = world.needs["need"]
    need.must_include.set([world.organizations["partner"]])
    without_a_team(world, max_size=1, lead_kinds=[world.organizations["owner"].kind])
    assert form(facilitator, need, numbered(need, "max_size")).context["form"]["max_size"].value() == 2


def test_ties_that_forbid_are_allowed_one_kind_at_a_time(world, facilitator):
    need = world.needs["need"]
    need.must_include.set([world.organizations["owner"], world.organizations["partner"]])
    Tie.objects.filter(kind="group").delete()
    without_a_team(world, forbidden_ties=["capital", "group"])
    shown = form(facilitator, need, numbered(need, "forbidden_ties")).context["form"]
    assert shown["forbidden_ties"].value() == ["group"]


@pytest.mark.parametrize("asked", [{}, {"set": 0}, {"proposal": "x", "set": "0"}, {"proposal": 10**9, "set": 0}])
def test_an_address_that_names_no_set_opens_the_form_as_it_is_stored(world, facilitator, asked):
    need = without_a_team(world, lead_kinds=["regional_bank"])
    shown = facilitator.get(reverse("matching:edit_need", args=[need.pk]), asked)
    assert shown.status_code == 200
    assert shown.context["form"]["lead_kinds"].value() == ["regional_bank"]
    assert shown.context["relieved"] == []


@pytest.mark.parametrize("number", [1, 99, 10**17])
def test_a_set_that_is_not_there_changes_nothing(world, facilitator, number):
    need = without_a_team(world, lead_kinds=["regional_bank"])
    assert form(facilitator, need, number).context["relieved"] == []


def test_a_proposal_of_another_need_says_nothing_here(world, facilitator):
    need = without_a_team(world, lead_kinds=["regional_bank"])
    other = Need.objects.create(title="架空 別の案件", lab=need.lab, prefecture=need.prefecture)
    assert form(facilitator, other, proposal=need.proposals.first().pk).context["relieved"] == []


def test_where_nothing_helps_the_page_says_so(world, facilitator):
    Organization.objects.update(capacity_status="closed")
    need = without_a_team(world)
    html = page(facilitator, need).content.decode()
    assert "どの条件をゆるめても" in html
    assert "set=0" not in html
