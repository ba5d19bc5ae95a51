"""How far a search is, for who waits for it."""

from collections.abc import Callable
from dataclasses import dataclass

from .model import Team


@dataclass(frozen=True, slots=True)
class Progress:
    """Told now and then while a place is being proved."""

    nodes: int
    """Teams opened so far."""
    best: Team | None
    """The best team known for this place."""
    gap: int | None
    """Units of 1e-6 by which a team not yet looked at could at most be better."""


Watch = Callable[[Progress], None]


def unwatched(_progress: Progress) -> None:
    """Nobody waits."""
