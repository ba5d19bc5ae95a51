"""Consents that end soon: their owner's editors are reminded in time to renew them, once."""

from collections.abc import Iterable
from datetime import date, timedelta

from casebook.actions.consenting import called
from casebook.actions.wanting import SOON
from casebook.models import Consent
from casebook.notices import leave
from casebook.vocabulary import CaseState
from network.models import User
from network.notices.telling import editors_of


def remind_of_lapsing(today: date) -> int:
    """Tell of every consent that a published case rests on and that ends within SOON days; returns how many there are.

    The same consent is told a person once, however often this runs; one that was renewed is told of no more.
    """
    ending = Consent.objects.filter(
        binding=True, withdrawn_at=None, until__gte=today, until__lt=today + timedelta(days=SOON)
    )
    found = ending.filter(case__state=CaseState.PUBLISHED).select_related("case__owner", "organization").order_by("pk")
    editors: dict[int, list[User]] = {}
    for consent in found:
        owner = consent.case.owner
        people: Iterable[User] = editors.setdefault(owner.pk, editors_of(owner))
        until = consent.until.isoformat() if consent.until else ""
        leave(people, consent.case, "lapses", key=f"{consent.pk}:{until}", by=called(consent), until=until)
    return len(found)
