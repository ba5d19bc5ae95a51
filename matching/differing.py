"""Two or three columns against each other: what differs first, then what is the same."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from matching.drawing import Axis
from matching.sidebyside import Column


@dataclass(frozen=True, slots=True)
class Fact:
    """One line: a figure or an answer of each column."""

    name: str
    values: list[str]
    group: str

    @property
    def differs(self) -> bool:
        return len(set(self.values)) > 1


@dataclass(frozen=True, slots=True)
class Compared:
    """`axes` are the common directions of the radar; empty where they are not the same."""

    different: list[Fact]
    same: list[Fact]
    axes: list[Axis]


def compared(columns: Sequence[Column]) -> Compared:
    facts = [*_figures(columns), *_members(columns), *_owners(columns)]
    names = [[axis.name for axis in column.shape.axes] if column.shape else [] for column in columns]
    shape = columns[0].shape
    common = shape is not None and bool(shape.points) and all(each == names[0] for each in names)
    return Compared(
        [fact for fact in facts if fact.differs],
        [fact for fact in facts if not fact.differs],
        shape.axes if shape and common else [],
    )


def _figures(columns: Sequence[Column]) -> list[Fact]:
    group = _("あらまし")
    told: list[tuple[str, Callable[[Any], str]]] = [
        (_("充足"), lambda view: f"{view.coverage}%"),
        (_("点"), lambda view: _("%(points).1f点") % {"points": view.score}),
        (_("主担当"), lambda view: view.lead),
        (_("機関の数"), lambda view: _("%(n)d機関") % {"n": view.size}),
        (_("いちばん遠い機関"), lambda view: view.farthest),
        (_("必須の空白"), lambda view: _("%(n)d件") % {"n": view.open_must} if view.open_must else _("なし")),
        (_("空白"), lambda view: _("、").join(gap.capability for gap in view.gaps) or _("なし")),
        (_("利益相反のおそれ"), lambda view: _("%(n)d件") % {"n": view.conflicts} if view.conflicts else _("なし")),
    ]
    found = [Fact(name, [_of(column, value) for column in columns], group) for name, value in told]
    fits = [_("合う") if not column.obstacles else _("合わない") for column in columns]
    return [*found, Fact(_("案件の条件"), fits, group)]


def _of(column: Column, value: Callable[[Any], str]) -> str:
    return value(column.view) if column.view else _("点を出せません")


def _members(columns: Sequence[Column]) -> list[Fact]:
    names = {member.id: member.name for column in columns for member in column.members}
    inside = [{member.id for member in column.members} for column in columns]
    said = {True: _("入る"), False: "–"}
    return [Fact(name, [said[one in each] for each in inside], _("機関")) for one, name in names.items()]


def _owners(columns: Sequence[Column]) -> list[Fact]:
    """Who answers for each requirement that any of them has."""
    tables = [
        {f"{item.phase} · {item.capability}": item for item in column.view.items} if column.view else {}
        for column in columns
    ]
    names = dict.fromkeys(name for table in tables for name in table)
    return [Fact(name, [_owner(table.get(name)) for table in tables], _("要件の受け持ち")) for name in names]


def _owner(item: Any) -> str:
    if item is None:
        return _("要件なし")
    if item.is_gap:
        return _("%(owner)s（空白）") % {"owner": item.owner} if item.owner else _("空白")
    return str(item.owner)
