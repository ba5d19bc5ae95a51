"""What a reader asks for, as it stands in the query string."""

from collections.abc import Iterable
from typing import Protocol

from search.facets import NAMES, known_values


class Parameters(Protocol):
    def getlist(self, key: str, /) -> Iterable[object]: ...


def chosen_in(parameters: Parameters) -> tuple[dict[str, frozenset[str]], list[str]]:
    """The values chosen by facet, and the ones that no list knows, as `facet=value`."""
    chosen: dict[str, frozenset[str]] = {}
    unknown: list[str] = []
    for name, known in known_values().items():
        asked = [str(value) for value in parameters.getlist(name) if value]
        chosen[name] = frozenset(value for value in asked if value in known)
        unknown += [f"{name}={value[:40]}" for value in asked if value not in known]
    return {name: chosen[name] for name in NAMES if chosen[name]}, unknown
