"""Values of ordered pairs of rows, looked up many at a time."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

DENSE = 2_000
"""Up to so many rows the pairs are a matrix; beyond, it would not fit into memory, and they are searched."""


@dataclass(frozen=True)
class Pairs:
    """0 (or False) where a pair has no value."""

    size: int
    """Rows."""
    one: NDArray[np.int64]
    other: NDArray[np.int64]
    """(pairs,) each ordered pair at most once."""
    values: NDArray[Any]

    def of(self, one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[Any]:
        """The values of the pairs of these rows, broadcast against each other."""
        if self.size <= DENSE:
            found: NDArray[Any] = self._matrix[one, other]
            return found
        asked = one * self.size + other
        keys, values = self._searched
        if not len(keys):
            return np.zeros(asked.shape, dtype=self.values.dtype)
        place = np.minimum(np.searchsorted(keys, asked), len(keys) - 1)
        return np.where(keys[place] == asked, values[place], self.values.dtype.type(0))

    @cached_property
    def _matrix(self) -> NDArray[Any]:
        matrix = np.zeros((self.size, self.size), dtype=self.values.dtype)
        matrix[self.one, self.other] = self.values
        return matrix

    @cached_property
    def _searched(self) -> tuple[NDArray[np.int64], NDArray[Any]]:
        keys = self.one * self.size + self.other
        order = np.argsort(keys, kind="stable")
        return keys[order], self.values[order]
