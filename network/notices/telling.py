"""Telling people of what waits for them."""

from collections.abc import Iterable, Mapping
from typing import Any

from network.models import Notice, Organization, User
from network.signals import notices_changed
from network.vocabulary import NoticeKind, Role


def editors_of(organization: Organization) -> list[User]:
    """The active people who keep an organization's record."""
    found = User.objects.filter(
        memberships__organization=organization, memberships__role=Role.EDITOR, is_active=True
    ).order_by("pk")
    return list(found)


def stewards() -> list[User]:
    """The active people who keep the network trustworthy."""
    return list(User.objects.filter(is_steward=True, is_active=True).order_by("pk"))


def tell(
    people: Iterable[User],
    *,
    kind: NoticeKind | str,
    key: str,
    organization: Organization | None = None,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Leave a notice with each of them, in the caller's transaction. The same `key` is told a person once, ever.

    `kind`: one of the registry's own, or one that a room above registered with `notices.words`."""
    people = list(people)
    Notice.objects.bulk_create(
        [
            Notice(user=person, kind=kind, organization=organization, facts=dict(facts or {}), key=key)
            for person in people
        ],
        ignore_conflicts=True,
    )
    notices_changed.send(sender=Notice, users=[person.pk for person in people])
