"""The active registry as columns of numbers, kept by this process and never older than the database.

Every question begins with `current`, which asks the database for the registry's version and reads the organizations
that have changed since. Nothing but names, figures that the whole network may know, and keys stands here: declared
weaknesses are never read, so nothing that is computed from this can tell them.
"""

from collections.abc import Collection
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from threading import Lock
from typing import Any

import numpy as np
from django.db import connection

from network.finding import reading
from network.finding.reading import Array, Axes, Columns
from network.models import Organization, RegistryVersion

State = tuple[int, int]
"""The registry's version, and how many organizations there are: a row that was deleted has no version any more."""

TRIES = 5
"""Where somebody writes all the time, what was read last is still newer than the question."""


@dataclass(frozen=True)
class Table:
    """Columns of one moment; never changed, only replaced."""

    state: State
    axes: Axes
    columns: Columns
    by_place: np.ndarray[Any, np.dtype[np.int32]]
    """Positions by prefecture and name; the order of the list where nothing else is asked for."""
    by_name: np.ndarray[Any, np.dtype[np.int32]]
    _able: dict[int, Array] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.columns.ids)

    @cached_property
    def serves_packed(self) -> Array:
        return np.packbits(self.columns.serves, axis=-1)

    @cached_property
    def industries_packed(self) -> Array:
        return np.packbits(self.columns.industries, axis=-1)

    @cached_property
    def labs_packed(self) -> Array:
        return np.packbits(self.columns.labs, axis=-1)

    def able_packed(self, level: int) -> Array:
        """(capability, organization): who declares at least this level; kept once it was asked for."""
        if level not in self._able:
            self._able[level] = np.packbits(self.columns.levels >= level, axis=-1)
        return self._able[level]


_lock = Lock()
_kept: dict[str, Table] = {}


def current() -> Table:
    """The registry as it is committed now.

    Inside a transaction nothing is kept: what is read there may never be committed.
    """
    if connection.in_atomic_block:
        return _read(state())
    with _lock:
        name = str(connection.settings_dict["NAME"])
        table = _kept.get(name)
        for _try in range(TRIES):
            now = state()
            if table and table.state == now:
                break
            table = _renewed(table, now) if table else _read(now)
        assert table is not None  # noqa: S101 - the first try reads
        _kept[name] = table
        return table


def forget() -> None:
    """Lets go of what is kept: the next question reads everything."""
    with _lock:
        _kept.clear()


def state() -> State:
    return RegistryVersion.current(), Organization.objects.count()


def changed_since(version: int) -> list[int]:
    """Keys of the organizations of which anything changed after that version, active or not."""
    rows = Organization.objects.filter(registry_version__gt=version).order_by()
    return list(rows.values_list("pk", flat=True))


def _read(now: State) -> Table:
    axes = Axes.load()
    return _ordered(now, axes, reading.columns(axes))


def _renewed(table: Table, now: State) -> Table:
    """The same with what has changed since; everything anew where that would be most of it, where the vocabulary is
    another one, or where rows have gone."""
    changed = changed_since(table.state[0])
    grown = now[0] > table.state[0] and now[1] >= table.state[1]
    axes = Axes.load()
    if not grown or axes != table.axes or len(changed) > len(table) // 4 + 100:
        return _read(now)
    renewed = _joined(_without(table.columns, changed), reading.columns(axes, changed))
    return _ordered(now, axes, renewed)


def _without(columns: Columns, pks: Collection[int]) -> Columns:
    kept = ~np.isin(columns.ids, np.fromiter(pks, np.int64, len(pks)))
    return replace(columns, **{f.name: getattr(columns, f.name)[..., kept] for f in fields(columns)})


def _joined(one: Columns, other: Columns) -> Columns:
    """Both, by ascending key."""
    order = np.argsort(np.concatenate([one.ids, other.ids]), kind="stable")
    both = {
        f.name: np.concatenate([getattr(one, f.name), getattr(other, f.name)], axis=-1)[..., order] for f in fields(one)
    }
    return replace(one, **both)


def _ordered(now: State, axes: Axes, columns: Columns) -> Table:
    """Ranks by code point, not by a database's collation: the same everywhere."""
    count = len(columns.ids)
    names = columns.sort_names.tolist()
    by_name = np.fromiter(sorted(range(count), key=names.__getitem__), np.int32, count)
    rank = np.empty(count, np.int32)
    rank[by_name] = np.arange(count, dtype=np.int32)
    by_place = np.lexsort((rank, columns.prefecture)).astype(np.int32)
    return Table(now, axes, columns, by_place, by_name)
