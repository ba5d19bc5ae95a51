"""Lists that the casebook carries: the questions that lead through a case."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from network.codes import in_readers_language

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of the guided form; the answers of a section together are its text."""

    section: str
    code: str
    label: str
    """What the answer is called where there is no room for the question; in Japanese like the text."""
    gif: str
    """The item of GIF DS-451-3 (事例) that the answer is; empty for one of our own."""
    must: bool
    longest: int
    heading: str
    """Stands above the answer in the section's text, in Japanese like the text itself; the first has none."""
    question_ja: str
    question_en: str
    example_ja: str
    example_en: str

    @property
    def question(self) -> str:
        return in_readers_language(self.question_ja, self.question_en)

    @property
    def example(self) -> str:
        return in_readers_language(self.example_ja, self.example_en)


@cache
def guide() -> dict[str, tuple[Asked, ...]]:
    """The questions of each section, in order."""
    with (DATA / "guide.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found: dict[str, tuple[Asked, ...]] = {}
    for row in rows:
        asked = Asked(**{**row, "must": row["must"] == "1", "longest": int(row["longest"])})  # type: ignore[arg-type]
        found[asked.section] = (*found.get(asked.section, ()), asked)
    return found
