"""The drawing beside the grid: its figures, its points."""

import pytest

from network.models import Capability, Rating
from network.profile.radar import CENTRE, RADIUS, point, polygon, radar
from tests.cast import make_organization, make_rating

pytestmark = pytest.mark.django_db


def drawn(*rated: tuple[str, int]):
    organization = make_organization("new")
    for code, level in rated:
        make_rating(organization, code, level)
    return radar(Capability.objects.all(), Rating.objects.filter(organization=organization))


def test_one_axis_for_each_area_in_the_order_of_the_taxonomy():
    found = drawn()
    assert [spoke.number for spoke in found.spokes] == list(range(1, 12))
    assert sum(spoke.total for spoke in found.spokes) == Capability.objects.count()
    assert len(found.rings) == 4
    assert found.deep == found.broad == " ".join([f"{CENTRE}.0,{CENTRE}.0"] * 11)


def test_depth_is_the_highest_level_and_breadth_counts_what_is_missing_as_nothing():
    members = list(Capability.objects.filter(area="strategy"))
    found = drawn((members[0].code, 4), (members[1].code, 1))
    [strategy] = [spoke for spoke in found.spokes if spoke.filled]
    assert (strategy.filled, strategy.total, strategy.highest) == (2, len(members), 4)
    assert strategy.mean == pytest.approx(5 / len(members))
    assert found.deep != found.broad


def test_a_full_area_is_as_broad_as_deep():
    codes = Capability.objects.filter(area="funding").values_list("code", flat=True)
    [spoke] = [spoke for spoke in drawn(*((code, 3) for code in codes)).spokes if spoke.filled]
    assert (spoke.highest, spoke.mean) == (3, 3)


def test_the_first_axis_points_upwards_and_the_others_follow_clockwise():
    assert point(0, 4, 4) == (CENTRE, CENTRE - RADIUS)
    assert point(1, 4, 4) == (CENTRE + RADIUS, CENTRE)
    assert point(2, 4, 2) == (CENTRE, CENTRE + RADIUS / 2)
    assert point(3, 4, 0) == (CENTRE, CENTRE)
    assert polygon([4, 4, 4, 4]).split()[1] == f"{CENTRE + RADIUS}.0,{CENTRE}.0"
