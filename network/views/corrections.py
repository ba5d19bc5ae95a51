"""Proposing a correction to another organization's record, and answering those to one's own."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from network import actions
from network.access import signed_in
from network.actions.correctable import told
from network.correcting import shown
from network.forms.corrections import AnswerForm, CorrectionForm, FieldForm
from network.forms.refusal import explain
from network.history.words import names_for, path_label, words
from network.models import Correction, Organization, User
from network.paging import page_of
from network.views.door import editor_of
from network.views.history import record

PAGE_SIZE = 20
CHANGED = gettext_lazy(
    "ほかの方が先に回答したか、提案のあとで記録が変わりました。いまの内容を見て、もう一度お決めください。"
)


@login_required
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose what is to be corrected, then say what it should be and why."""
    organization = get_object_or_404(Organization.objects.visible_to(request.user), pk=pk)
    person = signed_in(request.user)
    if not actions.may_propose(organization, by=person):
        raise PermissionDenied
    asked = request.POST if request.method == "POST" else request.GET
    posted = request.method == "POST"
    chosen = FieldForm(asked if posted or "field" in asked else None)
    field = chosen.cleaned_data["field"] if chosen.is_valid() else None
    context = {"organization": organization, "chosen": chosen, "field": field}
    if field is None:
        return render(request, "network/correct.html", context, status=422 if chosen.is_bound else 200)
    form = CorrectionForm(field, request.POST if posted else None)
    if posted and form.is_valid() and proposed(form, organization, person):
        messages.success(request, _("訂正の提案を送りました。回答があると、お知らせが届きます。"))
        return redirect("network:my_corrections")
    names = names_for(person, organization, [{field: told(organization, field, reader=person)}])
    label = path_label(field, names.capabilities)
    standing = words(field, told(organization, field, reader=person), names) if field else ""
    context |= {"form": form, "label": label, "standing": standing}
    return render(request, "network/correct.html", context, status=422 if form.errors else 200)


def proposed(form: CorrectionForm, organization: Organization, person: User) -> bool:
    """Whether the proposal was taken; otherwise the form says why not."""
    said = form.cleaned_data
    try:
        actions.propose_correction(
            organization, field=form.path, proposed=form.proposed, reason=said["reason"], by=person
        )
    except ValidationError as error:
        explain(form, error)
        return False
    return True


@login_required
@require_GET
def corrections_to(request: HttpRequest, pk: int) -> HttpResponse:
    """What others propose for this record: for its members and stewards."""
    return answering(request, record(request, pk))


def answering(request: HttpRequest, organization: Organization, status: int = 200, problem: Any = "") -> HttpResponse:
    """The page on which an organization answers, with what went wrong."""
    found = Correction.objects.visible_to(request.user).filter(organization=organization)
    page = page_of(found.select_related("proposed_by", "answered_by"), PAGE_SIZE, request.GET.get("page"))
    context = {
        "organization": organization,
        "page": page,
        "rows": shown(list(page), request.user, organization),
        "can_edit": Organization.objects.editable_by(request.user).contains(organization),
        "problem": problem,
    }
    return render(request, "network/corrections_to.html", context, status=status)


@login_required
@require_GET
def my_corrections(request: HttpRequest) -> HttpResponse:
    """What the reader proposed, and what came of it; records that the reader may no longer see are left out."""
    visible = Organization.objects.visible_to(request.user).order_by().values("pk")
    found = Correction.objects.filter(proposed_by=signed_in(request.user), organization__in=visible)
    page = page_of(found.select_related("organization"), PAGE_SIZE, request.GET.get("page"))
    context = {"page": page, "rows": shown(list(page), request.user)}
    return render(request, "network/my_corrections.html", context)


def answerable(request: HttpRequest, pk: int) -> tuple[Correction, User]:
    """The proposal and who answers it: 404 when it may not be seen, 403 when it is not theirs to answer."""
    found = get_object_or_404(Correction.objects.visible_to(request.user).select_related("organization"), pk=pk)
    return found, editor_of(request, found.organization)


@login_required
@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the proposed value into the record."""
    return answered(
        request,
        pk,
        lambda correction, answer, editor: actions.accept_correction(
            correction, seen=request.POST.get("seen") or None, answer=answer, by=editor
        ),
        said=_("提案を反映しました。提案した方にお知らせしました。"),
    )


@login_required
@require_POST
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave the record as it is, with a reason."""
    return answered(
        request,
        pk,
        lambda correction, answer, editor: actions.decline_correction(correction, reason=answer, by=editor),
        said=_("提案を見送りました。理由は提案した方に伝わります。"),
    )


def answered(
    request: HttpRequest, pk: int, answer_with: Callable[[Correction, str, User], object], *, said: str
) -> HttpResponse:
    """Give the editor's answer; where it cannot be taken, the list again with the reason."""
    correction, editor = answerable(request, pk)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return answering(request, correction.organization, 422, first_of(form.errors.get("answer", [])))
    try:
        answer_with(correction, form.cleaned_data["answer"], editor)
    except actions.ConflictError:
        return answering(request, correction.organization, 409, CHANGED)
    except ValidationError as error:
        return answering(request, correction.organization, 422, first_of(error.messages))
    messages.success(request, said)
    return redirect("network:corrections_to", pk=correction.organization_id)


def first_of(texts: Sequence[Any]) -> str:
    return str(texts[0]) if texts else ""


@login_required
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own proposal back."""
    correction = get_object_or_404(Correction.objects.visible_to(request.user), pk=pk)
    try:
        actions.withdraw_correction(correction, by=signed_in(request.user))
    except actions.ConflictError:
        messages.error(request, _("この提案には、すでに回答がありました。"))
        return redirect("network:my_corrections")
    messages.success(request, _("提案を取り下げました。"))
    return redirect("network:my_corrections")
