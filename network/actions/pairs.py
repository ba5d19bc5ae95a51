"""What stands between two organizations changes on both sides' records at once."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from network.actions.base import changed
from network.history import record as history
from network.models import Organization, User
from network.vocabulary import Deed


def locked_pair(organization: Organization, other_pk: int, *, by: User) -> tuple[Organization, Organization]:
    """Both as they stand now, held until the transaction ends, always in the same order so that nobody waits in a ring.

    Raises PermissionDenied unless `by` edits the first.
    """
    rows = Organization.objects.select_for_update(no_key=True).filter(pk__in={organization.pk, other_pk}).order_by("pk")
    found = {row.pk: row for row in rows}
    if not Organization.objects.editable_by(by).contains(found[organization.pk]):
        raise PermissionDenied
    return found[organization.pk], found[other_pk]


def expect_partner(organization: Organization, other: Organization, *, by: User) -> None:
    """Raises ValidationError unless the other is another active organization that `by` may know of."""
    known = Organization.objects.visible_to(by).filter(is_active=True)
    if other.pk == organization.pk or not known.contains(other):
        raise ValidationError({"other": _("ほかの登録機関を選んでください。自分の機関や、無効な機関は選べません。")})


def in_order(one: Organization, other: Organization) -> tuple[Organization, Organization]:
    """The smaller id first, as the tables keep a pair."""
    return (one, other) if one.pk < other.pk else (other, one)


def noted(pair: tuple[Organization, Organization], path: str, before: Any, after: Any, *, deed: Deed, by: User) -> None:
    """The same entry in the history of both, and both counted as changed."""
    for organization in pair:
        history.note(organization, {path: (before, after)}, deed=deed, by=by)
    for organization in sorted(pair, key=lambda organization: organization.pk):
        changed(organization)
