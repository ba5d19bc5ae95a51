"""The session in which somebody has just ended all the own ones."""

from allauth.usersessions.models import UserSession
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest

from network.models import User


def keep(request: HttpRequest, user: User) -> None:
    """Go on in this browser after `actions.end_access`: under a new key, listed among the person's sessions."""
    user.refresh_from_db(fields=["session_round"])
    update_session_auth_hash(request, user)
    UserSession.objects.create_from_request(request)
