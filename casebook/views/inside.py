"""Who comes in to what only the owning organization knows of its cases."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from casebook.ledger import is_broken, next_end
from casebook.models import Case, Draft
from casebook.vocabulary import CaseState, DraftState
from network.access import Reader, is_member_of, signed_in
from network.models import User


def inside(request: HttpRequest, pk: int) -> Case:
    """The case, for members of its owner: 404 where it may not be seen, 403 for everybody else who sees it."""
    case = get_object_or_404(Case.objects.visible_to(request.user).select_related("owner"), pk=pk)
    if not is_member_of(request.user, case.owner_id):
        raise PermissionDenied
    return case


def edited(request: HttpRequest, pk: int) -> tuple[Case, User]:
    """The case and its editor: 404 where it may not be seen, 403 for who does not edit its owner."""
    case = get_object_or_404(Case.objects.visible_to(request.user).select_related("owner"), pk=pk)
    if not Case.objects.editable_by(request.user).contains(case):
        raise PermissionDenied
    return case, signed_in(request.user)


def own_of(case: Case, reader: Reader, *, can_edit: bool) -> dict[str, Any] | None:
    """What the case's page tells the owner's members of where it stands; None for everybody else."""
    if not is_member_of(reader, case.owner_id):
        return None
    draft = Draft.objects.filter(case=case).only("state").first()
    published = case.state == CaseState.PUBLISHED
    return {
        "broken": published and is_broken(case),
        "waits_for_day": published and case.opens_on is not None and case.opens_on > timezone.localdate(),
        "ends": next_end(case),
        "draft_state": draft.get_state_display() if draft else "",
        "reviews": can_edit and draft is not None and draft.state == DraftState.SUBMITTED,
    }
