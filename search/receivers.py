"""What search does when the casebook tells of a change, inside the transaction of the change; and as time passes."""

from typing import Any

from casebook.models import Case
from search.actions import sweep
from search.background import drain_after_commit
from search.indexing import enqueue, index_case, renew_marked
from search.spelling import learn_case
from search.upkeep import catch_up


def on_case_changed(case: Case, **_signal: Any) -> None:
    index_case(case)
    learn_case(case)
    drain_after_commit()


def on_case_deleted(instance: Case, **_signal: Any) -> None:
    """Its postings go with it; in Meilisearch they are taken out like any other change."""
    enqueue([instance.pk])
    drain_after_commit()


def on_time_passed(**_signal: Any) -> None:
    sweep()
    while renew_marked():
        pass
    catch_up()
