"""Addresses of the sockets of rooms and workbenches."""

from django.urls import URLPattern, path

import network.addresses  # noqa: F401 - registers <record:…>
from matching.consumers import RoomSocket, WorkbenchSocket

sockets: list[URLPattern] = [
    path("ws/rooms/<record:pk>/", RoomSocket.as_asgi(), name="room"),
    path("ws/workbenches/<record:pk>/", WorkbenchSocket.as_asgi(), name="workbench"),
]
