"""Who holds which keys, and what that opens in the registry."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import RequestFactory

from network.access import keys_held_by, lab_ids_facilitated_by, one_look, signed_in
from network.middleware import OneLook
from network.models import LabFacilitator, Membership, Organization, Rating, User
from network.profile.shown import partners
from network.vocabulary import Role, Stance
from tests.access.truth import REGISTRY_RIGHTS
from tests.cast import READERS, World, make_organization, make_person

KEYS = {
    "anonymous": "public",
    "stranger": "public user:stranger",
    "partner": "public network user:partner org:partner lab:shizuoka",
    "outsider": "public network user:outsider org:elsewhere lab:osaka",
    "colleague": "public network user:colleague org:owner lab:shizuoka team:support",
    "editor": "public network user:editor org:owner lab:shizuoka team:support",
    "facilitator": "public network user:facilitator lab:shizuoka",
    "other_facilitator": "public network user:other_facilitator lab:osaka",
    "steward": "public network user:steward steward",
    "former": "public user:former",
    "dormant": "public user:dormant",
    "inactive": "public",
    "teammate": "public network user:teammate org:helper team:support",
    "delegate": "public user:delegate",
}
"""By name instead of by number."""

VISIBLE = {
    "anonymous": "",
    "stranger": "",
    "partner": "owner partner elsewhere helper",
    "outsider": "owner partner elsewhere helper",
    "colleague": "owner partner elsewhere helper",
    "editor": "owner partner elsewhere helper",
    "facilitator": "owner partner elsewhere helper",
    "other_facilitator": "owner partner elsewhere helper",
    "steward": "owner partner elsewhere helper closed twin",
    "former": "",
    "dormant": "",
    "inactive": "",
    "teammate": "owner partner elsewhere helper",
    "delegate": "",
}
EDITABLE = dict.fromkeys(READERS, "") | {"outsider": "elsewhere", "editor": "owner"}


def named(key: str, world: World) -> str:
    """`org:12` as `org:owner`."""
    kind, colon, number = key.partition(":")
    people = {name: person for name, person in world.people.items() if isinstance(person, User)}
    known = {"org": world.organizations, "lab": world.labs, "team": {"support": world.team}, "user": people}
    return f"{kind}:{next(n for n, one in known[kind].items() if str(one.pk) == number)}" if colon else key


# --- Keys ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("reader", READERS)
def test_each_reader_holds_exactly_these_keys(world, reader):
    held = {named(key, world) for key in keys_held_by(world.people[reader])}
    assert held == set(KEYS[reader].split())


def test_a_membership_counts_from_the_next_call_on_until_it_is_lost(world):
    person = world.people["stranger"]
    joined = Membership.objects.create(user=person, organization=world.organizations["owner"])
    assert f"org:{world.organizations['owner'].pk}" in keys_held_by(person)
    joined.delete()
    assert {named(key, world) for key in keys_held_by(person)} == {"public", "user:stranger"}


def test_a_facilitator_who_steps_down_keeps_nothing_of_the_lab(world):
    person = world.people["facilitator"]
    assert "network" in keys_held_by(person)
    LabFacilitator.objects.filter(user=person).delete()
    assert {named(key, world) for key in keys_held_by(person)} == {"public", "user:facilitator"}


def test_an_organization_that_is_closed_takes_its_keys_along(world):
    person, organization = world.people["colleague"], world.organizations["owner"]
    assert "network" in keys_held_by(person)
    Organization.objects.filter(pk=organization.pk).update(is_active=False)
    assert {named(key, world) for key in keys_held_by(person)} == {"public", "user:colleague"}


def test_a_lab_that_the_organization_leaves_takes_its_key_along(world):
    person, organization = world.people["partner"], world.organizations["partner"]
    assert "lab:shizuoka" in {named(key, world) for key in keys_held_by(person)}
    organization.labs.clear()
    held = {named(key, world) for key in keys_held_by(person)}
    assert held == {"public", "network", "user:partner", "org:partner"}


def test_an_account_that_is_closed_holds_what_everybody_holds(world):
    person = world.people["editor"]
    assert len(keys_held_by(person)) > 1
    person.is_active = False
    assert keys_held_by(person) == {"public"}
    assert not Organization.objects.editable_by(person).exists()
    assert not lab_ids_facilitated_by(person).exists()


def test_a_superuser_without_the_office_of_steward_holds_no_more_than_anybody(db):
    person = make_person("superuser", is_superuser=True)
    assert keys_held_by(person) == {"public", f"user:{person.pk}"}


@pytest.mark.parametrize("memberships", [1, 3])
def test_the_number_of_queries_does_not_grow_with_the_memberships(world, django_assert_num_queries, memberships):
    person = world.people["stranger"]
    for number in range(memberships):
        organization = make_organization(f"more-{number}")
        organization.labs.add(*world.labs.values())
        Membership.objects.create(user=person, organization=organization)
        LabFacilitator.objects.create(user=person, lab=list(world.labs.values())[number % 2]) if number < 2 else None
    with django_assert_num_queries(3):
        keys = keys_held_by(person)
    assert len([key for key in keys if key.startswith("org:")]) == memberships
    assert len([key for key in keys if key.startswith("lab:")]) == 2


def test_only_a_person_can_be_named_in_a_record(world):
    assert signed_in(world.people["stranger"]) == world.people["stranger"]
    with pytest.raises(PermissionDenied):
        signed_in(AnonymousUser())


@pytest.mark.parametrize(("method", "second_time"), [("GET", 0), ("HEAD", 0), ("POST", 3), ("PUT", 3)])
def test_a_request_that_only_reads_asks_once_one_that_writes_each_time(
    world, method, second_time, django_assert_num_queries
):
    def page(_request):
        first = keys_held_by(world.people["colleague"])
        with django_assert_num_queries(second_time):
            assert keys_held_by(world.people["colleague"]) == first
        return HttpResponse()

    OneLook(page)(RequestFactory().generic(method, "/"))


def test_what_one_look_saw_is_forgotten_and_is_of_one_person(world):
    person = world.people["colleague"]
    with one_look():
        before = keys_held_by(person)
        Membership.objects.filter(user=person).delete()
        assert keys_held_by(person) == before
        assert keys_held_by(world.people["partner"]) != before
    assert keys_held_by(person) == {"public", f"user:{person.pk}"}


def test_an_account_closed_in_one_look_holds_nothing(world):
    with one_look():
        assert len(keys_held_by(world.people["colleague"])) > 1
        world.people["colleague"].is_active = False
        assert keys_held_by(world.people["colleague"]) == {"public"}


# --- Organizations ------------------------------------------------------------------------------


@pytest.mark.parametrize("reader", READERS)
def test_each_reader_sees_exactly_these_organizations(world, reader):
    seen = Organization.objects.visible_to(world.people[reader])
    assert {organization.external_id for organization in seen} == set(VISIBLE[reader].split())


@pytest.mark.parametrize("reader", READERS)
def test_each_reader_may_change_exactly_these_organizations(world, reader):
    changeable = Organization.objects.editable_by(world.people[reader])
    assert {organization.external_id for organization in changeable} == set(EDITABLE[reader].split())


def test_the_role_of_editor_ends_when_the_person_becomes_a_member(world):
    person = world.people["editor"]
    assert Organization.objects.editable_by(person).exists()
    Membership.objects.filter(user=person).update(role=Role.MEMBER)
    assert not Organization.objects.editable_by(person).exists()


def test_past_partners_are_named_as_far_as_the_reader_may_know_of_them(world):
    def named_to(reader):
        return [
            partner.external_id for partner, _ in partners(world.organizations["owner"], world.people[reader]).shown
        ]

    assert named_to("outsider") == ["partner"]
    assert named_to("steward") == ["partner", "closed"]


# --- Ratings ------------------------------------------------------------------------------------


@pytest.mark.parametrize("reader", READERS)
def test_a_weakness_is_known_to_the_organization_and_to_its_labs_facilitators_the_rest_to_the_network(world, reader):
    seen = Rating.objects.visible_to(world.people[reader])
    weak = {rating.organization.external_id for rating in seen.filter(stance=Stance.WEAKNESS)}
    rights = REGISTRY_RIGHTS[reader]
    assert weak == {name for name in ("owner", "elsewhere") if rights[f"{name}_weakness"] == "v"}
    rest = {rating.organization.external_id for rating in seen.exclude(stance=Stance.WEAKNESS)}
    assert rest == ({"owner", "partner", "elsewhere"} if rights["registry"] == "v" else set())


def test_a_facilitator_loses_sight_of_the_weakness_when_the_organization_leaves_the_lab(world):
    weaknesses = Rating.objects.visible_to(world.people["facilitator"]).filter(stance=Stance.WEAKNESS)
    assert weaknesses.count() == 1
    world.organizations["owner"].labs.clear()
    assert weaknesses.all().count() == 0


def test_each_rating_comes_once_however_many_labs_reader_and_organization_share(world):
    world.organizations["owner"].labs.add(world.labs["osaka"])
    person = world.people["facilitator"]
    LabFacilitator.objects.create(user=person, lab=world.labs["osaka"])
    Membership.objects.create(user=person, organization=world.organizations["owner"])
    seen = Rating.objects.visible_to(person).filter(organization=world.organizations["owner"])
    assert seen.count() == 2
