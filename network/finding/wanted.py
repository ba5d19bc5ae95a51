"""What somebody asks of the list of organizations, as it stands in an address."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Protocol
from urllib.parse import urlencode

from django.db import models
from django.utils.translation import gettext_lazy as _

from network.codes import KINDS, PREFECTURES, industry_majors
from network.models import Capability, Lab
from network.vocabulary import MAX_LEVEL

MAX_QUERY = 100


class Room(models.TextChoices):
    """Where an organization stands with new engagements; everyone stands in exactly one place."""

    ACCEPTING = "accepting", _("受付中")
    WAITLIST = "waitlist", _("順番待ち")
    CLOSED = "closed", _("受付停止・空きなし")
    OUTDATED = "outdated", _("期限切れ・要確認")


class Sort(models.TextChoices):
    """In which order; the first is what one gets without asking."""

    NEAR = "near", _("地域順")
    NAME = "name", _("名称順")
    CONFIRMED = "confirmed", _("最終確認が新しい順")
    ACCEPTING = "accepting", _("受付中を先に")
    LEVEL = "level", _("選んだ領域のレベル順")


CONFIRMED_WITHIN = (30, 90, 180, 365)
"""Days."""
YES = "on"


class Parameters(Protocol):
    """A query string, read."""

    def getlist(self, key: str, /) -> Iterable[object]: ...


@dataclass(frozen=True)
class Wanted:
    """Values by facet: an organization must have one of the values of each facet that has any."""

    q: str = ""
    kind: tuple[str, ...] = ()
    capability: tuple[str, ...] = ()
    min_level: int = 1
    """Of one of the capabilities; says nothing without any."""
    prefecture: tuple[str, ...] = ()
    industry: tuple[str, ...] = ()
    capacity: tuple[str, ...] = ()
    primary_doctor: bool = False
    remote: bool = False
    nationwide: bool = False
    confirmed_within: int | None = None
    lab: tuple[str, ...] = ()
    sort: str = Sort.NEAR.value

    def pairs(self) -> list[tuple[str, str]]:
        """Names and values of the address: nothing that says nothing, always in the same order."""
        found: list[tuple[str, str]] = []
        for entry in fields(self):
            value = getattr(self, entry.name)
            if value == entry.default or (entry.name == "min_level" and not self.capability):
                continue
            values = value if isinstance(value, tuple) else (YES if value is True else str(value),)
            found += [(entry.name, each) for each in values]
        return found

    def query(self) -> str:
        """The query string, with its question mark where it says anything."""
        pairs = self.pairs()
        return f"?{urlencode(pairs)}" if pairs else ""

    def without(self, name: str, value: str | None = None) -> "Wanted":
        """The same without one value of a facet, or without the whole facet."""
        held = getattr(self, name)
        blank = next(entry.default for entry in fields(self) if entry.name == name)
        rest = tuple(each for each in held if each != value) if value is not None and isinstance(held, tuple) else blank
        changed: dict[str, Any] = {name: rest}
        return replace(self, **changed)

    @property
    def facets(self) -> list[str]:
        """The facets that narrow the list."""
        return [name for name, _value in dict(self.pairs()).items() if name not in {"sort", "min_level"}]


@dataclass(frozen=True)
class Known:
    """Every value that may be asked for, by facet, with its name in the reader's language and in list order."""

    names: Mapping[str, Mapping[str, str]]
    capabilities: Sequence[Capability]
    labs: Sequence[Lab]

    @classmethod
    def load(cls) -> "Known":
        capabilities, labs = list(Capability.objects.all()), list(Lab.objects.all())
        names = {
            "kind": dict(KINDS.choices()),
            "capability": {capability.code: capability.name for capability in capabilities},
            "prefecture": dict(PREFECTURES.choices()),
            "industry": {code: entry.name for code, entry in industry_majors().items()},
            "capacity": {value: str(label) for value, label in Room.choices},
            "lab": {lab.name: lab.name for lab in labs},
        }
        return cls(names, capabilities, labs)

    def wanted(self, parameters: Parameters) -> Wanted:
        """What the address asks for; values that no list knows are left out."""
        chosen: dict[str, Any] = {
            name: tuple(value for value in known if value in asked)
            for name, known in self.names.items()
            if (asked := {str(value) for value in parameters.getlist(name)})
        }
        if _first(parameters, "accepting") in {YES, "true"}:  # as the address was before there were more values
            chosen["capacity"] = (Room.ACCEPTING.value, *chosen.get("capacity", ()))
        within, level = _first(parameters, "confirmed_within"), _first(parameters, "min_level")
        sort = _first(parameters, "sort")
        chosen |= {name: _first(parameters, name) == YES for name in ("primary_doctor", "remote", "nationwide")}
        return Wanted(
            **chosen,
            q=_first(parameters, "q").strip()[:MAX_QUERY],
            min_level=int(level) if level in {str(n) for n in range(1, MAX_LEVEL + 1)} else 1,
            confirmed_within=int(within) if within in {str(days) for days in CONFIRMED_WITHIN} else None,
            sort=sort if sort in Sort.values else Sort.NEAR.value,
        )


def unknown_values(known: Known, parameters: Parameters) -> list[str]:
    """Values of the address that no list knows, as `facet=value`."""
    asked = [(name, str(value)) for name in known.names for value in parameters.getlist(name) if value]
    return [f"{name}={value[:40]}" for name, value in asked if value not in known.names[name]]


def _first(parameters: Parameters, name: str) -> str:
    return next((str(value) for value in parameters.getlist(name)), "")
