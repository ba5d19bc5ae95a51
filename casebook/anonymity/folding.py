"""Text as it is compared, with the way back: one width, one kind of hyphen, today's kanji."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from network.stewarding.duplicates import OLD_KANJI
from network.widths import CLUSTER, in_one_width

HYPHENS = dict.fromkeys(map(ord, "‐‑‒–—―−─━﹣ｰ"), "-")
LONG_MARK = re.compile(r"(?<=[\d) \t])ー(?=[\d( \t])")
"""Between figures the long-vowel mark is a hyphen; in words it stays."""
ODD_SPACES = re.compile(r"[^\S\n]")


@dataclass(frozen=True, slots=True)
class Folded:
    """`text` is compared; `origins` leads from each of its characters (and its end) into `original`."""

    text: str
    original: str
    origins: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where in the original a part of the text (not an empty one) stands: whole characters, with their marks."""
        last = CLUSTER.match(self.original, self.origins[end - 1])
        return self.origins[start], last.end() if last else self.origins[end]


def fold(original: str) -> Folded:
    narrow, origins = in_one_width(original)
    return Folded(as_compared(narrow), original, origins)


def folded_name(name: str) -> str:
    """A name by itself as text is compared, in one case and without any space."""
    return compact(as_compared(in_one_width(name)[0]))


def as_compared(narrow: str) -> str:
    """Each character as one that stands for it: the length stays."""
    return LONG_MARK.sub("-", ODD_SPACES.sub(" ", narrow.translate(HYPHENS).translate(OLD_KANJI)))


def compact(text: str) -> str:
    """In one case (of Latin letters), without any space."""
    return "".join(text.translate(LOWER).split())


LOWER = {ord(upper): upper.lower() for upper in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
