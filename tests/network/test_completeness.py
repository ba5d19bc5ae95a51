"""How full a profile is, and what to fill next: every point has its reason."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from network.models import Capability, Expert, Organization, OrganizationIndustry, Rating, ServiceArea
from network.profile import completeness as module
from network.profile.completeness import Completeness, completeness
from network.vocabulary import Stance
from tests.cast import make_organization, make_rating

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def empty() -> Organization:
    return make_organization("new")


@pytest.fixture
def codes() -> list[str]:
    """Fifteen capabilities of at least four areas."""
    by_area: dict[str, list[str]] = {}
    for area, code in Capability.objects.values_list("area", "code"):
        by_area.setdefault(area, []).append(code)
    return [code for members in list(by_area.values())[:5] for code in members[:3]]


def fresh(organization: Organization) -> Completeness:
    """Read anew, as a page does."""
    return completeness(Organization.objects.get(pk=organization.pk), NOW)


def points(organization: Organization) -> dict[str, int]:
    return {str(part.name): part.earned for part in fresh(organization).parts}


def fill(organization: Organization, codes: list[str]) -> None:
    for code in codes:
        make_rating(organization, code, 2)
    organization.ratings.update(confirmed_at=NOW)


def fill_everything(organization: Organization, codes: list[str]) -> None:
    fill(organization, codes)
    first, second = organization.ratings.all()[:2]
    Rating.objects.filter(pk=first.pk).update(stance=Stance.STRENGTH, level=4, note="五社で")
    Rating.objects.filter(pk=second.pk).update(stance=Stance.WEAKNESS, level=0)
    Organization.objects.filter(pk=organization.pk).update(
        about="あ" * 40,
        contact_email="madoguchi@example.jp",
        nationwide=True,
        capacity_until=timezone.localdate(NOW),
        ties_declared=False,
    )
    OrganizationIndustry.objects.create(organization=organization, industry="E")
    Expert.objects.create(organization=organization, name="架空 専門")


def test_the_points_are_a_hundred(empty):
    assert sum(part.points for part in fresh(empty).parts) == 100


def test_every_line_of_the_table_in_the_docstring_is_there(empty):
    table = [line.split("|") for line in (module.__doc__ or "").splitlines() if line.startswith("|")][2:]
    told = [int(points) for _edge, points, *_rest in table]
    assert sorted(told) == sorted(part.points for part in fresh(empty).parts)


def test_nothing_filled_is_nothing_and_the_grid_comes_first(empty):
    found = fresh(empty)
    assert found.percent == 0
    assert found.next is not None
    assert found.next.points == 20
    assert found.next.link == reverse("network:ratings", args=[empty.pk]) + "?show=empty"


def test_everything_filled_is_a_hundred_and_nothing_is_next(empty, codes):
    fill_everything(empty, codes)
    found = fresh(empty)
    assert [str(part.name) for part in found.parts if part.share < 1] == []
    assert (found.percent, found.next) == (100, None)


def test_lines_count_in_proportion_and_no_further(empty, codes):
    fill(empty, codes[:3])
    assert points(empty)["支援領域の記入"] == 4
    fill(empty, codes[3:])
    assert points(empty)["支援領域の記入"] == 20
    make_rating(empty, Capability.objects.exclude(code__in=codes)[0].code, 1)
    assert points(empty)["支援領域の記入"] == 20


def test_old_confirmations_cost_points_until_they_are_renewed(empty, codes, settings):
    fill_everything(empty, codes)
    empty.ratings.update(confirmed_at=NOW - timedelta(days=settings.RECONFIRM_AFTER_DAYS + 1))
    found = fresh(empty)
    assert found.percent == 88
    assert found.next is not None
    assert "確認" in str(found.next.advice)
    assert found.next.link.endswith("?show=stale")
    some = empty.ratings.first()
    Rating.objects.filter(pk=some.pk).update(confirmed_at=NOW)
    assert 88 <= fresh(empty).percent < 100


@pytest.mark.parametrize("field", ["note", "evidence"])
def test_a_high_level_owes_grounds(empty, codes, field):
    fill_everything(empty, codes)
    high = empty.ratings.get(level=4)
    Rating.objects.filter(pk=high.pk).update(note="")
    assert points(empty)["根拠"] == 0
    Rating.objects.filter(pk=high.pk).update(**{field: "五社で"})
    assert points(empty)["根拠"] == 10


def test_a_weakness_at_a_high_level_owes_none(empty, codes):
    fill_everything(empty, codes)
    make_rating(empty, Capability.objects.exclude(code__in=codes)[0].code, 4, Stance.WEAKNESS)
    assert points(empty)["根拠"] == 10


@pytest.mark.parametrize(
    ("change", "name", "lost"),
    [
        ({"about": "あ" * 39}, "紹介", 6),
        ({"contact_email": ""}, "連絡先", 6),
        ({"nationwide": False}, "対応地域", 8),
        ({"capacity_until": None}, "受付の状況", 8),
        ({"capacity_until": date(2020, 1, 1)}, "受付の状況", 8),
        ({"ties_declared": None}, "利害関係", 8),
    ],
)
def test_each_part_of_the_description(empty, codes, change, name, lost):
    fill_everything(empty, codes)
    Organization.objects.filter(pk=empty.pk).update(**change)
    found = fresh(empty)
    assert found.percent == 100 - lost
    assert found.next is not None
    assert str(found.next.name) == name


def test_a_telephone_is_a_way_too_and_an_area_is_somewhere(empty, codes):
    fill_everything(empty, codes)
    Organization.objects.filter(pk=empty.pk).update(contact_email="", contact_phone="053-000-0000", nationwide=False)
    ServiceArea.objects.create(organization=empty, prefecture="22")
    assert fresh(empty).percent == 100


@pytest.mark.parametrize("relation", ["industries", "experts"])
def test_what_stands_beside_it(empty, codes, relation):
    fill_everything(empty, codes)
    getattr(empty, relation).all().delete()
    assert fresh(empty).percent == (96 if relation == "industries" else 98)


def test_every_next_step_leads_to_a_page_that_its_editor_can_open(world, client):
    owner = world.organizations["owner"]
    client.force_login(world.people["editor"])
    for part in fresh(owner).parts:
        assert client.get(part.link).status_code == 200, part.name


def test_who_sees_it(world, client):
    owner = world.organizations["owner"]
    for name, there in (("editor", True), ("colleague", False), ("partner", False), ("facilitator", False)):
        client.force_login(world.people[name])
        page = client.get(f"/organizations/{owner.pk}/").content.decode()
        assert ("プロフィールの充実度" in page) == there, name
        assert ("プロフィールの充実度" in client.get("/").content.decode()) == there, name


def test_a_hundred_is_never_rounded_up(empty, codes):
    fill_everything(empty, codes)
    for code in codes[2:3]:
        empty.ratings.filter(capability__code=code).update(confirmed_at=None)
    assert fresh(empty).percent == 99
