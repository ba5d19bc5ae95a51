"""One seat of a team that is being formed: who else could take it, asking, substitutes, answers to the asked."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from matching import actions
from matching.models import Seat, SeatInvitation, TeamPlan
from matching.presenting import names_of_capabilities, wishes
from matching.replacing import next_best
from matching.teamforms import AnswerForm, InviteForm
from matching.teaming import members_of
from matching.views.doing import answered, errors_of
from matching.views.teams import done_on, plan_for
from matching.views.teams import page as team_page
from matching.vocabulary import PlanState
from network.access import signed_in
from network.models import Organization

FOUND = 8


def seat_for(request: HttpRequest, pk: int, seat: int, *, to_change: bool = False) -> Seat:
    """The seat of a plan that the reader may see, or 404; to change it, or 403."""
    plan = plan_for(request, pk, to_change=to_change)
    found = get_object_or_404(plan.seats.select_related("proposed", "holder", "covered_by"), pk=seat)
    found.plan = plan
    return found


@login_required
@require_GET
def seat(request: HttpRequest, pk: int, seat: int) -> HttpResponse:
    """Who is next best for exactly this seat beside those who accepted; anybody else by name."""
    return page(request, seat_for(request, pk, seat))


def page(request: HttpRequest, seat: Seat, *, status: int = 200, **more: Any) -> HttpResponse:
    plan, typed = seat.plan, request.GET.get("q", "").replace("\0", "").strip()[:120]
    can_edit = plan.state in (PlanState.FORMING, PlanState.READY) and TeamPlan.objects.editable_by(
        request.user
    ).contains(plan)
    names = names_of_capabilities()
    candidates = next_best(seat, request.user) if can_edit and seat.holder_id is None else []
    active = Organization.objects.visible_to(request.user).filter(is_active=True)
    context = {
        "plan": plan,
        "seat": seat,
        "requirements": wishes(seat, names),
        "candidates": [
            (each, [(names.get(code, code), level, need) for code, level, need in each.levels]) for each in candidates
        ],
        "can_edit": can_edit,
        "typed": typed,
        "found": active.filter(name__icontains=typed).order_by("name", "pk")[:FOUND] if typed else [],
        "sent": request.POST if status != 200 else {},
        "members": members_of(plan),
    }
    return render(request, "matching/seat.html", context | more, status=status)


@login_required
@require_POST
def invite(request: HttpRequest, pk: int, seat: int) -> HttpResponse:
    """Ask an organization to take the seat."""
    return _asking(request, pk, seat, substitute=False)


@login_required
@require_POST
def waitlist(request: HttpRequest, pk: int, seat: int) -> HttpResponse:
    """Note a substitute."""
    return _asking(request, pk, seat, substitute=True)


def _asking(request: HttpRequest, pk: int, seat: int, *, substitute: bool) -> HttpResponse:
    wanted, by = seat_for(request, pk, seat, to_change=True), signed_in(request.user)
    form = InviteForm(request.POST, organizations=Organization.objects.visible_to(by).filter(is_active=True))
    if not form.is_valid() or form.cleaned_data["organization"] is None:
        problems = errors_of(form) or [_("招待する機関を選んでください。")]
        return page(request, wanted, problems=problems, status=422)
    whom = form.cleaned_data["organization"]
    values = {name: form.cleaned_data[name] for name in ("deadline", "message")}

    def deed() -> object:
        if substitute:
            return actions.waitlist(wanted, organization=whom, by=by)
        return actions.invite(wanted, organization=whom, **values, by=by)

    said = _("順番待ちに加えました。席が空くと、自動で招待します。") if substitute else _("招待を送りました。")
    return answered(
        request, deed, said=said, to=("matching:team", pk), again=lambda **told: page(request, wanted, **told)
    )


@login_required
@require_POST
def cover(request: HttpRequest, pk: int, seat: int) -> HttpResponse:
    """Say which member answers for a phase whose seat nobody holds."""
    wanted = seat_for(request, pk, seat, to_change=True)
    typed = request.POST.get("organization", "")
    members = {str(member.pk): member for member in members_of(wanted.plan)}
    if typed and typed not in members:
        problem = _("参加が決まった機関から選んでください。")
        return team_page(request, wanted.plan, problems=[problem], status=422)
    return done_on(
        request,
        wanted.plan,
        lambda: actions.cover(wanted, organization=members.get(typed), by=signed_in(request.user)),
        _("責任をもつ機関を選びました。"),
    )


def _invitation(request: HttpRequest, pk: int, invitation: int) -> tuple[TeamPlan, SeatInvitation]:
    plan = plan_for(request, pk)
    found = SeatInvitation.objects.filter(seat__plan=plan).select_related("seat", "organization")
    one = get_object_or_404(found, pk=invitation)
    if not TeamPlan.objects.editable_by(request.user).contains(plan):
        raise PermissionDenied
    return plan, one


@login_required
@require_POST
def withdraw(request: HttpRequest, pk: int, invitation: int) -> HttpResponse:
    """Take an invitation back."""
    plan, found = _invitation(request, pk, invitation)
    return done_on(
        request,
        plan,
        lambda: actions.withdraw(found, by=signed_in(request.user)),
        _("招待を取り下げました。"),
    )


@login_required
@require_POST
def answer(request: HttpRequest, pk: int, invitation: int) -> HttpResponse:
    """Answer a question, or say yes or no to a change."""
    plan, found = _invitation(request, pk, invitation)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return team_page(request, plan, problems=errors_of(form), answering=found.pk, status=422)
    text, agreed, by = form.cleaned_data["answer"], form.cleaned_data["agreed"], signed_in(request.user)

    def deed() -> object:
        if found.state == "changing":
            return actions.settle_change(found, agreed=agreed, text=text, by=by)
        return actions.answer(found, text=text, by=by)

    return done_on(
        request,
        plan,
        deed,
        _("回答を送りました。"),
        answering=found.pk,
    )
