"""Sending again what the index would not take."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from network.access import is_steward
from network.models import User
from search import outbox
from search.background import drain_after_commit
from search.models import Outbox


@transaction.atomic
def send_again(row: Outbox, *, by: User) -> None:
    """Have the case tried anew from the next moment on, as often as before it was given up.

    PermissionDenied unless `by` is a steward. One that is tried already, or was written meanwhile, stays as it is.
    """
    if not is_steward(by):
        raise PermissionDenied
    outbox.dead().filter(pk=row.pk).update(dead_at=None, refused=0, attempts=0, not_before=timezone.now())
    drain_after_commit()
