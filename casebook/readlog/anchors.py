"""The ends of all chains in a file that is kept elsewhere: whoever rewrites a whole chain cannot reach it."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from casebook.models import LogChain


class AnchorError(Exception):
    """The file is no anchor file."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """The end of one chain on the day the file was written."""

    owner: int
    length: int
    digest: str


def anchors_now() -> list[Anchor]:
    """The end of every chain, in one moment."""
    rows = LogChain.objects.order_by("owner_id").values_list("owner_id", "length", "digest")
    return [Anchor(*row) for row in rows]


def write_anchors(anchors: Iterable[Anchor], to: Path) -> None:
    """Write the file whole or not at all. Raises OSError."""
    unfinished = to.with_name(f".{to.name}.unfinished")
    text = json.dumps([asdict(anchor) for anchor in anchors], indent=1)
    try:
        unfinished.write_text(text + "\n", encoding="utf-8")
        unfinished.replace(to)
    finally:
        unfinished.unlink(missing_ok=True)


def read_anchors(source: Path) -> list[Anchor]:
    """The anchors of a file. Raises AnchorError for any other file, OSError."""
    try:
        return [_anchor(entry) for entry in json.loads(source.read_text(encoding="utf-8"))]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise AnchorError from error


def _anchor(entry: Any) -> Anchor:
    owner, length, digest = entry["owner"], entry["length"], entry["digest"]
    if type(owner) is not int or type(length) is not int or not isinstance(digest, str) or length < 0:
        raise TypeError
    return Anchor(owner, length, digest)
