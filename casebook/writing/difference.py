"""What changed between two texts, as one reads it: by sentences, and inside a changed sentence by words.

Bounded: two texts of 20,000 characters take well under a second, whatever stands in them. Sentences that stand once in
both texts are the fixed points (patience difference); what lies between them is compared letter by letter where it is
short enough, and shown as taken away and put in where it is not.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

SAME, ADDED, REMOVED = "same", "added", "removed"
SENTENCE = re.compile(r"[^。！？!?\n]*[。！？!?\n]+|[^。！？!?\n]+")
WORD = re.compile(r"[A-Za-z0-9]+|[ァ-ヶー]+|[一-龠々]+|.", re.DOTALL)
FEW_SENTENCES = 60
"""Between two fixed points so many on each side are compared as a whole."""
MAX_WORDS = 250
"""On each side of a changed sentence."""
BUDGET = 400_000
"""Pairs of words that are looked at in one text; then changed sentences are shown whole."""


@dataclass(frozen=True, slots=True)
class Piece:
    """`op` is `same`, `added` or `removed`."""

    op: str
    text: str


def difference(before: str, after: str) -> list[Piece]:
    """From one text to the other: what is the same or removed makes the first, what is the same or added the second."""
    old, new = SENTENCE.findall(before), SENTENCE.findall(after)
    left = BUDGET
    pieces: list[Piece] = []
    for one, other in _changes(old, new):
        if one == other:
            pieces.append(Piece(SAME, "".join(one)))
            continue
        words = WORD.findall("".join(one)), WORD.findall("".join(other))
        cost = len(words[0]) * len(words[1])
        if cost and cost <= left and max(map(len, words)) <= MAX_WORDS:
            left -= cost
            pieces += _by_words(*words)
        else:
            pieces += [Piece(REMOVED, "".join(one)), Piece(ADDED, "".join(other))]
    return _joined(pieces)


def is_changed(pieces: Iterable[Piece]) -> bool:
    return any(piece.op != SAME for piece in pieces)


def _changes(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """Runs of sentences of both sides that stand for each other, in order; equal ones are the same on both sides."""
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    if head:
        yield old[:head], new[:head]
    inner = old[head : len(old) - tail], new[head : len(new) - tail]
    if any(inner):
        yield from _between(*inner)
    if tail:
        yield old[len(old) - tail :], new[len(new) - tail :]


def _between(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """The same where neither begin nor end are equal."""
    if max(len(old), len(new)) <= FEW_SENTENCES:
        for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            yield from _paired(old[i1:i2], new[j1:j2]) if tag == "replace" else [(old[i1:i2], new[j1:j2])]
        return
    points = _fixed(old, new)
    if not points:
        yield old, new
        return
    i = j = 0
    for at_old, at_new in [*points, (len(old), len(new))]:
        if old[i:at_old] or new[j:at_new]:
            yield from _changes(old[i:at_old], new[j:at_new])
        if at_old < len(old):
            yield old[at_old : at_old + 1], new[at_new : at_new + 1]
        i, j = at_old + 1, at_new + 1


def _paired(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """As many sentences on both sides are taken to be each other's new wording."""
    if len(old) != len(new):
        yield old, new
        return
    for position in range(len(old)):
        yield old[position : position + 1], new[position : position + 1]


def _fixed(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Positions of the sentences that stand exactly once on both sides, as many as keep their order."""
    counted = Counter(old), Counter(new)
    places = {text: at for at, text in enumerate(new) if counted[1][text] == 1}
    pairs = [(at, places[text]) for at, text in enumerate(old) if text in places and counted[0][text] == 1]
    ends: list[int] = []
    tops: list[int] = []
    before: list[int] = []
    for index, (_old, at) in enumerate(pairs):
        length = bisect_left(ends, at)
        before.append(tops[length - 1] if length else -1)
        if length == len(ends):
            ends.append(at)
            tops.append(index)
        else:
            ends[length], tops[length] = at, index
    chain: list[tuple[int, int]] = []
    index = tops[-1] if tops else -1
    while index >= 0:
        chain.append(pairs[index])
        index = before[index]
    return chain[::-1]


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    """How many entries at the begin are the same."""
    for count, (one, other) in enumerate(zip(old, new, strict=False)):
        if one != other:
            return count
    return min(len(old), len(new))


def _by_words(old: list[str], new: list[str]) -> list[Piece]:
    """Where a single letter stayed in the middle of a change, it is part of the change: one reads words."""
    pieces: list[Piece] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        island = i2 - i1 == 1 and len(old[i1]) == 1 and 0 < i1 < i2 < len(old) and 0 < j1 < j2 < len(new)
        if tag == "equal" and not island:
            pieces.append(Piece(SAME, "".join(old[i1:i2])))
        else:
            pieces += [Piece(REMOVED, "".join(old[i1:i2])), Piece(ADDED, "".join(new[j1:j2]))]
    return pieces


def _joined(pieces: Iterable[Piece]) -> list[Piece]:
    """Neighbours of one kind as one, none of them empty; of a change, what was removed stands first."""
    found: list[Piece] = []
    for piece in pieces:
        if not piece.text:
            continue
        if piece.op == REMOVED and len(found) > 1 and found[-1].op == ADDED and found[-2].op == REMOVED:
            found[-2] = Piece(REMOVED, found[-2].text + piece.text)
        elif found and found[-1].op == piece.op:
            found[-1] = Piece(piece.op, found[-1].text + piece.text)
        else:
            found.append(piece)
    return found
