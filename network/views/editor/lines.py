"""One line of the grid: saved, confirmed, withdrawn, put back."""

from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.forms import BaseForm, Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from network import actions
from network.actions import ConflictError
from network.forms.editor import RatingForm, versioned
from network.forms.refusal import explain
from network.models import Capability, Organization, Rating, User
from network.profile.conflicts import conflict_over, rating_differences
from network.profile.grid import Line, last_deed, line, started
from network.views.door import editable, known
from network.views.editor.ratings import for_lines


@dataclass(frozen=True, slots=True)
class Cell:
    """One line of one organization, and the request that is about it."""

    request: HttpRequest
    organization: Organization
    capability: Capability
    editor: User

    @property
    def htmx(self) -> bool:
        return bool(self.request.htmx)  # type: ignore[attr-defined]

    @property
    def grid(self) -> str:
        return reverse("network:ratings", args=[self.organization.pk])

    def render(self, template: str, status: int, found: Line, **more: Any) -> HttpResponse:
        context = {**for_lines(self.organization), "capability": self.capability, "line": found, **more}
        return render(self.request, template, context, status=status)


def opened(request: HttpRequest, pk: int, code: str) -> Cell:
    organization, editor = editable(request, pk)
    return Cell(request, organization, known(code), editor)


@login_required
@require_http_methods(["GET", "POST"])
def rating(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """The line by itself, with `?start` from what is usual for the kind; posted to, it is saved."""
    cell = opened(request, pk, code)
    if request.method == "GET":
        found = line(cell.organization, cell.capability)
        return whole(cell, started(found) if "start" in request.GET else found)
    form = RatingForm(request.POST)
    if not form.is_valid() or not (version := versioned(form, request.POST)).is_valid():
        return refused(cell, form)
    try:
        saved = actions.rate(
            cell.organization,
            capability=cell.capability,
            expected=version.expected,
            by=cell.editor,
            **form.values(),
        )
    except ConflictError as conflict:
        return conflicting(cell, conflict.current, "rate", mine=form.values())
    except ValidationError as error:
        explain(form, error)
        return refused(cell, form)
    return done(cell, saved, _("「%(name)s」を保存しました。"), said=_("保存しました"))


@login_required
@require_POST
def confirm(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Say that one line is still so; answers with the line's state, or goes back to the page it was asked on."""
    cell, form = opened(request, pk, code), blank()
    if not (version := versioned(form, request.POST)).is_valid():
        return refused(cell, form)
    try:
        saved = actions.confirm(
            cell.organization, capability=cell.capability, expected=version.expected, by=cell.editor
        )
    except Rating.DoesNotExist as nothing:
        if version.expected == 0:
            raise Http404 from nothing
        return conflicting(cell, None, "confirm")
    except ConflictError as conflict:
        return conflicting(cell, conflict.current, "confirm")
    return done(cell, saved, _("「%(name)s」を確認しました。"), said=_("確認しました"))


@login_required
@require_POST
def withdraw(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Declare nothing in one line any more; answers with the empty line."""
    cell, form = opened(request, pk, code), blank()
    if not (version := versioned(form, request.POST)).is_valid():
        return refused(cell, form)
    try:
        actions.withdraw_rating(
            cell.organization, capability=cell.capability, expected=version.expected, by=cell.editor
        )
    except ConflictError as conflict:
        return conflicting(cell, conflict.current, "withdraw")
    return put(cell, None, _("「%(name)s」の記入を取り下げました。"), said=_("取り下げました"))


@login_required
@require_POST
def undo(request: HttpRequest, pk: int, code: str, change: int) -> HttpResponse:
    """Take one change of the line back; answers with the line as it stood before."""
    cell = opened(request, pk, code)
    path = f"rating.{cell.capability.code}"
    deed = get_object_or_404(cell.organization.changes, pk=change)
    if list(deed.changes) != [path]:
        raise Http404
    try:
        back = actions.undo_rating(cell.organization, change=deed, by=cell.editor)
    except ConflictError as conflict:
        return conflicting(cell, conflict.current, "undo")
    return put(cell, back, _("「%(name)s」を元に戻しました。"), said=_("元に戻しました"))


# --- Answers ------------------------------------------------------------------------------------


def blank() -> Form:
    """A form that asks for nothing, to hold what is said about its version."""
    form = Form({})
    form.is_valid()
    return form


def done(cell: Cell, saved: Rating, message: str, *, said: str) -> HttpResponse:
    """The line's fields hold what was saved: only its state changes. Typing goes on meanwhile."""
    if not cell.htmx:
        return back_to_grid(cell, saved, message)
    found = Line.of(cell.organization, cell.capability, saved)
    answer = cell.render("network/_rating_answer.html", 200, found, said=said)
    answer["HX-Trigger"] = "rated"
    return answer


def put(cell: Cell, now: Rating | None, message: str, *, said: str) -> HttpResponse:
    """The line's fields change: all of it is drawn anew."""
    if not cell.htmx:
        return back_to_grid(cell, now, message)
    answer = whole(cell, Line.of(cell.organization, cell.capability, now), said=said)
    answer["HX-Trigger"] = "rated"
    return answer


def whole(cell: Cell, found: Line, *, status: int = 200, **more: Any) -> HttpResponse:
    """The whole line: for htmx in place of the old one, else on a page of its own."""
    template = "network/_rating_line.html" if cell.htmx else "network/rating.html"
    answer = cell.render(template, status, found, **more)
    if cell.htmx:
        answer["HX-Retarget"], answer["HX-Reswap"] = f"#c-{cell.capability.code}", "outerHTML"
    return answer


def back_to_grid(cell: Cell, now: Rating | None, message: str) -> HttpResponse:
    messages.success(cell.request, message % {"name": cell.capability.name})
    if cell.request.POST.get("next") == "home":
        return redirect("home")
    deed = last_deed(cell.organization, cell.capability, now)
    query = f"?undo={deed.pk}" if deed else ""
    return redirect(f"{cell.grid}{query}#c-{cell.capability.code}")


def refused(cell: Cell, form: BaseForm) -> HttpResponse:
    """422 with the reason; what was typed stays in the fields."""
    found = typed(cell)
    if cell.htmx:
        return cell.render("network/_rating_refused.html", 422, found, form=form)
    return whole(cell, found, status=422, form=form)


def conflicting(cell: Cell, current: Rating | None, verb: str, mine: dict[str, Any] | None = None) -> HttpResponse:
    """409 with what stands there now beside what was typed, which stays in the fields."""
    path = (f"rating.{cell.capability.code}",)
    found = conflict_over(cell.organization, path, current, rating_differences(current, mine))
    template = "network/_rating_conflict.html" if cell.htmx else "network/rating.html"
    return cell.render(template, 409, replace(typed(cell), conflict=found), verb=verb)


def typed(cell: Cell) -> Line:
    """The line with the fields as they came, and the version they were typed on."""
    found, sent = line(cell.organization, cell.capability), cell.request.POST
    fields = {name: sent[name] for name in ("level", "stance", "note", "evidence") if name in sent}
    return replace(found, typed=fields or None, read_version=sent.get("version"))
