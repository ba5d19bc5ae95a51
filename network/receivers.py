"""What the registry does at the news of others."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from django.dispatch import receiver
from django.http import HttpRequest

from network.accounts import second_factor
from network.accounts.sessions import keep
from network.actions import end_access
from network.models import User


@receiver(authenticator_added)
def end_sessions_without_a_second_factor(
    request: HttpRequest, user: User, authenticator: Authenticator, **_: Any
) -> None:
    """With the first factor every other session ends: it was opened with a password alone."""
    factors = Authenticator.objects.filter(user=user, type__in=second_factor.FACTORS)
    if authenticator.type in second_factor.FACTORS and factors.count() == 1:
        end_access(user, tokens=False)
        keep(request, user)
