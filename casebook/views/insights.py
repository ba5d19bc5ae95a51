"""Notes (気づき): on a case, and the list of all that one may read."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from casebook import actions
from casebook.forms.life import InsightForm, RemovalForm, sections_of
from casebook.life import audiences, noted, notes_for
from casebook.models import Insight
from casebook.views.life import PAGE_SIZE, done, shown, taken, visible
from network.access import signed_in
from network.models import User
from network.paging import page_of

MINE = "mine"


@login_required
@require_http_methods(["GET", "POST"])
def insights(request: HttpRequest) -> HttpResponse:
    """All notes that the reader sees, newest first; and a free note."""
    person = signed_in(request.user)
    keys = actions.keys_for_notes(person)
    if request.method == "POST" and not keys:
        raise PermissionDenied
    form = InsightForm(request.POST if request.method == "POST" else None, by=person) if keys else None
    if request.method == "POST" and form and _noted(form, person):
        messages.success(request, _("気づきを書きました。"), extra_tags="good")
        return redirect("casebook:insights")
    return _page(request, person, form, status=422 if form and form.errors else 200)


def _noted(form: InsightForm, person: User) -> bool:
    def deed(values: dict[str, Any]) -> object:
        return actions.note_insight(text=values["text"], key=values["key"], organization=form.organization, by=person)

    return taken(form, deed)


def _page(
    request: HttpRequest, person: User, form: InsightForm | None, *, status: int = 200, **more: Any
) -> HttpResponse:
    choices = audiences(actions.keys_for_notes(person))
    chosen, found = request.GET.get("for", ""), notes_for(person)
    if chosen == MINE:
        found = found.filter(by=person)
    elif chosen in choices:
        found = found.filter(key=chosen)
    else:
        chosen = ""
    page = page_of(found, PAGE_SIZE, request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "notes": noted(page, person),
        "choices": choices,
        "chosen": chosen,
        "removed": Insight.objects.taken_from(person)[:PAGE_SIZE] if chosen == MINE else [],
        **more,
    }
    return render(request, "casebook/insights.html", context, status=status)


@login_required
@require_POST
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """A note on a case."""
    case, person = visible(request, pk), signed_in(request.user)
    if not actions.keys_for_notes(person):
        raise PermissionDenied
    form = InsightForm(request.POST, by=person, sections=sections_of(case, person))

    def deed(values: dict[str, Any]) -> object:
        return actions.note_insight(case=case, organization=form.organization, by=person, **values)

    if taken(form, deed):
        return done(request, case, _("気づきを書きました。"))
    return shown(request, case, status=422, insight_form=form)


@login_required
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a note away; with a reason where it is somebody else's."""
    person = signed_in(request.user)
    found = get_object_or_404(Insight.objects.visible_to(person).select_related("case__owner"), pk=pk)
    if not Insight.objects.removable_by(person).contains(found):
        raise PermissionDenied
    form = RemovalForm(request.POST)
    problem = ""
    if form.is_valid():
        try:
            actions.remove_insight(found, reason=form.cleaned_data["reason"], by=person)
        except ValidationError as refused:
            problem = " ".join(refused.messages)
    else:
        problem = " ".join(str(text) for texts in form.errors.values() for text in texts)
    refusal: dict[str, Any] = {
        "refused": found.pk,
        "problem": problem,
        "reason": str(form["reason"].value() or "")[:400],
    }
    if problem and (found.case is None or request.POST.get("back") == "insights"):
        keys = actions.keys_for_notes(person)
        return _page(request, person, InsightForm(by=person) if keys else None, status=422, **refusal)
    if problem and found.case:
        return shown(request, found.case, status=422, **refusal)
    if found.case:
        return done(request, found.case, _("気づきを外しました。"))
    messages.success(request, _("気づきを外しました。"), extra_tags="good")
    return redirect("casebook:insights")
