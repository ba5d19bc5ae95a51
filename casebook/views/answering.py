"""Requests to read more, as the owning organization sees and answers them."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Case as If
from django.db.models import Exists, F, OuterRef, Value, When
from django.db.models.functions import Concat
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from casebook import actions
from casebook.forms.asking import DeclineForm, GrantForm
from casebook.models import AccessRequest, Case, Grant, Section
from casebook.views.asking import PAGE_SIZE, mine
from casebook.vocabulary import RequestState
from network.access import is_member_of, organization_ids_of, signed_in
from network.actions import ConflictError
from network.forms.refusal import explain
from network.models import Organization, User
from network.paging import page_of

ANSWERED = gettext_lazy("ほかの方が先に回答したか、申請が取り下げられました。いまの内容をご確認ください。")


def requests_to(request: HttpRequest, pk: int) -> tuple[Organization, Any]:
    """The reader's own organization and the requests to it; 404 for every other."""
    own = Organization.objects.filter(pk__in=organization_ids_of(request.user))
    organization = get_object_or_404(own, pk=pk)
    found = AccessRequest.objects.visible_to(request.user).filter(case__owner=organization)
    # A section shared anew may have closed what a request opened: what holds is asked of the grants.
    held = Grant.objects.in_force().filter(
        section__case=OuterRef("case"), key=Concat(Value("user:"), OuterRef("by_id"))
    )
    return organization, found.annotate(holds=Exists(held)).select_related("case", "by", "answered_by", "revoked_by")


@login_required
@require_GET
def case_requests(request: HttpRequest, pk: int) -> HttpResponse:
    """All requests to an organization, those that wait first."""
    organization, found = requests_to(request, pk)
    first = If(When(state=RequestState.OPEN, then=0), default=1)
    page = page_of(found.order_by(first, F("asked_at").desc(), "-pk"), PAGE_SIZE, request.GET.get("page"))
    can_edit = Organization.objects.editable_by(request.user).contains(organization)
    context = {"organization": organization, "page": page, "can_edit": can_edit}
    return render(request, "casebook/case_requests.html", context)


@login_required
@require_GET
def case_request(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: for the owner's members with what they need to answer, for who asked with the answer."""
    asked = _visible(request, pk)
    return _inside(request, asked) if is_member_of(request.user, asked.case.owner_id) else mine(request, asked)


@login_required
@require_POST
def grant(request: HttpRequest, pk: int) -> HttpResponse:
    """Open some sections to the person for a term."""
    asked, editor = _answerable(request, pk)
    form = GrantForm(request.POST, sections=sections_for(asked.case, asked.by))
    if not form.is_valid():
        return _inside(request, asked, granting=form, status=422)
    said = form.cleaned_data
    try:
        actions.grant_access(asked, kinds=said["kinds"], until=said["until"], answer=said["answer"], by=editor)
    except ConflictError:
        return _inside(request, _visible(request, pk), status=409, problem=ANSWERED)
    except ValidationError as refused:
        explain(form, refused)
        return _inside(request, asked, granting=form, status=422)
    messages.success(request, _("承認しました。申請した方にお知らせしました。"), extra_tags="good")
    return redirect("casebook:case_requests", pk=asked.case.owner_id)


@login_required
@require_POST
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave it at what the person may read, with a reason."""
    asked, editor = _answerable(request, pk)
    form = DeclineForm(request.POST, auto_id="decline_%s")
    if not form.is_valid():
        return _inside(request, asked, declining=form, status=422)
    try:
        actions.decline_access(asked, reason=form.cleaned_data["answer"], by=editor)
    except ConflictError:
        return _inside(request, _visible(request, pk), status=409, problem=ANSWERED)
    messages.success(request, _("見送りました。理由は申請した方に伝わります。"), extra_tags="good")
    return redirect("casebook:case_requests", pk=asked.case.owner_id)


@login_required
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back at once what was granted."""
    asked, editor = _answerable(request, pk)
    try:
        actions.revoke(asked, by=editor)
    except ConflictError:
        return _inside(
            request,
            _visible(request, pk),
            status=409,
            problem=_("この承認は、すでに取り消されたか、期限を過ぎています。"),
        )
    messages.success(
        request,
        _("承認を取り消しました。%(name)sさんへの公開を終えました。") % {"name": asked.by.called},
        extra_tags="good",
    )
    return redirect("casebook:case_requests", pk=asked.case.owner_id)


def sections_for(case: Case, person: User) -> list[tuple[str, str]]:
    """The sections of the case to choose from, each with what the person may read already."""
    readable = set(Section.objects.visible_to(person).filter(case=case).values_list("pk", flat=True))
    found = Section.objects.filter(case=case).in_reading_order()
    return [
        (section.kind, _("%(section)s（すでに読めます）") % {"section": section.get_kind_display()})
        if section.pk in readable
        else (section.kind, section.get_kind_display())
        for section in found
    ]


def _visible(request: HttpRequest, pk: int) -> AccessRequest:
    rows = AccessRequest.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("case__owner", "by", "answered_by", "revoked_by"), pk=pk)


def _answerable(request: HttpRequest, pk: int) -> tuple[AccessRequest, User]:
    """The request and who answers it: 404 when it may not be seen, 403 when it is not theirs to answer."""
    asked = _visible(request, pk)
    if not Case.objects.editable_by(request.user).filter(pk=asked.case_id).exists():
        raise PermissionDenied
    return asked, signed_in(request.user)


def _inside(
    request: HttpRequest,
    asked: AccessRequest,
    *,
    granting: GrantForm | None = None,
    declining: DeclineForm | None = None,
    status: int = 200,
    problem: Any = "",
) -> HttpResponse:
    """The page of a request for the owner's members, with what went wrong."""
    can_edit = Case.objects.editable_by(request.user).filter(pk=asked.case_id).exists()
    context = {
        "asked": asked,
        "can_edit": can_edit,
        "can_answer": can_edit and asked.is_open,
        "still_sees": not asked.is_open or actions.sees(asked),
        "granting": granting or GrantForm(sections=sections_for(asked.case, asked.by)),
        "declining": declining or DeclineForm(auto_id="decline_%s"),
        "problem": problem,
    }
    return render(request, "casebook/case_request.html", context, status=status)
