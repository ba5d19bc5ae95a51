"""Text in one width and one set of characters, with the way back to the original positions."""

import re
from collections.abc import Sequence
from functools import cache

from network.widths import in_one_width
from search.codes import rows

CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")


def normalised(text: str) -> tuple[str, Sequence[int]]:
    """The NFKC text with old forms of kanji replaced, and for each of its characters (and its end)
    the position in `text` that it comes from."""
    narrow, origins = in_one_width(text)
    return _plain(narrow), origins


def _plain(text: str) -> str:
    """The text with each control character as a space (a line break stays) and each old kanji as today's."""
    return CONTROLS.sub(lambda control: "\n" if control[0] == "\n" else " ", text.translate(_kanji()))


@cache
def _kanji() -> dict[int, str]:
    return {ord(old): row["character"] for row in rows("kanji") for old in row["variants"]}
