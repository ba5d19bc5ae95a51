"""What matching does on news from below."""

from typing import Any

from matching.actions import follow_the_clock


def on_clock_followed(**_signal: Any) -> None:
    follow_the_clock()
