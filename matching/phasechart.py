"""A chart of phases over time: bars of an SVG, with the same facts in the table beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from matching.models import EngagementPhase

WIDTH, ROW, LABEL = 720, 28, 180
"""Units of the drawing."""


@dataclass(frozen=True, slots=True)
class Bar:
    name: str
    x: float
    y: int
    width: float
    text_y: int
    done: bool


@dataclass(frozen=True, slots=True)
class Chart:
    bars: tuple[Bar, ...]
    height: int
    first: date
    last: date
    width: int = WIDTH


def chart(phases: Sequence[EngagementPhase]) -> Chart | None:
    """Phases with both days, on one scale; None where there are none."""
    dated = [(phase, phase.starts, phase.ends) for phase in phases if phase.starts and phase.ends]
    if not dated:
        return None
    first, last = min(starts for _phase, starts, _ends in dated), max(ends for _phase, _starts, ends in dated)
    days = (last - first + timedelta(days=1)).days
    unit = (WIDTH - LABEL) / days
    bars = tuple(
        Bar(
            name=phase.name,
            x=round(LABEL + (starts - first).days * unit, 1),
            y=place * ROW + 6,
            width=round(max(((ends - starts).days + 1) * unit, 2), 1),
            text_y=place * ROW + 20,
            done=phase.done_on is not None,
        )
        for place, (phase, starts, ends) in enumerate(dated)
    )
    return Chart(bars, len(bars) * ROW, first, last)
