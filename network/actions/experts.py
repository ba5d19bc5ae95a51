"""The people who do the work of an organization, and what they agreed to."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from network.actions.base import changed, expect, locked, only, still_there
from network.believing.evidence import refresh_credentials
from network.history import record as history
from network.history.record import expert_value
from network.models import Change, Expert, ExpertCredential, Merge, Organization, User
from network.vocabulary import Deed

EXPERT = ("name", "kana", "title", "about", "user")
"""What is said of an expert, by field; `user` is the person's own account."""

IDENTITY = ("name", "user")
"""Who the person is: an agreement holds for that person only."""

REMOVED = {"removed": True}
"""What the history keeps in place of a removed person's data."""


Agreement = tuple[date | None, str, User | None]
"""Since when, how it was given, and who wrote it down."""

NO_AGREEMENT: Agreement = (None, "", None)


class Held(NamedTuple):
    """A credential by code, and from when until when it is held, where known."""

    credential: str
    since: date | None = None
    until: date | None = None


@transaction.atomic
def add_expert(
    organization: Organization, *, values: Mapping[str, Any], credentials: Iterable[Held] = (), by: User
) -> Expert:
    """A new person, known inside the organization only: `values` by field of EXPERT.

    Raises PermissionDenied, ValidationError, and ValueError for other fields.
    """
    current = locked(organization, by=by)
    expert = Expert(organization=current)
    _write(expert, values, credentials)
    _noted(current, expert.pk, None, expert_value(expert), by=by)
    return expert


@transaction.atomic
def change_expert(
    organization: Organization,
    *,
    expert: Expert,
    values: Mapping[str, Any],
    credentials: Iterable[Held],
    expected: int | None = None,
    by: User,
) -> Expert:
    """Say something else of a person; fields left out keep their value, credentials are given whole.

    A changed name or account may be another person, so the agreement ends with it.
    Raises PermissionDenied, ValidationError, ConflictError, and ValueError for other fields.
    """
    current = locked(organization, by=by)
    found = still_there(current.experts.all(), expert.pk)
    expect(found, expected)
    before = expert_value(found)
    found.version += 1
    if any(values.get(name, getattr(found, name)) != getattr(found, name) for name in IDENTITY):
        _set_agreement(found, NO_AGREEMENT)
    _write(found, values, credentials)
    _noted(current, found.pk, before, expert_value(found), by=by)
    return found


@transaction.atomic
def remove_expert(organization: Organization, *, expert: Expert, expected: int | None = None, by: User) -> None:
    """Forget a person: the row goes, and the history keeps that there was somebody, not who.

    Raises PermissionDenied, ConflictError.
    """
    current = locked(organization, by=by)
    found = still_there(current.experts.all(), expert.pk)
    expect(found, expected)
    pk = found.pk
    found.delete()
    forget(current, [pk])
    _noted(current, pk, REMOVED, None, by=by)


@transaction.atomic
def agree(expert: Expert, *, on: date, note: str = "", expected: int | None = None, by: User) -> Expert:
    """Show the person's data to the network from now on: said by the person, or, where the person has no account,
    recorded by an editor with how the consent was given.

    Raises PermissionDenied, ValidationError for a day to come or a missing note, ConflictError.
    """
    organization, found = _agreeable(expert, by=by)
    expect(found, expected)
    if on > timezone.localdate():
        raise ValidationError({"agreed_on": _("今日までの日付を入力してください。")})
    if found.user_id is None and not note:
        raise ValidationError({"agreement_note": _("同意をどのように確かめたかを書いてください（例: 書面で確認）。")})
    return _agreed(organization, found, (on, note, by), by=by)


@transaction.atomic
def withdraw_agreement(expert: Expert, *, expected: int | None = None, by: User) -> Expert:
    """Show the person's data inside the organization only, at once. Raises PermissionDenied, ConflictError."""
    organization, found = _agreeable(expert, by=by)
    expect(found, expected)
    return _agreed(organization, found, NO_AGREEMENT, by=by)


