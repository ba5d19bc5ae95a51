"""How accounts come into being."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Accounts are opened by invitation of an organization or a lab, not by anyone who passes."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
