"""The registry as arrays, independent of any need: rows by ascending id, ratings by capability, then row.

Equal registries have equal arrays, whatever order they came in: every list of names is sorted, and the digest over
the arrays is the registry's fingerprint.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from .model import Network, Organization
from .table import Flags, Floats, Ints

Array = NDArray[Any]
Item = TypeVar("Item")
MOST_INDUSTRIES = 63
"""Industries are bits of one integer."""
RESTS_ON = {
    "row": "ids",
    "column": "capabilities",
    "column_start": "rating_column",
    "by_row": "rating_row",
    "row_start": "rating_row",
    "tie_start": "tie_from",
    "interest_start": "interest_from",
}
"""What is computed when it is first asked for, and the column that it comes from."""


@dataclass(frozen=True)
class Arrays:
    """Columns over the organizations, and three lists of what relates them."""

    ids: tuple[str, ...]
    kinds: tuple[str, ...]
    places: tuple[tuple[str, ...], ...]
    """The distinct tuples of prefectures."""
    industries: tuple[str, ...]
    capabilities: tuple[str, ...]
    interests: tuple[str, ...]
    """Kinds of ties."""

    kind: Array
    place: Array
    trade: Ints
    """The industries served, a bit each."""
    capacity: Array
    slots: Array
    availability: Floats
    exposure: Floats
    suitability: Floats
    remote: Flags

    rating_column: Array
    """The ratings, by capability and row; only levels other than 0."""
    rating_row: Array
    rating_level: Array
    rating_confidence: Floats

    tie_from: Array
    """Past collaborations in both directions, by row and row."""
    tie_to: Array
    tie_strength: Floats

    interest_from: Array
    """Ties between organizations in both directions, by row, row and kind."""
    interest_to: Array
    interest_kind: Array

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def row(self) -> dict[str, int]:
        return {identifier: row for row, identifier in enumerate(self.ids)}

    @cached_property
    def column_start(self) -> Ints:
        """Where each capability's ratings begin, and one past the last."""
        return np.searchsorted(self.rating_column, np.arange(len(self.capabilities) + 1))

    @cached_property
    def column(self) -> dict[str, int]:
        return {code: column for column, code in enumerate(self.capabilities)}

    @cached_property
    def by_row(self) -> Array:
        """Positions of the ratings in the order of their rows."""
        return np.argsort(self.rating_row, kind="stable").astype(np.int32)

    @cached_property
    def row_start(self) -> Ints:
        return np.concatenate(([0], np.bincount(self.rating_row, minlength=len(self)).cumsum())).astype(np.int64)

    @cached_property
    def tie_start(self) -> Ints:
        return np.searchsorted(self.tie_from, np.arange(len(self) + 1))

    @cached_property
    def interest_start(self) -> Ints:
        return np.searchsorted(self.interest_from, np.arange(len(self) + 1))

    def ratings_of(self, capability: str) -> tuple[Array, Array, Floats]:
        """Rows, levels and confidences of all who declare something in it."""
        column = self.column.get(capability)
        if column is None:
            return self.rating_row[:0], self.rating_level[:0], self.rating_confidence[:0]
        part = slice(int(self.column_start[column]), int(self.column_start[column + 1]))
        return self.rating_row[part], self.rating_level[part], self.rating_confidence[part]

    def organization(self, row: int) -> Organization:
        """One row as a plain value."""
        found = self.by_row[self.row_start[row] : self.row_start[row + 1]]
        codes = [self.capabilities[column] for column in self.rating_column[found].tolist()]
        confidences = zip(codes, self.rating_confidence[found].tolist(), strict=True)
        trade = int(self.trade[row])
        return Organization(
            id=self.ids[row],
            kind=self.kinds[self.kind[row]],
            prefectures=self.places[self.place[row]],
            levels=dict(zip(codes, self.rating_level[found].tolist(), strict=True)),
            confidence={code: confidence for code, confidence in confidences if confidence != 1.0},
            max_requirements=int(self.capacity[row]),
            slots=int(self.slots[row]),
            availability=float(self.availability[row]),
            exposure=float(self.exposure[row]),
            lead_suitability=float(self.suitability[row]),
            remote=bool(self.remote[row]),
            industries=frozenset(name for bit, name in enumerate(self.industries) if trade >> bit & 1),
        )

    @cached_property
    def organizations(self) -> tuple[Organization, ...]:
        """All rows as plain values: large, and only made where somebody reads through them."""
        return tuple(self.organization(row) for row in range(len(self)))

    def partners(self, row: int) -> dict[str, float]:
        """Strength of each past collaboration of this row, by the other's id."""
        part = slice(int(self.tie_start[row]), int(self.tie_start[row + 1]))
        others = [self.ids[other] for other in self.tie_to[part].tolist()]
        return dict(zip(others, self.tie_strength[part].tolist(), strict=True))

    def changed(self, **columns: Any) -> "Arrays":
        """The same with other columns; what rests on the others is computed once for both."""
        after = replace(self, **columns)
        for name, source in RESTS_ON.items():
            if source not in columns:
                after.__dict__[name] = getattr(self, name)
        return after

    def keeping(self, *, ratings: Flags | None = None, interests: Flags | None = None) -> "Arrays":
        """The same with these of the ratings and ties between organizations only; None keeps all."""
        columns: dict[str, Any] = {}
        for kind, kept in (("rating", ratings), ("interest", interests)):
            names = [item.name for item in fields(self) if item.name.startswith(f"{kind}_")]
            columns |= {} if kept is None else {name: getattr(self, name)[kept] for name in names}
        return self.changed(**columns)

    @cached_property
    def digest(self) -> str:
        """SHA-256 over everything here; the same for the same facts on every machine."""
        found = hashlib.sha256()
        for item in fields(self):
            value = getattr(self, item.name)
            if isinstance(value, np.ndarray):
                little = np.ascontiguousarray(value, dtype=value.dtype.newbyteorder("<"))
                found.update(f"{item.name}:{little.dtype.str}:{len(value)};".encode())
                found.update(little.data.cast("B") if len(value) else b"")
            else:
                found.update(f"{item.name}:{value!r};".encode())
        return found.hexdigest()


