"""The columns of one moment, and what follows from them for one reader."""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any, TypeVar

import numpy as np

from casebook.models import Case
from casebook.models.openness import states_open_to
from casebook.vocabulary import CaseState
from network.access import Reader, keys_held_by
from network.models import User

Ids = np.ndarray[Any, np.dtype[np.int64]]
Codes = np.ndarray[Any, np.dtype[np.int32]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]

STATES = list(CaseState)
NONE = -1
"""The code of no value."""
READERS = 16
"""So many readers' masks are kept beside the columns: who types asks with every letter."""
Who = tuple[frozenset[str], frozenset[CaseState], bytes]
"""The keys a reader holds, the states of cases that those open, and the ids of the own cases, as numbers of 8 bytes."""


class Codebook:
    """Numbers for words, given as they come and kept for good."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.numbers: dict[str, int] = {}

    def __call__(self, word: object) -> int:
        """The number of a word; NONE for an empty one."""
        if word is None or word == "":
            return NONE
        text = str(word)
        if text not in self.numbers:
            self.numbers[text] = len(self.words)
            self.words.append(text)
        return self.numbers[text]


@dataclass(frozen=True)
class Sections:
    """One row a section, by ascending id."""

    id: Ids
    case: Ids
    lessons: Mask
    length: Codes
    """Terms of its document; NONE where it is not indexed."""


@dataclass(frozen=True)
class Grants:
    """One row a key that opens a section today."""

    section: Ids
    case: Ids
    key: Codes
    state: Codes
    """Of the case, as the position in STATES."""


@dataclass(frozen=True)
class Cases:
    """One row a case, by ascending id; the columns after the first are facets that have one value at most."""

    id: Ids
    industry: Codes
    prefecture: Codes
    stage: Codes
    outcome: Codes
    year: Codes
    tlp: Codes

    @property
    def case(self) -> Ids:
        return self.id


@dataclass(frozen=True)
class Pairs:
    """One row a value of a facet that may have several."""

    case: Ids
    value: Codes


Table = TypeVar("Table", Sections, Grants, Cases, Pairs)


@dataclass(frozen=True)
class Columns:
    """All of it; never changed, only replaced."""

    books: "dict[str, Codebook]"
    sections: Sections
    grants: Grants
    cases: Cases
    phase: Pairs
    capability: Pairs

    @cached_property
    def case_of(self) -> Ids:
        """The position of each section's case."""
        return np.searchsorted(self.cases.id, self.sections.case)

    @cached_property
    def newest_first(self) -> Ids:
        """Positions of cases: by year, those without one last, then the one that came last first."""
        years = np.array([int(year) for year in self.books["year"].words] + [0])  # NONE is the last
        return np.lexsort((-self.cases.id, -years[self.cases.year]))

    @cached_property
    def every(self) -> Ids:
        """All positions of cases."""
        return np.arange(len(self.cases.id))

    @cached_property
    def several(self) -> dict[str, tuple[Ids, Codes]]:
        """The facets that may have several values: of each row the position of the case, and the value."""
        pairs = {"phase": self.phase, "capability": self.capability}
        return {name: (np.searchsorted(self.cases.id, one.case), one.value) for name, one in pairs.items()}

    @cached_property
    def _opened(self) -> Ids:
        return np.searchsorted(self.sections.id, self.grants.section)

    def consistent(self) -> "Columns":
        """Without rows that belong to none: the tables are read one after the other, while others write."""
        sections = _only(self.sections, np.isin(self.sections.case, self.cases.id))
        return replace(
            self,
            sections=sections,
            grants=_only(self.grants, np.isin(self.grants.section, sections.id)),
            phase=_only(self.phase, np.isin(self.phase.case, self.cases.id)),
            capability=_only(self.capability, np.isin(self.capability.case, self.cases.id)),
        )

    def seen_by(self, reader: Reader) -> "Sight":
        """What the reader may read now. Who the reader is, is asked of the database."""
        who = (keys_held_by(reader), frozenset(states_open_to(reader)), _own(reader).tobytes())
        masks = self._masks.get(who)
        if masks is None:
            masks = self._masks[who] = self._seen_with(*who)
            if len(self._masks) > READERS:
                self._masks.popitem(last=False)
        return Sight(self, *masks)

    @cached_property
    def _masks(self) -> "OrderedDict[Who, tuple[Mask, Mask]]":
        """Of the last readers, by all that decides what they may read."""
        return OrderedDict()

    def _seen_with(self, keys: frozenset[str], states: frozenset[CaseState], own: bytes) -> tuple[Mask, Mask]:
        held, open_states = np.zeros(len(self.books["key"].words) + 1, bool), np.zeros(len(STATES), bool)
        numbers = self.books["key"].numbers
        held[[numbers[key] for key in keys if key in numbers]] = True
        open_states[[STATES.index(state) for state in states]] = True
        visible = np.zeros(len(self.cases.id), bool)
        visible[positions(self.cases.id, np.frombuffer(own, np.int64))] = True
        readable = visible[self.case_of]
        readable[self._opened[held[self.grants.key] & open_states[self.grants.state]]] = True
        visible[self.case_of[readable]] = True
        for mask in (readable, visible):
            mask.setflags(write=False)
        return readable, visible


@dataclass(frozen=True)
class Sight:
    """What one reader may read of the columns; both masks are by position."""

    columns: Columns
    readable: Mask
    """Sections, as `Section.objects.visible_to` has them."""
    visible: Mask
    """Cases, as `Case.objects.visible_to` has them."""

    @cached_property
    def lessons(self) -> Mask:
        """Cases whose section 学び・失敗 is a readable one."""
        found = np.zeros(len(self.columns.cases.id), bool)
        found[self.columns.case_of[self.readable & self.columns.sections.lessons]] = True
        return found


def _own(reader: Reader) -> Ids:
    """Sorted ids of the cases that the reader's own organizations hold or that the reader was asked to write."""
    if not isinstance(reader, User):
        return np.empty(0, np.int64)
    return np.sort(np.fromiter(Case.objects.own_of(reader).order_by().values_list("pk", flat=True), np.int64))


def _only(table: Table, kept: Mask) -> Table:
    columns: dict[str, Any] = {column.name: getattr(table, column.name)[kept] for column in fields(table)}
    return table if kept.all() else replace(table, **columns)


def positions(among: Ids, ids: Iterable[int]) -> Ids:
    """Where the ids stand in a sorted column, in their order; those that do not stand there are left out."""
    wanted = ids if isinstance(ids, np.ndarray) else np.fromiter(ids, np.int64)
    places = np.searchsorted(among, wanted)
    places[places == len(among)] = 0
    return places[among[places] == wanted] if len(among) else places[:0]
