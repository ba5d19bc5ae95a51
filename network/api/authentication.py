"""Who calls the API: a token's or a session's person; a steward only with a second factor."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import authentication, exceptions
from rest_framework.request import Request

from network.accounts import second_factor

SECOND_FACTOR_NEEDED = _("運営者の方は、2段階認証を設定するとAPIを使えます。アカウントの画面で設定してください。")


class SecondFactorNeeded(exceptions.PermissionDenied):
    """Told to the person alone: the token or the session has been checked."""

    default_detail = SECOND_FACTOR_NEEDED
    default_code = second_factor.MISSING


class TokenAuthentication(authentication.TokenAuthentication):
    def authenticate_credentials(self, key: str) -> tuple[Any, Any]:
        """Raises AuthenticationFailed, SecondFactorNeeded."""
        user, token = super().authenticate_credentials(key)
        if second_factor.is_missing(user):
            raise SecondFactorNeeded
        return user, token


class SessionAuthentication(authentication.SessionAuthentication):
    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        """Raises PermissionDenied for a missing CSRF token, SecondFactorNeeded."""
        found = super().authenticate(request)
        if found and second_factor.is_missing(found[0]):
            raise SecondFactorNeeded
        return found
