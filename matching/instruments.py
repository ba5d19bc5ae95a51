"""Measuring sticks for a company, as versioned data; `data/dx_index.json` says where it comes from and what is missing.

An edition is never changed once somebody was assessed by it: a correction of its questions is a new edition.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from network.codes import in_readers_language

DATA = Path(__file__).parent / "data"
DX_INDEX = "dx_index"
MOST_LEVEL = 5


@dataclass(frozen=True, slots=True)
class Named:
    """Something with a name in both languages."""

    name_ja: str
    name_en: str

    @property
    def name(self) -> str:
        return in_readers_language(self.name_ja, self.name_en)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is given a level."""

    code: str
    part: Named
    is_key: bool
    said: Named

    @property
    def name(self) -> str:
        return self.said.name


@dataclass(frozen=True, slots=True)
class Edition:
    """One version of an instrument."""

    code: str
    said: Named
    begins: date
    ends: date | None
    """The last day on which it was the one to be used; None while it is."""
    source: str
    missing: Named
    """What of the published instrument is not here."""
    levels: tuple[Named, ...]
    """Names of the levels 0 to 5."""
    items: Mapping[str, Item]

    @property
    def name(self) -> str:
        return self.said.name


@cache
def editions() -> dict[str, Edition]:
    """Every edition of the DX推進指標 by its code, oldest first."""
    loaded = json.loads((DATA / f"{DX_INDEX}.json").read_text(encoding="utf-8"))
    return {row["edition"]: _edition(row) for row in loaded["editions"]}


def edition_on(day: date) -> Edition:
    """The edition to be used on that day: the latest that has begun, else the oldest."""
    begun = [one for one in editions().values() if one.begins <= day]
    return begun[-1] if begun else next(iter(editions().values()))


def _edition(row: Mapping[str, Any]) -> Edition:
    parts = {code: _named(said) for code, said in row["parts"].items()}
    items = [Item(one["code"], parts[one["part"]], one["key"], _named(one)) for one in row["items"]]
    return Edition(
        code=str(row["edition"]),
        said=_named(row),
        begins=date.fromisoformat(str(row["from"])),
        ends=date.fromisoformat(str(row["until"])) if row["until"] else None,
        source=str(row["source"]),
        missing=Named(str(row["missing_ja"]), str(row["missing_en"])),
        levels=tuple(_named(level) for level in row["levels"]),
        items={item.code: item for item in items},
    )


def _named(row: Mapping[str, Any]) -> Named:
    return Named(str(row["name_ja"]), str(row["name_en"]))
