"""A database of the release before: what its rows lack is filled in when it is migrated."""

from datetime import datetime, timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from casebook.bearing import bear_out_cases
from casebook.models import Case, Consent
from network.finding import table
from network.models import Capability, Evidence, Organization, Rating, RegistryVersion
from tests.cast import make_organization, make_rating

pytestmark = pytest.mark.django_db
LONG_AGO = timezone.make_aware(datetime(2024, 4, 1))  # noqa: DTZ001  # made aware in the site's own zone


def migrate(module: str, function: str) -> None:
    """What the migration does, on the tables as they stand now."""
    getattr(import_module(module), function)(apps, SimpleNamespace(connection=connection))


def fill() -> None:
    migrate("network.migrations.0003_fill_registry", "fill")


def as_before() -> None:
    """What the release before knew nothing of."""
    Organization.objects.update(registry_version=0, last_confirmed_at=None)
    RegistryVersion.objects.all().delete()


@pytest.fixture
def shop():
    organization = make_organization("shop")
    make_rating(organization, "pmo", 3)
    make_rating(organization, "rfp", 2)
    as_before()
    return organization


class TestTheRegistry:
    def test_the_newest_confirmation_of_a_record_is_its_own(self, shop):
        shop.ratings.filter(capability__code="rfp").update(confirmed_at=LONG_AGO)
        shop.ratings.filter(capability__code="pmo").update(confirmed_at=LONG_AGO + timedelta(days=9))
        never = make_organization("never")
        fill()
        shop.refresh_from_db()
        never.refresh_from_db()
        assert shop.last_confirmed_at == LONG_AGO + timedelta(days=9)
        assert never.last_confirmed_at is None

    def test_ratings_that_nobody_confirmed_do_not_count(self, shop):
        shop.ratings.update(confirmed_at=None)
        fill()
        shop.refresh_from_db()
        assert shop.last_confirmed_at is None

    def test_a_reader_who_starts_from_nothing_reads_every_record(self, shop):
        assert table.changed_since(0) == []
        fill()
        assert table.changed_since(0) == [shop.pk]
        assert RegistryVersion.current() == 1

    def test_a_second_time_changes_nothing(self, shop):
        fill()
        before = list(Organization.objects.values())
        fill()
        assert list(Organization.objects.values()) == before
        assert RegistryVersion.current() == 1

    def test_a_registry_that_counts_already_goes_on(self, shop):
        newer = make_organization("newer", registry_version=7)
        RegistryVersion.objects.update_or_create(pk=1, defaults={"version": 7})
        fill()
        shop.refresh_from_db()
        newer.refresh_from_db()
        assert (shop.registry_version, newer.registry_version, RegistryVersion.current()) == (8, 7, 8)

    def test_an_empty_registry_stays_empty(self):
        as_before()
        fill()
        assert not RegistryVersion.objects.exists()

    def test_ratings_keep_what_they_say(self, shop):
        before = list(Rating.objects.order_by("pk").values())
        fill()
        assert list(Rating.objects.order_by("pk").values()) == before


class TestTheCasebook:
    def test_cases_bear_out_what_they_would_if_they_were_saved_now(self, world):
        Consent.objects.all().delete()  # a database of that time knew neither consents nor states
        Case.objects.update(state="published", opens_on=None)
        Case.objects.first().capabilities.add(Capability.objects.get(code="pmo"))
        for case in Case.objects.all():
            case.capabilities.add(Capability.objects.get(code="rfp"))
        bear_out_cases(Case.objects.all())
        wanted = self.rows()
        assert wanted
        Evidence.objects.filter(kind="case").delete()
        migrate("casebook.migrations.0004_bear_out", "bear_out")
        assert self.rows() == wanted

    def test_a_second_time_changes_nothing(self, world):
        for case in Case.objects.all():
            case.capabilities.add(Capability.objects.get(code="rfp"))
        migrate("casebook.migrations.0004_bear_out", "bear_out")
        before = list(Evidence.objects.order_by("pk").values())
        migrate("casebook.migrations.0004_bear_out", "bear_out")
        assert list(Evidence.objects.order_by("pk").values()) == before

    def test_failures_bear_out_nothing(self, world):
        Case.objects.update(outcome="failure")
        Evidence.objects.filter(kind="case").delete()
        migrate("casebook.migrations.0004_bear_out", "bear_out")
        assert not Evidence.objects.filter(kind="case").exists()

    def rows(self):
        found = Evidence.objects.filter(kind="case")
        columns = ("organization", "capability", "reference", "on", "until", "level", "partner", "credential")
        return sorted(found.values_list(*columns), key=str)
