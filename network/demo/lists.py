"""What the inventions are made from.

`data/demo/cast.jsonl` holds the organizations and people that the guided tour and the demo cases name,
`places.csv` invented place names in real municipalities, `kinds.csv` what each kind typically is and can do.
"""

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from network.codes import DATA, PREFECTURES, prefecture_links

Line = dict[str, Any]
DEMO = DATA / "demo"
TODAY = date(2026, 9, 30)
"""The demo's own today: nothing in it happened later."""


@dataclass(frozen=True)
class Place:
    prefecture: str
    stem: str
    kana: str
    municipality: str


@dataclass(frozen=True)
class Kind:
    """What organizations of a kind typically are; lists in the order of the file."""

    code: str
    share: int
    suffixes: list[tuple[str, str]]
    strong: list[str]
    weak: list[str]
    industries: list[str]
    about: str


@cache
def places() -> dict[str, list[Place]]:
    """Invented places by prefecture."""
    found: dict[str, list[Place]] = {code: [] for code in PREFECTURES}
    for row in _rows("places"):
        found[row["prefecture"]].append(Place(row["prefecture"], row["stem"], row["kana"], row["municipality"]))
    return found


@cache
def kinds() -> dict[str, Kind]:
    return {row["kind"]: _kind(row) for row in _rows("kinds")}


def _rows(name: str) -> list[dict[str, str]]:
    with (DEMO / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _kind(row: dict[str, str]) -> Kind:
    lists = {name: row[name].split("|") for name in ("suffixes", "suffix_kana", "strong", "weak", "industries")}
    return Kind(
        code=row["kind"],
        share=int(row["share"]),
        suffixes=list(zip(lists["suffixes"], lists["suffix_kana"], strict=True)),
        strong=lists["strong"],
        weak=lists["weak"],
        industries=lists["industries"],
        about=row["about"],
    )


@cache
def neighbours() -> dict[str, list[str]]:
    """Prefectures one link away."""
    found: dict[str, list[str]] = {code: [] for code in PREFECTURES}
    for one, other in prefecture_links():
        found[one].append(other)
        found[other].append(one)
    return found


def prefecture_of(line: Line) -> str:
    return str(line["municipality"])[:2]
