"""Asking an owner for more of a case. Who asks learns that there is more and whom to ask, never what it is."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casebook.models import AccessRequest, Case, Section
from casebook.notices import leave
from casebook.vocabulary import RequestState
from network.access import NETWORK, is_member_of, keys_held_by
from network.actions.base import ConflictError
from network.actions.corrections import acting_as
from network.models import User
from network.notices.mailing import mail
from network.notices.telling import editors_of

MOST_OPEN = 20
"""So many open requests one person may have."""


class NothingMoreError(ConflictError):
    """The person reads all of the case already."""


@transaction.atomic
def request_access(case: Case, *, purpose: str, by: User) -> AccessRequest:
    """Ask the owner of a case to be let read more of it, and say what for. Its editors are told.

    Raises PermissionDenied for who may not see the case and for the owner's own members, NothingMoreError where there
    is no more, ConflictError where the person has asked and waits, ValidationError for a purpose that says nothing and
    for more than MOST_OPEN open requests.
    """
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # two requests at once come one after the other
    shown = Case.objects.visible_to(by).select_related("owner").filter(pk=case.pk).first()
    if shown is None or is_member_of(by, shown.owner_id):
        raise PermissionDenied
    if not has_more(shown, by):
        raise NothingMoreError(None)
    waiting = AccessRequest.objects.open().filter(by=by)
    if standing := waiting.filter(case=shown).first():
        raise ConflictError(standing)
    if waiting.count() >= MOST_OPEN:
        said = _("回答待ちの申請が%(n)d件あります。回答を待つか、いずれかを取り下げてください。")
        raise ValidationError(said % {"n": MOST_OPEN})
    request = AccessRequest(case=shown, by=by, on_behalf_of=_on_behalf_of(by), purpose=purpose)
    request.full_clean(validate_constraints=False)
    request.save()
    _tell_owner(request)
    return request


@transaction.atomic
def withdraw_request(request: AccessRequest, *, by: User) -> AccessRequest:
    """Take one's own request back. Raises PermissionDenied, ConflictError where it was answered meanwhile."""
    if request.by_id != by.pk:
        raise PermissionDenied
    current = waiting_request(request)
    current.state, current.answered_at, current.answered_by = RequestState.WITHDRAWN, timezone.now(), by
    current.save(update_fields=["state", "answered_at", "answered_by"])
    return current


def has_more(case: Case, reader: User) -> bool:
    """Whether the case has sections that the reader may not read."""
    readable = Section.objects.visible_to(reader).filter(case=case).values("pk")
    return Section.objects.filter(case=case).exclude(pk__in=readable).exists()


def waiting_request(request: AccessRequest) -> AccessRequest:
    """The request as it stands now, held until the transaction ends. Raises ConflictError where it was answered."""
    current = AccessRequest.objects.select_for_update(of=("self",)).select_related("by", "case__owner")
    found = current.get(pk=request.pk)
    if not found.is_open:
        raise ConflictError(found)
    return found


def _on_behalf_of(by: User) -> str:
    """In whose name the person asks; empty for somebody who belongs to nobody in the network."""
    return acting_as(by)[:200] if NETWORK in keys_held_by(by) else ""


def _tell_owner(request: AccessRequest) -> None:
    people = editors_of(request.case.owner)
    leave(people, request.case, "request", key=str(request.pk), by=request.on_behalf_of, request=request.pk)
    mail(
        people,
        subject=gettext_lazy("[結び目] 事例の閲覧の申請が届きました"),
        said=gettext_lazy(
            "事例をもっと読みたいという申請が届きました。内容を見て、承認するか、見送るかをお決めください。"
        ),
        page=reverse("casebook:case_request", args=[request.pk]),
        why=gettext_lazy(
            "このメールは、事例を所有する機関の編集者のうち、お知らせをメールでも受け取る方にお送りしています。"
        ),
    )
