"""What explains one team of a stored answer, as the page draws it: seats, loads, contributions, who is next best.

Answers from before these were kept show what they have.
"""

from dataclasses import dataclass, field
from typing import Any

from matching.explaining import Lexicon, Result
from matching.wording import (
    adds_sentence,
    may_tell_parts,
    next_best_sentence,
    seat_reason,
    seat_title,
    supply_sentence,
)
from network.codes import PHASES


@dataclass(frozen=True, slots=True)
class SeatView:
    title: str
    responsible: str
    supporting: list[str]
    reason: str
    is_required: bool
    """Whether a requirement asks for the seat, or only the bank's model."""


@dataclass(frozen=True, slots=True)
class LoadView:
    name: str
    load: int
    room: int

    @property
    def width(self) -> str:
        """Percent of the room in use."""
        return f"{min(100, 100 * self.load / max(self.room, 1)):.2f}"


@dataclass(frozen=True, slots=True)
class NextView:
    phase: str
    capability: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Reasons:
    """Everything that is said about one team."""

    seats: list[SeatView] = field(default_factory=list)
    loads: list[LoadView] = field(default_factory=list)
    adds: list[str] = field(default_factory=list)
    next_best: list[NextView] = field(default_factory=list)
    supplies: list[NextView] = field(default_factory=list)
    """Where the nearest supply of each gap is."""


def reasons_of(number: int, result: Result, words: Lexicon, home: str) -> Reasons:
    """Of the team at this place, from 0; `home` is the client's prefecture."""
    if "seats" not in result:
        return Reasons()
    team, parts = result["teams"][number], may_tell_parts(result, words)
    seating, adds = result["seats"][number], result["adds"][number]
    order = sorted(team["members"], key=lambda member: (member != team["lead"], member))
    return Reasons(
        seats=[seat_view(seat, team, result, words) for seat in seating["seats"]],
        loads=[LoadView(words.name(member), *seating["loads"][member]) for member in order],
        adds=[adds_sentence(words.name(member), adds[member], parts=parts) for member in order],
        next_best=[_next(found, team, result, words, parts=parts) for found in result["next_best"][number]],
        supplies=[
            _about(result["requirements"][int(index)], supply_sentence(found, home), words)
            for index, found in result["supplies"][number].items()
        ],
    )


def seat_view(seat: dict[str, Any], team: Result, result: Result, words: Lexicon) -> SeatView:
    responsible = seat["responsible"]
    return SeatView(
        title=seat_title(seat),
        responsible=words.name(responsible) if responsible else "",
        supporting=[words.name(member) for member in seat["supporting"]],
        reason=seat_reason(seat, team, result, words, result["requirements"]),
        is_required=bool(seat["requirements"]),
    )


def _next(found: dict[str, Any], team: Result, result: Result, words: Lexicon, *, parts: bool) -> NextView:
    needed = result["requirements"][found["requirement"]]
    owner = team["owners"].get(str(found["requirement"]))
    return _about(needed, next_best_sentence(found, owner, words, parts=parts), words)


def _about(needed: dict[str, Any], sentence: str, words: Lexicon) -> NextView:
    return NextView(PHASES.name(needed["phase"]), words.capability(needed["capability"]), sentence)
