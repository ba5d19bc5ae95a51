"""Pages of needs and proposals."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Exists, Max, OuterRef
from django.db.models.functions import Coalesce, Greatest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from matching import actions
from matching.actions.clients import FIELDS as CLIENT_FIELDS
from matching.explaining import Lexicon, changes, lexicon
from matching.interests import ledger
from matching.models import Client, Need, Proposal, Requirement
from matching.models.teams import UNDER_WAY
from matching.presentation import team_views
from matching.presenting import current_matters
from matching.regiongaps import region_gaps
from matching.relaxing import with_sentences
from matching.running import RunTaken
from matching.standing import by_standing, with_standing
from matching.views.intake import leave
from matching.vocabulary import NeedStanding
from matching.weights import BOUNDS, BY_NAME
from matching.wording import demand_sentences, fairness_sentence
from network.access import lab_ids_facilitated_by, signed_in
from network.once import commits_on_its_way
from network.paging import page_of

PAGE_SIZE = 20
DESK_ROWS = 8


@login_required
@require_GET
def needs(request: HttpRequest) -> HttpResponse:
    """The needs that the reader may see, all or those that stand where `?standing=` says; a word unknown to us is
    all."""
    known = [each.value for each in NeedStanding]
    chosen = request.GET.get("standing", "")
    rows = with_state(request)
    rows = rows.filter(standing=chosen) if chosen in known else rows
    context = {
        "page": page_of(rows, PAGE_SIZE, request.GET.get("page")),
        "can_add": lab_ids_facilitated_by(request.user).exists(),
        "standings": by_standing(Need.objects.visible_to(request.user)),
        "chosen": chosen if chosen in known else "",
    }
    return render(request, "matching/needs.html", context)


@login_required
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """A fragment for the home page: how many needs stand where, and those that wait for a proposal or a choice, the
    longest untouched first; what waits after that stands with the teams."""
    touched = Greatest("updated_at", Coalesce("last_made", "updated_at"))
    ours = with_state(request).filter(standing__in=[NeedStanding.ASKED, NeedStanding.PROPOSED]).order_by(touched, "pk")
    standings = by_standing(Need.objects.visible_to(request.user))
    empty = not any(n for _value, _label, n in standings)
    context = {"needs": ours[:DESK_ROWS], "standings": standings, "empty": empty}
    return render(request, "matching/_desk.html", context)


@login_required
@require_GET
def near(request: HttpRequest) -> HttpResponse:
    """A fragment for the home page: where to look for cases near the work that the reader is in right now."""
    return render(request, "matching/_near_desk.html", {"matters": current_matters(request.user)})


@login_required
@require_GET
def gaps(request: HttpRequest) -> HttpResponse:
    """A fragment for the home page: what too few organizations in the reader's region can do; nothing for who
    facilitates for no lab."""
    context = {"gaps": region_gaps(request.user), "facilitates": lab_ids_facilitated_by(request.user).exists()}
    return render(request, "matching/_region_gaps.html", context)


def with_state(request: HttpRequest) -> Any:
    """Visible needs with where they stand, their number of proposals and when the last was made; `is_draft` says that
    nothing is asked of a team yet."""
    visible = with_standing(Need.objects.visible_to(request.user).select_related("lab", "municipality"))
    empty = ~Exists(Requirement.objects.filter(need=OuterRef("pk")))
    counted = visible.annotate(made=Count("proposals"), last_made=Max("proposals__made_at"), is_draft=empty)
    return counted.order_by("-updated_at", "-pk")  # an aggregate drops the model's own order


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
        "about": about(need),
        "run": uuid4(),
        "history": need.proposals.all()[:10],
        "requirements": need.requirements.select_related("capability"),
        "plan": need.plans.filter(state__in=UNDER_WAY).first(),
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


def about(need: Need) -> dict[str, Any]:
    """Beside the need: who else works on it, whether a client is sealed in it, how often it was assessed."""
    return {
        "named": [row.user.called for row in need.named.select_related("user")],
        "sealed": Client.objects.filter(need=need).exclude(**dict.fromkeys(CLIENT_FIELDS, "")).exists(),
        "assessed": need.assessments.count(),
    }


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


@commits_on_its_way
@login_required
@require_POST
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the matcher again. Under the form's key the page can say meanwhile how far it is."""
    need = get_object_or_404(Need.objects.visible_to(request.user), pk=pk)
    if not need.requirements.exists():
        messages.error(request, _("まだ要件がありません。1件以上加えてから、提案をつくってください。"))
        return leave(request, f"{reverse('matching:edit_need', args=[need.pk])}?step=2")
    try:
        actions.make_proposal(need, by=signed_in(request.user), run=_key(request.POST.get("run", "")))
    except RunTaken:  # pressed twice, or again after going back: the question is asked all the same
        actions.make_proposal(need, by=signed_in(request.user))
    return leave(request, reverse("matching:need", args=[need.pk]))


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
