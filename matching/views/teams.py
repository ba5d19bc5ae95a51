"""The team that is being formed, for its facilitator: the choice, the seats, the gates, the start."""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from matching import actions
from matching.models import Need, Proposal, TeamPlan, Variant
from matching.models.teams import UNDER_WAY
from matching.presenting import seat_views, team_desk, tick_rows
from matching.teamforms import InviteForm, ReasonForm, TeamForm, TiesForm
from matching.teaming import gates, members_of, ties_of
from matching.views.doing import answered, errors_of, read_version
from matching.vocabulary import PlanState, Shown
from network.access import signed_in
from network.models import Tie
from network.once import commits_on_its_way
from network.picking import is_id

EVENTS_SHOWN = 30


def plan_for(request: HttpRequest, pk: int, *, to_change: bool = False) -> TeamPlan:
    """The plan that the reader may see, or 404; to change it, or 403."""
    found = TeamPlan.objects.visible_to(request.user).select_related("need__lab", "proposal")
    plan = get_object_or_404(found, pk=pk)
    if to_change and not TeamPlan.objects.editable_by(request.user).contains(plan):
        raise PermissionDenied
    return plan


@login_required
@require_http_methods(["GET", "POST"])
def choose(request: HttpRequest, pk: int, proposal: int) -> HttpResponse:
    """Which team of the proposal, or which variant of it, is asked, and what the invited may see."""
    found = Proposal.objects.visible_to(request.user).select_related("need__lab")
    shown = get_object_or_404(found, pk=proposal, need=pk)
    if not Need.objects.editable_by(request.user).contains(shown.need):
        raise PermissionDenied
    given = request.POST if request.method == "POST" else request.GET
    known = {str(n) for n in range(1, len(shown.result["teams"]) + 1)}
    context: dict[str, Any] = {
        "need": shown.need,
        "proposal": shown,
        "place": int(given["team"]) if given.get("team") in known else 1,
        "variant": _variant_of(shown.need, given.get("variant", "")),
        "form": TeamForm(
            request.POST or None, initial={"title": actions.anonymous_title(shown.need), "shows": Shown.KINDS}
        ),
        "standing": shown.need.plans.filter(state__in=UNDER_WAY).first(),
    }
    if request.method == "GET":
        return render(request, "matching/choose_team.html", context)
    if context["standing"] or not context["form"].is_valid():
        status = HTTPStatus.CONFLICT if context["standing"] else HTTPStatus.UNPROCESSABLE_ENTITY
        return render(request, "matching/choose_team.html", context, status=status)
    return _chosen(request, context)


