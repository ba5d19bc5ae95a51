"""The socket of a case's page. It carries a hint, never content: the page is asked for over HTTP, where access is."""

import asyncio
import contextlib
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer

from casebook.watching import mark_of
from network.access import Reader
from network.accounts.carrying import person_of
from network.hints import group_of_person

LOOK = 30.0
"""Seconds between two looks whether the reader may still see the case, with or without news."""
HIDDEN = 4404
"""Refused before it is accepted: the case is not there, or not for this reader."""
GONE = 4403
"""Closed: the reader may not see the case any more, or is not signed in any more."""


def group_of(case: int) -> str:
    return f"case.{case}"


class CaseSocket(AsyncJsonWebsocketConsumer):  # type: ignore[misc]  # channels ships no types
    """Tells `{"case": id, "seq": n}` whenever the case reads otherwise to this reader; n counts the hints.

    What the client sends is not read.
    """

    mark: str | None = None
    seq = 0
    looking: "asyncio.Task[None] | None" = None

    async def connect(self) -> None:
        self.case = self.scope["url_route"]["kwargs"]["pk"]
        reader = await self.person()
        self.pk = reader.pk
        self.mark = await database_sync_to_async(mark_of)(self.case, reader)
        if self.mark is None:
            await self.close(HIDDEN)
            return
        await self.join()
        await self.accept()
        self.looking = asyncio.create_task(self.keep_looking())

    async def person(self) -> Reader:
        """Who this is now; the session is read anew."""
        key = getattr(self.scope.get("session"), "session_key", None)
        reader: Reader = await database_sync_to_async(person_of)(key)
        return reader

    async def join(self) -> None:
        """Be told at once. Where the layer is away, looking every LOOK seconds has to do."""
        with contextlib.suppress(Exception):
            await self.channel_layer.group_add(group_of(self.case), self.channel_name)
            if self.pk is not None:
                await self.channel_layer.group_add(group_of_person(self.pk), self.channel_name)

    async def keep_looking(self) -> None:
        while True:
            await asyncio.sleep(LOOK)
            await self.look({})

    async def look(self, _event: dict[str, Any]) -> None:
        """Close when the case is not for this reader any more; send a hint when it reads otherwise."""
        reader = await self.person()
        mark = None if reader.pk != self.pk else await database_sync_to_async(mark_of)(self.case, reader)
        if mark is None:
            await self.close(GONE)
        elif mark != self.mark:
            self.mark, self.seq = mark, self.seq + 1
            await self.send_json({"case": self.case, "seq": self.seq})

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None, **_more: Any) -> None:
        """Nothing that a client says is of interest here."""

    async def disconnect(self, _code: int) -> None:
        if self.looking:
            self.looking.cancel()
        with contextlib.suppress(Exception):
            await self.channel_layer.group_discard(group_of(self.case), self.channel_name)
            if self.pk is not None:
                await self.channel_layer.group_discard(group_of_person(self.pk), self.channel_name)
