"""Invitations as the invited organization sees them: the anonymous need, its seat, the other seats; nothing else."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Case, Q, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from matching import actions
from matching.machine import LIVE, TOLD
from matching.models import Engagement, SeatInvitation
from matching.presenting import names_of_capabilities, other_seats, tick_rows, wishes
from matching.teamforms import ChangeForm, DeclineForm, QuestionForm, TickForm
from matching.teaming import ties_known_to
from matching.views.doing import answered, errors_of
from matching.vocabulary import CheckItem, DeclineReason, InvitationState, PlanState
from network.access import organization_ids_edited_by, signed_in
from network.models import User
from network.paging import page_of

PAGE_SIZE = 20
DESK_ROWS = 8


def invitations_of(request: HttpRequest) -> Any:
    """The reader's, those that wait for an answer first."""
    found = SeatInvitation.objects.visible_to(request.user).select_related("seat__plan__need__lab", "organization")
    waiting_first = Case(When(state__in=LIVE, then=0), default=1)
    return found.order_by(waiting_first, "deadline", "-pk")


@login_required
@require_GET
def invitations(request: HttpRequest) -> HttpResponse:
    """Every invitation of the reader's organizations."""
    page = page_of(invitations_of(request), PAGE_SIZE, request.GET.get("page"))
    return render(request, "matching/invitations.html", {"page": page})


@login_required
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """A fragment for the home page: invitations that wait for an answer, seats that are held, work under way."""
    live = invitations_of(request).filter(
        Q(state__in=LIVE)
        | Q(state=InvitationState.ACCEPTED, seat__plan__state__in=[PlanState.FORMING, PlanState.READY])
    )
    working = Engagement.objects.visible_to(request.user).exclude(state="closed").select_related("plan", "lead")
    mine = working.filter(team__members__organization__memberships__user=signed_in(request.user)).distinct()
    return render(
        request, "matching/_invitation_desk.html", {"invitations": live[:DESK_ROWS], "working": mine[:DESK_ROWS]}
    )


def invitation_for(request: HttpRequest, pk: int, *, to_answer: bool = False) -> SeatInvitation:
    """The invitation that the reader may see, or 404; to answer it, or 403."""
    found = SeatInvitation.objects.visible_to(request.user)
    rows = found.select_related("seat__plan__need__lab", "seat__plan__proposal", "organization")
    invitation = get_object_or_404(rows, pk=pk)
    if to_answer and not SeatInvitation.objects.editable_by(request.user).contains(invitation):
        raise PermissionDenied
    return invitation


@login_required
@require_GET
def invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """What is asked of the organization, and how to answer."""
    return page(request, invitation_for(request, pk))


def page(request: HttpRequest, found: SeatInvitation, *, status: int = 200, **more: Any) -> HttpResponse:
    now = invitation_for(request, found.pk)
    plan, forming = now.seat.plan, now.seat.plan.state in (PlanState.FORMING, PlanState.READY)
    accepted = now.state == InvitationState.ACCEPTED
    edits = organization_ids_edited_by(request.user).filter(organization=now.organization_id).exists()
    told = now.state in TOLD
    context: dict[str, Any] = {
        "invitation": now,
        "plan": plan,
        "told": told,
        "requirements": wishes(now.seat, names_of_capabilities()) if told else (),
        "others": other_seats(now) if told else [],
        "can_answer": edits and forming and now.is_live and not now.is_late,
        "can_leave": edits and forming and accepted,
        "can_queue": edits and forming and now.state == InvitationState.FILLED,
        "can_tick": edits and forming and accepted,
        "engagement": getattr(plan, "engagement", None) if accepted else None,
        "reasons": DeclineReason.choices,
        "typed": request.POST if status != 200 else {},
    }
    if accepted:
        rows = [row for row in tick_rows(plan) if row.organization.pk == now.organization_id]
        context |= {
            "ticks": rows[0] if rows else None,
            "ties": ties_known_to(plan, now.organization).select_related("first", "second"),
        }
    return render(request, "matching/invitation.html", context | more, status=status)


Deed = Callable[[SeatInvitation, dict[str, Any], User], object]


def _answering(request: HttpRequest, pk: int, form: forms.Form, deed: Deed, said: str) -> HttpResponse:
    found = invitation_for(request, pk, to_answer=True)
    if not form.is_valid():
        return page(request, found, problems=errors_of(form), status=422)
    return answered(
        request,
        lambda: deed(found, form.cleaned_data, signed_in(request.user)),
        said=said,
        to=("matching:invitation", pk),
        again=lambda **told: page(request, found, **told),
    )


@login_required
@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the seat."""
    return _answering(
        request,
        pk,
        forms.Form(request.POST),
        lambda found, _values, by: actions.accept(found, by=by),
        _("席への参加を決めました。開始前の確認をお願いします。"),
    )


@login_required
@require_POST
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Do not take it, or give it back."""
    return _answering(
        request,
        pk,
        DeclineForm(request.POST),
        lambda found, values, by: actions.decline(
            found, reason=DeclineReason(values["reason"]), note_=values["note"], by=by
        ),
        _("辞退を伝えました。"),
    )


@login_required
@require_POST
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the facilitator."""
    return _answering(
        request,
        pk,
        QuestionForm(request.POST),
        lambda found, values, by: actions.ask(found, text=values["question"], by=by),
        _("質問を送りました。"),
    )


@login_required
@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose another shape of the seat."""
    return _answering(
        request,
        pk,
        ChangeForm(request.POST),
        lambda found, values, by: actions.propose_change(found, text=values["change"], by=by),
        _("変更の相談を送りました。"),
    )


@login_required
@require_POST
def queue(request: HttpRequest, pk: int) -> HttpResponse:
    """Stay ready for a seat that another took."""
    return _answering(
        request,
        pk,
        forms.Form(request.POST),
        lambda found, _values, by: actions.queue_up(found, by=by),
        _("順番待ちに加わりました。席が空くと、招待が届きます。"),
    )


@login_required
@require_POST
def tick(request: HttpRequest, pk: int) -> HttpResponse:
    """Tick a point of the checklist for the organization."""
    return _answering(
        request,
        pk,
        TickForm(request.POST),
        lambda found, values, by: actions.tick(
            found.seat.plan, organization=found.organization, item=CheckItem(values["item"]), on=values["on"], by=by
        ),
        _("確認を記録しました。"),
    )
