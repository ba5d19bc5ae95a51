"""One ASGI application for pages, API and sockets."""

import os

from channels.auth import AuthMiddlewareStack
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.core.asgi import get_asgi_application
from django.urls import re_path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

http = get_asgi_application()


class NoSuchSocket(AsyncWebsocketConsumer):  # type: ignore[misc]  # channels ships no types
    """Refuses the handshake of an address nobody answers, quietly: anyone can ask for one."""

    async def connect(self) -> None:
        await self.close()


from casebook.routing import sockets as casebook_sockets  # noqa: E402 - models are ready only now
from matching.routing import sockets as matching_sockets  # noqa: E402
from network.routing import sockets as network_sockets  # noqa: E402

sockets = URLRouter([*network_sockets, *casebook_sockets, *matching_sockets, re_path(r"", NoSuchSocket.as_asgi())])
application = ProtocolTypeRouter({"http": http, "websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(sockets))})
