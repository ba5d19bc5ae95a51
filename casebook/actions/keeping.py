"""Closing a case to everybody outside, and opening it again: by its owner, or by a steward with a reason."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from casebook.actions.base import edited
from casebook.actions.events import note
from casebook.models import Case
from casebook.notices import leave
from casebook.recall import tell_exporters
from casebook.signals import case_changed
from casebook.vocabulary import CaseDeed, CaseState
from network.actions.base import ConflictError, steward
from network.models import User
from network.notices.telling import editors_of

OTHERS = frozenset(field.name for field in Case._meta.get_fields()) - {"taken_down_because"}


@transaction.atomic
def archive(case: Case, *, by: User) -> Case:
    """Put a published case away: its owner's members keep reading it, nobody else does; who took it out is told.

    Raises PermissionDenied unless `by` edits the owner, ConflictError where it is not published.
    """
    current = _moved(edited(case, by=by), CaseState.PUBLISHED, CaseState.ARCHIVED, CaseDeed.ARCHIVED, by=by)
    tell_exporters(current, by=by)
    return current


@transaction.atomic
def restore(case: Case, *, by: User) -> Case:
    """Open an archived case again to those whom its sections accept. Raises PermissionDenied, ConflictError."""
    return _moved(edited(case, by=by), CaseState.ARCHIVED, CaseState.PUBLISHED, CaseDeed.RESTORED, by=by)


@transaction.atomic
def take_down(case: Case, *, reason: str, by: User) -> Case:
    """Close a published case to everybody but its owner's members and stewards. The owner's editors are told, and
    everybody who took it out.

    Raises PermissionDenied unless `by` is a steward who may see it, ConflictError where it is not published,
    ValidationError without a reason that can be read.
    """
    current = _kept(case, by)
    if not reason.strip():
        said = _("公開を止める理由を入力してください。所有する機関に伝わります。")
        raise ValidationError({"taken_down_because": said})
    current.taken_down_because = reason.strip()
    current.clean_fields(exclude=OTHERS)
    _moved(current, CaseState.PUBLISHED, CaseState.TAKEN_DOWN, CaseDeed.TAKEN_DOWN, by=by, detail=reason.strip())
    _tell_editors(current, "taken_down")
    tell_exporters(current, by=by)
    return current


@transaction.atomic
def reinstate(case: Case, *, by: User) -> Case:
    """Open again what was taken down. Raises PermissionDenied unless `by` is a steward, ConflictError."""
    current = _kept(case, by)
    current.taken_down_because = ""
    _moved(current, CaseState.TAKEN_DOWN, CaseState.PUBLISHED, CaseDeed.REINSTATED, by=by)
    _tell_editors(current, "reinstated")
    return current


def _kept(case: Case, by: User) -> Case:
    """The case as it stands now, held for a steward who may see it. Raises PermissionDenied."""
    steward(by)
    if not Case.objects.visible_to(by).filter(pk=case.pk).exists():
        raise PermissionDenied
    return Case.objects.select_for_update(no_key=True).get(pk=case.pk)


def _moved(case: Case, before: CaseState, after: CaseState, deed: CaseDeed, *, by: User, detail: str = "") -> Case:
    """From one state into the other, with its entry in the history. Raises ConflictError from any other state."""
    if case.state != before:
        raise ConflictError(case)
    case.state = after
    case.save(update_fields=["state", "taken_down_because", "updated_at"])
    note(case, deed, by=by, detail=detail)
    case_changed.send(sender=Case, case=case)
    return case


def _tell_editors(case: Case, what: str) -> None:
    newest = case.events.values_list("pk", flat=True).first()
    leave(editors_of(case.owner), case, what, key=f"{case.pk}:{newest}")
