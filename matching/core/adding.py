"""A registry with some more organizations that declare nothing, without building it anew."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from .arrays import Array, Arrays, Item
from .model import Organization

ROWS_IN = ("rating_row", "tie_from", "tie_to", "interest_from", "interest_to")


def with_bare(arrays: Arrays, organizations: Iterable[Organization]) -> Arrays:
    """The registry with these, equal to one built of all of them.

    Only their id, kind, prefectures and figures count: they bring no ratings, industries, collaborations or ties.
    Raises ValueError for an id that is there already.
    """
    added = sorted(organizations, key=lambda item: item.id)
    if known := [item.id for item in added if item.id in arrays.row]:
        raise ValueError(f"already in the registry: {', '.join(known)}")
    before = [bisect_left(arrays.ids, item.id) for item in added]
    moved = np.arange(len(arrays)) + np.searchsorted(before, np.arange(len(arrays)), side="right")
    figures: dict[str, list[Any]] = {
        "trade": [0 for _item in added],
        "capacity": [item.max_requirements for item in added],
        "slots": [item.slots for item in added],
        "availability": [item.availability for item in added],
        "exposure": [item.exposure for item in added],
        "suitability": [item.lead_suitability for item in added],
        "remote": [item.remote for item in added],
    }
    columns: dict[str, Any] = {
        name: _inserted(getattr(arrays, name), before, values) for name, values in figures.items()
    }
    columns |= {name: moved[getattr(arrays, name)].astype(getattr(arrays, name).dtype) for name in ROWS_IN}
    kinds, kind = _named(arrays.kinds, arrays.kind, before, [item.kind for item in added])
    places, place = _named(arrays.places, arrays.place, before, [item.prefectures for item in added])
    ids = tuple(sorted([*arrays.ids, *(item.id for item in added)]))
    return replace(arrays, ids=ids, kinds=kinds, kind=kind, places=places, place=place, **columns)


def _inserted(column: Array, before: Sequence[int], values: Sequence[Any]) -> Array:
    """`np.insert` counts positions in the column as it was, and keeps the order of what goes to one place."""
    return np.insert(column, list(before), np.array(values, dtype=column.dtype))


def _named(
    names: tuple[Item, ...], column: Array, before: Sequence[int], values: Sequence[Item]
) -> tuple[tuple[Item, ...], Array]:
    """The names with those that are new, and the column with the values as positions in them."""
    every: list[Any] = sorted({*names, *values})
    position = {name: number for number, name in enumerate(every)}
    renumbered = np.array([position[name] for name in names], dtype=column.dtype)[column] if names else column
    return tuple(every), _inserted(renumbered, before, [position[value] for value in values])
