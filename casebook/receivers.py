"""What the casebook does when its own news is told; inside the transaction of the change."""

from typing import Any

from django.db import transaction

from casebook.bearing import bear_out_cases
from casebook.models import Attachment, Case


def on_case_changed(case: Case, in_bulk: bool = False, **_signal: Any) -> None:
    """Who changes many cases at once (`in_bulk`) sees to the evidence itself."""
    if not in_bulk:
        bear_out_cases([case])


def on_case_deleted(instance: Case, **_signal: Any) -> None:
    """However a case goes, by whatever cascade: it bears out nothing any more."""
    bear_out_cases([instance])


def on_attachment_deleted(instance: Attachment, **_signal: Any) -> None:
    """However the row goes, by whatever cascade: its file goes with it, once that is sure."""
    file = instance.file
    transaction.on_commit(lambda: file.storage.delete(str(file.name)), robust=True)
