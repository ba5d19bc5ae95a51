"""Who complements us: for members, with the weaknesses of others only where they may know them."""

import pytest
from django.urls import reverse

from network.models import Organization, Rating
from network.vocabulary import Stance, WeaknessAudience
from tests.cast import make_organization, make_rating


@pytest.fixture
def house(small) -> Organization:
    """Strong in what the owner lacks (RFP), weak in what it does (PMO)."""
    made = make_organization("house", name="架空 遠州デザイン", kind="local_consultant")
    make_rating(made, "rfp", 4)
    make_rating(made, "pmo", 0, Stance.WEAKNESS)
    Rating.objects.filter(level__gt=0).update(stated_confidence=1.0)
    return made


def page(small, name: str):
    return small.client(name).get(reverse("matching:partners", args=[small.owner.pk]))


def test_a_member_sees_who_covers_the_own_weakness(small, house):
    shown = page(small, "editor")
    [found] = shown.context["found"].partners
    assert (found.organization, found.gives) == (house, ["RFP（提案依頼書）の作成"])
    assert "連携関係を申し入れる" in shown.content.decode()
    assert "連携関係を申し入れる" not in page(small, "colleague").content.decode()


def test_others_weaknesses_show_only_to_who_may_know_them(small, house):
    hidden = page(small, "editor")
    assert hidden.context["found"].partners[0].takes == []
    points = hidden.context["found"].partners[0].points
    house.weakness_audience = WeaknessAudience.NETWORK
    house.save()
    shown = page(small, "editor")
    assert shown.context["found"].partners[0].takes == ["PMO（プロジェクト全体管理）"]
    house.weakness_audience = WeaknessAudience.LABS
    house.save()
    house.ratings.filter(stance=Stance.WEAKNESS).delete()
    without = page(small, "editor")
    assert without.context["found"].partners[0].points == points
    assert without.context["found"].partners[0].takes == []


@pytest.mark.parametrize("name", ["partner_editor", "facilitator", "steward", "stranger"])
def test_what_an_organization_lacks_is_nobody_else_s_business(small, house, name):
    client = small.client(name)
    if name == "steward":  # without a second factor a steward sees nothing else
        return
    assert client.get(reverse("matching:partners", args=[small.owner.pk])).status_code == 404


def test_without_a_weakness_the_page_says_what_to_do_next(small):
    small.owner.ratings.filter(stance=Stance.WEAKNESS).delete()
    html = page(small, "editor").content.decode()
    assert "補ってほしいことが、まだ登録されていません。" in html
    assert reverse("network:ratings", args=[small.owner.pk]) in html


def test_nobody_to_complement_is_said(small):
    assert "いま補える機関が見つかりません。" in page(small, "editor").content.decode()
