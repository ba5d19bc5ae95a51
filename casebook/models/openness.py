"""When a case is open to anybody outside its owning organization: asked by the clock and the ledger, each time anew."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from casebook.models.consents import Consent
from casebook.models.requests import Delegation
from casebook.vocabulary import CaseState
from network.access import Reader, is_steward, organization_ids_of


def is_open(reader: Reader, case: str = "") -> Q:
    """Cases whose sections' keys hold: published, past their embargo, with no consent they rest on withdrawn or lapsed.

    `case` is the way to the case with its underscores (`"case__"`). A steward keeps reading what was taken down, to
    judge an objection.
    """
    return is_open_in(states_open_to(reader), case)


def states_open_to(reader: Reader) -> list[CaseState]:
    """The states in which a case's keys hold for this reader."""
    return [CaseState.PUBLISHED, *([CaseState.TAKEN_DOWN] if is_steward(reader) else [])]


def is_open_in(states: Collection[CaseState], case: str = "") -> Q:
    """The same for whoever reads cases of these states."""
    today = timezone.localdate()
    begun = Q(**{f"{case}opens_on__isnull": True}) | Q(**{f"{case}opens_on__lte": today})
    broken = Consent.objects.broken_on(today).filter(case=OuterRef(f"{case}pk"))
    return Q(**{f"{case}state__in": states}) & begun & Q(~Exists(broken))


def is_own(reader: Reader, case: str = "") -> Q:
    """Cases of the reader's own organizations, and those the reader was asked to write, as long as that holds."""
    own = Q(**{f"{case}owner__in": organization_ids_of(reader)})
    asked = Delegation.objects.in_force_for(reader)
    return own | Q(**{f"{case}pk__in": asked.values("case")})
