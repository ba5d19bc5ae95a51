"""What a profile page draws from the records."""

from dataclasses import dataclass

from django.db.models import F, Q
from django.utils import timezone

from network.access import Reader
from network.models import Collaboration, Organization, Partnership
from network.models.relations import Tie, TieQuerySet
from network.vocabulary import PartnershipState

PARTNERS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Partners:
    """With whom an organization has worked most often, how many partners more there are, and with how many it has
    confirmed a partnership."""

    shown: list[tuple[Organization, Collaboration]]
    more: int
    confirmed: int


def partners(organization: Organization, reader: Reader) -> Partners:
    """With whom the organization has worked, most often first; only partners the reader may know of."""
    either = Q(first=organization) | Q(second=organization)
    together = Collaboration.objects.visible_to(reader).filter(either, engagements__gte=1)
    ordered = together.order_by("-engagements", F("last").desc(nulls_last=True), "pk")
    rows = ordered.select_related("first", "second")[:PARTNERS_SHOWN]
    pairs = [(row.second if row.first_id == organization.pk else row.first, row) for row in rows]
    confirmed = Partnership.objects.visible_to(reader).filter(either, state=PartnershipState.CONFIRMED).count()
    return Partners(pairs, together.count() - len(pairs), confirmed)


def ties(organization: Organization, reader: Reader) -> TieQuerySet:
    """Disclosed interests the organization has today, as far as the reader may know of them."""
    known = Tie.objects.visible_to(reader).in_force(timezone.localdate())
    own = known.filter(Q(first=organization) | Q(second=organization))
    return own.select_related("first", "second").order_by("pk")
