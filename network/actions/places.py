"""Where an organization has its seat."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from network.actions.base import changed, expect, locked
from network.history import record as history
from network.history.record import place_value
from network.models import Municipality, Organization, User
from network.vocabulary import Deed


@transaction.atomic
def relocate(
    organization: Organization,
    *,
    prefecture: str,
    municipality: str | None,
    expected: int | None = None,
    deed: Deed = Deed.DESCRIBED,
    by: User,
) -> None:
    """Say where the seat is: a prefecture and, where known, a municipality of it, both by code.

    Raises PermissionDenied, ValidationError, ConflictError.
    """
    current = locked(organization, by=by)
    expect(current, expected)
    before = place_value(current)
    current.prefecture, current.municipality = prefecture, municipality_in(prefecture, municipality)
    current.version += 1
    current.full_clean()
    history.note(current, {"place": (before, place_value(current))}, deed=deed, by=by)
    changed(current, "prefecture", "municipality", "version")


def municipality_in(prefecture: str, code: str | None) -> Municipality | None:
    """The municipality of that code; raises ValidationError where it is none of the prefecture's."""
    if not code:
        return None
    found = Municipality.objects.filter(pk=code, prefecture=prefecture).first()
    if found is None:
        raise ValidationError({"municipality": _("その都道府県の市区町村ではありません。もう一度お選びください。")})
    return found
