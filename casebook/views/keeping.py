"""Putting a case away and opening it again; taking one down as a steward."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from casebook import actions
from casebook.forms.keeping import TakeDownForm
from casebook.models import AccessRequest, Case, CaseEvent
from casebook.vocabulary import CaseDeed, CaseState
from network.access import Reader, is_member_of, is_steward, signed_in
from network.actions import ConflictError
from network.forms.refusal import explain
from network.models import User
from network.paging import page_of
from network.views.door import steward_of

PAGE_SIZE = 20


def keeping_of(case: Case, reader: Reader, *, can_edit: bool) -> dict[str, Any]:
    """What the case's page says of its state, and what one may do about it; empty for who only reads."""
    inside, keeps = is_member_of(reader, case.owner_id), is_steward(reader)
    if not inside and not keeps:
        return {}
    return {
        "inside": inside,
        "can_edit": can_edit,
        "waiting": AccessRequest.objects.open().filter(case=case).count() if inside else 0,
        "taking_down": TakeDownForm() if keeps and case.state == CaseState.PUBLISHED else None,
        "can_reinstate": keeps and case.state == CaseState.TAKEN_DOWN,
    }


@login_required
@require_POST
def archive(request: HttpRequest, pk: int) -> HttpResponse:
    """Put it away."""
    return _moved(request, pk, actions.archive, said=_("保管しました。自機関のほかには表示されません。"))


@login_required
@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Open it again."""
    return _moved(request, pk, actions.restore, said=_("ふたたび公開しました。"))


@login_required
@require_http_methods(["GET", "POST"])
def take_down(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a case to everybody outside, with a reason; for stewards who may see it."""
    case, steward = _kept(request, pk)
    form = TakeDownForm(request.POST if request.method == "POST" else None)
    status, problem = 200, ""
    if form.is_bound and form.is_valid():
        try:
            actions.take_down(case, reason=form.cleaned_data["taken_down_because"], by=steward)
        except ConflictError:
            status, problem = 409, _("この事例は、いま公開されていません。状態をご確認ください。")
        except ValidationError as refused:
            explain(form, refused)
        else:
            messages.success(request, _("公開を止めました。所有する機関にお知らせしました。"), extra_tags="good")
            return redirect("casebook:steward_cases")
    context = {"case": case, "form": form, "problem": problem}
    return render(request, "casebook/take_down.html", context, status=422 if form.errors else status)


@login_required
@require_POST
def reinstate(request: HttpRequest, pk: int) -> HttpResponse:
    """Open again what was taken down."""
    case, steward = _kept(request, pk)
    try:
        actions.reinstate(case, by=steward)
    except ConflictError:
        return _list(request, status=409, problem=_("この事例の公開停止は、すでに解除されています。"))
    messages.success(request, _("公開停止を解除しました。所有する機関にお知らせしました。"), extra_tags="good")
    return redirect("casebook:steward_cases")


@login_required
@require_GET
def steward_cases(request: HttpRequest) -> HttpResponse:
    """The cases that stewards took down, as far as this one may read them."""
    steward_of(request)
    return _list(request)


def _list(request: HttpRequest, *, status: int = 200, problem: str = "") -> HttpResponse:
    deeds = CaseEvent.objects.filter(case=OuterRef("pk"), deed=CaseDeed.TAKEN_DOWN).order_by("-pk")
    found = Case.objects.visible_to(request.user).filter(state=CaseState.TAKEN_DOWN).select_related("owner")
    dated = found.annotate(down_at=Subquery(deeds.values("at")[:1]), down_by=Subquery(deeds.values("by_name")[:1]))
    page = page_of(dated.order_by("-down_at", "-pk"), PAGE_SIZE, request.GET.get("page"))
    context = {"page": page, "problem": problem}
    return render(request, "casebook/steward_cases.html", context, status=status)


def _kept(request: HttpRequest, pk: int) -> tuple[Case, User]:
    """The case and its steward: 404 where it may not be seen, 403 for everybody else."""
    case = get_object_or_404(Case.objects.visible_to(request.user).select_related("owner"), pk=pk)
    if not is_steward(request.user):
        raise PermissionDenied
    return case, signed_in(request.user)


def _moved(request: HttpRequest, pk: int, verb: Callable[..., Case], *, said: str) -> HttpResponse:
    case = get_object_or_404(Case.objects.visible_to(request.user), pk=pk)
    if not Case.objects.editable_by(request.user).contains(case):
        raise PermissionDenied
    try:
        verb(case, by=signed_in(request.user))
    except ConflictError:
        told = _("いまの状態では、できません。画面を読み直して、状態をご確認ください。")
        messages.error(request, told, extra_tags="bad")
    else:
        messages.success(request, said, extra_tags="good")
    return redirect("casebook:case", pk=pk)
