"""A case's page that stays open while the world changes, as the consumer of its socket knows it."""

from typing import Any

from asgiref.sync import async_to_sync

from casebook.consumers import CaseSocket
from network.access import Reader
from network.consumers import GONE
from tests.casebook.hidden_world import World


class Wireless(CaseSocket):
    """The consumer without a wire: what it would send is kept."""

    def __init__(self, world: World, reader: str, case: str) -> None:
        super().__init__()
        self.world, self.name = world, reader
        self.scope = {"url_route": {"kwargs": {"pk": world.rows["case"][case].pk}}}
        self.codes: list[int] = []
        self.accepted = False
        self.told: list[Any] = []

    def person(self) -> Reader:
        return self.world.reader(self.name)

    async def accept(self, *_arguments: Any, **_more: Any) -> None:
        self.accepted = True

    async def close(self, code: int | None = None, *_arguments: Any) -> None:
        self.codes.append(code or 0)

    async def join(self) -> None:
        """No channel layer."""

    async def keep_looking(self) -> None:
        """Looks when it is told to."""

    async def send_json(self, content: Any, *_arguments: Any, **_more: Any) -> None:
        self.told.append(content)


class OpenPage:
    """Opened by a reader; `look` is what the consumer does every half minute and at each hint."""

    def __init__(self, world: World, reader: str, case: str) -> None:
        self.world, self.reader, self.case = world, reader, case
        self.socket = Wireless(world, reader, case)
        async_to_sync(self.socket.connect)()
        self.was_active = world.oracle.signed_in(reader)

    @property
    def is_open(self) -> bool:
        return self.socket.accepted and not self.socket.codes

    def look(self) -> bool:
        """Whether it is open still; AssertionError where the oracle says otherwise."""
        before = len(self.socket.told)
        async_to_sync(self.socket.look)({})
        oracle = self.world.oracle
        same = oracle.signed_in(self.reader) == self.was_active
        stays = same and self.case in oracle.visible(self.reader)
        assert self.is_open == stays, f"open page of {self.case} for {self.reader}: {self.socket.codes}"
        assert set(self.socket.codes) <= {GONE}
        for hint in self.socket.told[before:]:
            assert set(hint) == {"case", "seq"}
        return self.is_open
