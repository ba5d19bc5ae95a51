"""Asking an owner for more of a case, as who asks sees it: that there is more and whom to ask, never what it is."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from casebook import actions
from casebook.forms.asking import AskForm
from casebook.models import AccessRequest, Case
from casebook.vocabulary import RequestState
from network.access import Reader, is_member_of, signed_in
from network.actions import ConflictError
from network.forms.refusal import explain
from network.models import User
from network.paging import page_of

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class Asking:
    """What the case's page says of asking: nothing to the owner's members."""

    has_more: bool
    mine: AccessRequest | None
    """The reader's request that waits or is in force; else the last one that was answered."""
    form: AskForm | None
    """For who may ask now."""


def asking_of(case: Case, reader: Reader, *, has_more: bool) -> Asking | None:
    """The block of the case's page; None where there is nothing to say."""
    if not isinstance(reader, User):
        return Asking(has_more, None, None) if has_more else None
    if is_member_of(reader, case.owner_id):
        return None
    asked = AccessRequest.objects.filter(case=case, by=reader).exclude(state=RequestState.WITHDRAWN)
    mine = asked.open().first() or asked.in_force().first() or (asked.first() if has_more else None)
    if not has_more and mine is None:
        return None
    waits = mine is not None and mine.is_open
    return Asking(has_more, mine, AskForm() if has_more and not waits else None)


@login_required
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what one wants to read more for."""
    case = get_object_or_404(Case.objects.visible_to(request.user).select_related("owner"), pk=pk)
    person = signed_in(request.user)
    if is_member_of(person, case.owner_id):
        raise PermissionDenied
    if request.method == "GET":
        return _asking_page(request, case, AskForm())
    form = AskForm(request.POST)
    if not form.is_valid():
        return _asking_page(request, case, form, 422)
    try:
        actions.request_access(case, purpose=form.cleaned_data["purpose"], by=person)
    except ConflictError as conflict:
        return _asking_page(request, case, form, 409, problem=why_not(conflict))
    except ValidationError as refused:
        explain(form, refused)
        return _asking_page(request, case, form, 422)
    messages.success(request, _("申請を送りました。回答があると、お知らせが届きます。"), extra_tags="good")
    return redirect("casebook:case", pk=pk)


def why_not(conflict: ConflictError) -> str:
    """In words, why the person cannot ask now."""
    if isinstance(conflict, actions.NothingMoreError):
        return _("この事例は、すべてお読みいただけます。申請は要りません。")
    return _("この事例にはすでに申請しています。回答をお待ちください。")


def _asking_page(
    request: HttpRequest, case: Case, form: AskForm, status: int = 200, *, problem: str = ""
) -> HttpResponse:
    can_ask = actions.has_more(case, signed_in(request.user))
    waiting = AccessRequest.objects.open().filter(case=case, by=signed_in(request.user)).first()
    context = {"case": case, "form": form, "problem": problem, "can_ask": can_ask, "waiting": waiting}
    return render(request, "casebook/ask.html", context, status=status)


@login_required
@require_GET
def my_requests(request: HttpRequest) -> HttpResponse:
    """What the reader asked for, what came of it and until when; cases that the reader may not see now are left out."""
    person = signed_in(request.user)
    found = AccessRequest.objects.visible_to(person).filter(by=person).select_related("case__owner")
    page = page_of(found, PAGE_SIZE, request.GET.get("page"))
    return render(request, "casebook/my_requests.html", {"page": page})


def mine(request: HttpRequest, asked: AccessRequest, *, status: int = 200, problem: str = "") -> HttpResponse:
    """The page of a request for who made it."""
    return render(request, "casebook/my_request.html", {"asked": asked, "problem": problem}, status=status)


@login_required
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own request back."""
    asked = get_object_or_404(AccessRequest.objects.visible_to(request.user).select_related("case__owner"), pk=pk)
    try:
        actions.withdraw_request(asked, by=signed_in(request.user))
    except ConflictError as conflict:
        return mine(request, conflict.current, status=409, problem=_("この申請には、すでに回答がありました。"))
    messages.success(request, _("申請を取り下げました。"), extra_tags="good")
    return redirect("casebook:my_requests")
