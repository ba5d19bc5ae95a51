"""The page on which a need is described, in three steps; each of its buttons keeps everything that was typed."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from matching import actions
from matching.explaining import lexicon
from matching.intake import Intake
from matching.models import Need
from matching.relaxing import Relief, relief
from matching.running import RunTaken
from network.access import lab_ids_facilitated_by, signed_in
from network.actions import ConflictError
from network.models import User
from network.once import commits_on_its_way
from network.picking import is_id


@commits_on_its_way
@login_required
@require_http_methods(["GET", "POST"])
def new_need(request: HttpRequest) -> HttpResponse:
    """Describe a new need."""
    if not lab_ids_facilitated_by(request.user).exists():
        raise PermissionDenied
    return intake(request, Need(), signed_in(request.user))


@commits_on_its_way
@login_required
@require_http_methods(["GET", "POST"])
def edit_need(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a need."""
    need = get_object_or_404(Need.objects.visible_to(request.user).select_related("lab"), pk=pk)
    if not Need.objects.editable_by(request.user).contains(need):
        raise PermissionDenied
    return intake(request, need, signed_in(request.user), _relief(request, need))


def _relief(request: HttpRequest, need: Need) -> Relief | None:
    """What the address asks to give up: a set of conditions (`set`, from 0) that a proposal without a team named."""
    proposal, number = request.GET.get("proposal", ""), request.GET.get("set", "")
    if not is_id(proposal) or not is_id(number):
        return None
    found = need.proposals.filter(pk=int(proposal)).first()
    return relief(found.result, int(number), lexicon([found.result], request.user)) if found else None


def intake(request: HttpRequest, need: Need, user: User, relieved: Relief | None = None) -> HttpResponse:
    """The intake form: buttons answer with the form again; another step, save and propose leave it."""
    desk = Intake(need, user, request.POST if request.method == "POST" else None, relieved)
    desk.at = desk.at or request.GET.get("step", "")
    if request.method != "POST" or not desk.done():
        return _shown(request, desk, 422 if desk.refused else 200)
    try:
        saved = desk.save()
    except ConflictError as conflict:
        if conflict.current is None:
            raise Http404 from None
        desk.meet(conflict.current)
        return _shown(request, desk, 409)
    if desk.action == "step":
        return leave(request, f"{reverse('matching:edit_need', args=[saved.pk])}?step={desk.target}")
    messages.success(request, _("案件を保存しました。"), extra_tags="good")
    if desk.action == "propose":
        _propose(saved, desk, user)
    return leave(request, reverse("matching:need", args=[saved.pk]))


def _propose(need: Need, desk: Intake, user: User) -> None:
    """Ask the matcher; under the page's key it can be told meanwhile how far it is."""
    try:
        actions.make_proposal(need, by=user, run=desk.run)
    except RunTaken:  # pressed twice, or again after going back: the question is asked all the same
        actions.make_proposal(need, by=user)


def _shown(request: HttpRequest, desk: Intake, status: int) -> HttpResponse:
    template = "matching/_need_form.html" if request.htmx else "matching/need_form.html"  # type: ignore[attr-defined]
    return render(request, template, desk.context(), status=status)


def leave(request: HttpRequest, address: str) -> HttpResponse:
    """To another page, for htmx as a whole new one."""
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)  # type: ignore[attr-defined]
