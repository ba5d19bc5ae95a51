"""Two texts of one case beside each other."""

from collections.abc import Iterable
from dataclasses import dataclass

from casebook.vocabulary import SectionKind
from casebook.writing.content import Content, File
from casebook.writing.difference import Piece, difference, is_changed
from casebook.writing.facts import Change, Names, changes, facts_of
from network.access import Reader


@dataclass(frozen=True, slots=True)
class Compared:
    """One section: what changed in it, or its text where nothing did."""

    kind: str
    pieces: list[Piece]

    @property
    def name(self) -> str:
        return str(SectionKind(self.kind).label)

    @property
    def changed(self) -> bool:
        return is_changed(self.pieces)


@dataclass(frozen=True, slots=True)
class Comparison:
    facts: list[Change]
    sections: list[Compared]
    """Those that stand in either text, in reading order."""

    @property
    def changed(self) -> bool:
        return bool(self.facts) or any(section.changed for section in self.sections)


def compared(
    before: Content, after: Content, reader: Reader, *, files: tuple[Iterable[File], Iterable[File]] = ((), ())
) -> Comparison:
    """From one text to the next; four queries for their names."""
    names = Names([before, after], reader)
    facts = changes(facts_of(before, files[0], names), facts_of(after, files[1], names))
    kinds = [kind for kind in SectionKind.values if kind in before.sections or kind in after.sections]
    parts = [Compared(kind, difference(before.sections.get(kind, ""), after.sections.get(kind, ""))) for kind in kinds]
    return Comparison(facts, parts)
