"""Columns read from the database put together as the matcher's arrays, and changed where organizations changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from matching.core.arrays import Array, Arrays
from matching.rows import Read, Row
from network.codes import KINDS, industry_majors
from network.models import Capability
from network.vocabulary import TieKind


@dataclass(frozen=True)
class Vocabulary:
    """What the columns stand for; as long as it stays, a change touches only the rows it is about."""

    kinds: tuple[str, ...]
    industries: tuple[str, ...]
    interests: tuple[str, ...]
    capabilities: tuple[tuple[str, int], ...]
    """Codes in their order, each with its key."""

    @classmethod
    def load(cls) -> "Vocabulary":
        return cls(
            tuple(sorted(KINDS)),
            tuple(sorted(industry_majors())),
            tuple(sorted(TieKind.values)),
            tuple(sorted(Capability.objects.values_list("code", "pk"))),
        )


@dataclass(frozen=True)
class Assembled:
    """The registry with all declared weaknesses, and what decides which of them count for whom."""

    vocabulary: Vocabulary
    arrays: Arrays
    keys: Array
    """(n,) the database's key of each row."""
    measured: Array
    """(n,) whether exposure is measured, not stated by a file."""
    open_weaknesses: Array
    labs: Array
    """(pairs, 2) row, lab's key."""
    private: Array
    """Of each interest of the arrays: whether the two keep it from the network."""


def assembled(vocabulary: Vocabulary, found: Read) -> Assembled:
    """Everything that was read; needs all active organizations."""
    rows = sorted(found.rows, key=lambda row: row.id)
    keys = np.array([row.pk for row in rows], dtype=np.int64)
    place = Places(keys)
    names = sorted({row.places for row in rows})
    columns, measured, open_weaknesses = _columns(vocabulary, rows, {name: n for n, name in enumerate(names)})
    interests, private = _interests(vocabulary, place, found.interests)
    arrays = Arrays(
        ids=tuple(row.id for row in rows),
        kinds=vocabulary.kinds,
        places=tuple(names),
        industries=vocabulary.industries,
        capabilities=tuple(code for code, _key in vocabulary.capabilities),
        interests=vocabulary.interests,
        **columns,
        **_ratings(vocabulary, place, found.ratings),
        **_ties(place, found.collaborations),
        **interests,
    )
    return Assembled(vocabulary, arrays, keys, measured, open_weaknesses, _labs(place, found.labs), private)


def renewed(before: Assembled, changed: Sequence[int], found: Read) -> Assembled | None:
    """The same with what was read anew of the changed organizations; None where others are there than before."""
    place, arrays = Places(before.keys), before.arrays
    known = np.sort(place.of(np.array(sorted(changed), dtype=np.int64)))
    rows = sorted(found.rows, key=lambda row: row.id)
    touched = known[known >= 0]
    if [arrays.ids[row] for row in touched.tolist()] != [row.id for row in rows]:
        return None
    is_touched = np.zeros(len(arrays), dtype=bool)
    is_touched[touched] = True
    places = Names(arrays.places, (row.places for row in rows))
    columns, measured, open_weaknesses = _columns(before.vocabulary, rows, places.number)
    merged: dict[str, Any] = {name: _over(getattr(arrays, name), touched, values) for name, values in columns.items()}
    merged["place"], names = places.settled(merged["place"])
    interests, private = _interests(before.vocabulary, place, found.interests)
    old_private = before.private[~_either(is_touched, arrays.interest_from, arrays.interest_to)]
    joined: dict[str, Any] = {
        **_spliced(arrays, ("rating_column", "rating_row"), ("rating_level", "rating_confidence"),
                   ~is_touched[arrays.rating_row], _ratings(before.vocabulary, place, found.ratings)),
        **_spliced(arrays, ("tie_from", "tie_to"), ("tie_strength",),
                   ~_either(is_touched, arrays.tie_from, arrays.tie_to), _ties(place, found.collaborations)),
    }  # fmt: skip
    both = _merged_interests(arrays, is_touched, interests, old_private, private)
    labs = np.concatenate((before.labs[~is_touched[before.labs[:, 0]]], _labs(place, found.labs)))
    return Assembled(
        before.vocabulary,
        replace(arrays, places=names, **merged, **joined, **both[0]),
        before.keys,
        _over(before.measured, touched, measured),
        _over(before.open_weaknesses, touched, open_weaknesses),
        labs,
        both[1],
    )


class Places:
    """Rows by the database's keys."""

    def __init__(self, keys: Array) -> None:
        self.order = np.argsort(keys, kind="stable")
        self.sorted = keys[self.order]

    def of(self, keys: Array) -> Array:
        """Row of each key; −1 where it has none."""
        if not len(self.sorted):
            return np.full(len(keys), -1)
        found = np.minimum(np.searchsorted(self.sorted, keys), len(self.sorted) - 1)
        return np.where(self.sorted[found] == keys, self.order[found], -1)


class Names:
    """Distinct tuples of places, to which new ones may come."""

    def __init__(self, names: Sequence[tuple[str, ...]], more: Iterable[tuple[str, ...]]) -> None:
        self.number = {name: number for number, name in enumerate(names)}
        for name in more:
            self.number.setdefault(name, len(self.number))

    def settled(self, numbers: Array) -> tuple[Array, tuple[tuple[str, ...], ...]]:
        """The numbers in the order of the names that are still used."""
        names = list(self.number)
        used = sorted(np.unique(numbers).tolist(), key=names.__getitem__)
        place = np.zeros(len(names), dtype=numbers.dtype)
        place[used] = np.arange(len(used))
        return place[numbers], tuple(names[number] for number in used)