def _chosen(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """On to the team that was made of it, or the page again with what stood against it."""

    def again(status: int, problems: list[str] | None = None, **_more: Any) -> HttpResponse:
        return render(request, "matching/choose_team.html", {**context, "problems": problems}, status=status)

    made: list[TeamPlan] = []
    said = context["form"].cleaned_data
    choose_it = partial(
        actions.choose_team,
        context["proposal"],
        place=context["place"] - 1,
        title=said["title"],
        brief=said["brief"],
        shows=Shown(said["shows"]),
        variant=context["variant"],
        expected=read_version(request.POST.get("version")),
        by=signed_in(request.user),
    )
    answer = answered(
        request,
        lambda: made.append(choose_it()),
        said=_("チームを選びました。席ごとに招待できます。"),
        to=("matching:need", context["need"].pk),
        again=again,
    )
    return redirect("matching:team", pk=made[0].pk) if made else answer


def _variant_of(need: Need, text: str) -> Variant | None:
    """The variant that a form names; None where it names none, 404 for one that is not the need's."""
    if not text:
        return None
    return get_object_or_404(need.variants, pk=int(text) if is_id(text) else 0)


@login_required
@require_GET
def team(request: HttpRequest, pk: int) -> HttpResponse:
    """The seats with who waits since when, the gates, what the invited see, what was done."""
    return page(request, plan_for(request, pk))


def page(
    request: HttpRequest, plan: TeamPlan, *, status: int = 200, form: TeamForm | None = None, **more: Any
) -> HttpResponse:
    """The page as it stands now; `more`: problems, closed gates, what was typed where."""
    now = TeamPlan.objects.select_related("need__lab", "proposal").get(pk=plan.pk)
    forming = now.state in (PlanState.FORMING, PlanState.READY)
    context: dict[str, Any] = {
        "plan": now,
        "forming": forming,
        "can_edit": forming and TeamPlan.objects.editable_by(request.user).contains(now),
        "seats": seat_views(now),
        "members": members_of(now),
        "gates": gates(now) if forming else [],
        "ticks": tick_rows(now),
        "ties": ties_of(now).filter(pk__in=Tie.objects.visible_to(request.user)).select_related("first", "second"),
        "engagement": getattr(now, "engagement", None),
        "form": form or TeamForm(instance=now),
        "events": now.events.select_related("seat", "organization", "by")[:EVENTS_SHOWN],
        "typed": request.POST if status != 200 else {},
    }
    context["asks"] = any(view.is_open and view.seat.proposed for view in context["seats"])
    context["ready"] = forming and all(gate.is_open for gate in context["gates"])
    return render(request, "matching/team.html", context | more, status=status)


def done_on(request: HttpRequest, plan: TeamPlan, deed: Callable[[], object], said: str, **more: Any) -> HttpResponse:
    """Do it and lead back to the team's page, or show that page again, with `more`, and what stood against it."""
    return answered(
        request,
        deed,
        said=said,
        to=("matching:team", plan.pk),
        again=lambda **told: page(request, plan, **more, **told),
    )


@login_required
@require_POST
def describe(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what the invited see."""
    plan = plan_for(request, pk, to_change=True)
    form = TeamForm(request.POST, instance=TeamPlan(pk=plan.pk))
    if not form.is_valid():
        return page(request, plan, form=form, status=422)
    values = {name: form.cleaned_data[name] for name in ("title", "brief")}
    expected = read_version(request.POST.get("version"))
    return done_on(
        request,
        plan,
        lambda: actions.describe_team(
            plan, **values, shows=Shown(form.cleaned_data["shows"]), expected=expected, by=signed_in(request.user)
        ),
        _("招待先に見せる内容を保存しました。"),
        form=form,
    )


@login_required
@require_POST
def invite_all(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask everybody whom the proposal has."""
    plan = plan_for(request, pk, to_change=True)
    form = InviteForm(request.POST)
    if not form.is_valid():
        return page(request, plan, problems=errors_of(form), status=422)
    values = {name: form.cleaned_data[name] for name in ("deadline", "message")}
    return done_on(
        request,
        plan,
        lambda: actions.invite_all(plan, **values, by=signed_in(request.user)),
        _("招待を送りました。"),
    )


@login_required
@require_POST
def ties(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down that the client knows the interests."""
    plan = plan_for(request, pk, to_change=True)
    form = TiesForm(request.POST)
    if not form.is_valid():
        return page(request, plan, problems=errors_of(form), status=422)
    return done_on(
        request,
        plan,
        lambda: actions.confirm_ties(plan, text=form.cleaned_data["ties_note"], by=signed_in(request.user)),
        _("記録しました。"),
    )


@login_required
@require_POST
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Through the gates, or 409 with what is missing."""
    plan = plan_for(request, pk, to_change=True)
    return done_on(
        request,
        plan,
        lambda: actions.start(plan, by=signed_in(request.user)),
        _("支援を始めました。"),
    )


@commits_on_its_way
@login_required
@require_POST
def resolve(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose anew with those who accepted."""
    plan = plan_for(request, pk, to_change=True)
    return done_on(
        request,
        plan,
        lambda: actions.resolve_again(plan, by=signed_in(request.user)),
        _("いまの登録で提案し直しました。席の候補が変わっていないか、ご確認ください。"),
    )


@login_required
@require_POST
def dissolve(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the team come to nothing."""
    plan = plan_for(request, pk, to_change=True)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return page(request, plan, problems=errors_of(form), status=422)
    return done_on(
        request,
        plan,
        lambda: actions.dissolve(plan, reason=form.cleaned_data["reason"], by=signed_in(request.user)),
        _("チームを解散しました。"),
    )


@login_required
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """A fragment for the home page: what waits for whom since when, the longest first; load; next looks at clients."""
    return render(request, "matching/_team_desk.html", team_desk(request.user))
