"""From a pasted description to what a facilitator may take over: suggestions with their words, never silent changes.

Two passes find the words of the taxonomy: as they are written, in any width and case, and then by Sudachi's normalised
forms, so that 「見積り」 finds 「見積もり」 and 「受付け」 「受け付け」. Longer words win over shorter ones inside them
("在庫管理" over "在庫"). Which words speak for a stage or an industry is data (`data/drafting.csv`).
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path

from network.models import Capability
from network.morphemes import pieces, tokenizer
from network.widths import in_one_width

DATA = Path(__file__).parent / "data" / "drafting.csv"
UNIMPORTANT = frozenset({"助詞", "助動詞", "補助記号", "空白"})
"""Parts of speech that do not distinguish one phrase from another."""
WISHED = re.compile(r"^[^。、\n]{0,6}?(?:ない|なく|なかった|ません|未|たい|ほしい|検討|予定|べき)")
"""What follows a thing that is not there yet."""
EMPLOYEES = re.compile(r"(?:従業員|社員|スタッフ)[^0-9。\n]{0,8}([0-9][0-9,]{0,7})\s*(?:人|名)")
MOST_EMPLOYEES = 1_000_000


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A capability and the words of the text that speak for it."""

    capability: Capability
    words: list[str]


@dataclass(frozen=True, slots=True)
class Hint:
    """A value for a field of the form and the words that speak for it."""

    value: str
    words: list[str]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text tells."""

    requirements: list[Suggestion] = field(default_factory=list)
    hints: Mapping[str, Hint] = field(default_factory=dict)
    """By field: stage, industry, employees."""
    marked: list[tuple[str, bool]] = field(default_factory=list)
    """The text in pieces, and whether something was read from each."""


@dataclass(slots=True)
class Page:
    """The folded text, where each character comes from, and what was read already."""

    text: str
    folded: str
    origins: list[int]
    taken: list[bool]

    @classmethod
    def of(cls, text: str) -> "Page":
        wide, origins = in_one_width(text)
        folded = "".join(low if len(low := char.lower()) == 1 else char for char in wide)
        return cls(text, folded, list(origins), [False] * len(folded))

    def take(self, start: int, end: int) -> bool:
        """False where a part of it was read already."""
        if any(self.taken[start:end]):
            return False
        self.taken[start:end] = [True] * (end - start)
        return True

    def marked(self, spans: Iterable[tuple[int, int]]) -> list[tuple[str, bool]]:
        """The text in pieces: those of the spans, and what stands between them."""
        marks = [False] * len(self.text)
        for start, end in spans:
            for place in range(self.origins[start], self.origins[end]):
                marks[place] = True
        found: list[tuple[str, bool]] = []
        begin = 0
        for place in range(1, len(marks) + 1):
            if place == len(marks) or marks[place] != marks[begin]:
                found.append((self.text[begin:place], marks[begin]))
                begin = place
        return found


def read(text: str, capabilities: Iterable[Capability]) -> Reading:
    """Everything that the text tells; nothing is chosen for anybody."""
    page = Page.of(text)
    hits = list(_hits(page, capabilities))
    hints, spans = _hints(page)
    return Reading(_suggestions(hits), hints, page.marked([*((start, end) for start, end, _word, _c in hits), *spans]))


def suggest(text: str, capabilities: Iterable[Capability]) -> list[Suggestion]:
    """Capabilities whose name or synonyms occur in the text, in the order of their first word."""
    return _suggestions(list(_hits(Page.of(text), capabilities)))


Hit = tuple[int, int, str, Capability]
"""Start, end, the word as it stands there, and what it speaks for."""


def _hits(page: Page, capabilities: Iterable[Capability]) -> Iterator[Hit]:
    owner = {
        fold(word): capability for capability in capabilities for word in (capability.name_ja, *capability.synonyms)
    }
    yield from _written(page, owner)
    yield from _normalised(page, owner)


def _written(page: Page, owner: Mapping[str, Capability]) -> Iterator[Hit]:
    """Words as they are written, the longest first; a Latin word must stand alone."""
    for word in sorted(owner, key=len, reverse=True):
        if word in page.folded:
            for match in re.finditer(pattern(word), page.folded):
                if page.take(match.start(), match.end()):
                    yield match.start(), match.end(), word, owner[word]


def _normalised(page: Page, owner: Mapping[str, Capability]) -> Iterator[Hit]:
    """Words in another spelling or form, by the sequence of their normalised morphemes, the longest first."""
    tokens = list(_tokens(page.folded))
    forms: dict[tuple[str, ...], Capability] = {}
    for word, capability in owner.items():
        if telling(word):
            forms.setdefault(telling(word), capability)
    longest = max(map(len, forms), default=0)
    for size in range(longest, 0, -1):
        for first in range(len(tokens) - size + 1):
            window = tokens[first : first + size]
            found = forms.get(tuple(form for form, _start, _end in window))
            start, end = window[0][1], window[-1][2]
            if found and page.take(start, end):
                yield start, end, page.folded[start:end], found


def _tokens(text: str) -> Iterator[tuple[str, int, int]]:
    for offset, piece in pieces(text):
        for morpheme in tokenizer().tokenize(piece):
            if morpheme.part_of_speech()[0] not in UNIMPORTANT:
                yield morpheme.normalized_form(), offset + morpheme.begin(), offset + morpheme.end()


@lru_cache(maxsize=20_000)
def telling(word: str) -> tuple[str, ...]:
    """The normalised morphemes of a word of the taxonomy; empty for what says too little in another form."""
    forms = tuple(form for form, _start, _end in _tokens(word))
    said = [morpheme for morpheme in tokenizer().tokenize(word) if morpheme.part_of_speech()[0] == "名詞"]
    clear = len(said) == 1 and len(word) > 1 and not re.fullmatch("[ぁ-ゖa-z0-9]+", word)
    return forms if len(forms) > 1 or (len(forms) == 1 and clear) else ()


def _suggestions(hits: list[Hit]) -> list[Suggestion]:
    by_pk = {capability.pk: capability for _start, _end, _word, capability in hits}
    found: dict[int, list[tuple[int, str]]] = {}
    for start, _end, word, capability in hits:
        found.setdefault(capability.pk, []).append((start, word))
    first = sorted((min(words), pk) for pk, words in found.items())
    return [Suggestion(by_pk[pk], list(dict.fromkeys(word for _at, word in sorted(found[pk])))) for _hit, pk in first]


def _hints(page: Page) -> tuple[dict[str, Hint], list[tuple[int, int]]]:
    """Stage, industry and size with where they were read. What is only wished for is not where one stands."""
    hints, spans = {}, []
    for name, codes in _words().items():
        best = _best(page.folded, codes)
        if best:
            code, found = best
            hints[name] = Hint(code, list(dict.fromkeys(word for word, _start in found)))
            spans += [(start, start + len(word)) for word, start in found]
    told = EMPLOYEES.search(page.folded)
    if told and 0 < int(told[1].replace(",", "")) <= MOST_EMPLOYEES:
        hints["employees"] = Hint(told[1].replace(",", ""), [told[0]])
        spans.append(told.span())
    return hints, spans


def _best(text: str, codes: Mapping[str, list[str]]) -> tuple[str, list[tuple[str, int]]] | None:
    """The code that most of the text's words speak for; of equals the first."""
    found = {code: list(_standing(text, words)) for code, words in codes.items()}
    code = max(found, key=lambda each: len(found[each]))
    return (code, found[code]) if found[code] else None


def _standing(text: str, words: list[str]) -> Iterator[tuple[str, int]]:
    """The words as far as they stand for what is there."""
    for word in words:
        for match in re.finditer(pattern(word), text):
            if not WISHED.match(text[match.end() : match.end() + 12]):
                yield word, match.start()


@cache
def _words() -> dict[str, dict[str, list[str]]]:
    """The folded words by field and code."""
    found: dict[str, dict[str, list[str]]] = {}
    with DATA.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["field"], {})[row["code"]] = [fold(word) for word in row["words"].split("|")]
    return found


def fold(text: str) -> str:
    """Width and case do not matter for finding a word."""
    return Page.of(text).folded


def pattern(word: str) -> str:
    """The word itself; a Latin word only where no other Latin letter or digit touches it."""
    quoted = re.escape(word)
    return rf"(?<![a-z0-9]){quoted}(?![a-z0-9])" if word.isascii() else quoted
