"""The levels of a profile by area, as figures and as the points of a drawing.

Two figures for each area, because either alone would flatter or belittle: the highest level declared in it (how deep)
and the mean over all its capabilities, those without an entry counting 0 (how broad).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from math import cos, pi, sin

from network.models import Capability, Rating
from network.vocabulary import MAX_LEVEL

RADIUS = 100
CENTRE = 124
"""Of a drawing 248 units wide and high: room for a number beyond each axis."""


@dataclass(frozen=True, slots=True)
class Spoke:
    """One area: how many of its capabilities have an entry, the highest level and the mean over all of them."""

    number: int
    area: str
    filled: int
    total: int
    highest: int
    mean: float
    end: tuple[float, float]
    label: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Radar:
    """`deep` and `broad` are the points of two polygons, `rings` those of the grid, level 4 first."""

    spokes: list[Spoke]
    deep: str
    broad: str
    rings: list[str]


def radar(capabilities: Iterable[Capability], ratings: Iterable[Rating]) -> Radar:
    """The drawing over the taxonomy's areas; capabilities come in the taxonomy's order."""
    levels = {rating.capability_id: rating.level for rating in ratings}
    areas = [(area, list(group)) for area, group in groupby(capabilities, key=lambda each: each.area_name)]
    count = max(len(areas), 3)
    spokes = []
    for index, (area, members) in enumerate(areas):
        found = [levels[each.pk] for each in members if each.pk in levels]
        spokes.append(
            Spoke(
                number=index + 1,
                area=area,
                filled=len(found),
                total=len(members),
                highest=max(found, default=0),
                mean=sum(found) / len(members),
                end=point(index, count, MAX_LEVEL),
                label=point(index, count, MAX_LEVEL * 1.13),
            )
        )
    return Radar(
        spokes=spokes,
        deep=polygon([spoke.highest for spoke in spokes]),
        broad=polygon([spoke.mean for spoke in spokes]),
        rings=[polygon([level] * count) for level in range(MAX_LEVEL, 0, -1)],
    )


def point(index: int, count: int, level: float) -> tuple[float, float]:
    """Where a level stands on one of `count` axes; the first points upwards, the others follow clockwise."""
    angle, length = 2 * pi * index / count, RADIUS * level / MAX_LEVEL
    return round(CENTRE + length * sin(angle), 1), round(CENTRE - length * cos(angle), 1)


def polygon(levels: list[int] | list[float]) -> str:
    """The `points` of an SVG polygon."""
    return " ".join("{},{}".format(*point(index, len(levels), level)) for index, level in enumerate(levels))
