"""What the registry does at the news of others."""

from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from django.dispatch import receiver
from django.http import HttpRequest

from network.accounts import second_factor
from network.accounts.sessions import keep
from network.actions import end_access
from network.hints import group_of_person, hint_later
from network.models import KeptReply, User
from network.notices.mailing import gather
from network.once import forget_old


@receiver(authenticator_added)
def end_sessions_without_a_second_factor(
    request: HttpRequest, user: User, authenticator: Authenticator, **_: Any
) -> None:
    """With the first factor every other session ends: it was opened with a password alone."""
    factors = Authenticator.objects.filter(user=user, type__in=second_factor.FACTORS)
    if authenticator.type in second_factor.FACTORS and factors.count() == 1:
        end_access(user, tokens=False)
        keep(request, user)


def on_clock_followed(**_signal: Any) -> None:
    """Once in a while: the mails that gather what people want once a day, and replies that were kept long enough."""
    gather()
    forget_old()


def on_access_changed(user: User, **_signal: Any) -> None:
    """Whoever may do less now is asked anew what a kept reply once told."""
    KeptReply.objects.filter(user=user).delete()


@receiver([password_changed, password_set, password_reset])
def close_what_the_old_password_opened(user: User, **_: Any) -> None:
    """Sessions of other devices end with the next request, and open sockets now."""
    hint_later([group_of_person(user.pk)])