def forget(organization: Organization, pks: Iterable[int]) -> None:
    """Take the data of removed people out of the history, also of records that were merged into this one, and out of
    what merges keep for being undone."""
    paths = [f"expert.{pk}" for pk in pks]
    if not paths:
        return
    _forget_doubles(organization)
    told = Change.objects.filter(organization__in=history.records_of(organization))
    for change in told.filter(changes__has_any_keys=paths):
        for path in paths:
            if path in change.changes:
                change.changes[path] = [value and REMOVED for value in change.changes[path]]
        change.save(update_fields=["changes"])


def _forget_doubles(organization: Organization) -> None:
    """Take people out of the ledgers of merges whose second entry went into one that is gone now: undoing would bring
    back whom the organization removed."""
    accounts = set(organization.experts.exclude(user=None).values_list("user_id", flat=True))
    for merge in Merge.objects.filter(kept=organization):
        doubles = [step for step in merge.ledger if step["do"] == "remove" and step["model"] == "network.expert"]
        gone = {step["pk"] for step in doubles if step["before"]["user_id"] not in accounts}
        if gone:
            merge.ledger = [step for step in merge.ledger if _expert_of(step) not in gone]
            merge.save(update_fields=["ledger"])


def _expert_of(step: Mapping[str, Any]) -> int | None:
    """The person that a step of a ledger is about."""
    if step["model"] == "network.expert":
        return int(step["pk"])
    about: int | None = step["before"].get("expert_id") if step["model"] == "network.expertcredential" else None
    return about


def _agreeable(expert: Expert, *, by: User) -> tuple[Organization, Expert]:
    """The person's row and its organization, both held; PermissionDenied unless `by` may speak for the person."""
    organization = Organization.objects.select_for_update(no_key=True).get(pk=expert.organization_id)
    found = still_there(organization.experts.all(), expert.pk)
    if not Expert.objects.agreeable_by(by).contains(found):
        raise PermissionDenied
    return organization, found


def _agreed(organization: Organization, expert: Expert, agreement: Agreement, *, by: User) -> Expert:
    before = expert_value(expert)
    _set_agreement(expert, agreement)
    expert.version += 1
    expert.full_clean()
    expert.save()
    _noted(organization, expert.pk, before, expert_value(expert), by=by)
    return expert


def _set_agreement(expert: Expert, agreement: Agreement) -> None:
    expert.agreed_on, expert.agreement_note, expert.agreement_recorded_by = agreement


def _write(expert: Expert, values: Mapping[str, Any], credentials: Iterable[Held]) -> None:
    only(values, EXPERT)
    account = values.get("user")
    if account and account != expert.user and not _is_member(account, expert.organization):
        raise ValidationError({"user": _("この機関のメンバーの中から選んでください。")})
    for name, value in values.items():
        setattr(expert, name, value)
    expert.full_clean()
    expert.save()
    wanted = {held.credential: held for held in credentials}
    expert.credentials.exclude(credential__in=wanted).delete()
    present = {row.credential: row for row in expert.credentials.all()}
    for code, held in wanted.items():
        row = present.get(code) or ExpertCredential(expert=expert, credential=code)
        if row.pk is None or (row.since, row.until) != (held.since, held.until):
            row.since, row.until = held.since, held.until
            row.full_clean()
            row.save()


def _is_member(user: User, organization: Organization) -> bool:
    return user.memberships.filter(organization=organization).exists()


def _noted(organization: Organization, pk: int, before: Any, after: Any, *, by: User) -> None:
    """The end of every verb here: what people hold and agreed to is evidence for what the organization can do."""
    refresh_credentials(organization)
    history.note(organization, {f"expert.{pk}": (before, after)}, deed=Deed.EXPERT, by=by)
    changed(organization)
