"""Verbs of the registry: each is atomic, says who did it, and tells the rest of the house."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from network.models import Capability, Organization, OrganizationIndustry, Rating, User
from network.signals import organization_changed
from network.vocabulary import CapacityStatus, Stance

LEAD_CAPABILITY = "pmo"
"""A lead's suitability is computed from this rating."""


def _require_editor(organization: Organization, by: User) -> None:
    if not Organization.objects.editable_by(by).contains(organization):
        raise PermissionDenied


@transaction.atomic
def rate(
    organization: Organization, *, capability: Capability, level: int, stance: Stance, note: str = "", by: User
) -> Rating:
    """Say how well the organization can do one thing, and confirm it as of now.

    A file's stated lead suitability ends when the rating it would be computed from changes.
    Raises PermissionDenied unless `by` edits the organization, ValidationError for a bad level or note.
    """
    _require_editor(organization, by)
    rating = Rating.objects.filter(organization=organization, capability=capability).first() or Rating(
        organization=organization, capability=capability
    )
    rating.level, rating.stance, rating.note = level, stance, note
    rating.confirmed_at, rating.confirmed_by = timezone.now(), by
    rating.full_clean()
    rating.save()
    if capability.code == LEAD_CAPABILITY:
        organization.stated_lead_suitability = None
    _changed(organization)
    return rating


@transaction.atomic
def withdraw_rating(organization: Organization, *, capability: Capability, by: User) -> None:
    """Declare nothing about one capability any more."""
    _require_editor(organization, by)
    Rating.objects.filter(organization=organization, capability=capability).delete()
    if capability.code == LEAD_CAPABILITY:
        organization.stated_lead_suitability = None
    _changed(organization)


@transaction.atomic
def declare_capacity(
    organization: Organization, *, status: CapacityStatus, slots: int, until: date | None, by: User
) -> None:
    """Say how many engagements the organization can begin; ends what a file stated about availability."""
    _require_editor(organization, by)
    organization.capacity_status, organization.capacity_slots, organization.capacity_until = status, slots, until
    organization.stated_availability = organization.stated_max_requirements = None
    organization.full_clean()
    _changed(organization)


@transaction.atomic
def describe(organization: Organization, *, industries: list[str], by: User) -> None:
    """Save the organization's own description (fields set on the instance by a form) and the industries it serves."""
    _require_editor(organization, by)
    organization.full_clean()
    served = {entry.industry: entry for entry in organization.industries.all()}
    OrganizationIndustry.objects.filter(
        pk__in=[entry.pk for code, entry in served.items() if code not in industries]
    ).delete()
    OrganizationIndustry.objects.bulk_create(
        OrganizationIndustry(organization=organization, industry=code) for code in industries if code not in served
    )
    _changed(organization)


def _changed(organization: Organization) -> None:
    organization.save()
    organization_changed.send(sender=Organization, organization=organization)
