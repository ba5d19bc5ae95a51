"""Sockets of pages that several people have open, rooms and workbenches: the number of the latest event, who is there,
who types. Nothing of it is stored."""

import asyncio
import contextlib
import time
from dataclasses import dataclass
from typing import Any

from matching.models import Need, Room, Workbench
from matching.rooms.groups import group_of_room
from matching.workbench.groups import group_of_workbench
from network.access import Reader
from network.consumers import LOOK, PersonalSocket

TOGETHER = 0.1
"""Seconds in which several events become one hint."""
TYPING = 2.0
"""Seconds between two words that somebody types."""
BEAT = 15.0
"""Seconds between two signs of life."""
STALE = 3 * BEAT
"""Seconds after which nobody is there who gave none: a process may die without a word."""


@dataclass(slots=True)
class There:
    """One open page of somebody."""

    user: int
    heard: float


class SharedSocket(PersonalSocket):
    """Tells `{<about>: id, "seq": n}` and `{<about>: id, "present": [ids of people]}`."""

    about = ""
    """What is shared, as its hints call it."""
    telling: "asyncio.Task[None] | None" = None
    beaten = 0.0
    told_present: tuple[int, ...] = ()

    def group(self) -> str:
        """What every open page of it listens to."""
        raise NotImplementedError

    async def connect(self) -> None:
        self.shared = self.scope["url_route"]["kwargs"]["pk"]
        self.there: dict[str, There] = {}
        await super().connect()
        if self.stands is not None:
            await self.beat(asks=True)

    def listens_to(self) -> list[str]:
        return [*super().listens_to(), self.group()]

    def said(self) -> dict[str, Any]:
        return {self.about: self.shared, "seq": self.stands}

    async def look(self, event: dict[str, Any]) -> None:
        await super().look(event)
        if time.monotonic() - self.beaten >= BEAT - LOOK / 2:
            await self.beat()

    # --- Events ---

    async def news(self, event: dict[str, Any]) -> None:
        """A burst becomes few hints; access is asked when the events are fetched."""
        self.stands = max(self.stands or 0, event["seq"])
        if self.telling is None or self.telling.done():
            self.telling = asyncio.create_task(self.tell_soon())

    async def tell_soon(self) -> None:
        await asyncio.sleep(TOGETHER)
        with contextlib.suppress(Exception):  # closed meanwhile
            await self.tell()

    # --- Who is there ---

    async def beat(self, *, asks: bool = False) -> None:
        """Say that this page is open; with `asks`, have the others say so too."""
        self.beaten = time.monotonic()
        await self.spread({"type": "here", "user": self.pk, "page": self.channel_name, "asks": asks})
        await self.show_present()

    async def here(self, event: dict[str, Any]) -> None:
        self.there[event["page"]] = There(event["user"], time.monotonic())
        if event["asks"] and event["page"] != self.channel_name:
            answer = {"type": "here", "user": self.pk, "page": self.channel_name, "asks": False}
            with contextlib.suppress(Exception):
                await self.channel_layer.send(event["page"], answer)
        await self.show_present()

    async def left(self, event: dict[str, Any]) -> None:
        self.there.pop(event["page"], None)
        await self.show_present()

    async def show_present(self) -> None:
        """Tell the page who is there, where that changed."""
        now = time.monotonic()
        self.there = {page: one for page, one in self.there.items() if now - one.heard < STALE}
        present = tuple(sorted({one.user for one in self.there.values()} | {self.pk}))
        if present != self.told_present:
            self.told_present = present
            await self.send_json({self.about: self.shared, "present": list(present)})

    async def spread(self, message: dict[str, Any]) -> None:
        """To every open page; where the layer is away, nobody is shown as there."""
        with contextlib.suppress(Exception):
            await self.channel_layer.group_send(self.group(), message)

    async def disconnect(self, code: int) -> None:
        if self.telling:
            self.telling.cancel()
        await super().disconnect(code)
        if self.stands is not None:
            await self.spread({"type": "left", "page": self.channel_name})


class RoomSocket(SharedSocket):
    """Tells beside that `{"room": id, "typing": id}`; hears `{"typing": true}`."""

    about = "room"
    typed = -TYPING

    def group(self) -> str:
        return group_of_room(self.shared)

    def standing(self, reader: Reader) -> int | None:
        return Room.objects.visible_to(reader).filter(pk=self.shared).values_list("last_seq", flat=True).first()

    async def heard(self, said: Any) -> bool:
        if said != {"typing": True}:
            return False
        if time.monotonic() - self.typed >= TYPING:
            self.typed = time.monotonic()
            await self.spread({"type": "typing", "user": self.pk})
        return True

    async def typing(self, event: dict[str, Any]) -> None:
        if event["user"] != self.pk:
            await self.send_json({"room": self.shared, "typing": event["user"]})


class WorkbenchSocket(SharedSocket):
    """The workbench of a need, by the need's id; its number is 0 before the first deed."""

    about = "workbench"

    def group(self) -> str:
        return group_of_workbench(self.shared)

    def standing(self, reader: Reader) -> int | None:
        if not Need.objects.visible_to(reader).filter(pk=self.shared).exists():
            return None
        return Workbench.objects.filter(need=self.shared).values_list("last_seq", flat=True).first() or 0
