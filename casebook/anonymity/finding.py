"""What the check says: findings, and what one can do about each."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from casebook.vocabulary import FindingKind, Severity

NAMES = frozenset({FindingKind.ORGANIZATION, FindingKind.COMPANY, FindingKind.PERSON})
IDENTIFIERS = frozenset({FindingKind.PHONE, FindingKind.EMAIL, FindingKind.CORPORATE_NUMBER, FindingKind.ADDRESS})


@dataclass(frozen=True, slots=True)
class Hit:
    """Words that were found, by their place in the folded text."""

    kind: FindingKind
    start: int
    end: int
    instead: str = ""
    """What could stand there and tell less."""
    sure: bool = True
    """False where it may well be something harmless: then it asks for care at most."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Values of the content that would help, as JSON; `text` stands for the found words themselves."""

    values: Mapping[str, Any]
    label: str
    reaches: int | None = None
    """How many companies would then fit, or fit at most, as far as anybody counted."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that may tell who the client is.

    `place` is a field of the content (`title`, `measures.0.how`) or a section's kind; `start` and `end` are offsets in
    its text, both 0 where the field as a whole is meant. The same words in the same field have one `id`, so that they
    are judged once, whatever else of the text changes.
    """

    kind: FindingKind
    place: str
    start: int
    end: int
    text: str
    message: str
    remedy: str
    severity: Severity
    suggestions: tuple[Suggestion, ...] = field(default=(), compare=False)

    @property
    def id(self) -> str:
        """Of kind, field and words: of a list's entries the place in the list does not count."""
        field_ = ".".join(part for part in self.place.split(".") if not part.isdigit())
        return hashlib.sha256("\x1f".join((self.kind, field_, self.text)).encode("utf-8", "replace")).hexdigest()[:16]

    @property
    def suggestion(self) -> Mapping[str, Any] | None:
        """The values of the first suggestion, if there is one."""
        return self.suggestions[0].values if self.suggestions else None
