"""What engagements make of the registry: places that are taken and given back, and who has worked with whom.

Nobody's statement about itself, but what follows from the verbs of the room above, which asks for the right.
"""

from collections.abc import Collection
from datetime import date
from itertools import combinations

from django.db import transaction

from network.actions.base import changed
from network.history import record as history
from network.history.record import capacity_value
from network.models import Collaboration, Organization, User
from network.vocabulary import CapacityStatus, Deed

MOST_SLOTS = 999


class NoSlotError(Exception):
    """The organization takes on no further engagement now."""


@transaction.atomic
def take_slot(organization: Organization, *, by: User) -> None:
    """One engagement less that it can begin; raises NoSlotError where it can begin none. What was said about capacity
    counts on after its last day, as for the matcher."""
    current = Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
    if not (current.is_active and CapacityStatus(current.capacity_status).accepts and current.capacity_slots > 0):
        raise NoSlotError
    _count(current, current.capacity_slots - 1, by)


@transaction.atomic
def return_slot(organization: Organization, *, by: User | None) -> None:
    """One engagement more that it can begin: one has ended, or came to nothing."""
    current = Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
    _count(current, min(current.capacity_slots + 1, MOST_SLOTS), by)


@transaction.atomic
def worked_together(organizations: Collection[Organization], *, on: date) -> None:
    """Every two of them finished one engagement more together."""
    held = Organization.objects.select_for_update(no_key=True).filter(pk__in={each.pk for each in organizations})
    members = list(held.order_by("pk"))
    for first, second in combinations(members, 2):
        row, _new = Collaboration.objects.select_for_update().get_or_create(first=first, second=second)
        row.engagements += 1
        row.last = max(filter(None, (row.last, on)))
        row.stated_strength = None  # what a file stated ends with what was counted
        row.save()
    for member in members if len(members) > 1 else ():
        changed(member)


def _count(organization: Organization, slots: int, by: User | None) -> None:
    before = capacity_value(organization)
    organization.capacity_slots = slots
    organization.version += 1
    after = capacity_value(organization)
    history.note(organization, {"capacity": (before, after)}, deed=Deed.CAPACITY, by=by)
    changed(organization, "capacity_slots", "version")
