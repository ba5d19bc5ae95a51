"""The analyser's own lists, editable: see `data/`."""

import csv
import hashlib
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"


def rows(name: str) -> list[dict[str, str]]:
    """The rows of `data/<name>.csv`, each a dict by column."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def fingerprint() -> str:
    """Changes with the lists' content."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(DATA.glob("*.csv")))).hexdigest()[:12]
