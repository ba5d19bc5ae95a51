"""A case's history: every deed leaves an entry."""

from casebook.models import Case, CaseEvent
from casebook.vocabulary import CaseDeed
from network.models import User

LONGEST = 1000


def note(case: Case, deed: CaseDeed, *, by: User | None, detail: str = "") -> None:
    """Write down what was done to the case; `detail` is read by the owner's members only. Needs a transaction."""
    CaseEvent.objects.create(case=case, deed=deed, by=by, by_name=str(by or "")[:120], detail=detail[:LONGEST])
