"""The second factor: who has one, and who must."""

from allauth.mfa.models import Authenticator

from network.access import Reader
from network.models import User

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""Recovery codes alone are none: they stand in for one of these."""

MISSING = "second_factor_missing"
"""The code of the API's refusal for want of it."""


def has(user: User) -> bool:
    """True when the person's sign-in asks for a second step."""
    return bool(Authenticator.objects.filter(user=user, type__in=FACTORS).exists())


def is_missing(reader: Reader) -> bool:
    """True for a steward without a second factor: a password alone must not open the whole registry."""
    return isinstance(reader, User) and reader.is_steward and not has(reader)
