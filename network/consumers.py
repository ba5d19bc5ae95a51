"""Sockets of open pages. They carry a hint, never content: what it is about is asked for over HTTP, where access is
asked again."""

import asyncio
import contextlib
import json
import logging
from collections.abc import Hashable
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.db import DatabaseError

from network.access import Reader
from network.accounts import second_factor
from network.accounts.carrying import person_of
from network.hints import group_of_bell, group_of_person, group_of_session
from network.models import User

logger = logging.getLogger(__name__)

LOOK = 4.0
"""Seconds between two looks, with or without news: whoever lost access is gone within five, whatever the layer lost."""
HIDDEN = 4404
"""Refused before it is accepted: it is not there, or not for this reader."""
GONE = 4403
"""Closed: it is not for the reader any more, or nobody is signed in any more."""
UNREAD = 1008
"""Closed: it says what nobody reads, again and again."""
FRAMES = 10
"""How many frames that mean nothing are answered before that."""


class WatchingSocket(AsyncJsonWebsocketConsumer):  # type: ignore[misc]  # channels ships no types
    """Looks every few seconds, and at each `look`, how things stand for its reader; tells when they changed, and
    closes when they are not for this reader any more.

    What the client sends is not read.
    """

    tells_at_once = True
    """Whether it tells how things stand when it opens; otherwise only when they changed."""
    stands: Hashable = None
    looking: "asyncio.Task[None] | None" = None

    def standing(self, reader: Reader) -> Hashable:
        """What changes with what the reader is to be told of; None where the reader may not listen."""
        raise NotImplementedError

    def said(self) -> dict[str, Any]:
        """The hint, from how things stand."""
        raise NotImplementedError

    def pause(self) -> float:
        """Seconds between two looks."""
        return LOOK

    def listens_to(self) -> list[str]:
        """The groups whose `look` it hears."""
        person = [] if self.pk is None else [group_of_person(self.pk)]
        return person + ([group_of_session(self.session_key)] if self.session_key else [])

    async def connect(self) -> None:
        self.session_key: str | None = getattr(self.scope.get("session"), "session_key", None)
        self.joined: list[str] = []
        self.pk, self.stands = await database_sync_to_async(self.seen)()
        if self.stands is None:
            await self.close(HIDDEN)
            return
        await self.join()
        await self.accept()
        if self.tells_at_once:
            await self.tell()
        self.looking = asyncio.create_task(self.keep_looking())

    def person(self) -> Reader:
        """Who this is now; the session is read anew."""
        return person_of(self.session_key)

    def seen(self) -> tuple[int | None, Hashable]:
        """Who this is now, and how things stand."""
        reader = self.person()
        return reader.pk, self.standing(reader)

    async def join(self) -> None:
        """Be told at once. Where the layer is away, looking has to do."""
        with contextlib.suppress(Exception):
            for group in self.listens_to():
                await self.channel_layer.group_add(group, self.channel_name)
                self.joined.append(group)

    async def keep_looking(self) -> None:
        while True:
            await asyncio.sleep(self.pause())
            try:
                await self.look({})
            except DatabaseError:  # it has no time: the next look asks again
                logger.warning("a socket could not look", exc_info=True)
            except Exception:  # the other side is gone already, and `disconnect` on its way
                logger.debug("a socket stopped looking", exc_info=True)
                return

    async def look(self, _event: dict[str, Any]) -> None:
        pk, stands = await database_sync_to_async(self.seen)()
        if stands is None or pk != self.pk:
            await self.close(GONE)
        elif stands != self.stands:
            self.stands = stands
            await self.tell()

    async def tell(self) -> None:
        await self.send_json(self.said())

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None, **_more: Any) -> None:
        """Nothing that a client says is of interest here."""

    async def disconnect(self, _code: int) -> None:
        if self.looking:
            self.looking.cancel()
        with contextlib.suppress(Exception):
            for group in self.joined:
                await self.channel_layer.group_discard(group, self.channel_name)


class PersonalSocket(WatchingSocket):
    """A socket of somebody who is signed in. Answers what the client says."""

    needs_second_factor = True
    """Whether a steward without one is refused, as from the pages."""
    stands: int | None = None
    odd = 0

    def standing(self, reader: Reader) -> int | None:
        raise NotImplementedError

    def seen(self) -> tuple[int | None, Hashable]:
        reader = self.person()
        known = isinstance(reader, User) and reader.is_active
        refused = self.needs_second_factor and second_factor.is_missing(reader)
        return reader.pk, self.standing(reader) if known and not refused else None

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None, **_more: Any) -> None:
        """A frame that means nothing gets an error frame; ids that a client makes up are never looked at."""
        with contextlib.suppress(ValueError, TypeError, RecursionError):
            if await self.heard(json.loads(text_data or "")):
                return
        self.odd += 1
        await (self.close(UNREAD) if self.odd > FRAMES else self.send_json({"error": "unknown"}))

    async def heard(self, _said: Any) -> bool:
        """Act on what the client says; False where it means nothing."""
        return False


class BellSocket(PersonalSocket):
    """Tells `{"unseen": n}`: how many notices the person has not read, as the head of every page does."""

    needs_second_factor = False

    def listens_to(self) -> list[str]:
        return [*super().listens_to(), group_of_bell(self.pk)]

    def standing(self, reader: Reader) -> int | None:
        return reader.notices.filter(read_at=None).count() if isinstance(reader, User) else None

    def said(self) -> dict[str, Any]:
        return {"unseen": self.stands}
