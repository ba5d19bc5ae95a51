"""Text in one width and one set of characters, with the way back to the original positions."""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache

from search.codes import rows

# A character together with the marks that NFKC may join to it (ﾊ + ﾞ → バ).
CLUSTER = re.compile("[^\u3099\u309a\uff9e\uff9f\u0300-\u036f]?[\u3099\u309a\uff9e\uff9f\u0300-\u036f]*", re.DOTALL)
# Neither a word nor a gap: invisible characters, variation selectors, halves of characters.
DROPPED = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\ud800-\udfff\U000e0100-\U000e01ef]"
)
CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")


def normalised(text: str) -> tuple[str, Sequence[int]]:
    """The NFKC text with old forms of kanji replaced, and for each of its characters (and its end)
    the position in `text` that it comes from."""
    if unicodedata.is_normalized("NFKC", text) and not DROPPED.search(text):
        return _plain(text), range(len(text) + 1)
    parts: list[str] = []
    origins: list[int] = []
    for cluster in CLUSTER.finditer(text):
        part = unicodedata.normalize("NFKC", DROPPED.sub("", cluster[0]))
        parts.append(part)
        origins.extend([cluster.start()] * len(part))
    return _plain("".join(parts)), [*origins, len(text)]


def _plain(text: str) -> str:
    """The text with each control character as a space (a line break stays) and each old kanji as today's."""
    return CONTROLS.sub(lambda control: "\n" if control[0] == "\n" else " ", text.translate(_kanji()))


@cache
def _kanji() -> dict[int, str]:
    return {ord(old): row["character"] for row in rows("kanji") for old in row["variants"]}
