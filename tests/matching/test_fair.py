"""Exposure from stored proposals, and the steward's page about it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from matching import actions
from matching.exposing import exposures_on, figures
from matching.facts import network
from matching.models import Exposure, Need
from network.models import Lab, Organization
from tests.cast import make_organization


@pytest.fixture
def today():
    return timezone.localdate()


def kept(world, days_ago=1, **values):
    day = timezone.localdate() - timedelta(days=days_ago)
    values = {"places": [["owner", ["owner", "partner"]]]} | values
    return Exposure.objects.create(need=values.pop("need", world.needs["need"]), day=day, **values)


@pytest.fixture
def plain(world):
    """The cast, with nothing proposed yet."""
    Exposure.objects.all().delete()
    return world


def test_a_proposal_is_kept_once_a_day_and_counts_from_the_next(plain, today):
    for _ in range(2):
        actions.make_proposal(plain.needs["need"], by=plain.people["facilitator"])
    row = Exposure.objects.get()
    assert row.day == today
    members = [member for member, _fitting in row.places]
    assert members == plain.needs["need"].proposals.first().result["teams"][0]["members"]
    assert all(member in fitting for member, fitting in row.places)
    assert exposures_on(today) == {}
    assert set(exposures_on(today + timedelta(days=1))) == set(members)


def test_of_a_need_only_the_last_proposal_counts(plain, today):
    kept(plain, 3)
    kept(plain, 2, places=[["partner", ["partner"]]])
    assert set(exposures_on(today)) == {"partner"}


def test_what_is_old_does_not_count(plain, today):
    kept(plain, 181)
    assert exposures_on(today) == {}


def test_the_matcher_reads_it_and_a_stated_value_wins(plain, today):
    kept(plain)
    kept(plain, need=plain.needs["other_need"])
    by_id = {item.id: item.exposure for item in network(today).organizations}
    assert by_id["owner"] == pytest.approx(1.0, abs=0.02)
    assert by_id["partner"] == 0
    Organization.objects.filter(external_id="owner").update(stated_exposure=0.125)
    assert {item.id: item.exposure for item in network(today).organizations}["owner"] == 0.125


def test_a_merged_record_counts_for_the_one_it_went_into(plain, today):
    kept(plain, places=[["twin", ["twin"]]])
    assert set(exposures_on(today)) == {"owner"}


def test_figures(plain, today):
    for name in ("need", "other_need"):
        kept(plain, need=plain.needs[name], price=30_000 if name == "need" else 0)
    found = figures(today)
    assert (found.needs, found.organizations, found.gini) == (2, 2, 0.5)
    assert (found.priced, found.changed, found.mean_price) == (2, 1, 1.5)
    shares = {share.kind: (share.organizations, share.fair, share.proposed, share.percent) for share in found.kinds}
    assert shares == {"信用金庫": (1, 1.0, 2, 200), "地域ITベンダー": (1, 1.0, 0, 0)}
    assert found.waiting == []


def test_who_fits_often_and_is_never_proposed_is_named(plain, today, monkeypatch):
    monkeypatch.setattr("matching.exposing.WAITING_FROM", 2)
    for name in ("need", "other_need"):
        kept(plain, need=plain.needs[name])
    assert [(one.external_id, times) for one, times in figures(today).waiting] == [("partner", 2)]


def test_the_page_names_no_need_and_costs_a_fixed_number_of_queries(plain, django_assert_max_num_queries):
    client = Client()
    client.force_login(plain.people["steward"])
    path = reverse("matching:exposure")
    assert "まだ数えられる提案がありません。" in client.get(path).content.decode()
    kept(plain)
    with django_assert_max_num_queries(20):
        shown = client.get(path).content.decode()
    assert "ジニ係数" in shown
    assert plain.needs["need"].title not in shown
    for name in ("editor", "facilitator"):
        client.force_login(plain.people[name])
        assert client.get(path).status_code == 404


def test_asking_twice_on_one_day_has_the_same_answer(plain):
    need, by = plain.needs["need"], plain.people["facilitator"]
    first, second = (actions.make_proposal(need, by=by) for _ in range(2))
    assert first.inputs_hash == second.inputs_hash


@pytest.mark.django_db(transaction=True)
def test_what_was_measured_is_kept_until_a_proposal_or_a_merge_changes_it(today):
    lab = Lab.objects.create(name="架空ラボ", prefecture="22")
    need = Need.objects.create(title="案件", lab=lab, prefecture="22")
    one, other = make_organization("one"), make_organization("other")
    kept_row = Exposure.objects.create(need=need, day=today - timedelta(days=1), places=[["one", ["one"]]])
    first = exposures_on(today)
    assert set(first) == {"one"}
    assert exposures_on(today) is first
    shown = network(today)
    assert network(today).cache["arrays"] is shown.cache["arrays"]
    Organization.objects.filter(pk=one.pk).update(merged_into=other, is_active=False)
    assert set(exposures_on(today)) == {"other"}
    assert exposures_on(today + timedelta(days=1)) != exposures_on(today)
    kept_row.delete()
    assert exposures_on(today) == {}
