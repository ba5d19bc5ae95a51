"""Accounts as stewards and organizations deal with them: what ends when access is taken."""

import logging

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from rest_framework.authtoken.models import Token

from network.models import User
from network.signals import access_changed

logger = logging.getLogger(__name__)


def end_access(person: User, *, tokens: bool = True) -> None:
    """Every session of the person ends with the next request, and with `tokens` every API token; part of the caller's
    transaction.

    Counting the round up ends them all, known or not; the rows go too, so that nobody lists what is over.
    """
    User.objects.filter(pk=person.pk).update(session_round=F("session_round") + 1)
    for session in UserSession.objects.filter(user=person):
        session.end()
    if tokens:
        Token.objects.filter(user=person).delete()
    access_changed.send(sender=User, user=person)


@transaction.atomic
def deactivate(person: User, *, by: User) -> None:
    """The account opens nothing any more. Raises PermissionDenied unless `by` is a steward, ValidationError for the own
    account and for the last steward's."""
    current = _held(person, by=by)
    if current.pk == by.pk:
        raise ValidationError(_("自分のアカウントは無効にできません。ほかの運営者に頼んでください。"))
    _not_the_last(current)
    current.is_active = False
    current.save(update_fields=["is_active"])
    end_access(current)
    logger.info("account %d deactivated by %d", current.pk, by.pk)


@transaction.atomic
def reactivate(person: User, *, by: User) -> None:
    """The account opens again what its memberships open; sessions and tokens from before stay ended. Raises
    PermissionDenied."""
    current = _held(person, by=by)
    current.is_active = True
    current.save(update_fields=["is_active"])
    logger.info("account %d reactivated by %d", current.pk, by.pk)


@transaction.atomic
def make_steward(person: User, *, by: User) -> None:
    """The person sees the whole registry, once a second factor is set up. Raises PermissionDenied, ValidationError for
    an account that is not active."""
    current = _held(person, by=by)
    if not current.is_active:
        raise ValidationError(_("無効なアカウントです。先に有効に戻してください。"))
    current.is_steward = True
    current.save(update_fields=["is_steward"])
    logger.info("account %d made a steward by %d", current.pk, by.pk)


@transaction.atomic
def dismiss_steward(person: User, *, by: User) -> None:
    """Raises PermissionDenied, ValidationError for the last steward."""
    current = _held(person, by=by)
    if not current.is_steward:
        return
    _not_the_last(current)
    current.is_steward = current.is_superuser = False
    current.save(update_fields=["is_steward", "is_superuser"])
    end_access(current)
    logger.info("account %d is no steward any more, by %d", current.pk, by.pk)


@transaction.atomic
def forget_second_factor(person: User, *, by: User) -> None:
    """For somebody who lost the telephone and the recovery codes: the password alone opens the account again.

    Raises PermissionDenied, ValidationError for the own account: that would need no telephone at all."""
    current = _held(person, by=by)
    if current.pk == by.pk:
        raise ValidationError(_("自分の2段階認証は、アカウントの画面で変えてください。"))
    Authenticator.objects.filter(user=current).delete()
    end_access(current)
    logger.info("second factor of account %d taken away by %d", current.pk, by.pk)


def _held(person: User, *, by: User) -> User:
    """The account as it stands now. All stewards are held with it, in one order: two who dismiss each other at once
    must not leave none."""
    held = {
        user.pk: user for user in User.objects.select_for_update(no_key=True).filter(is_steward=True).order_by("pk")
    }
    if by.pk not in held or not held[by.pk].is_active:
        raise PermissionDenied
    return held.get(person.pk) or User.objects.select_for_update(no_key=True).get(pk=person.pk)


def _not_the_last(person: User) -> None:
    others = User.objects.filter(is_steward=True, is_active=True).exclude(pk=person.pk)
    if person.is_steward and not others.exists():
        raise ValidationError(_("運営者が1人もいなくなります。先に、ほかの人を運営者にしてください。"))
