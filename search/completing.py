"""What a half-typed word may become: capabilities and their other names, and words of what the reader may read.

For the search box: `completions("しんき", reader)`, `completions("zaik", reader)`, `completions("棚卸の見", reader)`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from casebook.models import Section
from network.access import Reader
from network.models import Capability
from search import codes, phrases
from search.models import Posting
from search.readings import hiragana, is_kana, kana, roman, shortened, typed
from search.text import JOINT
from search.widths import normalised

MOST = 8
FEWEST_LETTERS = 2
"""So many Latin letters, or one character of any other script, before anything is offered."""
LOOKED_AT = 40


@dataclass(frozen=True)
class Completion:
    """One offer: what the whole search would read, and the word that was added to."""

    text: str
    """The search with its last word completed, to be put into the box as it is."""
    word: str
    """The completed word alone."""
    capability: str = ""
    """The code of the capability that the word names or tells of; empty for any other word."""


@dataclass(frozen=True)
class Name:
    """A word that may be offered, and how it can be typed."""

    word: str
    capability: str
    meaning: str
    """Names of one meaning are offered once."""
    order: int
    plain: str
    reading: str
    letters: str
    short_letters: str

    def begins_with(self, start: "Start") -> bool:
        return bool(
            self.plain.startswith(start.plain)
            or (start.reading and self.reading.startswith(start.reading))
            or (start.letters and self.letters.startswith(start.letters))
            or (start.letters and self.short_letters.startswith(shortened(start.letters)))
        )


@dataclass(frozen=True)
class Start:
    """The last word of a search as far as it was typed: as it is, as kana, and as Latin letters typed for kana."""

    plain: str
    reading: str
    letters: str


def completions(text: str, reader: Reader, *, most: int = MOST) -> list[Completion]:
    """What the last word of a half-typed search may become, best first, at most `most`; none for an empty text.

    Kanji, kana (「ざいこ」 for 在庫管理) and Latin letters of either system (`zaiko`, `shinkin`, `sinkin`) are
    understood. The taxonomy and the dictionary are the same for everybody; any other word stands in a section that
    this reader may read now, so that an offer tells nothing of what is hidden. Two queries at most.
    """
    before, last = _parted(text)
    start = _start(last)
    if start is None:
        return []
    named = _named(start, most)
    seen = {name.word.casefold() for name in named}
    words = [word for word in _written(start, reader) if word not in seen] if len(named) < most else []
    offers = [Completion(before + name.word, name.word, name.capability) for name in named]
    return [*offers, *(Completion(before + word, word) for word in words)][:most]


def _parted(text: str) -> tuple[str, str]:
    """What stands before the last word, with its space, and the last word."""
    shown = normalised(text)[0].lstrip()
    last = shown.split()[-1] if shown and not shown[-1].isspace() else ""
    return shown[: len(shown) - len(last)], last[:40]


def _start(last: str) -> Start | None:
    plain = last.casefold()
    latin = plain.isascii()
    if len(plain) < (FEWEST_LETTERS if latin else 1) or not any(char.isalnum() for char in plain):
        return None
    # An input method leaves the last consonant as it was typed: ざいk.
    body = plain.rstrip("abcdefghijklmnopqrstuvwxyz")
    only_kana = is_kana(body)
    letters = typed(plain) if latin else roman(hiragana(body)) + typed(plain[len(body) :]) if only_kana else ""
    return Start(plain, hiragana(plain) if only_kana and body == plain else "", letters)


def _named(start: Start, most: int) -> list[Name]:
    """Names that begin so, each meaning once: the taxonomy's own names first, then its other wordings."""
    found: dict[str, Name] = {}
    for name in names():
        if name.begins_with(start):
            found[name.meaning] = min(found.get(name.meaning, name), name, key=lambda one: (one.order, len(one.word)))
    order = sorted(found.values(), key=lambda one: (one.order, len(one.word), one.word))
    return list({name.word.casefold(): name for name in reversed(order)}.values())[::-1][:most]


def _written(start: Start, reader: Reader) -> Iterator[str]:
    """Words of the index that begin so and stand in a section the reader may read."""
    readable = Posting.objects.filter(document__section__in=Section.objects.visible_to(reader))
    single = readable.exclude(term__contains=JOINT)
    begins = single.filter(term__gte=start.plain, term__lt=start.plain + "\U0010ffff", term__startswith=start.plain)
    for term in begins.order_by("term").values_list("term", flat=True).distinct()[:LOOKED_AT]:
        if not term.startswith(phrases.CAPABILITY) and term != start.plain:
            yield term


def names() -> tuple[Name, ...]:
    """Every name of the taxonomy as it is now and of the dictionary; one query."""
    rows = Capability.objects.order_by("order", "code").values_list("code", "name_ja", "synonyms")
    return _names(tuple((code, name, tuple(synonyms)) for code, name, synonyms in rows), codes.fingerprint())


@lru_cache(maxsize=2)
def _names(capabilities: tuple[tuple[str, str, tuple[str, ...]], ...], _version: str) -> tuple[Name, ...]:
    made = [_name(name, code, code, 0) for code, name, _synonyms in capabilities]
    made += [_name(word, code, code, 1) for code, _name_ja, synonyms in capabilities for word in synonyms]
    made += [_name(word, "", meaning, 2) for word, meaning in _dictionary_words()]
    return tuple(made)


def _name(word: str, capability: str, meaning: str, order: int) -> Name:
    reading = kana(word)
    letters = roman(reading)
    return Name(word, capability, meaning, order, normalised(word)[0].casefold(), reading, letters, shortened(letters))


def _dictionary_words() -> Iterator[tuple[str, str]]:
    for row in codes.rows("synonyms"):
        yield from ((word, row["canonical"]) for word in (row["canonical"], *row["variants"].split("|")))
