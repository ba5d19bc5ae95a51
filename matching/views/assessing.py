"""Where the company of a need stands by the DX推進指標, now and before."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from matching import actions
from matching.assessed import comparisons
from matching.instruments import edition_on, editions
from matching.models import Assessment, Need
from matching.needforms import AssessmentForm
from network.access import signed_in


@login_required
@require_GET
def assessments(request: HttpRequest, pk: int) -> HttpResponse:
    """Every assessment, by edition, before and after."""
    need = _need(request, pk)
    context = {"need": need, "comparisons": comparisons(list(need.assessments.all())), **_editions()}
    return render(request, "matching/need_dx.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def new_assessment(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer an edition's items, as far as one can."""
    need = _need(request, pk)
    if request.method == "GET":
        return _asked(request, need, AssessmentForm.empty(request.GET.get("edition", "")))
    form = AssessmentForm(request.POST)
    if not form.is_valid():
        return _asked(request, need, form, 422)
    given = form.cleaned_data
    try:
        actions.assess(
            need,
            edition=given["edition"],
            on=given["on"],
            levels=form.levels,
            note=given["note"],
            by=signed_in(request.user),
        )
    except ValidationError as refused:
        form.add_error(None, refused.messages)
        return _asked(request, need, form, 422)
    messages.success(request, _("DX推進指標の記録を保存しました。"), extra_tags="good")
    return redirect("matching:need_dx", pk=need.pk)


@login_required
@require_POST
def remove_assessment(request: HttpRequest, pk: int, assessment: int) -> HttpResponse:
    """Take one away; the page asks before."""
    found = get_object_or_404(Assessment.objects.select_related("need"), pk=assessment, need=_need(request, pk))
    actions.forget_assessment(found, by=signed_in(request.user))
    messages.success(request, _("記録を消しました。"), extra_tags="good")
    return redirect("matching:need_dx", pk=pk)


def _need(request: HttpRequest, pk: int) -> Need:
    return get_object_or_404(Need.objects.visible_to(request.user).select_related("lab"), pk=pk)


def _asked(request: HttpRequest, need: Need, form: AssessmentForm, status: int = 200) -> HttpResponse:
    context = {"need": need, "form": form, "asked": form.asked, **_editions()}
    return render(request, "matching/need_dx_new.html", context, status=status)


def _editions() -> dict[str, object]:
    """Every edition, the newest first, and the one in use today."""
    return {"editions": list(reversed(editions().values())), "current": edition_on(timezone.localdate())}
