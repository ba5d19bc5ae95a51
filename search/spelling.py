"""もしかして: words of the index that are written or read almost like a word that was typed.

Candidates come by keys of which both words have one, the deletion neighbourhood of Garbe's SymSpell (2012) with one
deletion: of how a word is written, and of how it is read, since most slips in Japanese are wrong conversions. Which of
them is offered decides the reader's own index: words that stand in nothing the reader may read are not.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, pairwise

from django.db.models import Q

from casebook.models import Case
from network.access import Reader
from network.morphemes import tokenizer
from network.text import as_katakana
from search.engines.database import occurring
from search.models import Posting
from search.phrases import CAPABILITY
from search.readings import is_kana
from search.records import Spelling
from search.text import JOINT, Use, tokens
from search.widths import normalised

NO_WORD = Q(term__startswith=CAPABILITY) | Q(term__contains=JOINT)
"""Terms that nobody types: capabilities, and words side by side."""
SHORTEST, LONGEST = 2, 20
WRITTEN, READ = 3, 4
"""From so many characters on a word may differ in one, as it is written and as it is read; shorter ones only in
writing, when they are read the same."""
BATCH = 2_000
LOOKED_AT = 2_000
"""Candidates that are compared."""
OFFERED = 5
SPAN = 4
"""So many neighbouring morphemes may be one misspelt word."""
TYPED = 100
"""Characters of a question that are looked through."""


@dataclass(frozen=True, slots=True)
class Slip:
    """A stretch of what was typed, and the word that may have been meant; smaller `distance` is likelier."""

    start: int
    end: int
    word: str
    distance: int


def learn(words: Iterable[str]) -> None:
    """Let the words be found by what is almost like them."""
    known = {word for word in words if SHORTEST <= len(word) <= LONGEST and not word.isdecimal()}
    known -= set(Spelling.objects.filter(word__in=known).values_list("word", flat=True))
    rows = [Spelling(key=key, word=word) for word in sorted(known) for key in sorted(keys_of(word))]
    Spelling.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)


def learn_case(case: Case) -> None:
    """Learn the words of a case that was indexed."""
    terms = Posting.objects.filter(document__case=case).exclude(NO_WORD)
    learn(terms.values_list("term", flat=True).distinct())


def learn_everything() -> None:
    """Learn every word of the index: for what was indexed before words were learnt."""
    terms = Posting.objects.exclude(NO_WORD).order_by("term").values_list("term", flat=True)
    words = iter(terms.distinct().iterator(chunk_size=BATCH))
    while batch := list(islice(words, BATCH)):
        learn(batch)


def corrections(query: str, reader: Reader) -> list[str]:
    """The query with words in place of those that stand in nothing the reader may read, likeliest first; [] where
    every word stands somewhere."""
    text = query[:TYPED]
    slips = sorted(_slips(text, reader), key=lambda slip: (slip.distance, slip.start - slip.end, slip.start, slip.word))
    together: list[Slip] = []
    for slip in slips:
        if all(slip.end <= other.start or other.end <= slip.start for other in together):
            together.append(slip)
    tried = [_put(text, together), *(_put(text, [slip]) for slip in slips)]
    return [found for found in dict.fromkeys(tried) if found != text][:OFFERED]


def keys_of(word: str) -> set[str]:
    """What a word is found by: as it is written, and (after a colon) as it is read."""
    written = _neighbourhood(word, WRITTEN) if len(word) >= WRITTEN else set()
    return written | {f":{key}" for key in _neighbourhood(reading_of(word), READ)}


@lru_cache(maxsize=5_000)
def reading_of(word: str) -> str:
    """The word in katakana, as far as the dictionary reads it."""
    return as_katakana("".join(one.reading_form() for one in tokenizer().tokenize(word))).casefold()


def distance(left: str, right: str) -> int:
    """Edits between the words: optimal string alignment (a swap of neighbours is one), as in Damerau (1964)."""
    rows = [list(range(len(right) + 1))]
    for i, a in enumerate(left, 1):
        row = [i]
        for j, b in enumerate(right, 1):
            best = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and b == left[i - 2]:
                best = min(best, rows[-2][j - 2] + 1)
            row.append(best)
        rows.append(row)
    return rows[-1][-1]


def _neighbourhood(word: str, least: int) -> set[str]:
    """The word, and from `least` characters on the word without each of them."""
    shorter = {word[:place] + word[place + 1 :] for place in range(len(word))} if len(word) >= least else set()
    return {word} | shorter


def _slips(text: str, reader: Reader) -> list[Slip]:
    spans = {span: _typed(text, span) for span in _spans(text, _missing(text, reader))}
    keys = {key for typed in spans.values() for key in keys_of(typed)}
    words = sorted(set(Spelling.objects.filter(key__in=keys).values_list("word", flat=True)[:LOOKED_AT]))
    found = [
        Slip(*span, word, far)
        for span, typed in spans.items()
        for word in words
        if word != typed and (far := _far(typed, word)) is not None
    ]
    standing = set(occurring(sorted({slip.word for slip in found}), reader))
    return [slip for slip in found if slip.word in standing]


def _far(typed: str, word: str) -> int | None:
    """How far the words are from one another, 0 for two that are read the same; None for two that are not alike."""
    read = distance(reading_of(typed), reading_of(word))
    # A slip in the reading is one of typing: kana that nobody converted, or a word with a part in common.
    slipped = min(len(reading_of(typed)), len(reading_of(word))) >= READ and (is_kana(typed) or {*typed} & {*word})
    if read == 0 or (read == 1 and slipped):
        return read
    return 1 if min(len(typed), len(word)) >= WRITTEN and distance(typed, word) == 1 else None


def _missing(text: str, reader: Reader) -> list[tuple[int, int]]:
    """Where the words stand that occur in nothing the reader may read."""
    found = [token for token in tokens(text) if token.use is Use.WORD]
    standing = occurring([token.term for token in found], reader)
    return [(token.start, token.end) for token in found if token.term not in standing]


def _spans(text: str, missing: Collection[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Stretches of up to SPAN neighbouring morphemes with a missing word in them, and what stands between two gaps."""
    normal, origins = normalised(text)
    for chunk, _start in _chunks(normal):
        ends = [_start + place for place in _bounds(chunk)]
        for first in range(len(ends) - 1):
            lasts = range(first + 1, min(first + SPAN, len(ends) - 1) + 1)
            for last in {*lasts, *([len(ends) - 1] if first == 0 else [])}:
                start, end = origins[ends[first]], origins[ends[last]]
                if any(start < stop and begin < end for begin, stop in missing):
                    yield start, end


def _chunks(normal: str) -> Iterator[tuple[str, int]]:
    place = 0
    for piece in normal.split():
        place = normal.index(piece, place)
        yield piece, place
        place += len(piece)


def _bounds(chunk: str) -> list[int]:
    return [0, *(one.end() for one in tokenizer().tokenize(chunk))]


def _typed(text: str, span: tuple[int, int]) -> str:
    return normalised(text[span[0] : span[1]])[0].casefold()


def _put(text: str, slips: Iterable[Slip]) -> str:
    """The text with each word in its place."""
    ordered = sorted(slips, key=lambda slip: slip.start)
    bounds = [0, *(place for slip in ordered for place in (slip.start, slip.end)), len(text)]
    between = [text[start:end] for start, end in list(pairwise(bounds))[::2]]
    words = [slip.word for slip in ordered]
    return "".join(part + word for part, word in zip(between, [*words, ""], strict=True))
