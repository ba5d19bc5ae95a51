"""Says to open pages that they should look again: after the change is saved, and never more than that."""

import asyncio
import logging
from collections.abc import Collection, Iterable, Mapping
from functools import partial
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction

from network.accounts.carrying import digest_of_session
from network.models import User

logger = logging.getLogger(__name__)

LOOK: Mapping[str, Any] = {"type": "look"}
"""Whoever hears it asks anew what its reader may see."""
PATIENCE = 2.0
"""Seconds for the channel layer: somebody's request waits meanwhile."""


def group_of_person(user: int) -> str:
    """What every socket of the person hears."""
    return f"person.{user}"


def group_of_bell(user: int) -> str:
    """What only the bell hears."""
    return f"bell.{user}"


def group_of_session(session_key: str) -> str:
    return f"session.{digest_of_session(session_key)}"


def hint(groups: Collection[str], message: Mapping[str, Any] = LOOK) -> None:
    """A lost hint is made up for by the next look; nobody's deed fails because of it."""
    layer = get_channel_layer()
    if layer is None or not groups:
        return
    try:
        async_to_sync(_send)(layer, groups, message)
    except Exception:  # whatever a layer raises
        logger.warning("no hint to %s: the channel layer is away", ", ".join(groups), exc_info=True)


def hint_later(groups: Collection[str], message: Mapping[str, Any] = LOOK) -> None:
    """The same once the caller's transaction is saved."""
    transaction.on_commit(partial(hint, groups, message), robust=True)


async def _send(layer: Any, groups: Collection[str], message: Mapping[str, Any]) -> None:
    async with asyncio.timeout(PATIENCE):
        for group in groups:
            await layer.group_send(group, dict(message))


# --- The registry's own news --------------------------------------------------------------------


def on_access_changed(user: User, **_signal: Any) -> None:
    hint_later([group_of_person(user.pk)])


def on_notices_changed(users: Iterable[int], **_signal: Any) -> None:
    hint_later([group_of_bell(user) for user in users])


def on_session_deleted(instance: Any, **_signal: Any) -> None:
    """However a session ends: by signing out, from the list of devices, with the account."""
    hint_later([group_of_session(instance.session_key)])
