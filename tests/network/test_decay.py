"""How long ago a line was confirmed, in words."""

from datetime import timedelta

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from network.decay import age_words, confirmed_words, is_stale
from network.models import Rating

NOW = timezone.now()


def days_ago(days: float):
    return NOW - timedelta(days=days)


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "1日"),
        (0.5, "1日"),
        (1, "1日"),
        (13.9, "13日"),
        (14, "2週間"),
        (60, "8週間"),
        (61, "2か月"),
        (244, "8か月"),
        (730, "23か月"),
        (731, "2年"),
        (3653, "10年"),
    ],
)
def test_an_age_is_told_in_its_largest_sensible_unit(days, words):
    assert age_words(timedelta(days=days)) == words


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (None, "未確認"),
        (days_ago(0.2), "今日確認"),
        (days_ago(3), "3日前に確認"),
        (days_ago(92), "3か月前に確認"),
        (days_ago(179), "5か月前に確認"),
        (days_ago(181), "未確認 5か月"),
        (days_ago(244), "未確認 8か月"),
    ],
)
def test_a_confirmation_decays_visibly(moment, words):
    assert confirmed_words(moment, NOW) == words


def test_the_limit_is_the_setting(settings):
    settings.RECONFIRM_AFTER_DAYS = 10
    assert is_stale(days_ago(11), NOW)
    assert not is_stale(days_ago(9), NOW)
    assert confirmed_words(days_ago(11), NOW) == "未確認 11日"


@pytest.mark.parametrize("days", [None, 0, 179.9, 180.1, 4000])
def test_words_and_the_grid_agree_on_what_is_stale(days):
    rating = Rating(confirmed_at=None if days is None else days_ago(days))
    assert is_stale(rating, NOW) == rating.is_stale_at(NOW)


def test_in_english():
    with translation.override("en"):
        assert confirmed_words(None, NOW)


class TestInTemplates:
    def shown(self, of) -> str:
        text = "{% load decay %}{{ of|confirmed_words }}/{{ of|confirmed_age }}/{% if of|is_stale %}x{% endif %}"
        return Template(text).render(Context({"of": of}))

    def test_a_rating(self):
        assert self.shown(Rating(confirmed_at=timezone.now() - timedelta(days=245))) == "未確認 8か月/8か月/x"

    def test_never(self):
        assert self.shown(Rating()) == "未確認//x"

    def test_anything_else_says_nothing(self):
        assert self.shown("x") == "//"

    @pytest.mark.django_db
    def test_an_organization_by_its_newest_confirmation(self, small):
        owner = small.owner
        owner.last_confirmed_at = timezone.now() - timedelta(days=3)
        assert self.shown(owner) == "3日前に確認/3日/"
