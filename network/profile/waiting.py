"""What waits for an organization's answer."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q

from network.access import Reader
from network.models import Correction, Partnership
from network.vocabulary import CorrectionState, PartnershipState


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many proposals of others are unanswered."""

    corrections: int
    partnerships: int


def waiting(organizations: Collection[int], reader: Reader) -> dict[int, Waiting]:
    """By organization, for all that are named; as far as the reader may know. As many questions for many as for one."""
    open_ones = Correction.objects.visible_to(reader).filter(state=CorrectionState.OPEN)
    corrections = Counter(open_ones.filter(organization__in=organizations).values_list("organization", flat=True))
    either = Q(first__in=organizations) | Q(second__in=organizations)
    proposed = Partnership.objects.visible_to(reader).filter(either, state=PartnershipState.PROPOSED)
    partnerships = Counter(
        second if asking == first else first
        for first, second, asking in proposed.values_list("first", "second", "proposed_by")
    )
    return {pk: Waiting(corrections[pk], partnerships[pk]) for pk in organizations}
