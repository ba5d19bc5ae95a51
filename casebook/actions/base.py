"""How every verb of the casebook begins."""

from django.core.exceptions import PermissionDenied

from casebook.models import Case, Draft
from network.actions.base import ConflictError
from network.models import User


def edited(case: Case, *, by: User) -> Case:
    """The case as it stands now, held until the transaction ends; needs one.

    Raises PermissionDenied unless `by` edits the owning organization.
    """
    current = Case.objects.select_for_update(no_key=True).get(pk=case.pk)
    if not Case.objects.editable_by(by).contains(current):
        raise PermissionDenied
    return current


def written(case: Case, *, by: User) -> Case:
    """The same for who may change the draft: an editor of the owner, or somebody asked to write."""
    current = Case.objects.select_for_update(no_key=True).get(pk=case.pk)
    if not Case.objects.writable_by(by).contains(current):
        raise PermissionDenied
    return current


def draft_of(case: Case, expected: int | None = None) -> Draft:
    """The draft of a case that is held. Raises ConflictError where it is gone, or no longer at the revision that its
    writer read; None expects nothing."""
    draft = Draft.objects.filter(case=case).first()
    if draft is None or (expected is not None and draft.revision != expected):
        raise ConflictError(draft)
    return draft
