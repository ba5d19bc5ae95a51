"""How every verb begins and ends."""

from collections.abc import Collection
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet

from network.access import is_steward
from network.models import Organization, RegistryVersion, User
from network.signals import organization_changed

Row = TypeVar("Row", bound=Model)


class ConflictError(Exception):
    """Somebody else changed the record since it was read. `current` is the record as it stands now, or None where it
    is gone. The edges answer 409 (pages) or 412 (API); nothing was written."""

    def __init__(self, current: Any) -> None:
        super().__init__("changed since it was read")
        self.current = current


def locked(organization: Organization, *, by: User) -> Organization:
    """The organization as it stands now, held until the transaction ends; needs one.

    Held without its key, as everywhere: rows of others that merely point here (a notice, an entry of a history) need
    not wait, and nobody waits in a ring for them.

    Raises PermissionDenied unless `by` edits the organization.
    """
    current = Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
    if not Organization.objects.editable_by(by).contains(current):
        raise PermissionDenied
    return current


def steward(by: User) -> User:
    """The person, who keeps the registry true; raises PermissionDenied for anyone else."""
    if not is_steward(by):
        raise PermissionDenied
    return by


def still_there(rows: "QuerySet[Row]", pk: int) -> Row:
    """The row as it stands now; raises ConflictError where somebody removed it."""
    found = rows.filter(pk=pk).first()
    if found is None:
        raise ConflictError(None)
    return found


def only(values: Collection[str], known: Collection[str]) -> None:
    """Raises ValueError for a name that is none of those that may be said: the caller's mistake, nobody's input."""
    if foreign := set(values) - set(known):
        raise ValueError(f"may not be said here: {', '.join(sorted(foreign))}")


def expect(record: Any, version: int | None) -> None:
    """Raises ConflictError unless the record still has the version that its editor read; None expects nothing.

    Version 0 stands for "there was none"."""
    if version is not None and version != (record.version if record else 0):
        raise ConflictError(record)


def changed(organization: Organization, *fields: str) -> None:
    """Save these fields of the organization, count the registry's version and tell the house.

    The last step of a verb: the registry's counter stays locked until the transaction ends.
    """
    organization.registry_version = RegistryVersion.following()
    organization.save(update_fields=[*fields, "registry_version", "updated_at"])
    organization_changed.send(sender=Organization, organization=organization)
