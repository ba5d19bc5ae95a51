"""Reads organizations from the database into columns: one entry an organization, by ascending key."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
from django.db.models import QuerySet

from network.codes import KINDS, PREFECTURES, industry_majors, primary_doctor_kinds
from network.finding.words import folded
from network.models import (
    Capability,
    Lab,
    Office,
    OfficeArea,
    Organization,
    OrganizationIndustry,
    Rating,
    ServiceArea,
)
from network.vocabulary import CapacityStatus, Stance

Array = np.ndarray[Any, np.dtype[Any]]

AT_ONCE = 5_000
"""Keys in one query; databases bound the number of parameters."""
NEVER = -1.0
"""Before every moment: nobody has confirmed anything."""
STATUSES = list(CapacityStatus)
ORGANIZATION = (
    "pk", "name", "kana", "kind", "prefecture", "nationwide", "remote",
    "capacity_status", "capacity_slots", "capacity_until", "last_confirmed_at",
)  # fmt: skip


@dataclass(frozen=True)
class Axes:
    """What the rows of the two-dimensional columns stand for, in their order."""

    kinds: tuple[str, ...]
    prefectures: tuple[str, ...]
    industries: tuple[str, ...]
    capabilities: tuple[tuple[int, str], ...]
    labs: tuple[tuple[int, str], ...]

    @classmethod
    def load(cls) -> "Axes":
        return cls(
            tuple(KINDS),
            tuple(PREFECTURES),
            tuple(industry_majors()),
            tuple(Capability.objects.order_by("pk").values_list("pk", "code")),
            tuple(Lab.objects.order_by("pk").values_list("pk", "name")),
        )


@dataclass(frozen=True)
class Columns:
    """One entry an organization along the last axis."""

    ids: Array
    names: Array
    """What free text is looked for in: name and reading, folded."""
    sort_names: Array
    kind: Array
    """Position in the axis of kinds; −1 for one that the list does not know any more."""
    doctor: Array
    prefecture: Array
    serves: Array
    """(prefecture, organization)"""
    industries: Array
    levels: Array
    """(capability, organization): the declared level; 0 for nothing and for a weakness alike."""
    labs: Array
    remote: Array
    nationwide: Array
    status: Array
    slots: Array
    until: Array
    """The last day of the statement about capacity, as its ordinal."""
    confirmed: Array
    """Seconds since 1970, or NEVER."""


def columns(axes: Axes, pks: Collection[int] | None = None) -> Columns:
    """The active ones of these organizations, or all active ones."""
    rows = list(_organizations(pks))
    ids = np.fromiter((row[0] for row in rows), np.int64, len(rows))
    filled = _Filled(ids, pks)
    known_kinds = {kind: position for position, kind in enumerate(axes.kinds)}
    prefectures = {code: position for position, code in enumerate(axes.prefectures)}
    doctors = primary_doctor_kinds()
    nationwide = np.fromiter((row[5] for row in rows), bool, len(rows))
    remote = np.fromiter((row[6] for row in rows), bool, len(rows))
    home = np.fromiter((prefectures.get(row[4], -1) for row in rows), np.int8, len(rows))
    serves = filled.flags(_places(), prefectures)
    serves[home[home >= 0], np.flatnonzero(home >= 0)] = True
    everywhere, afar = filled.offices()
    serves[:, nationwide | everywhere] = True
    return Columns(
        ids=ids,
        names=_texts(f"{folded(row[1])}\n{folded(row[2])}" for row in rows),
        sort_names=_texts((folded(row[2] or row[1]), row[1], row[0]) for row in rows),
        kind=np.fromiter((known_kinds.get(row[3], -1) for row in rows), np.int16, len(rows)),
        doctor=np.fromiter((row[3] in doctors for row in rows), bool, len(rows)),
        prefecture=home,
        serves=serves,
        industries=filled.flags([(OrganizationIndustry.objects.all(), "organization_id", "industry")], axes.industries),
        levels=filled.levels({pk: position for position, (pk, _code) in enumerate(axes.capabilities)}),
        labs=filled.flags(
            [(Organization.labs.through.objects.all(), "organization_id", "lab_id")], [pk for pk, _name in axes.labs]
        ),
        remote=remote | afar,
        nationwide=nationwide | everywhere,
        status=np.fromiter((STATUSES.index(CapacityStatus(row[7])) for row in rows), np.int8, len(rows)),
        slots=np.fromiter((row[8] for row in rows), np.int16, len(rows)),
        until=np.fromiter(((row[9] or date.max).toordinal() for row in rows), np.int32, len(rows)),
        confirmed=np.fromiter((_seconds(row[10]) for row in rows), np.float64, len(rows)),
    )


def _organizations(pks: Collection[int] | None) -> Iterator[Any]:
    active = Organization.objects.filter(is_active=True).order_by("pk").values_list(*ORGANIZATION)
    if pks is None:
        yield from active.iterator(AT_ONCE)
    else:
        for part in _parts(pks):
            yield from active.filter(pk__in=part)


def _places() -> list[tuple[QuerySet[Any], str, str]]:
    """Whatever says that an organization works in a prefecture, as `OrganizationQuerySet.serving` reads it."""
    return [
        (ServiceArea.objects.all(), "organization_id", "prefecture"),
        (Office.objects.all(), "organization_id", "prefecture"),
        (OfficeArea.objects.all(), "office__organization_id", "prefecture"),
    ]


class _Filled:
    """Fills columns from tables that hang on organizations."""

    def __init__(self, ids: Array, pks: Collection[int] | None) -> None:
        self.ids, self.pks = ids, pks

    def flags(self, sources: Any, axis: Collection[Any]) -> Array:
        """(value, organization): True where a row says so."""
        position = {value: number for number, value in enumerate(axis)}
        flags = np.zeros((len(axis), len(self.ids)), bool)
        for rows, owner, column in sources:
            pairs = ((pk, position.get(value, -1)) for pk, value in self._rows(rows, owner, owner, column))
            found = np.fromiter(pairs, [("owner", np.int64), ("value", np.int32)])
            where, known = self._positions(found["owner"])
            known &= found["value"] >= 0
            flags[found["value"][known], where[known]] = True
        return flags

    def levels(self, position: dict[int, int]) -> Array:
        """(capability, organization): never from a weakness, which must look like nothing."""
        declared = Rating.objects.exclude(stance=Stance.WEAKNESS).filter(level__gte=1)
        rows = self._rows(declared, "organization_id", "organization_id", "capability_id", "level")
        found = np.fromiter(rows, [("owner", np.int64), ("capability", np.int64), ("level", np.uint8)])
        where, known = self._positions(found["owner"])
        to_row = np.full(max(position, default=0) + 1, -1, np.int32)
        for pk, number in position.items():
            to_row[pk] = number
        known &= found["capability"] < len(to_row)  # declared after the axis was read: the next question has it
        found, where = found[known], where[known]
        levels = np.zeros((len(position), len(self.ids)), np.uint8)
        levels[to_row[found["capability"]], where] = found["level"]
        return levels

    def offices(self) -> tuple[Array, Array]:
        """Who works nationwide, and who from afar, by one of their offices."""
        both = np.zeros((2, len(self.ids)), bool)
        for row, column in enumerate(("nationwide", "remote")):
            owners = self._rows(Office.objects.filter(**{column: True}), "organization_id", "organization_id")
            where, known = self._positions(np.fromiter((pk for (pk,) in owners), np.int64))
            both[row, where[known]] = True
        return both[0], both[1]

    def _rows(self, rows: QuerySet[Any], owner: str, *names: str) -> Iterator[Any]:
        found = rows.order_by().values_list(*names)
        if self.pks is None:
            yield from found.iterator(AT_ONCE)
        else:
            for part in _parts(self.pks):
                yield from found.filter(**{f"{owner}__in": part})

    def _positions(self, owners: Array) -> tuple[Array, Array]:
        """Where each owner stands, and whether it stands there: an inactive one does not."""
        if not len(self.ids):
            return np.zeros(len(owners), np.int64), np.zeros(len(owners), bool)
        where = np.minimum(np.searchsorted(self.ids, owners), len(self.ids) - 1)
        return where, self.ids[where] == owners


def _parts(pks: Collection[int]) -> Iterator[list[int]]:
    ordered = sorted(pks)
    for start in range(0, len(ordered), AT_ONCE):
        yield ordered[start : start + AT_ONCE]


def _texts(values: Iterator[Any]) -> Array:
    found = list(values)
    column = np.empty(len(found), object)
    column[:] = found
    return column


def _seconds(moment: datetime | None) -> float:
    return moment.timestamp() if moment else NEVER
