"""Says to open pages that they should look again: after the change is saved, and never more than that."""

import logging
from functools import partial
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction

from casebook.consumers import group_of, group_of_person
from casebook.models import Case
from network.models import User

logger = logging.getLogger(__name__)


def on_case_changed(case: Case, in_bulk: bool = False, **_signal: Any) -> None:
    """Many cases at once would be many messages: the pages look by themselves soon enough."""
    if not in_bulk:
        transaction.on_commit(partial(hint, group_of(case.pk)))


def on_access_changed(user: User, **_signal: Any) -> None:
    transaction.on_commit(partial(hint, group_of_person(user.pk)))


def hint(group: str) -> None:
    """A lost hint is made up for by the next look; nobody's deed fails because of it."""
    layer = get_channel_layer()
    if layer is None:
        return
    try:
        async_to_sync(layer.group_send)(group, {"type": "look"})
    except Exception:  # whatever a layer raises
        logger.warning("no hint to %s: the channel layer is away", group, exc_info=True)
