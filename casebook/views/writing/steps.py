"""One step of the guided form: shown, saved while somebody types, saved on the way to the next."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from casebook import actions
from casebook.forms.attachments import attachments_for_editor
from casebook.forms.draft.screens import AUDIENCE, Screen, seen
from casebook.models import Case, Draft
from casebook.views.writing.door import Desk, desk, next_stop, stops, writers_desk
from casebook.views.writing.seeing import matrix
from casebook.vocabulary import SectionKind
from casebook.writing.content import Content
from network.actions.base import ConflictError
from network.forms.editor import UNKNOWN_VERSION, VersionForm
from network.profile.conflicts import Conflict

STAY = ("more", "add", "pick")
"""Buttons that save and stay: a further row, one more organization, a look for its name (where no scripts run)."""


@login_required
@require_GET
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft as a whole: what is there, what is missing, what comes next."""
    asked = Case.objects.writable_by(request.user).filter(pk=pk, draft__isnull=True).select_related("owner").first()
    if asked is not None:
        return render(request, "casebook/draft/unbegun.html", {"case": asked, "content": None})
    found = desk(request, pk)
    context = {
        **_around(found),
        "next_step": next_stop(found),
        "matrix": matrix(found.case, found.content),
        "waits": found.draft.state == "submitted",
    }
    return render(request, "casebook/draft/overview.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def draft_step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """One screen of the form; posted to, what it says is saved."""
    found = writers_desk(request, pk)
    chosen = next((one for one in found.steps if one.code == step and one.parts), None)
    if chosen is None:
        if step == AUDIENCE:
            raise PermissionDenied
        raise Http404
    if request.method == "GET":
        return _page(request, found, Screen(chosen, found.at))
    screen = Screen(chosen, found.at, request.POST)
    version = VersionForm(request.POST)
    valid, stays = screen.valid, any(name in request.POST for name in (*STAY, "autosave"))
    if not version.is_valid():
        return _unknown(request, found, screen)
    if not valid and not stays:
        return _page(request, found, screen, status=422)
    try:
        saved = _saved(found, screen, version)
    except ConflictError as conflict:
        return _conflict(request, found, screen, conflict.current)
    except ValidationError as refused:
        return _page(request, found, screen, status=422, problem=" ".join(refused.messages))
    return _done(request, found, screen, saved)


def _done(request: HttpRequest, found: Desk, screen: Screen, saved: Draft) -> HttpResponse:
    """On to the next step, or to where the button leads that was pressed."""
    step, pk = screen.step, found.case.pk
    if "autosave" in request.POST:
        return _autosaved(screen, saved)
    if not any(name in request.POST for name in STAY):
        return redirect("casebook:draft_step", pk, next_stop(found, after=step.code))
    if screen.valid and "pick" not in request.POST:
        return redirect("casebook:draft_step", pk, step.code)
    now = desk(request, pk)
    again = Screen(step, now.at, request.POST)
    shown = {"version": now.draft.revision, "seen": again.seen}
    return _page(request, now, again, status=200 if again.valid else 422, **shown)


def _saved(found: Desk, screen: Screen, version: VersionForm) -> Draft:
    """What is valid, saved; a change of other steps since the page was shown is no conflict. Raises ConflictError."""
    unchanged = version.cleaned_data["seen"] == screen.seen
    expected = found.draft.revision if unchanged else version.expected
    return actions.save_draft(found.case, changes=screen.changes, expected=expected, by=found.reader)


def _autosaved(screen: Screen, saved: Draft) -> HttpResponse:
    """What the page's script needs to go on: the version it may replace next, and what was not taken."""
    return JsonResponse(
        {
            "version": saved.revision,
            "seen": seen(screen.step, Content.from_json(saved.content)),
            "at": time_format(timezone.localtime(), "H:i"),
            "problems": screen.problems,
            "settled": screen.settled,
        }
    )


def _unknown(request: HttpRequest, found: Desk, screen: Screen) -> HttpResponse:
    if "autosave" in request.POST:
        return JsonResponse({"said": str(UNKNOWN_VERSION)}, status=422)
    return _page(request, found, screen, status=422, problem=str(UNKNOWN_VERSION))


def _conflict(request: HttpRequest, found: Desk, screen: Screen, now: Any) -> HttpResponse:
    """409 with both versions side by side; what was typed stands in the fields."""
    if now is None:
        raise Http404
    if "autosave" in request.POST:
        said = _("ほかの人が、この画面の内容を先に変えました。保存していません。")
        return JsonResponse({"said": said, "conflict": True}, status=409)
    by = str(now.saved_by) if now.saved_by else ""
    conflict = Conflict(by, now.saved_at, now.revision, screen.against(Content.from_json(now.content)))
    return _page(request, found, screen, status=409, conflict=conflict)


def _page(request: HttpRequest, found: Desk, screen: Screen, *, status: int = 200, **more: Any) -> HttpResponse:
    code = screen.step.code
    sent = request.POST if request.method == "POST" else {}
    files = attachments_for_editor(found.case, found.reader) if code == SectionKind.ATTACHMENT else {}
    context = {
        **files,
        **_around(found, code),
        "screen": screen,
        "version": sent.get("version", found.draft.revision),
        "seen": sent.get("seen", screen.seen),
        "matrix": matrix(found.case, found.content) if code == AUDIENCE else None,
        **more,
    }
    return render(request, "casebook/draft/step.html", context, status=status)


def _around(found: Desk, code: str = "") -> dict[str, Any]:
    """What every page of the form shows."""
    all_stops = stops(found, code)
    codes = [stop["step"].code for stop in all_stops]
    here = codes.index(code) if code in codes else -1
    return {
        "case": found.case,
        "draft": found.draft,
        "content": found.content,
        "desk": found,
        "stops": all_stops,
        "here": all_stops[here] if here >= 0 else None,
        "before": all_stops[here - 1] if here > 0 else None,
    }
