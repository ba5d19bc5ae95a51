"""What an organization says of itself: description, capacity, area, and who may know its weaknesses."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction

from network.actions.areas import area_keys, replace_areas
from network.actions.base import changed, expect, locked, only
from network.history import record as history
from network.history.record import capacity_value, difference, service_area_value
from network.models import (
    Organization,
    OrganizationIndustry,
    User,
)
from network.vocabulary import CapacityStatus, Deed, WeaknessAudience

DESCRIPTION = (
    "name",
    "kana",
    "corporate_number",
    "about",
    "website",
    "contact_email",
    "contact_phone",
    "nationwide",
    "remote",
)
"""What an organization says of itself, by field."""


@transaction.atomic
def declare_capacity(
    organization: Organization,
    *,
    status: CapacityStatus,
    slots: int,
    until: date | None,
    expected: int | None = None,
    deed: Deed = Deed.CAPACITY,
    by: User,
) -> None:
    """Say how many engagements the organization can begin; ends what a file stated about availability.

    Raises PermissionDenied, ValidationError, ConflictError.
    """
    current = locked(organization, by=by)
    expect(current, expected)
    before = capacity_value(current)
    current.capacity_status, current.capacity_slots, current.capacity_until = status, slots, until
    current.stated_availability = current.stated_max_requirements = None
    current.version += 1
    current.full_clean()
    history.note(current, {"capacity": (before, capacity_value(current))}, deed=deed, by=by)
    declared = ("capacity_status", "capacity_slots", "capacity_until")
    changed(current, *declared, "stated_availability", "stated_max_requirements", "version")


@transaction.atomic
def describe(
    organization: Organization,
    *,
    values: Mapping[str, Any] | None = None,
    industries: list[str] | None = None,
    expected: int | None = None,
    deed: Deed = Deed.DESCRIBED,
    by: User,
) -> None:
    """Change the organization's own description: fields of DESCRIPTION by name, and the industries it serves.

    What is left out keeps its value. Raises PermissionDenied, ValidationError, ConflictError, and ValueError for other
    fields.
    """
    values = values or {}
    only(values, DESCRIPTION)
    current = locked(organization, by=by)
    expect(current, expected)
    before = _described(current)
    for name, value in values.items():
        setattr(current, name, value)
    current.version += 1
    current.full_clean()
    if industries is not None:
        _serve(current, industries)
    history.note(current, difference(before, _described(current)), deed=deed, by=by)
    changed(current, *values, "version")


@transaction.atomic
def serve_areas(
    organization: Organization,
    *,
    prefectures: Iterable[str],
    municipalities: Iterable[str],
    nationwide: bool,
    remote: bool,
    expected: int | None = None,
    by: User,
) -> None:
    """Say where the organization works: whole prefectures by code, single municipalities by code, everywhere, or from
    afar. Raises PermissionDenied, ValidationError for unknown codes, ConflictError."""
    current = locked(organization, by=by)
    expect(current, expected)
    before = service_area_value(current)
    wanted = area_keys(prefectures, municipalities)
    replace_areas(current.service_areas.all(), wanted, organization=current)
    current.nationwide, current.remote = nationwide, remote
    current.version += 1
    history.note(current, {"service_area": (before, service_area_value(current))}, deed=Deed.AREA, by=by)
    changed(current, "nationwide", "remote", "version")


@transaction.atomic
def open_weaknesses_to(
    organization: Organization, *, audience: WeaknessAudience, expected: int | None = None, by: User
) -> None:
    """Say who may know the declared weaknesses beside the organization itself.

    Raises PermissionDenied, ConflictError.
    """
    current = locked(organization, by=by)
    expect(current, expected)
    before = str(current.weakness_audience)
    current.weakness_audience = audience
    current.version += 1
    history.note(current, {"weakness_audience": (before, str(audience))}, deed=Deed.AUDIENCE, by=by)
    changed(current, "weakness_audience", "version")


def _described(organization: Organization) -> dict[str, Any]:
    plain = [name for name in DESCRIPTION if name not in ("nationwide", "remote")]
    return {
        **{name: getattr(organization, name) for name in plain},
        "service_area": service_area_value(organization),
        "industries": sorted(organization.industries.values_list("industry", flat=True)),
    }


def _serve(organization: Organization, industries: list[str]) -> None:
    served = set(organization.industries.values_list("industry", flat=True))
    organization.industries.exclude(industry__in=industries).delete()
    OrganizationIndustry.objects.bulk_create(
        OrganizationIndustry(organization=organization, industry=code) for code in industries if code not in served
    )
