"""What search does when the casebook tells of a change; inside the transaction of the change."""

from typing import Any

from casebook.models import Case
from search.background import drain_after_commit
from search.indexing import index_case


def on_case_changed(case: Case, **_signal: Any) -> None:
    index_case(case)
    drain_after_commit()
