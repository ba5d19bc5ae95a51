"""What can be narrowed by, ready to be shown: values with their names and counts, what is chosen, how to let go."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from network.finding.counting import Counts
from network.finding.found import Found
from network.finding.wanted import CONFIRMED_WITHIN, YES, Known, Sort, Wanted
from network.tiles import Tile, tiles
from network.vocabulary import MAX_LEVEL

NAMES = {
    "q": gettext_lazy("名称・よみがな"),
    "kind": gettext_lazy("種類"),
    "capability": gettext_lazy("支援領域"),
    "prefecture": gettext_lazy("都道府県"),
    "industry": gettext_lazy("支援できる業種"),
    "capacity": gettext_lazy("受付の状況"),
    "primary_doctor": gettext_lazy("主治医の役割を期待される機関"),
    "remote": gettext_lazy("遠隔でも対応"),
    "nationwide": gettext_lazy("全国に対応"),
    "confirmed_within": gettext_lazy("最終確認"),
    "lab": gettext_lazy("参加するラボ"),
}
LISTS = ("capacity", "kind", "industry", "lab")
FLAGS = ("primary_doctor", "remote", "nationwide")


@dataclass(frozen=True)
class Value:
    """One value of a facet and how many organizations there would be with it."""

    value: str
    label: str
    count: int
    chosen: bool

    @property
    def disabled(self) -> bool:
        """It would lead nowhere; what is chosen can always be let go of."""
        return not self.count and not self.chosen


@dataclass(frozen=True)
class Facet:
    """One way to narrow the list."""

    name: str
    label: str
    values: list[Value]

    @property
    def chosen(self) -> int:
        return sum(value.chosen for value in self.values)


@dataclass(frozen=True)
class Chip:
    """A condition that is set, and the query string without it."""

    label: str
    query: str


@dataclass(frozen=True)
class WayOut:
    """Which condition to drop where nothing is found, and how many organizations there would be then."""

    label: str
    query: str
    count: int


@dataclass(frozen=True)
class Facets:
    """Everything beside the list itself."""

    lists: list[Facet]
    areas: list[Facet]
    """The capabilities, an area of the taxonomy each."""
    levels: Facet
    confirmed: Facet
    flags: list[Value]
    map: list[Tile]
    chips: list[Chip]
    ways_out: list[WayOut]
    sorts: list[tuple[str, str, bool]]


def facets(known: Known, wanted: Wanted, found: Found) -> Facets:
    counts = found.counts
    here = counts.get("prefecture", {})
    return Facets(
        lists=[Facet(name, str(NAMES[name]), _values(name, known.names[name], wanted, counts)) for name in LISTS],
        areas=_areas(known, wanted, counts),
        levels=_levels(wanted, counts),
        confirmed=_confirmed(wanted, counts),
        flags=[_flag(name, wanted, counts) for name in FLAGS],
        map=tiles(
            wanted.prefecture, figures=here, empty=[code for code in known.names["prefecture"] if not here.get(code)]
        ),
        chips=list(_chips(known, wanted)),
        ways_out=_ways_out(wanted, found.without),
        sorts=[
            (sort.value, str(sort.label), sort == wanted.sort)
            for sort in Sort
            if sort != Sort.LEVEL or wanted.capability
        ],
    )


def _values(name: str, names: Mapping[str, str], wanted: Wanted, counts: Counts) -> list[Value]:
    chosen, counted = getattr(wanted, name), counts.get(name, {})
    return [Value(value, label, counted.get(value, 0), value in chosen) for value, label in names.items()]


def _areas(known: Known, wanted: Wanted, counts: Counts) -> list[Facet]:
    return [
        Facet("capability", area, _values("capability", {entry.code: entry.name for entry in entries}, wanted, counts))
        for area, entries in groupby(known.capabilities, key=lambda capability: capability.area_name)
    ]


def _levels(wanted: Wanted, counts: Counts) -> Facet:
    counted = counts.get("min_level", {})
    values = [
        Value(str(level), _("%(level)d以上") % {"level": level}, counted.get(str(level), 0), level == wanted.min_level)
        for level in range(1, MAX_LEVEL + 1)
    ]
    return Facet("min_level", _("レベル"), values)


def _confirmed(wanted: Wanted, counts: Counts) -> Facet:
    counted = counts.get("confirmed_within", {})
    values = [
        Value(
            str(days), _("%(days)d日以内") % {"days": days}, counted.get(str(days), 0), days == wanted.confirmed_within
        )
        for days in CONFIRMED_WITHIN
    ]
    return Facet("confirmed_within", str(NAMES["confirmed_within"]), values)


def _flag(name: str, wanted: Wanted, counts: Counts) -> Value:
    return Value(name, str(NAMES[name]), counts.get(name, {}).get(YES, 0), getattr(wanted, name))


def _chips(known: Known, wanted: Wanted) -> Iterable[Chip]:
    for name, value in wanted.pairs():
        if name == "sort":
            continue
        rest = wanted.without(name, value if name in known.names else None)
        yield Chip(_condition(known, name, value), rest.query())


def _condition(known: Known, name: str, value: str) -> str:
    """One condition in words."""
    if name == "q":
        return _("「%(words)s」") % {"words": value}
    if name == "min_level":
        return _("レベル%(level)s以上") % {"level": value}
    if name == "confirmed_within":
        return _("%(days)s日以内に確認") % {"days": value}
    return known.names[name][value] if name in known.names else str(NAMES[name])


def _ways_out(wanted: Wanted, without: Mapping[str, int]) -> list[WayOut]:
    """Those that lead somewhere, the most promising first."""
    ways = [WayOut(str(NAMES[name]), wanted.without(name).query(), count) for name, count in without.items() if count]
    return sorted(ways, key=lambda way: -way.count)
