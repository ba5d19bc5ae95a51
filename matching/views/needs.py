"""Pages of needs and proposals."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max
from django.db.models.functions import Coalesce, Greatest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from matching import actions
from matching.explaining import Lexicon, changes, lexicon
from matching.intake import Intake
from matching.interests import ledger
from matching.models import Need, Proposal
from matching.presentation import team_views
from matching.relaxing import Relief, relief, with_sentences
from matching.running import RunTaken
from matching.weights import BOUNDS, BY_NAME
from matching.wording import demand_sentences, fairness_sentence
from network.access import lab_ids_facilitated_by, signed_in
from network.models import User
from network.paging import page_of
from network.picking import is_id

PAGE_SIZE = 20
DESK_ROWS = 8


@login_required
@require_GET
def needs(request: HttpRequest) -> HttpResponse:
    """The needs of the reader's labs."""
    page = page_of(with_state(request), PAGE_SIZE, request.GET.get("page"))
    can_add = lab_ids_facilitated_by(request.user).exists()
    return render(request, "matching/needs.html", {"page": page, "can_add": can_add})


@login_required
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """A fragment for the home page: needs in motion, the longest untouched first."""
    touched = Greatest("updated_at", Coalesce("last_made", "updated_at"))
    return render(request, "matching/_desk.html", {"needs": with_state(request).order_by(touched)[:DESK_ROWS]})


def with_state(request: HttpRequest) -> Any:
    """Visible needs with their number of proposals and when the last was made."""
    visible = Need.objects.visible_to(request.user).select_related("lab", "municipality")
    counted = visible.annotate(made=Count("proposals"), last_made=Max("proposals__made_at"))
    return counted.order_by("-updated_at", "-pk")  # an aggregate drops the model's own order


@login_required
@require_http_methods(["GET", "POST"])
def new_need(request: HttpRequest) -> HttpResponse:
    """Describe a new need."""
    if not lab_ids_facilitated_by(request.user).exists():
        raise PermissionDenied
    return intake(request, Need(), signed_in(request.user))


@login_required
@require_http_methods(["GET", "POST"])
def edit_need(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a need."""
    need = get_object_or_404(Need.objects.visible_to(request.user), pk=pk)
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
    """The intake form: buttons answer with the form again, save and propose leave it."""
    desk = Intake(need, user, request.POST if request.method == "POST" else None, relieved)
    if request.method == "POST" and desk.done():
        saved = desk.save()
        messages.success(request, _("案件を保存しました。"), extra_tags="good")
        if desk.action == "propose":
            actions.make_proposal(saved, by=user)
        return leave(request, saved)
    template = "matching/_need_form.html" if request.htmx else "matching/need_form.html"  # type: ignore[attr-defined]
    return render(request, template, desk.context(), status=422 if desk.refused else 200)


def leave(request: HttpRequest, need: Need) -> HttpResponse:
    """To the need's page, for htmx as a whole new page."""
    target = redirect("matching:need", pk=need.pk)
    return HttpResponseClientRedirect(target.url) if request.htmx else target  # type: ignore[attr-defined]


@login_required
@require_GET
def need(request: HttpRequest, pk: int) -> HttpResponse:
    """A need with its newest proposal."""
    shown = get_object_or_404(Need.objects.visible_to(request.user).select_related("lab", "municipality"), pk=pk)
    return proposal_page(request, shown, shown.proposals.first())


@login_required
@require_GET
def proposal(request: HttpRequest, pk: int, proposal: int) -> HttpResponse:
    """A need with one of its earlier proposals."""
    shown = get_object_or_404(
        Proposal.objects.visible_to(request.user).select_related("need__lab", "need__municipality"),
        pk=proposal,
        need=pk,
    )
    return proposal_page(request, shown.need, shown)


def proposal_page(request: HttpRequest, need: Need, shown: Proposal | None) -> HttpResponse:
    """Teams side by side, one of them in full."""
    context: dict[str, Any] = {
        "need": need,
        "proposal": shown,
        "can_edit": Need.objects.editable_by(request.user).contains(need),
        "run": uuid4(),
        "history": need.proposals.all()[:10],
        "requirements": need.requirements.select_related("capability"),
    }
    if shown:
        earlier = need.proposals.filter(pk__lt=shown.pk).first()
        words = lexicon([shown.result] + ([earlier.result] if earlier else []), request.user)
        teams = team_views(need, shown.result, words, ledger(need, shown.result, request.user))
        chosen = request.GET.get("team", "1")
        context |= {
            "teams": teams,
            "team": next((team for team in teams if str(team.number) == chosen), teams[0] if teams else None),
            "gap": shown.result["gap"] / 10_000,
            "same": bool(earlier and earlier.inputs_hash == shown.inputs_hash),
            "changes": changes(earlier.result, shown.result, words) if earlier else [],
            "earlier": earlier,
            "demands": demand_sentences(shown.result, words),
            "fairness": fairness_sentence(shown.result, words),
            **_computed(shown.result, words),
        }
    return render(request, "matching/need.html", context)


def _computed(result: dict[str, Any], words: Lexicon) -> dict[str, Any]:
    """What to give up together where there is no team, and with which weights it was computed."""
    told = with_sentences(result.get("infeasible"), result["requirements"], words)
    weights = result.get("weights") or {"profile": "", "adjusted": []}
    profile = BY_NAME.get(weights["profile"])
    return {
        "infeasible": [each["sentence"] for each in told["sets"]] if told else [],
        "weights_name": profile.name if profile else "",
        "adjusted": [BOUNDS[name].name for name in weights["adjusted"] if name in BOUNDS],
    }


@login_required
@require_POST
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the matcher again. Under the form's key the page can say meanwhile how far it is."""
    need = get_object_or_404(Need.objects.visible_to(request.user), pk=pk)
    try:
        actions.make_proposal(need, by=signed_in(request.user), run=_key(request.POST.get("run", "")))
    except RunTaken:  # pressed twice, or again after going back: the question is asked all the same
        actions.make_proposal(need, by=signed_in(request.user))
    return leave(request, need)


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
