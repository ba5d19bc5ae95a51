"""The team at work: phases with one accountable each, tasks, decisions, outcomes, looking again, the end."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from casebook.models import Case
from matching import actions
from matching.models import Engagement, Room
from matching.phasechart import chart
from matching.rooms.forms import MessageForm
from matching.rooms.showing import files_of
from matching.teamforms import (
    CheckInForm,
    CloseForm,
    DecisionForm,
    HandOverForm,
    IndicatorForm,
    PartForm,
    PhaseForm,
    TaskForm,
)
from matching.views.doing import answered, errors_of
from matching.vocabulary import EngagementState, Letter
from network.access import organization_ids_edited_by, signed_in
from network.models import User

EVENTS_SHOWN = 20


def engagement_for(request: HttpRequest, pk: int, *, to_lead: bool = False) -> Engagement:
    """The engagement that the reader may see, or 404; to plan and end it, or 403."""
    found = Engagement.objects.visible_to(request.user).select_related("plan__need__lab", "team", "lead")
    engagement = get_object_or_404(found, pk=pk)
    if to_lead and not Engagement.objects.led_by(request.user).contains(engagement):
        raise PermissionDenied
    return engagement


@login_required
@require_GET
def engagement(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything of the work on one page."""
    return page(request, engagement_for(request, pk))


def page(
    request: HttpRequest,
    found: Engagement,
    *,
    status: int = 200,
    bound: dict[str, forms.Form] | None = None,
    **more: Any,
) -> HttpResponse:
    """The page as it stands now; `bound` are forms that were refused, by name."""
    now = engagement_for(request, found.pk)
    going = now.state != EngagementState.CLOSED
    leads = Engagement.objects.led_by(request.user).contains(now)
    members = actions.team_of(now)
    phases = list(now.phases.select_related("accountable").prefetch_related("parts"))
    context: dict[str, Any] = {
        "engagement": now,
        "plan": now.plan,
        "members": members,
        "going": going,
        "can_lead": leads and going,
        "can_work": going,
        "can_look": leads,
        "phases": phases,
        "table": [(phase, [_letter(phase, member.pk) for member in members]) for phase in phases],
        "chart": chart(phases),
        "letters": [("", _("なし")), *Letter.choices],
        "tasks": now.tasks.select_related("organization", "phase"),
        "decisions": now.decisions.select_related("by"),
        "indicators": now.indicators.all(),
        "check_ins": now.check_ins.all(),
        "events": now.plan.events.select_related("seat", "organization", "by")[:EVENTS_SHOWN],
        "facilitates": now.plan.need.lab in {each.lab for each in _facilitated(request)},
        **_forms(now, bound or {}),
        **_case(request, now),
        **_room(request, now),
    }
    return render(request, "matching/engagement.html", context | more, status=status)


def _facilitated(request: HttpRequest) -> Any:
    return signed_in(request.user).facilitated.select_related("lab")


def _letter(phase: Any, organization: int) -> tuple[int, str]:
    if phase.accountable_id == organization:
        return organization, "A"
    return organization, next((part.letter for part in phase.parts.all() if part.organization_id == organization), "")


def _forms(engagement: Engagement, bound: dict[str, forms.Form]) -> dict[str, Any]:
    fresh: dict[str, forms.Form] = {
        "phase_form": PhaseForm(engagement=engagement, prefix="phase"),
        "task_form": TaskForm(engagement=engagement, prefix="task"),
        "decision_form": DecisionForm(prefix="decision"),
        "indicator_form": IndicatorForm(prefix="indicator"),
        "check_in_form": CheckInForm(prefix="look"),
        "hand_over_form": HandOverForm(prefix="handover"),
        "close_form": CloseForm(prefix="close"),
    }
    return {**fresh, **bound}


def _case(request: HttpRequest, engagement: Engagement) -> dict[str, Any]:
    """The case that was born of it, where the reader may see it; whether the reader may begin it."""
    closed = engagement.state == EngagementState.CLOSED
    born = actions.case_of(engagement) if closed else None
    seen = born is not None and Case.objects.visible_to(request.user).contains(born)
    edits = organization_ids_edited_by(request.user).filter(organization=engagement.lead_id).exists()
    return {"case": born if seen else None, "can_begin_case": closed and edits and born is None}


def _room(request: HttpRequest, engagement: Engagement) -> dict[str, Any]:
    """Its room and the files there, where the reader may see it."""
    room = Room.objects.visible_to(request.user).filter(team=engagement.team_id).first()
    return {"room": room, "files": files_of(room), "file_form": MessageForm()} if room else {}


