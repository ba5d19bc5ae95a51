"""Says to open pages of a case that they should look again."""

from typing import Any

from casebook.consumers import group_of
from casebook.models import Case
from network.hints import hint_later


def on_case_changed(case: Case, in_bulk: bool = False, **_signal: Any) -> None:
    """Many cases at once would be many messages: the pages look by themselves soon enough."""
    if not in_bulk:
        hint_later([group_of(case.pk)])
