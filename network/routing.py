"""Addresses of the registry's sockets."""

from django.urls import URLPattern, path

from network.consumers import BellSocket

sockets: list[URLPattern] = [path("ws/me/", BellSocket.as_asgi(), name="bell")]
