"""A team as two pictures: how far each phase is covered, and where its members are. Each is twinned with a list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from matching.explaining import Lexicon, Result, distance
from network.codes import PHASES, PREFECTURES
from network.profile.radar import point, polygon
from network.tiles import TILES, MapCell, area_map
from network.vocabulary import MAX_LEVEL

FEWEST = 3
"""Axes of which a polygon can be made."""
MOST = 12
"""More axes than this are not told apart."""


@dataclass(frozen=True, slots=True)
class Axis:
    """One direction of the radar: how much of the requirements there is covered, by weight."""

    number: int
    name: str
    percent: int
    end: tuple[float, float] = (0, 0)
    label: tuple[float, float] = (0, 0)


@dataclass(frozen=True, slots=True)
class Shape:
    """The axes, and the points of the polygon and of the grid; these are empty where there are too few axes."""

    axes: list[Axis]
    points: str
    rings: list[str]


def shape_of(team: Result, result: Result, words: Lexicon) -> Shape:
    """By phase; by requirement where the need has fewer than three phases."""
    found = list(_by_phase(team, result).items())
    if len(found) < FEWEST:
        found = list(_by_requirement(team, result, words).items())[:MOST]
    if len(found) < FEWEST:
        return Shape([Axis(n, name, percent) for n, (name, percent) in enumerate(found, start=1)], "", [])
    count = len(found)
    axes = [
        Axis(n + 1, name, percent, point(n, count, MAX_LEVEL), point(n, count, MAX_LEVEL * 1.13))
        for n, (name, percent) in enumerate(found)
    ]
    rings = [polygon([level] * count) for level in range(MAX_LEVEL, 0, -1)]
    return Shape(axes, polygon([_length(axis.percent) for axis in axes]), rings)


def _length(percent: int) -> float:
    """A share as the length that `network.profile.radar` draws."""
    return MAX_LEVEL * percent / 100


def _by_phase(team: Result, result: Result) -> Mapping[str, int]:
    shares = _shares(team, result)
    return {
        PHASES.name(phase): _mean([share for item, share in shares if item["phase"] == phase])
        for phase in PHASES
        if any(item["phase"] == phase for item, _share in shares)
    }


def _by_requirement(team: Result, result: Result, words: Lexicon) -> Mapping[str, int]:
    return {
        f"{words.capability(item['capability'])}・{PHASES.name(item['phase'])}": round(share[1] * 100)
        for item, share in _shares(team, result)
    }


def _shares(team: Result, result: Result) -> list[tuple[Any, tuple[float, float]]]:
    """Each requirement with its weight and how much of it is covered."""
    short = {gap["requirement"]: gap["covered"] for gap in team["gaps"]}
    return [(item, (item["weight"], short.get(index, 1.0))) for index, item in enumerate(result["requirements"])]


def _mean(shares: Sequence[tuple[float, float]]) -> int:
    whole = sum(weight for weight, _covered in shares)
    return round(100 * sum(weight * covered for weight, covered in shares) / whole)


@dataclass(frozen=True, slots=True)
class Spot:
    """A member on the map, in words."""

    name: str
    place: str
    far: str


def map_of(home: str, hops: Mapping[str, int]) -> list[MapCell]:
    """The 47 cells: the client's prefecture by its name, the members' prefectures by how many borders they are away
    (`hops`, by prefecture)."""
    cells = area_map({home}, hops)
    return [
        replace(cell, name=str(hops[code])) if code in hops and code != home else cell
        for code, cell in zip(sorted(TILES), cells, strict=True)
    ]


def spot(name: str, prefecture: str, hops: int | None) -> Spot:
    return Spot(name, PREFECTURES.name(prefecture) if prefecture else "", distance(hops))
