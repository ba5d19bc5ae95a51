"""Whose a session is, for a connection that outlives the request which opened it."""

import hashlib

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model, load_backend
from django.contrib.auth.models import AnonymousUser
from django.utils.crypto import constant_time_compare
from django.utils.module_loading import import_string

from network.access import Reader


def person_of(session_key: str | None) -> Reader:
    """Who is signed in with that session now; nobody when it ended, the password changed or the account was closed."""
    nobody = AnonymousUser()
    if not session_key:
        return nobody
    kept = import_string(f"{settings.SESSION_ENGINE}.SessionStore")(session_key)
    if SESSION_KEY not in kept or kept.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return nobody
    pk = get_user_model()._meta.pk.to_python(kept[SESSION_KEY])
    person = load_backend(kept[BACKEND_SESSION_KEY]).get_user(pk)
    hashed = kept.get(HASH_SESSION_KEY, "")
    if person is None or not constant_time_compare(hashed, person.get_session_auth_hash()):
        return nobody
    return person


def digest_of_session(session_key: str) -> str:
    """Names a session without giving it away: for groups and logs."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:32]
