"""The tile map is Japan: every prefecture once, neighbours near each other, the far ends in their corners."""

from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import override

from network.codes import PREFECTURES, prefecture_links
from network.tiles import COLUMNS, ROWS, TILES, area_map, short_name, tiles


def test_every_prefecture_has_exactly_one_cell_and_every_cell_one_prefecture():
    assert set(TILES) == set(PREFECTURES)
    assert len(TILES) == 47
    assert len(set(TILES.values())) == 47


def test_hokkaido_and_okinawa_stand_in_their_corners():
    assert TILES["01"] == (1, COLUMNS)
    assert TILES["47"] == (ROWS, 1)
    assert [code for code, (row, _column) in TILES.items() if row == 1] == ["01"]
    assert [code for code, (row, _column) in TILES.items() if row == ROWS] == ["47"]


def test_nothing_stands_outside_the_grid():
    assert all(1 <= row <= ROWS and 1 <= column <= COLUMNS for row, column in TILES.values())


def test_neighbours_stay_near_each_other():
    def apart(one: str, other: str) -> int:
        return max(abs(TILES[one][axis] - TILES[other][axis]) for axis in (0, 1))

    by_bridge_to_shikoku = [("28", "36")]
    assert [pair for pair in prefecture_links() if apart(*pair) > 3] == by_bridge_to_shikoku
    near = [pair for pair in prefecture_links() if apart(*pair) == 1]
    assert len(near) >= 0.75 * len(prefecture_links())


@pytest.mark.parametrize(
    ("northern", "southern"), [("01", "02"), ("02", "03"), ("03", "04"), ("10", "11"), ("33", "37"), ("40", "46")]
)
def test_what_lies_north_stands_above(northern, southern):
    assert TILES[northern][0] < TILES[southern][0]


@pytest.mark.parametrize(("western", "eastern"), [("05", "03"), ("35", "34"), ("26", "22"), ("22", "13"), ("42", "44")])
def test_what_lies_west_stands_left(western, eastern):
    assert TILES[western][1] < TILES[eastern][1]


@pytest.mark.parametrize(
    ("code", "name"), [("01", "北海道"), ("13", "東京"), ("26", "京都"), ("27", "大阪"), ("22", "静岡")]
)
def test_a_cell_says_the_prefecture_as_people_do(code, name):
    assert short_name(code) == name


def test_in_english_the_cells_are_named_in_english():
    with override("en"):
        assert short_name("26") == "Kyoto"


def test_the_style_sheet_places_every_row_and_column():
    css = (Path(settings.BASE_DIR) / "config/static/app/tiles.css").read_text(encoding="utf-8")
    assert all(f".r{row} {{ grid-row: {row}; }}" in css for row in range(1, ROWS + 1))
    assert all(f".c{column} {{ grid-column: {column}; }}" in css for column in range(1, COLUMNS + 1))


def drawn(**context) -> str:
    return render_to_string("network/_tiles.html", {"tiles_label": "対応する都道府県", **context})


def test_boxes_to_tick_carry_the_name_the_code_and_what_is_chosen():
    html = drawn(tiles=tiles(["22"], figures={"22": 7}), tiles_name="area")
    assert html.count('type="checkbox" name="area"') == 47
    assert html.count(" checked") == 1
    assert 'value="22" checked><span>静岡</span><span class="num small">7</span>' in html


def test_one_of_them_or_links():
    assert drawn(tiles=tiles(), tiles_type="radio").count('type="radio" name="prefectures"') == 47
    linked = drawn(tiles=tiles(["13"], urls={"13": "?prefecture=13"}, figures={"13": 0}))
    assert '<a class="tile" href="?prefecture=13" aria-current="true"><span>東京</span>' in linked
    assert '<span class="num small">0</span>' in linked


def test_cells_follow_the_codes_so_that_they_are_read_from_north_to_south():
    assert [tile.code for tile in tiles()] == sorted(PREFECTURES)


def test_the_small_map_tells_whole_prefectures_from_parts_and_names_those_served():
    cells = area_map({"22"}, {"22", "23"})
    assert {cell.name: cell.served for cell in cells if cell.served} == {"静岡": "whole", "愛知": "part"}
    html = render_to_string("network/_area_map.html", {"area_map": cells})
    assert html.count("<rect") == 47
    assert html.count("<text") == 2
    assert all(0 <= cell.x <= 312 - 24 and 0 <= cell.y <= 273 - 19 for cell in cells)
    assert len({(cell.x, cell.y) for cell in cells}) == 47
