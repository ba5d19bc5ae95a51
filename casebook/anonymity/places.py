"""The texts of a content that somebody could read, each with the name of its place."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from casebook.anonymity.folding import Folded, fold
from casebook.vocabulary import SectionKind
from casebook.writing.content import Content, File

LINES = ("title", "subtitle", "contact")
LISTS = ("keywords", "schemes")


@dataclass(frozen=True, slots=True)
class Place:
    """A text and where it stands: a section's kind, a field, or an entry of a list (`measures.0.how`)."""

    name: str
    folded: Folded

    @property
    def field(self) -> str:
        return self.name.partition(".")[0]

    @property
    def is_team(self) -> bool:
        """Shown together with who took part, to the same readers."""
        return self.field in {SectionKind.TEAM, "participants"}

    @property
    def is_contact(self) -> bool:
        """The owner's own telephone number and address are meant to stand here."""
        return self.field == "contact"


def places(content: Content, files: Iterable[File] = ()) -> list[Place]:
    """All texts that are not empty, in the order in which one reads them.

    The section 実名・連絡先 is for names, so nothing in it is one too many; the source and the links stand with it
    where the case has one, and before everybody where it has none.
    """
    return [Place(name, fold(text)) for name, text in _texts(content, files) if text]


def text_at(content: Content, place: str, files: Iterable[File] = ()) -> str:
    """The text of a place; empty where there is none (any more)."""
    return next((text for name, text in _texts(content, files) if name == place), "")


def _texts(content: Content, files: Iterable[File]) -> Iterator[tuple[str, str]]:
    yield from ((name, getattr(content, name)) for name in LINES)
    for kind in SectionKind.values:
        if kind != SectionKind.IDENTITY:
            yield kind, content.sections.get(kind, "")
    for position, figure in enumerate(content.measures):
        yield f"measures.{position}.name", figure.name
        yield f"measures.{position}.how", figure.how
    for position, took in enumerate(content.participants):
        yield f"participants.{position}.role", took.role
    for name in LISTS:
        yield from ((f"{name}.{position}", text) for position, text in enumerate(getattr(content, name)))
    for position, file in enumerate(files):
        yield f"files.{position}.name", file.name
        yield f"files.{position}.description", file.description
    if SectionKind.IDENTITY not in content.sections:
        yield "source_title", content.source_title
        yield "source_url", content.source_url
        yield from ((f"related_urls.{position}", url) for position, url in enumerate(content.related_urls))
