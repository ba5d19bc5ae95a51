"""Addresses of the casebook's sockets."""

from django.urls import URLPattern, path

import network.addresses  # noqa: F401 - registers <record:…>
from casebook.consumers import CaseSocket

sockets: list[URLPattern] = [path("ws/cases/<record:pk>/", CaseSocket.as_asgi(), name="case")]
