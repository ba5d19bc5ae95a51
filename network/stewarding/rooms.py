"""What waits for the steward in the rooms above: each registers how many there are, when it starts."""

from collections.abc import Callable

WAITING: dict[str, Callable[[], int]] = {}


def register(name: str, count: Callable[[], int]) -> None:
    WAITING[name] = count


def waiting() -> dict[str, int]:
    """How many wait, by the names under which the rooms registered."""
    return {name: count() for name, count in WAITING.items()}
