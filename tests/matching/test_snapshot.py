"""The registry kept in memory: what is renewed equals what is read anew, and nothing is older than the database."""

import random
from dataclasses import fields
from datetime import date, timedelta

import numpy as np
import pytest
from django.utils import timezone

from matching import snapshot
from matching.core.arrays import arrays_of, from_values
from matching.facts import is_current, network
from network.actions.base import changed
from network.models import Capability, Collaboration, Lab, Office, Organization, OrganizationIndustry, Rating, Tie
from network.vocabulary import Stance, WeaknessAudience

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = date(2026, 11, 22)
KINDS = ("shinkin_bank", "local_it_vendor", "sme_consultant")


@pytest.fixture(autouse=True)
def nothing_kept():
    snapshot.forget()
    yield
    snapshot.forget()


@pytest.fixture
def registry():
    """Twelve organizations whose keys and ids are in different orders."""
    chance = random.Random(4)
    names = [f"o{number:02d}" for number in range(12)]
    chance.shuffle(names)
    for name in names:
        Organization.objects.create(
            external_id=name, name=name, kind=chance.choice(KINDS), prefecture=chance.choice(("13", "22", "47"))
        )
    return list(Organization.objects.order_by("pk"))


def some_change(chance, organization, others):
    """One of the things an editor may do, then the registry's version."""
    capability = chance.choice(list(Capability.objects.order_by("pk")[:6]))
    match chance.randrange(7):
        case 0 | 1:
            stance = chance.choice([Stance.WEAKNESS, Stance.NEUTRAL])
            given = {"level": chance.randint(0, 4), "stance": stance, "confirmed_at": timezone.now()}
            Rating.objects.update_or_create(organization=organization, capability=capability, defaults=given)
        case 2:
            Rating.objects.filter(organization=organization).delete()
        case 3:
            name, place = f"支店{chance.random()}", chance.choice(("01", "23", "46"))
            Office.objects.create(organization=organization, name=name, prefecture=place)
        case 4:
            OrganizationIndustry.objects.get_or_create(organization=organization, industry=chance.choice("AEG"))
        case 5:
            first, second = sorted((organization, chance.choice(others)), key=lambda each: each.pk)
            given = {"engagements": chance.randint(1, 5)}
            Collaboration.objects.update_or_create(first=first, second=second, defaults=given)
            given = {"visibility": chance.choice(["labs", "network"])}
            Tie.objects.update_or_create(first=first, second=second, kind="capital", defaults=given)
        case 6:
            organization.prefecture = chance.choice(("13", "22", "23"))
            organization.weakness_audience = chance.choice(list(WeaknessAudience))
    changed(organization, "prefecture", "weakness_audience")


def assert_same(one, other):
    for item in fields(one):
        left, right = getattr(one, item.name), getattr(other, item.name)
        if isinstance(left, np.ndarray):
            assert left.dtype == right.dtype, item.name
            assert np.array_equal(left, right), item.name
        else:
            assert left == right, item.name


@pytest.mark.parametrize("seed", range(3))
def test_what_is_renewed_equals_what_is_read_anew(registry, seed, monkeypatch):
    chance, lab = random.Random(seed), Lab.objects.order_by("pk").first()
    registry[3].labs.add(lab)
    kept = snapshot.current(TODAY)
    for _step in range(12):
        organization = chance.choice(registry)
        some_change(chance, organization, [other for other in registry if other != organization])
        with monkeypatch.context() as patch:
            patch.setattr(snapshot, "_read", None)
            kept = snapshot.current(TODAY)
        anew = snapshot._read(snapshot.state(), TODAY)
        assert_same(kept.whole.arrays, anew.whole.arrays)
        for name in ("keys", "measured", "open_weaknesses", "private"):
            assert np.array_equal(getattr(kept.whole, name), getattr(anew.whole, name)), name
        assert kept.whole.arrays.digest == anew.whole.arrays.digest
        assert_same(kept.seen_by(lab), anew.seen_by(lab))


def test_the_next_question_knows_the_change(registry):
    before = network(TODAY)
    Rating.objects.create(organization=registry[0], capability=Capability.objects.first(), level=4)
    changed(registry[0])
    assert not is_current(before)
    after = network(TODAY)
    assert is_current(after)
    assert after.version != before.version
    assert [o.levels for o in after.organizations if o.id == registry[0].external_id] == [
        {Capability.objects.first().code: 4}
    ]


def test_who_comes_and_goes(registry):
    assert len(network(TODAY).organizations) == 12
    registry[5].is_active = False
    changed(registry[5], "is_active")
    assert len(network(TODAY).organizations) == 11
    Organization.objects.create(external_id="new", name="new", kind=KINDS[0], prefecture="22")
    assert "new" in {item.id for item in network(TODAY).organizations}
    Organization.objects.filter(external_id="new").delete()
    assert len(network(TODAY).organizations) == 11


def test_another_day_is_read_anew(registry):
    first, second = registry[:2]
    given = {"engagements": 3, "last": TODAY - timedelta(days=400)}
    Collaboration.objects.create(first=first, second=second, **given)
    pair = frozenset((first.external_id, second.external_id))
    assert network(TODAY).strengths[pair] > network(TODAY + timedelta(days=300)).strengths[pair]


def test_the_arrays_read_back_as_the_values_they_came_from(registry):
    chance = random.Random(9)
    for _step in range(25):
        organization = chance.choice(registry)
        some_change(chance, organization, [other for other in registry if other != organization])
    Tie.objects.get_or_create(first=registry[0], second=registry[1], kind="group")
    Collaboration.objects.get_or_create(first=registry[0], second=registry[1], defaults={"engagements": 2})
    changed(registry[0])
    found = network(TODAY)
    again = from_values(tuple(found.organizations), dict(found.strengths), dict(found.interests))
    assert len(found.interests) > 0
    for name in ("ids", "slots", "availability", "suitability", "rating_level", "rating_confidence", "tie_strength"):
        assert np.array_equal(getattr(again, name), getattr(arrays_of(found), name)), name
    assert again.organizations == arrays_of(found).organizations


def test_a_lab_sees_only_what_its_facilitators_may_know(registry):
    lab = Lab.objects.order_by("pk").first()
    one, other, third = registry[:3]
    for organization in (one, other, third):
        Rating.objects.create(
            organization=organization, capability=Capability.objects.first(), level=0, stance=Stance.WEAKNESS
        )
    Tie.objects.create(first=one, second=other, kind="capital", visibility="labs")
    Tie.objects.create(first=other, second=third, kind="group", visibility="network")
    other.weakness_audience = WeaknessAudience.NETWORK
    changed(other, "weakness_audience")
    weak = {item.id for item in network(TODAY, lab).organizations if item.levels}
    assert weak == {other.external_id}
    assert set(network(TODAY, lab).interests.values()) == {frozenset({"group"})}
    third.labs.add(lab)
    one.labs.add(lab)
    changed(third)
    changed(one)
    found = network(TODAY, lab)
    assert {item.id for item in found.organizations if item.levels} == {each.external_id for each in registry[:3]}
    assert len(found.interests) == 2
    assert len(network(TODAY).interests) == 2
