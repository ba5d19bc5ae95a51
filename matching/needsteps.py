"""What the page of a need's three steps shows beside its fields."""

from dataclasses import dataclass
from datetime import datetime

from network.history.entries import Line

FIRST = ("title", "lab", "tlp", "prefecture", "municipality", "industry", "employees", "demand", "stage")
"""Fields of the first step; the second has the text and the requirements, the third everything else."""


@dataclass(frozen=True, slots=True)
class Step:
    """One of the three steps, for the line above them."""

    number: int
    name: str
    is_here: bool
    problems: int


@dataclass(frozen=True, slots=True)
class Station:
    """A phase on the line of the bank's model, with how many requirements stand in it."""

    name: str
    said: str
    count: int


@dataclass(frozen=True, slots=True)
class Conflict:
    """What somebody else saved meanwhile, beside what was typed here."""

    by: str
    at: datetime
    lines: list[Line]
