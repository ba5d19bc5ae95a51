"""What the casebook does when its own news is told; inside the transaction of the change."""

from typing import Any

from casebook.bearing import bear_out_cases
from casebook.models import Case


def on_case_changed(case: Case, in_bulk: bool = False, **_signal: Any) -> None:
    """Who changes many cases at once (`in_bulk`) sees to the evidence itself."""
    if not in_bulk:
        bear_out_cases([case])


def on_case_deleted(instance: Case, **_signal: Any) -> None:
    """However a case goes, by whatever cascade: it bears out nothing any more."""
    bear_out_cases([instance])
