"""Where an organization can be met beside its seat."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from network.actions.areas import area_keys, replace_areas
from network.actions.base import changed, expect, locked, only, still_there
from network.history import record as history
from network.history.record import office_value
from network.models import Office, Organization, User
from network.vocabulary import Deed

OFFICE = ("name", "postal_code", "prefecture", "municipality_id", "address", "phone", "on_site", "remote", "nationwide")
"""What is said of an office, by column."""


@transaction.atomic
def add_office(
    organization: Organization,
    *,
    values: Mapping[str, Any],
    prefectures: Iterable[str] = (),
    municipalities: Iterable[str] = (),
    by: User,
) -> Office:
    """A new office and where it works: `values` by column of OFFICE, areas by code.

    Raises PermissionDenied, ValidationError, and ValueError for other columns.
    """
    current = locked(organization, by=by)
    office = Office(organization=current)
    _write(office, values, prefectures, municipalities)
    _noted(current, office.pk, None, office_value(office), by=by)
    return office


@transaction.atomic
def change_office(
    organization: Organization,
    *,
    office: Office,
    values: Mapping[str, Any],
    prefectures: Iterable[str] = (),
    municipalities: Iterable[str] = (),
    expected: int | None = None,
    by: User,
) -> Office:
    """Say something else of an office; columns that are left out keep their value, areas are given whole.

    Raises PermissionDenied, ValidationError, ConflictError, and ValueError for other columns.
    """
    current = locked(organization, by=by)
    found = still_there(current.offices.all(), office.pk)
    expect(found, expected)
    before = office_value(found)
    found.version += 1
    _write(found, values, prefectures, municipalities)
    _noted(current, found.pk, before, office_value(found), by=by)
    return found


@transaction.atomic
def remove_office(organization: Organization, *, office: Office, expected: int | None = None, by: User) -> None:
    """The organization is not there any more. Raises PermissionDenied, ConflictError."""
    current = locked(organization, by=by)
    found = still_there(current.offices.all(), office.pk)
    expect(found, expected)
    pk, before = found.pk, office_value(found)
    found.delete()
    _noted(current, pk, before, None, by=by)


def _write(
    office: Office, values: Mapping[str, Any], prefectures: Iterable[str], municipalities: Iterable[str]
) -> None:
    only(values, OFFICE)
    wanted = area_keys(prefectures, municipalities)
    for name, value in values.items():
        setattr(office, name, value)
    office.full_clean()
    office.save()
    replace_areas(office.service_areas.all(), wanted, office=office)


def _noted(organization: Organization, pk: int, before: Any, after: Any, *, by: User) -> None:
    history.note(organization, {f"office.{pk}": (before, after)}, deed=Deed.OFFICE, by=by)
    changed(organization)
