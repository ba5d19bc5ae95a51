"""Arrays read as the plain values of `model`: organizations and pairs are made when they are looked at."""

from collections.abc import Iterator, Mapping, Sequence
from typing import overload

from .arrays import Arrays
from .model import Network, Organization


class Organizations(Sequence[Organization]):
    """All organizations by ascending id; made all at once, and kept, when somebody reads through them."""

    def __init__(self, arrays: Arrays) -> None:
        self.arrays = arrays

    def __len__(self) -> int:
        return len(self.arrays)

    def __iter__(self) -> Iterator[Organization]:
        return iter(self.arrays.organizations)

    @overload
    def __getitem__(self, index: int) -> Organization: ...
    @overload
    def __getitem__(self, index: slice) -> list[Organization]: ...
    def __getitem__(self, index: int | slice) -> Organization | list[Organization]:
        if isinstance(index, slice):
            return [self.arrays.organization(row) for row in range(*index.indices(len(self)))]
        return self.arrays.organization(range(len(self))[index])


class ById(Mapping[str, Organization]):
    """Organizations by id; those that were asked for are kept."""

    def __init__(self, arrays: Arrays) -> None:
        self.arrays = arrays
        self._seen: dict[str, Organization] = {}

    def __getitem__(self, identifier: str) -> Organization:
        if identifier not in self._seen:
            self._seen[identifier] = self.arrays.organization(self.arrays.row[identifier])
        return self._seen[identifier]

    def __contains__(self, identifier: object) -> bool:
        return identifier in self.arrays.row

    def __iter__(self) -> Iterator[str]:
        return iter(self.arrays.ids)

    def __len__(self) -> int:
        return len(self.arrays)


class Strengths(Mapping[frozenset[str], float]):
    """Past collaborations by pair."""

    def __init__(self, arrays: Arrays) -> None:
        self.arrays = arrays

    def __getitem__(self, pair: frozenset[str]) -> float:
        if len(pair) != 2:
            raise KeyError(pair)
        one, other = pair
        return self.arrays.partners(self.arrays.row[one])[other]

    def __iter__(self) -> Iterator[frozenset[str]]:
        ids = self.arrays.ids
        for one, other in zip(self.arrays.tie_from.tolist(), self.arrays.tie_to.tolist(), strict=True):
            if one < other:
                yield frozenset((ids[one], ids[other]))

    def __len__(self) -> int:
        return len(self.arrays.tie_from) // 2


class Interests(Mapping[frozenset[str], frozenset[str]]):
    """Kinds of the ties between two organizations, by pair."""

    def __init__(self, arrays: Arrays) -> None:
        self.arrays = arrays

    def __getitem__(self, pair: frozenset[str]) -> frozenset[str]:
        if len(pair) != 2:
            raise KeyError(pair)
        one, other = (self.arrays.row[identifier] for identifier in pair)
        part = slice(int(self.arrays.interest_start[one]), int(self.arrays.interest_start[one + 1]))
        ends = zip(self.arrays.interest_to[part].tolist(), self.arrays.interest_kind[part].tolist(), strict=True)
        kinds = frozenset(self.arrays.interests[kind] for end, kind in ends if end == other)
        if not kinds:
            raise KeyError(pair)
        return kinds

    def __iter__(self) -> Iterator[frozenset[str]]:
        ids, seen = self.arrays.ids, None
        for one, other in zip(self.arrays.interest_from.tolist(), self.arrays.interest_to.tolist(), strict=True):
            if one < other and (one, other) != seen:
                seen = (one, other)
                yield frozenset((ids[one], ids[other]))

    def __len__(self) -> int:
        return sum(1 for _pair in self)


def network_of(arrays: Arrays, hops: Mapping[str, Mapping[str, int]], version: str | None = None) -> Network:
    """A network that reads these arrays; without another `version` theirs is their digest."""
    stated = arrays.digest if version is None else version
    network = Network(Organizations(arrays), Strengths(arrays), hops, stated, Interests(arrays))
    network.cache.update(arrays=arrays, by_id=ById(arrays))
    return network
