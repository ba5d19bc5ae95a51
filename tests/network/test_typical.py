"""What is usual in a kind: computed from what everybody reads, told only where it is no single organization's."""

import pytest
from django.core.cache import cache
from django.test import Client

from network import actions
from network.models import Capability, Organization, Rating, RegistryVersion
from network.profile.typical import Usual, computed, typical
from network.vocabulary import Stance
from tests.cast import make_organization, make_rating

pytestmark = pytest.mark.django_db
KIND = "university"


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def five() -> list[Organization]:
    return [make_organization(f"u{number}", kind=KIND) for number in range(5)]


def usual(code: str) -> Usual | None:
    return computed(KIND).get(Capability.objects.get(code=code).pk)


def test_share_and_median(five):
    for organization, level in zip(five, (1, 3, 4), strict=False):
        make_rating(organization, "rpa", level)
    assert usual("rpa") == Usual(tenths=6, level=3)


@pytest.mark.parametrize(
    ("levels", "median"), [((1, 1, 4), 1), ((1, 2, 3, 4), 2), ((4, 4, 4, 1), 4), ((2, 2, 3, 3, 4), 3)]
)
def test_of_two_middle_levels_the_lower_one(five, levels, median):
    for organization, level in zip(five, levels, strict=False):
        make_rating(organization, "rpa", level)
    found = usual("rpa")
    assert found is not None
    assert found.level == median


def test_fewer_than_five_organizations_are_no_kind(five):
    for organization in five:
        make_rating(organization, "rpa", 2)
    assert usual("rpa") is not None
    Organization.objects.filter(pk=five[0].pk).update(is_active=False)
    assert computed(KIND) == {}


def test_fewer_than_three_are_not_told_and_neither_is_a_small_share(five):
    for organization in five[:2]:
        make_rating(organization, "rpa", 2)
    assert usual("rpa") is None
    make_rating(five[2], "rpa", 2)
    assert usual("rpa") is not None
    for number in range(6):
        make_organization(f"more{number}", kind=KIND)
    assert usual("rpa") is None


def test_a_weakness_looks_like_nothing_declared(five):
    for organization in five[:2]:
        make_rating(organization, "rpa", 2)
    before = computed(KIND)
    make_rating(five[2], "rpa", 2, Stance.WEAKNESS)
    assert computed(KIND) == before
    Rating.objects.filter(stance=Stance.WEAKNESS).update(stance=Stance.NEUTRAL)
    assert computed(KIND) != before


def test_level_nought_and_other_kinds_do_not_count(five):
    for organization in five:
        make_rating(organization, "rpa", 0)
        make_rating(make_organization(f"bank-{organization.pk}"), "rfp", 3)
    assert computed(KIND) == {}


def test_two_queries_and_none_while_nothing_changes(five, django_assert_num_queries):
    for organization in five:
        make_rating(organization, "rpa", 2)
    with django_assert_num_queries(2):
        computed(KIND)
    typical(KIND)
    with django_assert_num_queries(1):  # the registry's version
        found = typical(KIND)
    assert found == computed(KIND)


def test_it_is_counted_anew_when_the_registry_changed(five):
    assert typical(KIND) == {}
    for organization in five:
        make_rating(organization, "rpa", 2)
    assert typical(KIND) == {}
    RegistryVersion.following()
    assert len(typical(KIND)) == 1


class TestOnTheGrid:
    @pytest.fixture
    def editor(self, world) -> Client:
        for number in range(5):
            make_rating(make_organization(f"bank{number}"), "rpa", 3)
            make_rating(Organization.objects.get(external_id=f"bank{number}"), "pmo", 1)
        client = Client()
        client.force_login(world.people["editor"])
        return client

    def address(self, world, code: str) -> str:
        return f"/organizations/{world.organizations['owner'].pk}/ratings/{code}/"

    def test_an_empty_line_shows_it_and_offers_it(self, editor, world):
        page = editor.get(f"/organizations/{world.organizations['owner'].pk}/ratings/?show=usual")
        assert [line.capability.code for _area, lines in page.context["groups"] for line in lines] == ["rpa"]
        html = page.content.decode()
        assert "この種類の機関の7割が申告（中央値3）" in html
        assert "候補（レベル3）を入れる" in html

    @pytest.mark.parametrize("htmx", [True, False])
    def test_taking_it_over_fills_the_fields_and_saves_nothing(self, editor, world, htmx):
        answer = editor.get(self.address(world, "rpa") + "?start=1", headers={"hx-request": "true"} if htmx else None)
        html = answer.content.decode()
        assert "まだ保存していません" in html
        assert 'value="3" aria-label="3 任せられる" aria-describedby="lv-3" checked' in html
        assert not world.organizations["owner"].ratings.filter(capability__code="rpa").exists()

    def test_what_stands_there_is_never_replaced(self, editor, world):
        html = editor.get(self.address(world, "pmo") + "?start=1").content.decode()
        assert "まだ保存していません" not in html
        assert 'value="4" aria-label="4 教えられる" aria-describedby="lv-4" checked' in html

    def test_it_ends_with_the_line_being_filled(self, editor, world):
        owner = world.organizations["owner"]
        rpa = Capability.objects.get(code="rpa")
        actions.rate(owner, capability=rpa, level=1, stance=Stance.NEUTRAL, by=world.people["editor"])
        html = editor.get(self.address(world, "rpa")).content.decode()
        assert "を入れる" not in html
        assert "申告（中央値3）" in html
