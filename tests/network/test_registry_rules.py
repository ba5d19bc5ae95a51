"""Rules of the registry that pages, the API and the matcher share."""

from datetime import date, timedelta

import pytest
from django.http import Http404
from django.utils import timezone

from network.models import Capability, Collaboration, Organization, ServiceArea, Tie
from network.paging import page_of
from network.profile.shown import PARTNERS_SHOWN, partners, ties
from network.vocabulary import CapacityStatus, Stance
from tests.cast import make_organization, make_rating

pytestmark = pytest.mark.django_db
DAY = date(2027, 3, 31)


def ids(found) -> set[str]:
    return {organization.external_id for organization in found}


class TestCapacity:
    @pytest.mark.parametrize("status", CapacityStatus)
    @pytest.mark.parametrize("slots", [0, 1])
    @pytest.mark.parametrize("until", [None, DAY - timedelta(days=1), DAY, DAY + timedelta(days=1)])
    def test_one_rule_in_sql_and_on_the_instance(self, status, slots, until):
        one = make_organization("one", capacity_status=status, capacity_slots=slots, capacity_until=until)
        expected = status in {"open", "limited"} and slots > 0 and until != DAY - timedelta(days=1)
        assert one.accepts_on(DAY) == expected
        assert Organization.objects.accepting(DAY).contains(one) == expected


class TestPlaceAndAbility:
    def test_serving_is_being_there_naming_it_or_working_everywhere(self):
        make_organization("there", prefecture="27")
        make_organization("everywhere", prefecture="01", nationwide=True)
        comes = make_organization("comes", prefecture="13")
        ServiceArea.objects.create(organization=comes, prefecture="27")
        ServiceArea.objects.create(organization=comes, prefecture="27", municipality_id="27100")
        make_organization("other", prefecture="13")
        assert ids(Organization.objects.serving("27")) == {"there", "everywhere", "comes"}
        assert Organization.objects.serving("27").count() == 3

    def test_able_is_a_level_that_is_no_weakness(self):
        for name, level, stance in (("weak", 3, Stance.WEAKNESS), ("able", 2, Stance.NEUTRAL), ("no", 0, "strength")):
            make_rating(make_organization(name), "rfp", level, stance)
        rfp = Capability.objects.get(code="rfp")
        assert ids(Organization.objects.able(rfp)) == {"able"}
        assert ids(Organization.objects.able(rfp, 3)) == set()


class TestTies:
    @pytest.mark.parametrize(
        ("since", "until", "there"),
        [
            (None, None, True),
            (DAY, DAY, True),
            (DAY + timedelta(days=1), None, False),
            (None, DAY - timedelta(days=1), False),
        ],
    )
    def test_an_interest_is_there_from_its_first_to_its_last_day(self, since, until, there):
        first, second = make_organization("first"), make_organization("second")
        tie = Tie.objects.create(first=first, second=second, kind="capital", since=since, until=until)
        assert Tie.objects.in_force(DAY).contains(tie) == there

    def test_a_profile_does_not_show_what_has_ended(self, world):
        owner, steward = world.organizations["owner"], world.people["steward"]
        assert ties(owner, steward).count() == 2
        Tie.objects.filter(second=world.organizations["partner"]).update(until=timezone.localdate() - timedelta(1))
        assert ties(owner, steward).count() == 1


class TestPartners:
    def test_twenty_are_shown_and_the_rest_counted(self, world):
        owner = world.organizations["owner"]
        for number in range(PARTNERS_SHOWN + 2):
            Collaboration.objects.create(first=owner, second=make_organization(f"more-{number}"), engagements=1)
        found = partners(owner, world.people["outsider"])
        assert (len(found.shown), found.more) == (PARTNERS_SHOWN, 3)

    def test_among_equals_an_unknown_date_comes_last(self, world):
        owner = world.organizations["owner"]
        Collaboration.objects.all().delete()
        for name, last in (("undated", None), ("old", date(2001, 1, 1)), ("new", date(2026, 1, 1))):
            Collaboration.objects.create(first=owner, second=make_organization(name), engagements=1, last=last)
        assert ids(p for p, _ in partners(owner, world.people["outsider"]).shown) == {"undated", "old", "new"}
        assert [p.external_id for p, _ in partners(owner, world.people["outsider"]).shown] == ["new", "old", "undated"]

    @pytest.mark.parametrize("count", [1, 3])
    def test_a_fixed_number_of_queries(self, world, count, django_assert_num_queries):
        owner = world.organizations["owner"]
        for number in range(count):
            Collaboration.objects.create(first=owner, second=make_organization(f"more-{number}"), engagements=1)
        with django_assert_num_queries(9):
            partners(owner, world.people["outsider"])


class TestPaging:
    @pytest.mark.parametrize(("text", "shown"), [(None, [1, 2]), ("1", [1, 2]), ("3", [5])])
    def test_an_existing_page(self, text, shown):
        assert list(page_of([1, 2, 3, 4, 5], 2, text)) == shown

    @pytest.mark.parametrize("text", ["", "0", "4", "-1", "x", "1.0", "２", "1000000000", "9" * 5000])
    def test_anything_else_is_not_found(self, text):
        with pytest.raises(Http404):
            page_of([1, 2, 3, 4, 5], 2, text)

    def test_an_empty_list_has_one_page(self):
        assert list(page_of([], 2, None)) == []
