"""What an engine is: it proposes sections that may answer a query; it decides nothing."""

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol, overload

import numpy as np

from network.access import Reader
from search.text import Query


class Proposal(NamedTuple):
    """A case that may answer, the section that answers best, and how well (greater is better)."""

    case_id: int
    section_id: int
    score: float


Ids = np.ndarray[Any, np.dtype[np.int64]]


class Proposals(Sequence[Proposal]):
    """Proposals as columns: a hundred thousand of them are no hundred thousand objects."""

    def __init__(self, case_ids: Ids, section_ids: Ids, scores: "np.ndarray[Any, np.dtype[np.float64]]") -> None:
        self.case_ids, self.section_ids, self.scores = case_ids, section_ids, scores

    @classmethod
    def none(cls) -> "Proposals":
        return cls(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))

    def __len__(self) -> int:
        return len(self.case_ids)

    @overload
    def __getitem__(self, at: int) -> Proposal: ...
    @overload
    def __getitem__(self, at: slice) -> "Proposals": ...
    def __getitem__(self, at: int | slice) -> "Proposal | Proposals":
        if isinstance(at, slice):
            return Proposals(self.case_ids[at], self.section_ids[at], self.scores[at])
        return Proposal(int(self.case_ids[at]), int(self.section_ids[at]), float(self.scores[at]))

    def __add__(self, other: "Proposals") -> "Proposals":
        return Proposals(
            np.concatenate([self.case_ids, other.case_ids]),
            np.concatenate([self.section_ids, other.section_ids]),
            np.concatenate([self.scores, other.scores]),
        )

    def of(self, cases: "Sequence[int]") -> dict[int, Proposal]:
        """The proposals of these cases by the case's id."""
        places = np.flatnonzero(np.isin(self.case_ids, np.array(cases, np.int64)))
        return {int(self.case_ids[place]): self[int(place)] for place in places}


class Engine(Protocol):
    """One way to search. Proposals come best first, one per case, and rest on readable sections only."""

    name: str

    def propose(self, query: Query, reader: Reader) -> Proposals:
        """Raises EngineUnavailable when the engine cannot answer now."""
        ...


class EngineUnavailable(Exception):  # noqa: N818 - a state of the world rather than an error of the code
    """The engine is not configured, away, too slow or broken; the message says which."""


class DocumentsRefused(EngineUnavailable):
    """The engine is there, and will not take these documents: trying again as they are does not help."""
