"""The tile map: Japan as a fixed grid of equal cells, one a prefecture: small ones are as easy to hit as large ones."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from network.codes import PREFECTURES

ROWS, COLUMNS = 13, 12
"""`config/static/app/tiles.css` has a class for each row (`r1` …) and column (`c1` …)."""

TILES: dict[str, tuple[int, int]] = {
    "01": (1, 12),
    "02": (2, 12),
    "05": (3, 11), "03": (3, 12),
    "06": (4, 11), "04": (4, 12),
    "17": (5, 8), "16": (5, 9), "15": (5, 10), "07": (5, 11),
    "18": (6, 7), "21": (6, 8), "20": (6, 9), "10": (6, 10), "09": (6, 11), "08": (6, 12),
    "32": (7, 3), "31": (7, 4), "28": (7, 5), "26": (7, 6), "25": (7, 7), "23": (7, 8),
    "19": (7, 9), "11": (7, 10), "13": (7, 11), "12": (7, 12),
    "35": (8, 2), "34": (8, 3), "33": (8, 4), "27": (8, 6), "29": (8, 7), "24": (8, 8), "22": (8, 9), "14": (8, 10),
    "30": (9, 7),
    "41": (10, 1), "40": (10, 2), "44": (10, 3), "38": (10, 5), "37": (10, 6),
    "42": (11, 1), "43": (11, 2), "45": (11, 3), "39": (11, 5), "36": (11, 6),
    "46": (12, 2),
    "47": (13, 1),
}  # fmt: skip
"""(row, column) by prefecture code, counted from 1 at the top left: Hokkaido in the north-east corner, Okinawa in the
south-west one, Kyushu and Shikoku apart from Honshu by a strip of sea."""


@dataclass(frozen=True)
class Tile:
    """One cell as `network/_tiles.html` draws it. A cell with a `url` is a link, one without is a box to tick."""

    code: str
    name: str
    row: int
    column: int
    chosen: bool = False
    figure: str | int = ""
    url: str = ""
    disabled: bool = False
    """A box that would lead nowhere; one that is ticked can always be let go of."""


def tiles(
    chosen: Collection[str] = (),
    *,
    figures: Mapping[str, str | int] | None = None,
    urls: Mapping[str, str] | None = None,
    empty: Collection[str] = (),
) -> list[Tile]:
    """The 47 cells from north to south, with the chosen ones marked and, where given, a figure or a link by code.

    A box of an `empty` prefecture cannot be ticked."""
    return [
        Tile(
            code=code,
            name=short_name(code),
            row=row,
            column=column,
            chosen=code in chosen,
            figure=(figures or {}).get(code, ""),
            url=(urls or {}).get(code, ""),
            disabled=code in empty and code not in chosen,
        )
        for code, (row, column) in sorted(TILES.items())
    ]


def short_name(code: str) -> str:
    """The prefecture as one says it on a map: 静岡 for 静岡県, 北海道 as it is."""
    name = PREFECTURES.name(code)
    return name if code == "01" else name.removesuffix("都").removesuffix("府").removesuffix("県")


@dataclass(frozen=True)
class MapCell:
    """One cell of the small map that is looked at, not pressed: 26 by 21 units, `served` "whole", "part" or ""."""

    name: str
    served: str
    x: int
    y: int

    @property
    def middle(self) -> int:
        return self.x + 12

    @property
    def baseline(self) -> int:
        return self.y + 13


def area_map(whole: Collection[str], part: Collection[str]) -> list[MapCell]:
    """The cells with what is served of each prefecture: all of it, or some of its municipalities."""
    return [
        MapCell(
            name=short_name(code)[:3],
            served="whole" if code in whole else "part" if code in part else "",
            x=(column - 1) * 26 + 1,
            y=(row - 1) * 21 + 1,
        )
        for code, (row, column) in sorted(TILES.items())
    ]