def arrays_of(network: Network) -> Arrays:
    """The network's arrays; made once for each network."""
    if "arrays" not in network.cache:
        network.cache["arrays"] = from_values(network.organizations, network.strengths, network.interests)
    found: Arrays = network.cache["arrays"]
    return found


def partners_of(network: Network, member: str) -> dict[str, float]:
    """Strength of each past collaboration of an organization, by the other's id."""
    arrays = arrays_of(network)
    return arrays.partners(arrays.row[member])


def from_values(
    organizations: Iterable[Organization],
    strengths: Mapping[frozenset[str], float],
    interests: Mapping[frozenset[str], frozenset[str]],
) -> Arrays:
    """Arrays of plain values; pairs with an unknown end are left out."""
    items = sorted(organizations, key=lambda item: item.id)
    row = {item.id: number for number, item in enumerate(items)}
    kinds, places = sorted({item.kind for item in items}), sorted({item.prefectures for item in items})
    industries = sorted({industry for item in items for industry in item.industries})
    if len(industries) > MOST_INDUSTRIES:
        raise ValueError("too many industries for the bits of one integer")
    bit = {name: 1 << number for number, name in enumerate(industries)}
    capabilities = sorted({code for item in items for code, level in item.levels.items() if level})
    interest_kinds = sorted({kind for found in interests.values() for kind in found})
    return Arrays(
        ids=tuple(item.id for item in items),
        kinds=tuple(kinds),
        places=tuple(places),
        industries=tuple(industries),
        capabilities=tuple(capabilities),
        interests=tuple(interest_kinds),
        kind=_positions(kinds, [item.kind for item in items], np.int16),
        place=_positions(places, [item.prefectures for item in items], np.int32),
        trade=np.array([sum(bit[name] for name in item.industries) for item in items], dtype=np.int64),
        capacity=np.array([item.max_requirements for item in items], dtype=np.int16),
        slots=np.array([item.slots for item in items], dtype=np.int32),
        availability=np.array([item.availability for item in items], dtype=np.float64),
        exposure=np.array([item.exposure for item in items], dtype=np.float64),
        suitability=np.array([item.lead_suitability for item in items], dtype=np.float64),
        remote=np.array([item.remote for item in items], dtype=np.bool_),
        **_ratings(items, capabilities),
        **_ties(row, strengths),
        **_interests(row, interests, interest_kinds),
    )


def _positions(names: Sequence[Item], values: Sequence[Item], dtype: Any) -> Array:
    position = {name: number for number, name in enumerate(names)}
    return np.array([position[value] for value in values], dtype=dtype)


def _ratings(items: Sequence[Organization], capabilities: Sequence[str]) -> dict[str, Array]:
    column = {code: number for number, code in enumerate(capabilities)}
    found = sorted(
        (column[code], row, level, item.confidence.get(code, 1.0))
        for row, item in enumerate(items)
        for code, level in item.levels.items()
        if level
    )
    columns, rows, levels, confidences = zip(*found, strict=True) if found else ((), (), (), ())
    return {
        "rating_column": np.array(columns, dtype=np.int32),
        "rating_row": np.array(rows, dtype=np.int32),
        "rating_level": np.array(levels, dtype=np.int8),
        "rating_confidence": np.array(confidences, dtype=np.float64),
    }


def _ties(row: Mapping[str, int], strengths: Mapping[frozenset[str], float]) -> dict[str, Array]:
    found = sorted(
        (row[one], row[other], strength)
        for pair, strength in strengths.items()
        if pair <= row.keys()
        for one, other in _both_ways(pair)
    )
    return {
        "tie_from": np.array([one for one, _other, _strength in found], dtype=np.int32),
        "tie_to": np.array([other for _one, other, _strength in found], dtype=np.int32),
        "tie_strength": np.array([strength for _one, _other, strength in found], dtype=np.float64),
    }


def _interests(
    row: Mapping[str, int], interests: Mapping[frozenset[str], frozenset[str]], kinds: Sequence[str]
) -> dict[str, Array]:
    number = {kind: position for position, kind in enumerate(kinds)}
    found = sorted(
        (row[one], row[other], number[kind])
        for pair, named in interests.items()
        if pair <= row.keys()
        for kind in named
        for one, other in _both_ways(pair)
    )
    return {
        "interest_from": np.array([one for one, _other, _kind in found], dtype=np.int32),
        "interest_to": np.array([other for _one, other, _kind in found], dtype=np.int32),
        "interest_kind": np.array([kind for _one, _other, kind in found], dtype=np.int16),
    }


def _both_ways(pair: frozenset[str]) -> list[tuple[str, str]]:
    one, other = sorted(pair)
    return [(one, other), (other, one)]
