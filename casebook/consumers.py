"""The socket of a case's page. It carries a hint, never content: the page is asked for over HTTP, where access is."""

from typing import Any

from casebook.watching import mark_of
from network.access import Reader
from network.consumers import WatchingSocket

LOOK = 30.0
"""Seconds between two looks whether the reader may still see the case, with or without news."""


def group_of(case: int) -> str:
    return f"case.{case}"


class CaseSocket(WatchingSocket):
    """Tells `{"case": id, "seq": n}` whenever the case reads otherwise to this reader; n counts the hints.

    Anybody may listen who may see the case, signed in or not.
    """

    tells_at_once = False
    seq = 0

    async def connect(self) -> None:
        self.case = self.scope["url_route"]["kwargs"]["pk"]
        await super().connect()

    def standing(self, reader: Reader) -> str | None:
        return mark_of(self.case, reader)

    def said(self) -> dict[str, Any]:
        return {"case": self.case, "seq": self.seq}

    def pause(self) -> float:
        return LOOK

    def listens_to(self) -> list[str]:
        return [*super().listens_to(), group_of(self.case)]

    async def tell(self) -> None:
        self.seq += 1
        await super().tell()
