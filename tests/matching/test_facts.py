"""From rows to what the matcher computes with."""

import math
from datetime import date

import pytest

from matching.core.model import WEAKNESS
from matching.facts import lead_suitability, need_facts, network, prefecture_hops, strength
from network.models import Capability, Collaboration, Office, Organization, OrganizationIndustry, Rating
from network.vocabulary import CapacityStatus, Stance

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("engagements", "last", "expected"),
    [
        (0, None, 0.0),
        (1, None, 1 - math.exp(-0.4)),
        (5, TODAY, 1 - math.exp(-2)),
        (5, date(2021, 11, 21), (1 - math.exp(-2)) / 2),
        (5, date(2030, 1, 1), 1 - math.exp(-2)),
    ],
)
def test_strength_grows_with_engagements_and_halves_in_five_years(engagements, last, expected):
    assert strength(engagements, last, TODAY) == pytest.approx(expected, rel=1e-3)
    assert 0 <= strength(engagements, last, TODAY) < 1


@pytest.mark.parametrize(
    ("kind", "level", "expected"),
    [("shinkin_bank", 4, 1.0), ("shinkin_bank", 0, 0.5), ("saas_provider", 4, 0.5), ("saas_provider", WEAKNESS, 0.0)],
)
def test_a_lead_is_a_primary_doctor_who_can_manage(kind, level, expected):
    assert lead_suitability(kind, level) == expected


def test_okinawa_is_one_hop_from_kagoshima_and_far_from_hokkaido():
    hops = prefecture_hops()
    assert hops["47"]["46"] == 1
    assert hops["22"]["23"] == 1
    assert hops["01"]["47"] > 8


def make(external_id: str, **values) -> Organization:
    given = {"name": external_id, "kind": "shinkin_bank", "prefecture": "22", **values}
    return Organization.objects.create(external_id=external_id, **given)


@pytest.mark.django_db
class TestNetwork:
    def facts(self):
        return {organization.id: organization for organization in network(TODAY).organizations}

    @pytest.mark.parametrize(
        ("status", "slots", "expected"),
        [("open", 2, (2, 1.0)), ("limited", 2, (2, 0.5)), ("waitlist", 2, (0, 0.0)), ("closed", 2, (0, 0.0))],
    )
    def test_capacity_becomes_slots_and_availability(self, status, slots, expected):
        make("a", capacity_status=CapacityStatus(status), capacity_slots=slots)
        assert (self.facts()["a"].slots, self.facts()["a"].availability) == expected

    def test_stated_values_win(self):
        make("a", stated_lead_suitability=0.25, stated_max_requirements=7, stated_availability=0.0, stated_exposure=1.0)
        known = self.facts()["a"]
        assert (known.lead_suitability, known.max_requirements, known.availability, known.exposure) == (
            0.25,
            7,
            0.0,
            1.0,
        )

    def test_a_weakness_is_minus_one_whatever_its_level_and_zero_says_nothing(self):
        organization = make("a")
        for code, level, stance in (
            ("pmo", 3, Stance.WEAKNESS),
            ("inventory", 0, Stance.NEUTRAL),
            ("rfp", 2, Stance.STRENGTH),
        ):
            capability = Capability.objects.get(code=code)
            Rating.objects.create(organization=organization, capability=capability, level=level, stance=stance)
        assert self.facts()["a"].levels == {"pmo": -1, "rfp": 2}

    def test_the_inactive_are_not_there(self):
        first, second = make("a"), make("b", is_active=False)
        Collaboration.objects.create(first=first, second=second, engagements=3)
        registry = network(TODAY)
        assert [organization.id for organization in registry.organizations] == ["a"]
        assert registry.strengths == {}

    def test_an_inactive_one_that_a_need_demands_is_there_and_never_free(self):
        first, second = make("a"), make("b", is_active=False, capacity_slots=3)
        Collaboration.objects.create(first=first, second=second, engagements=3)
        registry = network(TODAY, demanded=frozenset({"a", "b", "nobody"}))
        assert [(found.id, found.slots > 0) for found in registry.organizations] == [("a", True), ("b", False)]
        assert registry.strengths == {}

    def test_the_version_changes_with_any_fact_and_with_nothing_else(self):
        organization = make("a")
        first = network(TODAY).version
        Organization.objects.filter(pk=organization.pk).update(about="紹介を書いた")
        assert network(TODAY).version == first
        OrganizationIndustry.objects.create(organization=organization, industry="E")
        assert network(TODAY).version != first

    def test_an_office_is_a_place_of_its_own_after_the_seat(self):
        organization = make("a")
        for name, prefecture in (("一", "47"), ("二", "13"), ("三", "47"), ("四", "22")):
            Office.objects.create(organization=organization, name=name, prefecture=prefecture)
        assert self.facts()["a"].prefectures == ("22", "47", "13")
        assert self.facts()["a"].remote is False

    def test_an_office_that_works_from_afar_only_makes_the_organization_remote_and_is_near_nobody(self):
        Office.objects.create(organization=make("a"), name="一", prefecture="47", on_site=False, remote=True)
        assert (self.facts()["a"].prefectures, self.facts()["a"].remote) == (("22",), True)

    def test_the_version_changes_with_an_office(self):
        organization = make("a")
        first = network(TODAY).version
        office = Office.objects.create(organization=organization, name="一", prefecture="47")
        second = network(TODAY).version
        assert second != first
        office.delete()
        assert network(TODAY).version == first

    @pytest.mark.parametrize("count", [1, 3])
    def test_a_fixed_number_of_queries(self, count, django_assert_num_queries):
        for number in range(count):
            office = Office(organization=make(f"org-{number}"), name="支店", prefecture="23")
            office.save()
        with django_assert_num_queries(14):
            network(TODAY)


def test_a_need_keeps_its_conditions(world):
    need = world.needs["need"]
    need.lead_kinds, need.max_hops = ["shinkin_bank"], 2
    need.save()
    need.must_include.add(world.organizations["owner"])
    facts = need_facts(need)
    assert facts.lead_kinds == {"shinkin_bank"}
    assert facts.max_hops == 2
    assert facts.must_include == {"owner"}
    assert [(r.capability, r.phase, r.level, r.must) for r in facts.requirements] == [
        ("pmo", "procurement", 3, True),
        ("system_development", "development", 3, True),
        ("inventory", "analysis", 3, True),
    ]
