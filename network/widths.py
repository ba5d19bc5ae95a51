"""Text in one width, with the way back to the original positions."""

import re
import unicodedata
from collections.abc import Sequence

# A character together with the marks that NFKC may join to it (ﾊ + ﾞ → バ).
CLUSTER = re.compile("[^\u3099\u309a\uff9e\uff9f\u0300-\u036f]?[\u3099\u309a\uff9e\uff9f\u0300-\u036f]*", re.DOTALL)
# Neither a word nor a gap: invisible characters, variation selectors, halves of characters.
DROPPED = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\ud800-\udfff\U000e0100-\U000e01ef]"
)


def in_one_width(text: str) -> tuple[str, Sequence[int]]:
    """The NFKC text without invisible characters, and for each of its characters (and its end) the position in `text`
    that it comes from."""
    if unicodedata.is_normalized("NFKC", text) and not DROPPED.search(text):
        return text, range(len(text) + 1)
    parts: list[str] = []
    origins: list[int] = []
    for cluster in CLUSTER.finditer(text):
        part = unicodedata.normalize("NFKC", DROPPED.sub("", cluster[0]))
        parts.append(part)
        origins.extend([cluster.start()] * len(part))
    return "".join(parts), [*origins, len(text)]
