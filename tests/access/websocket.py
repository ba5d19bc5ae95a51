"""A browser's side of a socket: `channels.testing` has one too, but brings a server along that is not ours."""

from typing import Any
from urllib.parse import unquote

from asgiref.testing import ApplicationCommunicator

WAIT = 5.0


class Socket(ApplicationCommunicator):
    """One connection to the application; `headers` as the browser would send them."""

    def __init__(self, application: Any, path: str, headers: list[tuple[bytes, bytes]]) -> None:
        scope = {"type": "websocket", "path": unquote(path), "query_string": b"", "subprotocols": []}
        super().__init__(application, scope | {"headers": headers})

    async def connect(self) -> tuple[bool, int | None]:
        """Whether the handshake was accepted, and the code with which it was refused."""
        await self.send_input({"type": "websocket.connect"})
        answer = await self.receive_output(WAIT)
        return answer["type"] == "websocket.accept", answer.get("code")

    async def say(self, **content: str | bytes) -> None:
        await self.send_input({"type": "websocket.receive", **content})

    async def disconnect(self) -> None:
        await self.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.wait(WAIT)
