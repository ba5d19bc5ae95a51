"""The capability grid as its page shows it: one line for each capability, filtered and grouped."""

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from network.codes import LEVELS, PHASES
from network.history.record import rating_value
from network.models import Capability, Change, Organization, Rating
from network.paging import MAX_DIGITS
from network.profile.completeness import NEEDS_GROUNDS
from network.profile.conflicts import Conflict, last_change
from network.profile.typical import Usual, typical


@dataclass(frozen=True, slots=True)
class Line:
    """One line. What its fields show need not be saved yet: what was typed, or a starting point."""

    capability: Capability
    rating: Rating | None
    now: datetime
    usual: Usual | None = None
    typed: Mapping[str, Any] | None = None
    starting: bool = False
    undo: Change | None = None
    read_version: str | None = None
    conflict: Conflict | None = None

    @classmethod
    def of(cls, organization: Organization, capability: Capability, rating: Rating | None) -> "Line":
        """The line after a change, which can be taken back."""
        usual = typical(organization.kind).get(capability.pk)
        return cls(capability, rating, timezone.now(), usual, undo=last_deed(organization, capability, rating))

    @property
    def version(self) -> int | str:
        """What the fields were typed on; 0 for an empty line."""
        if self.read_version is not None:
            return self.read_version
        return self.rating.version if self.rating else 0

    @property
    def level(self) -> str:
        """The level that is chosen in the field; empty where none is."""
        return self._field("level")

    @property
    def stance(self) -> str:
        return self._field("stance")

    @property
    def note(self) -> str:
        return self._field("note")

    @property
    def evidence(self) -> str:
        return self._field("evidence")

    def _field(self, name: str) -> str:
        if self.typed is not None:
            return str(self.typed.get(name, ""))
        return str(getattr(self.rating, name)) if self.rating else ""

    @property
    def observable(self) -> str:
        """What one can observe at the chosen level."""
        return LEVELS[self.level].texts["observable"] if self.level in LEVELS else ""

    @property
    def is_stale(self) -> bool:
        return self.rating is not None and self.rating.is_stale_at(self.now)

    @property
    def is_bare(self) -> bool:
        """True for a high level that names no grounds."""
        rating = self.rating
        return bool(
            rating and rating.level >= NEEDS_GROUNDS and not rating.is_weakness and not (rating.note or rating.evidence)
        )

    @property
    def phases(self) -> list[str]:
        return [PHASES.name(code) for code in self.capability.phases]

    @property
    def words(self) -> str:
        """What the filter looks in."""
        capability = self.capability
        return plain(" ".join([capability.name_ja, capability.name_en, capability.meaning, *capability.synonyms]))


FILTERS: dict[str, tuple[Any, Callable[[Line], bool]]] = {
    "": (gettext_lazy("すべて"), lambda line: True),
    "filled": (gettext_lazy("記入ずみ"), lambda line: line.rating is not None),
    "empty": (gettext_lazy("未入力"), lambda line: line.rating is None),
    "usual": (gettext_lazy("候補あり"), lambda line: line.rating is None and line.usual is not None),
    "stale": (gettext_lazy("要確認"), lambda line: line.is_stale),
    "bare": (gettext_lazy("根拠なし"), lambda line: line.is_bare),
    "weakness": (gettext_lazy("弱み"), lambda line: line.rating is not None and line.rating.is_weakness),
}
"""Parts of the grid by their word in the address."""


@dataclass(frozen=True, slots=True)
class Part:
    """One filter: its word, its name, and how many lines it shows."""

    show: str
    name: str
    count: int


def lines(organization: Organization) -> list[Line]:
    """Every line in the taxonomy's order."""
    now, usual = timezone.now(), typical(organization.kind)
    filled = {rating.capability_id: rating for rating in organization.ratings.all()}
    return [
        Line(capability, filled.get(capability.pk), now, usual.get(capability.pk))
        for capability in Capability.objects.all()
    ]


def line(organization: Organization, capability: Capability) -> Line:
    """One line as it stands."""
    rating = organization.ratings.filter(capability=capability).first()
    return Line(capability, rating, timezone.now(), typical(organization.kind).get(capability.pk))


def started(found: Line) -> Line:
    """An empty line with what is usual in its fields, saved by nobody; any other line as it is."""
    if found.rating or not found.usual:
        return found
    return replace(found, typed={"level": found.usual.level, "stance": "neutral"}, starting=True)


def last_deed(organization: Organization, capability: Capability, rating: Rating | None) -> Change | None:
    """The entry of the history that made the line what it is: what 元に戻す takes back."""
    path = f"rating.{capability.code}"
    change = last_change(organization, path)
    if change is None or len(change.changes) != 1 or change.changes[path][1] != rating_value(rating):
        return None
    return change


def undoable(found: list[Line], organization: Organization, change: str) -> list[Line]:
    """The same lines; the one that this entry of the history changed last can be put back."""
    if not (change.isascii() and change.isdecimal() and len(change) <= MAX_DIGITS):
        return found
    deed = organization.changes.filter(pk=int(change)).first()
    path = next(iter(deed.changes)) if deed and len(deed.changes) == 1 else ""
    return [
        replace(each, undo=deed)
        if deed and path == f"rating.{each.capability.code}" and deed.changes[path][1] == rating_value(each.rating)
        else each
        for each in found
    ]


def parts(found: Iterable[Line]) -> list[Part]:
    """The filters with their counts."""
    everything = list(found)
    return [Part(show, str(name), sum(map(holds, everything))) for show, (name, holds) in FILTERS.items()]


def narrowed(found: Iterable[Line], show: str, words: str) -> list[Line]:
    """The lines of one filter that speak of the words; an unknown filter shows all."""
    _name, holds = FILTERS.get(show, FILTERS[""])
    wanted = plain(words).split()
    return [each for each in found if holds(each) and all(word in each.words for word in wanted)]


def grouped(found: Iterable[Line], by: str) -> list[tuple[str, list[Line]]]:
    """The lines under their area, or under the phase for which they matter first."""
    groups: dict[str, list[Line]] = {PHASES.name(code): [] for code in PHASES} if by == "phase" else {}
    for each in found:
        phase = each.phases[0] if each.phases else _("局面を問わない")
        groups.setdefault(phase if by == "phase" else each.capability.area_name, []).append(each)
    return [(name, members) for name, members in groups.items() if members]


def plain(text: str) -> str:
    """So that full width, half width and capitals find each other."""
    return unicodedata.normalize("NFKC", text).casefold()