def _columns(
    vocabulary: Vocabulary, rows: Sequence[Row], places: dict[tuple[str, ...], int]
) -> tuple[dict[str, Array], Array, Array]:
    kind = {name: number for number, name in enumerate(vocabulary.kinds)}
    bit = {name: 1 << number for number, name in enumerate(vocabulary.industries)}
    columns: dict[str, tuple[list[Any], Any]] = {
        "kind": ([kind[row.kind] for row in rows], np.int16),
        "place": ([places[row.places] for row in rows], np.int32),
        "trade": ([sum(bit[name] for name in row.industries) for row in rows], np.int64),
        "capacity": ([row.capacity for row in rows], np.int16),
        "slots": ([row.slots for row in rows], np.int32),
        "availability": ([row.availability for row in rows], np.float64),
        "exposure": ([row.exposure or 0.0 for row in rows], np.float64),
        "suitability": ([row.suitability for row in rows], np.float64),
        "remote": ([row.remote for row in rows], np.bool_),
    }
    made = {name: np.array(values, dtype=dtype) for name, (values, dtype) in columns.items()}
    measured = np.array([row.exposure is None for row in rows], dtype=bool)
    return made, measured, np.array([row.open_weaknesses for row in rows], dtype=bool)


def _ratings(vocabulary: Vocabulary, place: Places, ratings: Array) -> dict[str, Array]:
    keys = np.array([key for _code, key in vocabulary.capabilities], dtype=np.int64)
    row, column = place.of(ratings["owner"]), Places(keys).of(ratings["capability"])
    kept = np.flatnonzero((row >= 0) & (column >= 0))
    kept = kept[np.lexsort((row[kept], column[kept]))]
    return {
        "rating_column": column[kept].astype(np.int32),
        "rating_row": row[kept].astype(np.int32),
        "rating_level": ratings["level"][kept],
        "rating_confidence": ratings["confidence"][kept],
    }


def _ties(place: Places, collaborations: Sequence[tuple[int, int, float]]) -> dict[str, Array]:
    pairs = np.array([(first, second) for first, second, _strength in collaborations], dtype=np.int64).reshape(-1, 2)
    strength = np.array([strength for _first, _second, strength in collaborations], dtype=np.float64)
    one, other, strength = _both_ways(place, pairs, strength)
    return {"tie_from": one, "tie_to": other, "tie_strength": strength}


def _interests(
    vocabulary: Vocabulary, place: Places, interests: Sequence[tuple[int, int, str, bool]]
) -> tuple[dict[str, Array], Array]:
    number = {kind: position for position, kind in enumerate(vocabulary.interests)}
    pairs = np.array([(first, second) for first, second, _kind, _private in interests], dtype=np.int64).reshape(-1, 2)
    # Kind and secrecy travel as one number, so that pairs are ordered by their kinds.
    told = np.array([2 * number[kind] + private for _first, _second, kind, private in interests], dtype=np.int16)
    one, other, told = _both_ways(place, pairs, told)
    return {"interest_from": one, "interest_to": other, "interest_kind": (told // 2).astype(np.int16)}, told % 2 == 1


def _both_ways(place: Places, pairs: Array, values: Array) -> tuple[Array, Array, Array]:
    """Rows of both ends, each pair in both directions, in order; without pairs of which an end has no row."""
    first, second = place.of(pairs[:, 0]), place.of(pairs[:, 1])
    known = (first >= 0) & (second >= 0)
    one, other = np.concatenate((first[known], second[known])), np.concatenate((second[known], first[known]))
    both = np.concatenate((values[known], values[known]))
    order = np.lexsort((both, other, one))
    return one[order].astype(np.int32), other[order].astype(np.int32), both[order]


def _labs(place: Places, labs: Sequence[tuple[int, int]]) -> Array:
    pairs = np.array(labs, dtype=np.int64).reshape(-1, 2)
    row = place.of(pairs[:, 0])
    return np.column_stack((row, pairs[:, 1]))[row >= 0]


def _over(values: Array, rows: Array, new: Array) -> Array:
    changed = values.copy()
    changed[rows] = new
    return changed


def _either(touched: Array, one: Array, other: Array) -> Array:
    found: Array = touched[one] | touched[other]
    return found


def _spliced(
    arrays: Arrays, order: tuple[str, str], values: tuple[str, ...], kept: Array, new: dict[str, Array]
) -> dict[str, Array]:
    """The kept entries and the new ones, in order."""
    span = len(arrays) + 1
    old = {name: getattr(arrays, name)[kept] for name in (*order, *values)}
    keys = old[order[0]].astype(np.int64) * span + old[order[1]]
    positions = np.searchsorted(keys, new[order[0]].astype(np.int64) * span + new[order[1]])
    return {name: np.insert(column, positions, new[name]) for name, column in old.items()}


def _merged_interests(
    arrays: Arrays, touched: Array, new: dict[str, Array], old_private: Array, private: Array
) -> tuple[dict[str, Any], Array]:
    """Few enough to be sorted again."""
    kept = ~_either(touched, arrays.interest_from, arrays.interest_to)
    names = ("interest_from", "interest_to", "interest_kind")
    both = {name: np.concatenate((getattr(arrays, name)[kept], new[name])) for name in names}
    order = np.lexsort([both[name] for name in reversed(names)])
    return {name: column[order] for name, column in both.items()}, np.concatenate((old_private, private))[order]
