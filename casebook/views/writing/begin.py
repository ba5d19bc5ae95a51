"""A new case, a published one written anew, a draft thrown away."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from casebook import actions
from casebook.forms.draft.beginning import BeginForm
from casebook.models import Case
from casebook.views.writing.door import desk
from casebook.writing.content import Content
from network.access import signed_in
from network.actions.base import ConflictError
from network.forms.refusal import explain
from network.views.door import editable


@login_required
@require_http_methods(["GET", "POST"])
def new_case(request: HttpRequest, pk: int) -> HttpResponse:
    """Its title and whose story it is; everything else comes in the form that follows."""
    owner, editor = editable(request, pk)
    form = BeginForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            case = actions.begin_case(owner, content=Content(**form.cleaned_data), by=editor)
        except ValidationError as refused:
            explain(form, refused)
        else:
            return redirect("casebook:draft_step", pk=case.pk, step="profile")
    status = 422 if form.errors else 200
    return render(request, "casebook/draft/new.html", {"form": form, "organization": owner}, status=status)


@login_required
@require_POST
def revise(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the draft in which the published text is written anew."""
    case = get_object_or_404(Case.objects.visible_to(request.user), pk=pk)
    actions.begin_revision(case, by=signed_in(request.user))
    return redirect("casebook:draft", pk=pk)


@login_required
@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw the draft away; a case that was never published goes with it."""
    found = desk(request, pk)
    if not found.may_share:
        raise PermissionDenied
    try:
        gone = actions.discard_draft(found.case, by=found.reader)
    except ConflictError:
        messages.info(request, _("この下書きは、もうありません。"))
        return redirect("casebook:case", pk=pk)
    messages.success(request, _("下書きを捨てました。"), extra_tags="good")
    return redirect("casebook:writing") if gone else redirect("casebook:case", pk=pk)