def _do(  # noqa: PLR0917 - as the eight verbs below say it
    request: HttpRequest, found: Engagement, name: str, form: forms.Form, deed: Any, said: str
) -> HttpResponse:
    if not form.is_valid():
        return page(request, found, bound={name: form}, problems=errors_of(form), status=422)
    by = signed_in(request.user)
    return answered(
        request,
        lambda: deed(form.cleaned_data, by),
        said=said,
        to=("matching:engagement", found.pk),
        again=lambda **told: page(request, found, bound={name: form}, **told),
    )


@login_required
@require_POST
def phase(request: HttpRequest, pk: int) -> HttpResponse:
    """Plan a phase."""
    found = engagement_for(request, pk, to_lead=True)

    def deed(values: dict[str, Any], by: User) -> object:
        days = {name: values[name] for name in ("starts", "ends", "done_on")}
        return actions.plan_phase(found, phase=values["phase"], accountable=values["organization"], **days, by=by)

    form = PhaseForm(request.POST, engagement=found, prefix="phase")
    return _do(request, found, "phase_form", form, deed, _("局面の計画を保存しました。"))


@login_required
@require_POST
def part(request: HttpRequest, pk: int, phase: int) -> HttpResponse:
    """Give an organization its part in a phase."""
    found = engagement_for(request, pk, to_lead=True)
    row = get_object_or_404(found.phases.select_related("engagement"), pk=phase)

    def deed(values: dict[str, Any], by: User) -> object:
        letter = Letter(values["letter"]) if values["letter"] else None
        return actions.set_part(row, organization=values["organization"], letter=letter, by=by)

    return _do(request, found, "part_form", PartForm(request.POST, engagement=found), deed, _("分担を保存しました。"))


@login_required
@require_POST
def task(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a task."""
    found = engagement_for(request, pk)
    return _do(
        request,
        found,
        "task_form",
        TaskForm(request.POST, engagement=found, prefix="task"),
        lambda values, by: actions.add_task(found, **values, by=by),
        _("作業を加えました。"),
    )


@login_required
@require_POST
def task_done(request: HttpRequest, pk: int, task: int) -> HttpResponse:
    """Tick a task off, or back."""
    found = engagement_for(request, pk)
    row = get_object_or_404(found.tasks.select_related("engagement"), pk=task)
    done = request.POST.get("done") == "1"
    said = _("作業を終えました。") if done else _("作業をやり直しにしました。")
    deed = lambda _values, by: actions.finish_task(row, done=done, by=by)  # noqa: E731
    return _do(request, found, "done_form", forms.Form(request.POST), deed, said)


@login_required
@require_POST
def decision(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a decision."""
    found = engagement_for(request, pk)
    return _do(
        request,
        found,
        "decision_form",
        DecisionForm(request.POST, prefix="decision"),
        lambda values, by: actions.decide(found, **values, by=by),
        _("決定を記録しました。"),
    )


@login_required
@require_POST
def indicator(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a figure before and after."""
    found = engagement_for(request, pk)
    return _do(
        request,
        found,
        "indicator_form",
        IndicatorForm(request.POST, prefix="indicator"),
        lambda values, by: actions.measure(found, **values, by=by),
        _("指標を記録しました。"),
    )


@login_required
@require_POST
def check_in(request: HttpRequest, pk: int, check_in: int) -> HttpResponse:
    """Write down how the client does."""
    found = engagement_for(request, pk, to_lead=True)
    row = get_object_or_404(found.check_ins.select_related("engagement"), pk=check_in)
    return _do(
        request,
        found,
        "check_in_form",
        CheckInForm(request.POST, prefix="look"),
        lambda values, by: actions.check_in(row, text=values["note"], by=by),
        _("様子を記録しました。"),
    )


@login_required
@require_POST
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """The client goes on alone."""
    found = engagement_for(request, pk, to_lead=True)
    return _do(
        request,
        found,
        "hand_over_form",
        HandOverForm(request.POST, prefix="handover"),
        lambda values, by: actions.hand_over(found, text=values["handover_note"], by=by),
        _("自走への引き継ぎを記録しました。"),
    )


@login_required
@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """End the work."""
    found = engagement_for(request, pk, to_lead=True)
    return _do(
        request,
        found,
        "close_form",
        CloseForm(request.POST, prefix="close"),
        lambda values, by: actions.close(found, **values, by=by),
        _("支援を終えました。受付の枠と連携の実績に反映しました。"),
    )


@login_required
@require_POST
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the case of a finished engagement."""
    found = engagement_for(request, pk)
    if not organization_ids_edited_by(request.user).filter(organization=found.lead_id).exists():
        raise PermissionDenied
    made: list[Case] = []
    answer = _do(
        request,
        found,
        "case_form",
        forms.Form(request.POST),
        lambda _values, by: made.append(actions.begin_case(found, by=by)),
        _("事例を書き始めました。わかっていることは記入ずみです。"),
    )
    return redirect("casebook:draft", pk=made[0].pk) if made else answer
