"""What others say for an organization: the word of partners, and the cases that bear it out."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from network.actions.base import ConflictError, changed
from network.history import record as history
from network.history.record import vouched_value
from network.models import (
    Capability,
    Collaboration,
    Evidence,
    Organization,
    Partnership,
    Rating,
    RegistryVersion,
    User,
)
from network.models.organizations import OrganizationQuerySet
from network.notices.telling import editors_of, tell
from network.signals import organization_changed
from network.vocabulary import Deed, EvidenceKind, NoticeKind, PartnershipState, Stance

Item = TypeVar("Item")
Value = dict[str, Any] | None
Key = tuple[str, int, int]
"""Reference, organization, capability."""
AT_ONCE = 500
"""Rows that one statement names at most."""


@dataclass(frozen=True, slots=True)
class BorneOut:
    """What one case bears out: pairs of an organization's and a capability's id, from `on` through `until`."""

    reference: str
    pairs: frozenset[tuple[int, int]]
    on: date
    until: date | None = None


def may_vouch(organization: Organization, by: User) -> OrganizationQuerySet:
    """The organizations in whose name `by` may confirm what this one says: those `by` edits and that worked with it,
    in an engagement or a confirmed partnership. None for who edits the organization itself."""
    edited = Organization.objects.editable_by(by)
    if edited.filter(pk=organization.pk).exists():
        return edited.none()
    worked = Collaboration.objects.filter(engagements__gte=1)
    partnered = Partnership.objects.filter(state=PartnershipState.CONFIRMED)
    known = Q()
    for pairs in (worked, partnered):
        known |= Q(pk__in=pairs.filter(first=organization).values("second"))
        known |= Q(pk__in=pairs.filter(second=organization).values("first"))
    return edited.filter(known)


@transaction.atomic
def vouch(
    organization: Organization,
    *,
    capability: Capability,
    partner: Organization,
    level: int | None = None,
    by: User,
) -> Evidence:
    """Confirm, in the name of a partner, the level that the organization declares now.

    `level` is the one that was read; another one now raises ConflictError. Raises PermissionDenied unless `by` may
    vouch in the partner's name, and Rating.DoesNotExist where no level is declared, or a weakness is: then it must
    look as if nothing were.
    """
    current = Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
    if not may_vouch(current, by).contains(partner):
        raise PermissionDenied
    declared = Rating.objects.exclude(stance=Stance.WEAKNESS).filter(level__gt=0)
    rating = declared.get(organization=current, capability=capability)
    if level is not None and level != rating.level:
        raise ConflictError(rating)
    before = _vouched(current, capability, partner)
    told = vouched_value(before) if before else None
    evidence = before or Evidence(organization=current, capability=capability, partner=partner)
    evidence.kind, evidence.level = EvidenceKind.PARTNER, rating.level
    evidence.on, evidence.by = timezone.localdate(), by
    evidence.full_clean()
    evidence.save()
    if vouched_value(evidence) == told:
        return evidence
    _note(current, _path(capability, partner), told, vouched_value(evidence), by=by)
    _tell(current, capability, partner, evidence)
    changed(current)
    return evidence


def _tell(organization: Organization, capability: Capability, partner: Organization, evidence: Evidence) -> None:
    tell(
        editors_of(organization),
        kind=NoticeKind.VOUCHED,
        key=f"vouched:{organization.pk}:{capability.code}:{partner.pk}:{evidence.on:%Y%m%d}:{evidence.level}",
        organization=organization,
        facts={"by": partner.name, "by_id": partner.pk, "capability": capability.code, "level": evidence.level},
    )


@transaction.atomic
def withdraw_vouch(organization: Organization, *, capability: Capability, partner: Organization, by: User) -> None:
    """Take back what a partner confirmed; nothing where it confirmed nothing.

    Raises PermissionDenied unless `by` edits the partner: its word stays its own, even after they parted.
    """
    current = Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
    if not Organization.objects.editable_by(by).contains(partner):
        raise PermissionDenied
    evidence = _vouched(current, capability, partner)
    if evidence is None:
        return
    told = vouched_value(evidence)
    evidence.delete()
    _note(current, _path(capability, partner), told, None, by=by)
    changed(current)


@transaction.atomic
def bear_out(claims: Iterable[BorneOut]) -> None:
    """Let cases bear out what organizations say: afterwards each reference bears out exactly its pairs.

    Nobody's deed but what follows from the casebook, which says of each case what the whole network may know. Many
    at once, so that an import of cases stays fast.
    """
    claims = list(claims)
    wanted = {(claim.reference, *pair): (claim.on, claim.until) for claim in claims for pair in claim.pairs}
    references = [claim.reference for claim in claims]
    present = _present(references)
    days = {key: (piece.on, piece.until) for key, piece in present.items()}
    concerned = {key[1] for key in wanted.keys() | days.keys() if days.get(key) != wanted.get(key)}
    if concerned:
        held = _held(concerned)
        _replace(_present(references), wanted)  # read again: the same may have been written while this waited
        _count(held)


def _present(references: list[str]) -> dict[Key, Evidence]:
    return {
        (piece.reference, piece.organization_id, piece.capability_id): piece
        for portion in _portions(references)
        for piece in Evidence.objects.filter(kind=EvidenceKind.CASE, reference__in=portion)
    }


def _replace(present: Mapping[Key, Evidence], wanted: Mapping[Key, tuple[date, date | None]]) -> None:
    new, moved = _differing(wanted, present)
    for pks in _portions([piece.pk for key, piece in present.items() if key not in wanted]):
        Evidence.objects.filter(pk__in=pks).delete()
    Evidence.objects.bulk_create(new, batch_size=AT_ONCE)
    Evidence.objects.bulk_update(moved, ["on", "until"], batch_size=AT_ONCE)


def _differing(
    wanted: Mapping[Key, tuple[date, date | None]], present: Mapping[Key, Evidence]
) -> tuple[list[Evidence], list[Evidence]]:
    """The rows to add, and those whose days have to change, with the new days set."""
    new, moved = [], []
    for key, days in wanted.items():
        if (piece := present.get(key)) is None:
            reference, organization, capability = key
            new.append(
                Evidence(
                    kind=EvidenceKind.CASE,
                    reference=reference,
                    organization_id=organization,
                    capability_id=capability,
                    on=days[0],
                    until=days[1],
                )
            )
        elif (piece.on, piece.until) != days:
            piece.on, piece.until = days
            moved.append(piece)
    return new, moved


def _held(ids: set[int]) -> list[Organization]:
    """These, held until the transaction ends; always in the same order, so that no two wait for each other."""
    organizations: list[Organization] = []
    for portion in _portions(sorted(ids)):
        organizations += Organization.objects.select_for_update(no_key=True).filter(pk__in=portion).order_by("pk")
    return organizations


def _count(organizations: list[Organization]) -> None:
    """Counts the registry's version once for all of these, which are held, and tells the house of each."""
    version, now = RegistryVersion.following(), timezone.now()
    for portion in _portions(organizations):
        pks = [organization.pk for organization in portion]
        Organization.objects.filter(pk__in=pks).update(registry_version=version, updated_at=now)
    for organization in organizations:
        organization.registry_version, organization.updated_at = version, now
        organization_changed.send(sender=Organization, organization=organization)


def _portions(items: list[Item]) -> Iterator[list[Item]]:
    for start in range(0, len(items), AT_ONCE):
        yield items[start : start + AT_ONCE]


def _vouched(organization: Organization, capability: Capability, partner: Organization) -> Evidence | None:
    own = Evidence.objects.filter(organization=organization, capability=capability, kind=EvidenceKind.PARTNER)
    return own.filter(partner=partner).first()


def _note(organization: Organization, path: str, before: Value, after: Value, *, by: User) -> None:
    history.note(organization, {path: (before, after)}, deed=Deed.EVIDENCE, by=by)


def _path(capability: Capability, partner: Organization) -> str:
    """Where the word of that partner stands in the history."""
    return f"vouched.{capability.code}.{partner.external_id}"
