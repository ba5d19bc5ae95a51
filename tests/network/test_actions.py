"""Verbs of the registry."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from network import actions
from network.models import Capability, Organization, Rating
from network.vocabulary import CapacityStatus, Stance

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(world) -> Organization:
    found = world.organizations["owner"]
    Organization.objects.filter(pk=found.pk).update(
        stated_lead_suitability=0.9, stated_availability=0.2, stated_max_requirements=5, stated_exposure=0.3
    )
    found.refresh_from_db()
    return found


def rate(owner, world, *, code="pmo", level=2, stance=Stance.NEUTRAL, by="editor", **more):
    capability = Capability.objects.get(code=code)
    return actions.rate(owner, capability=capability, level=level, stance=stance, by=world.people[by], **more)


def test_a_rating_is_saved_confirmed_and_told(owner, world, heard):
    saved = rate(owner, world, code="inventory", level=3, note="倉庫業で2件")
    saved.refresh_from_db()
    assert (saved.level, saved.stance, saved.note) == (3, Stance.NEUTRAL, "倉庫業で2件")
    assert saved.confirmed_by == world.people["editor"]
    assert saved.confirmed_at is not None
    assert heard == ["owner"]


def test_rating_again_changes_the_same_row(owner, world):
    before = owner.ratings.count()
    rate(owner, world, level=1)
    assert owner.ratings.count() == before
    assert owner.ratings.get(capability__code="pmo").level == 1


def test_a_stated_lead_suitability_ends_with_the_rating_it_would_be_computed_from(owner, world):
    rate(owner, world, code="inventory")
    owner.refresh_from_db()
    assert owner.stated_lead_suitability == 0.9
    rate(owner, world, code="pmo")
    owner.refresh_from_db()
    assert owner.stated_lead_suitability is None


@pytest.mark.parametrize("by", ["colleague", "partner", "facilitator", "steward", "stranger"])
def test_only_editors_rate(owner, world, heard, by):
    with pytest.raises(PermissionDenied):
        rate(owner, world, by=by)
    assert owner.ratings.get(capability__code="pmo").level == 4
    assert heard == []


def test_a_level_beyond_four_is_refused_and_nothing_saved(owner, world, heard):
    with pytest.raises(ValidationError) as refused:
        rate(owner, world, level=5)
    assert "level" in refused.value.message_dict
    assert owner.ratings.get(capability__code="pmo").level == 4
    assert heard == []


def test_withdrawing_declares_nothing(owner, world, heard):
    actions.withdraw_rating(owner, capability=Capability.objects.get(code="pmo"), by=world.people["editor"])
    assert not Rating.objects.filter(organization=owner, capability__code="pmo").exists()
    assert heard == ["owner"]


def test_capacity_ends_what_a_file_stated_of_availability_and_nothing_else(owner, world):
    actions.declare_capacity(owner, status=CapacityStatus.LIMITED, slots=2, until=None, by=world.people["editor"])
    owner.refresh_from_db()
    assert (owner.capacity_status, owner.capacity_slots) == ("limited", 2)
    assert (owner.stated_availability, owner.stated_max_requirements) == (None, None)
    assert (owner.stated_lead_suitability, owner.stated_exposure) == (0.9, 0.3)


def test_describing_replaces_the_industries(owner, world):
    editor = world.people["editor"]
    actions.describe(owner, industries=["E", "H"], by=editor)
    kept = owner.industries.get(industry="E").pk
    actions.describe(owner, industries=["A", "E"], by=editor)
    assert [entry.industry for entry in owner.industries.all()] == ["A", "E"]
    assert owner.industries.get(industry="E").pk == kept


# --- Stale instances: what somebody else changed meanwhile stays --------------------------------


def test_a_rating_does_not_reopen_what_was_closed_meanwhile(owner, world):
    stale = Organization.objects.get(pk=owner.pk)
    actions.declare_capacity(owner, status=CapacityStatus.CLOSED, slots=0, until=None, by=world.people["editor"])
    rate(stale, world, code="pmo")
    owner.refresh_from_db()
    assert (owner.capacity_status, owner.capacity_slots) == ("closed", 0)
    assert owner.stated_lead_suitability is None


def test_a_description_keeps_what_it_does_not_speak_of(owner, world):
    editor = world.people["editor"]
    stale = Organization.objects.get(pk=owner.pk)
    actions.describe(owner, values={"about": "新しい紹介", "remote": True}, industries=["E"], by=editor)
    actions.describe(stale, values={"kana": "はままつ"}, by=editor)
    owner.refresh_from_db()
    assert (owner.about, owner.remote, owner.kana) == ("新しい紹介", True, "はままつ")
    assert [entry.industry for entry in owner.industries.all()] == ["E"]


def test_a_description_takes_no_other_fields(owner, world):
    with pytest.raises(ValueError, match="is_active"):
        actions.describe(owner, values={"is_active": False}, by=world.people["editor"])


def test_every_change_is_dated(owner, world):
    before = Organization.objects.get(pk=owner.pk).updated_at
    rate(owner, world)
    assert Organization.objects.get(pk=owner.pk).updated_at > before


# --- Confirming ---------------------------------------------------------------------------------


def test_confirming_changes_the_date_and_nothing_else(owner, world, heard):
    saved = actions.confirm(owner, capability=Capability.objects.get(code="pmo"), by=world.people["editor"])
    saved.refresh_from_db()
    assert (saved.level, saved.stance) == (4, Stance.STRENGTH)
    assert saved.confirmed_by == world.people["editor"]
    assert not saved.is_stale_at(timezone.now())
    owner.refresh_from_db()
    assert owner.stated_lead_suitability == 0.9
    assert heard == ["owner"]


def test_only_editors_confirm_and_only_what_is_declared(owner, world):
    with pytest.raises(PermissionDenied):
        actions.confirm(owner, capability=Capability.objects.get(code="pmo"), by=world.people["colleague"])
    with pytest.raises(Rating.DoesNotExist):
        actions.confirm(owner, capability=Capability.objects.get(code="rfp"), by=world.people["editor"])


@pytest.mark.parametrize(("days", "stale"), [(None, True), (181, True), (179, False)])
def test_a_rating_is_stale_after_half_a_year(owner, days, stale):
    now = timezone.now()
    rating = Rating(confirmed_at=None if days is None else now - timedelta(days=days))
    assert rating.is_stale_at(now) == stale
