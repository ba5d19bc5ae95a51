"""How the API's description names its ways of signing in, and the key under which a request is done once."""

from typing import Any

from drf_spectacular.authentication import SessionScheme, TokenScheme
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="英数字と「-」「_」の64文字まで。同じキーで同じ依頼を24時間以内に送り直すと、1回だけ行い、同じ返事をします。"
    "別の内容なら422です。",
)


class Described(AutoSchema):
    """Every POST takes the key: see `network.once`."""

    def get_override_parameters(self) -> list[Any]:
        return [KEY] if self.method == "POST" else []


class TokenDescription(TokenScheme):  # type: ignore[no-untyped-call]
    target_class = "network.api.authentication.TokenAuthentication"


class SessionDescription(SessionScheme):  # type: ignore[no-untyped-call]
    target_class = "network.api.authentication.SessionAuthentication"
