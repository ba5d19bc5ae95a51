"""Verbs of the registry: each is atomic, says who did it, and tells the rest of the house.

Each begins by locking the organization's row, decides by what stands there now and writes only what it is
about: the instance it was called with may have been read long before somebody else changed the record.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from network.models import Capability, Organization, OrganizationIndustry, Rating, User
from network.signals import organization_changed
from network.vocabulary import LEAD_CAPABILITY, CapacityStatus, Stance

DESCRIPTION = ("name", "kana", "corporate_number", "about", "nationwide", "remote")
"""What an organization says of itself, by field."""


def locked(organization: Organization, *, by: User) -> Organization:
    """The organization as it stands now, held until the transaction ends; needs one.

    Raises PermissionDenied unless `by` edits the organization.
    """
    current = Organization.objects.select_for_update().get(pk=organization.pk)
    if not Organization.objects.editable_by(by).contains(current):
        raise PermissionDenied
    return current


@transaction.atomic
def rate(
    organization: Organization, *, capability: Capability, level: int, stance: Stance, note: str = "", by: User
) -> Rating:
    """Say how well the organization can do one thing, and confirm it as of now.

    A file's stated lead suitability ends when the rating it would be computed from changes.
    Raises PermissionDenied unless `by` edits the organization, ValidationError for a bad level or note.
    """
    current = locked(organization, by=by)
    rating = Rating.objects.filter(organization=current, capability=capability).first() or Rating(
        organization=current, capability=capability
    )
    rating.level, rating.stance, rating.note = level, stance, note
    rating.confirmed_at, rating.confirmed_by = timezone.now(), by
    rating.full_clean()
    rating.save()
    _changed(current, *_suitability_ends(current, capability))
    return rating


@transaction.atomic
def confirm(organization: Organization, *, capability: Capability, by: User) -> Rating:
    """Say that what is declared about one capability is still so.

    Raises PermissionDenied unless `by` edits the organization, Rating.DoesNotExist where nothing is declared.
    """
    current = locked(organization, by=by)
    rating = Rating.objects.get(organization=current, capability=capability)
    rating.confirmed_at, rating.confirmed_by = timezone.now(), by
    rating.save(update_fields=["confirmed_at", "confirmed_by"])
    _changed(current)
    return rating


@transaction.atomic
def withdraw_rating(organization: Organization, *, capability: Capability, by: User) -> None:
    """Declare nothing about one capability any more."""
    current = locked(organization, by=by)
    Rating.objects.filter(organization=current, capability=capability).delete()
    _changed(current, *_suitability_ends(current, capability))


@transaction.atomic
def declare_capacity(
    organization: Organization, *, status: CapacityStatus, slots: int, until: date | None, by: User
) -> None:
    """Say how many engagements the organization can begin; ends what a file stated about availability."""
    current = locked(organization, by=by)
    current.capacity_status, current.capacity_slots, current.capacity_until = status, slots, until
    current.stated_availability = current.stated_max_requirements = None
    current.full_clean()
    declared = ("capacity_status", "capacity_slots", "capacity_until")
    _changed(current, *declared, "stated_availability", "stated_max_requirements")


@transaction.atomic
def describe(
    organization: Organization,
    *,
    values: Mapping[str, Any] | None = None,
    industries: list[str] | None = None,
    by: User,
) -> None:
    """Change the organization's own description: fields of DESCRIPTION by name, and the industries it serves.

    What is left out keeps its value. Raises PermissionDenied, ValidationError, and ValueError for other fields.
    """
    values = values or {}
    if foreign := values.keys() - set(DESCRIPTION):
        raise ValueError(f"not part of a description: {', '.join(sorted(foreign))}")
    current = locked(organization, by=by)
    for name, value in values.items():
        setattr(current, name, value)
    current.full_clean()
    if industries is not None:
        _serve(current, industries)
    _changed(current, *values)


def _serve(organization: Organization, industries: list[str]) -> None:
    served = set(organization.industries.values_list("industry", flat=True))
    organization.industries.exclude(industry__in=industries).delete()
    OrganizationIndustry.objects.bulk_create(
        OrganizationIndustry(organization=organization, industry=code) for code in industries if code not in served
    )


def _suitability_ends(organization: Organization, capability: Capability) -> list[str]:
    """The fields that change because the lead's suitability is computed from this capability's rating again."""
    if capability.code != LEAD_CAPABILITY:
        return []
    organization.stated_lead_suitability = None
    return ["stated_lead_suitability"]


def _changed(organization: Organization, *fields: str) -> None:
    organization.save(update_fields=[*fields, "updated_at"])
    organization_changed.send(sender=Organization, organization=organization)
