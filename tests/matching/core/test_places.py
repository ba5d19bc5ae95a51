"""Hops between prefectures."""

import pytest

from matching.core.places import hop_table, hops

LINKS = [("21", "22"), ("22", "23"), ("23", "24"), ("46", "47")]


@pytest.fixture(scope="module")
def table():
    return hop_table(LINKS)


def test_links_count_both_ways_and_paths_are_shortest(table):
    assert table["21"] == {"21": 0, "22": 1, "23": 2, "24": 3}
    assert table["24"]["21"] == 3
    assert hop_table([*LINKS, ("21", "24")])["21"]["24"] == 1


def test_the_nearest_place_counts(table):
    assert hops(table, "22", ("24", "23")) == 1
    assert hops(table, "22", ("24", "22")) == 0
    assert hops(table, "22", ("47", "24")) == 2


def test_without_a_path_there_is_no_distance(table):
    assert hops(table, "22", ("47",)) is None
    assert hops(table, "22", ("99",)) is None
    assert hops(table, "99", ("22",)) is None
    assert hops(table, "22", ()) is None


def test_the_own_prefecture_needs_no_link():
    assert hops({}, "13", ("13",)) == 0
    assert hops({}, "", ("",)) is None
