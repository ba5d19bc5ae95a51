"""The whole of a case as one writes it: plain data, the same in a draft, in a version and in a consent's digest."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Self

WHO_AND_WHEN = frozenset({"audience", "opens_on"})
"""What decides who reads it from when: no part of the text that somebody consents to."""
OWN_TEAM = "team"
"""Stands in a planned audience for the owner and everybody who took part, until publication makes them a team."""


@dataclass(frozen=True, slots=True)
class Planned:
    """The keys that a section shall accept, and the last day on which it does (ISO; None: no end)."""

    keys: tuple[str, ...] = ()
    until: str | None = None


@dataclass(frozen=True, slots=True)
class Took:
    """An organization that took part, by its id, with its role and the codes of the capabilities it brought."""

    organization: int
    role: str = ""
    capabilities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """One outcome in figures; `on` is an ISO date."""

    name: str
    unit: str = ""
    before: float | None = None
    after: float | None = None
    how: str = ""
    on: str | None = None


@dataclass(frozen=True, slots=True)
class File:
    """What of an attachment belongs to the text."""

    section: str
    name: str
    description: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Content:
    """Everything of a case. `sections` maps kinds to Markdown; a kind without text is not there.

    `audience` maps kinds to whom they shall open; a kind that is missing keeps the keys it has now.
    """

    title: str = ""
    subtitle: str = ""
    basis: str = ""
    naming: str = "region"
    """How far the client is named: a `Naming`."""
    industry: str = ""
    prefecture: str = ""
    municipality: str | None = None
    size_band: str = ""
    year: int | None = None
    stage_before: int | None = None
    stage_after: int | None = None
    outcome: str = ""
    contact: str = ""
    keywords: tuple[str, ...] = ()
    schemes: tuple[str, ...] = ()
    source_title: str = ""
    source_url: str = ""
    related_urls: tuple[str, ...] = ()
    related: tuple[int, ...] = ()
    phases: tuple[str, ...] = ()
    capabilities: tuple[str, ...] = ()
    participants: tuple[Took, ...] = ()
    measures: tuple[Figure, ...] = ()
    sections: Mapping[str, str] = field(default_factory=dict)
    audience: Mapping[str, Planned] = field(default_factory=dict)
    opens_on: str | None = None

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> Self:
        """The content that `as_json` wrote; names of an older or newer form are passed over."""
        known = {entry.name for entry in fields(cls)}
        values: dict[str, Any] = {name: _frozen(value) for name, value in given.items() if name in known}
        for name, kind in (("participants", Took), ("measures", Figure)):
            values[name] = tuple(_made(kind, entry) for entry in given.get(name, ()))
        values["sections"] = {kind: str(text) for kind, text in given.get("sections", {}).items() if text}
        values["audience"] = {kind: _made(Planned, one) for kind, one in given.get("audience", {}).items()}
        return cls(**values)

    def as_json(self) -> dict[str, Any]:
        """Plain lists, dicts, texts and numbers."""
        plain: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        return plain

    def changed(self, **values: Any) -> Self:
        """The same with other values."""
        return replace(self, **values)

    def digest(self, files: Iterable[File] = ()) -> str:
        """SHA-256 over all that a reader could read, whoever may read it: what a consent is given to."""
        said = {name: value for name, value in self.as_json().items() if name not in WHO_AND_WHEN}
        said["files"] = sorted(list(asdict(file).values()) for file in files)
        canonical = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


def _made(kind: type[Any], given: Mapping[str, Any]) -> Any:
    known = {entry.name for entry in fields(kind)}
    return kind(**{name: _frozen(value) for name, value in given.items() if name in known})


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
