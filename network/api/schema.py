"""How the API's description names its ways of signing in."""

from drf_spectacular.authentication import SessionScheme, TokenScheme


class TokenDescription(TokenScheme):  # type: ignore[no-untyped-call]
    target_class = "network.api.authentication.TokenAuthentication"


class SessionDescription(SessionScheme):  # type: ignore[no-untyped-call]
    target_class = "network.api.authentication.SessionAuthentication"
