"""From a postal code to the place it stands for, read from a small part of one file.

`data/postal_codes.zip` has a member for each first two digits; a line of it is the other five digits, the
municipality's code and the town, separated by tabs. `manage.py build_postal_codes` writes it.
"""

import re
import unicodedata
import zipfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from network.codes import DATA
from network.models import Municipality

FILE = DATA / "postal_codes.zip"
NOT_DIGITS = re.compile(r"[\s〒\u2010-\u2015\u2212\u30fc\-]+")
"""What people write around the digits: the mark, spaces, and everything that looks like a hyphen."""


@dataclass(frozen=True)
class PostalPlace:
    """A place that a postal code stands for: the municipality as registered, the town without its blocks."""

    municipality: Municipality
    town: str

    @property
    def prefecture(self) -> str:
        return self.municipality.prefecture

    def __str__(self) -> str:
        return f"{self.municipality}{self.town}"


def postal_code(typed: str) -> str | None:
    """The seven digits of a postal code however it was typed (〒４３２－８００３), or None where it is none."""
    digits = NOT_DIGITS.sub("", unicodedata.normalize("NFKC", typed))
    return digits if re.fullmatch(r"[0-9]{7}", digits) else None


def places_of(code: str) -> list[PostalPlace]:
    """Where the seven digits lead: nothing for an unused code, several where it covers more than one municipality
    or town. Towns of one municipality under one code are left to be chosen too."""
    found = [(municipality, town) for digits, municipality, town in _lines(code[:2]) if digits == code[2:]]
    known = Municipality.objects.in_bulk([municipality for municipality, _town in found]) if found else {}
    return [PostalPlace(known[municipality], town) for municipality, town in found if municipality in known]


@lru_cache(maxsize=4)
def _lines(first_two: str, file: Path = FILE) -> tuple[tuple[str, str, str], ...]:
    """The lines of one member, at most a few thousand; empty for digits that no code begins with."""
    with zipfile.ZipFile(file) as archive:
        try:
            text = archive.read(first_two).decode()
        except KeyError:
            return ()
    return tuple(_columns(line) for line in text.splitlines())


def _columns(line: str) -> tuple[str, str, str]:
    digits, municipality, town = line.split("\t")
    return digits, municipality, town
