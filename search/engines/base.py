"""What an engine is: it proposes sections that may answer a query; it decides nothing."""

from typing import NamedTuple, Protocol

from network.access import Reader
from search.text import Query


class Proposal(NamedTuple):
    """A case that may answer, the section that answers best, and how well (greater is better)."""

    case_id: int
    section_id: int
    score: float


class Engine(Protocol):
    """One way to search. Proposals come best first, one per case, and rest on readable sections only."""

    name: str

    def propose(self, query: Query, reader: Reader) -> list[Proposal]:
        """Raises EngineUnavailable when the engine cannot answer now."""
        ...


class EngineUnavailable(Exception):  # noqa: N818 - a state of the world rather than an error of the code
    """The engine is not configured, away, too slow or broken; the message says which."""
