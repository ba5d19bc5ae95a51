"""Who somebody is: the only place that asks.

A reader holds keys; a section accepts keys; it is readable when they share one. Keys are strings:
`public`, `network`, `steward`, `lab:3`, `org:12`, `team:7`, `user:5`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import models

from network.models.people import LabFacilitator, Membership, TeamMember, User
from network.vocabulary import Role

if TYPE_CHECKING:
    from network.models.organizations import Organization

Reader = User | AnonymousUser

PUBLIC = "public"
NETWORK = "network"
STEWARD = "steward"

_SEEN: ContextVar[dict[tuple[int, bool], frozenset[str]] | None] = ContextVar("keys seen in one look", default=None)


@contextmanager
def one_look() -> Iterator[None]:
    """Within it a reader's keys are asked of the database once: for work that only reads and is over at once, a page
    say. Never for a socket, a worker or anything that changes who somebody is."""
    token = _SEEN.set({})
    try:
        yield
    finally:
        _SEEN.reset(token)


def signed_in(reader: Reader) -> User:
    """The reader as a person who can be named in a record; raises PermissionDenied for anyone else."""
    if not isinstance(reader, User):
        raise PermissionDenied
    return reader


def is_steward(reader: Reader) -> bool:
    """True for an active person who keeps the registry true."""
    return isinstance(reader, User) and reader.is_active and reader.is_steward


def is_member_of(reader: Reader, organization: int) -> bool:
    """True for a member of the active organization with that id."""
    return organization_ids_of(reader).filter(organization=organization).exists()


def keys_held_by(reader: Reader) -> frozenset[str]:
    """Every key the reader holds now; asked anew each time, so a lost membership is lost at once (but see
    `one_look`)."""
    if not isinstance(reader, User) or not reader.is_active:
        return frozenset({PUBLIC})
    seen = _SEEN.get()
    if seen is None:
        return _keys(reader)
    who = (reader.pk, reader.is_steward)
    if who not in seen:
        seen[who] = _keys(reader)
    return seen[who]


def _keys(reader: User) -> frozenset[str]:
    pairs = list(_memberships(reader).values_list("organization_id", "organization__labs__id"))
    facilitated = list(lab_ids_facilitated_by(reader))
    keys = {PUBLIC, f"user:{reader.pk}"}
    keys |= {f"org:{organization}" for organization, _lab in pairs}
    keys |= {f"lab:{lab}" for _organization, lab in pairs if lab}
    keys |= {f"lab:{lab}" for lab in facilitated}
    if pairs:
        teams = TeamMember.objects.filter(organization__in={organization for organization, _lab in pairs})
        keys |= {f"team:{team}" for team in teams.values_list("team_id", flat=True)}
    if reader.is_steward:
        keys.add(STEWARD)
    if pairs or facilitated or reader.is_steward:
        keys.add(NETWORK)
    return frozenset(keys)


def keys_of_members(organization: "Organization") -> frozenset[str]:
    """The keys that every member of the organization holds, whoever it is: what to show as "seen from there"."""
    if not organization.is_active:
        return frozenset({PUBLIC})
    labs = {f"lab:{lab.pk}" for lab in organization.labs.all()}  # all(): what was prefetched is used
    teams = {f"team:{member.team_id}" for member in organization.team_memberships.all()}
    return frozenset({PUBLIC, NETWORK, f"org:{organization.pk}"} | labs | teams)


def keys_of_facilitators(lab: int) -> frozenset[str]:
    """The keys that every facilitator of the lab with that id holds."""
    return frozenset({PUBLIC, NETWORK, f"lab:{lab}"})


def organization_ids_of(reader: Reader) -> models.QuerySet[Membership, int]:
    """Ids of the active organizations the reader is a member of, as a subquery."""
    return _memberships(reader).values_list("organization_id", flat=True)


def organization_ids_edited_by(reader: Reader) -> models.QuerySet[Membership, int]:
    """Ids of the active organizations the reader may edit, as a subquery."""
    return _memberships(reader).filter(role=Role.EDITOR).values_list("organization_id", flat=True)


def lab_ids_facilitated_by(reader: Reader) -> models.QuerySet[LabFacilitator, int]:
    """Ids of the labs the reader facilitates for, as a subquery."""
    rows = LabFacilitator.objects.all()
    rows = rows.filter(user=reader) if isinstance(reader, User) and reader.is_active else rows.none()
    return rows.values_list("lab_id", flat=True)


def _memberships(reader: Reader) -> models.QuerySet[Membership]:
    if not isinstance(reader, User) or not reader.is_active:
        return Membership.objects.none()
    return Membership.objects.filter(user=reader, organization__is_active=True)
