"""What if, and why not: questions about one proposal, answered on the registry as it is now."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from matching.core.whatif import Change
from matching.explaining import Lexicon, lexicon
from matching.interests import ledger
from matching.models import Proposal
from matching.presentation import team_views
from matching.rescoring import result_of
from matching.trying import Outcome, Wish, asked_why_not, outcome
from matching.vocabulary import Importance
from matching.weights import BOUNDS, BY_NAME, values_of
from matching.wording import (
    PER_POINT,
    may_tell_parts,
    obstacle_sentence,
    part_labels,
    parts_of,
    points,
    shifts,
    why_not_sentences,
)
from network.access import Reader
from network.models import Organization
from network.picking import is_id, matches, offered_to

FIRST_TEAM = "1"


def shown(request: HttpRequest, pk: int, proposal: int) -> Proposal:
    """The proposal as the reader may see it, with a team to ask about; else 404."""
    visible = Proposal.objects.visible_to(request.user).select_related("need__lab", "need__municipality")
    return get_object_or_404(visible.exclude(result__teams=[]), pk=proposal, need=pk)


@login_required
@require_GET
def trial(request: HttpRequest, pk: int, proposal: int) -> HttpResponse:
    """A team changed by hand beside the proposed one."""
    found = shown(request, pk, proposal)
    wish = Wish.of(request.GET, found, request.user)
    answered = outcome(found, wish)
    typed = request.GET.get("add_q", "")[:120]
    candidates, more = matches(request.user, typed)
    result = result_of(answered.bench, answered.teams[:1], extra=named_in(answered))
    words = lexicon([found.result, result], request.user, wish.members)
    context = {
        "need": found.need,
        "proposal": found,
        "wish": wish,
        "typed": typed,
        "more": more,
        "found": [(one, _to(request, found, add=one.external_id)) for one in candidates],
        "members": [_member(request, found, wish, member, words) for member in wish.members],
        "profiles": profile_choices(),
        "bounds": [
            (name, bounds, request.GET.get(f"w-{name}", "")[:20], values_of(answered.bench.weights)[name])
            for name, bounds in BOUNDS.items()
        ],
        "importances": importance_lines(found, wish),
        "start": _address(found, QueryDict(f"team={wish.place + 1}")),
        **verdict(request, found, answered, words, result),
    }
    return render(request, "matching/trial.html", context, status=422 if wish.problems else 200)


def named_in(answered: Outcome) -> set[str]:
    """Everybody a trial names, as far as the registry of today has them."""
    named = {*answered.wish.members, *(member for team in answered.teams for member in team.members)}
    return {member for member in named if answered.bench.knows((member,))}


def verdict(
    request: HttpRequest, found: Proposal, answered: Outcome, words: Lexicon, result: dict[str, Any]
) -> dict[str, Any]:
    """What the trial comes to: obstacles, the difference part by part, the team in full, who else could help."""
    parts = may_tell_parts(result, words)
    trial = answered.trial
    views = team_views(found.need, result, words, ledger(found.need, result, request.user)) if trial.team else []
    context: dict[str, Any] = {
        "obstacles": [obstacle_sentence(obstacle, words) for obstacle in trial.obstacles],
        "team": views[0] if views else None,
        "change": _change(answered.change, words, parts=parts),
        "unchanged": answered.base is not None and trial.team == answered.base,
        "partners": [
            _option(request, found, change, answered.wish, words, parts=parts) for change in answered.partners
        ],
        "swaps": [_option(request, found, change, answered.wish, words, parts=parts) for change in answered.swaps],
        "swapping": words.name(answered.wish.swap) if answered.wish.swap else "",
    }
    if answered.best and trial.team:
        change = Change(trial.team, answered.best)
        context["best"] = {
            "same": answered.best.members == trial.team.members,
            "names": [words.name(member) for member in answered.best.members],
            "shift": shifts(_json(change), parts=parts),
            "address": _to(request, found, members=answered.best.members),
        }
    return context


def _json(change: Change) -> dict[str, Any]:
    return {"score": change.score, "open_must": change.open_must, "parts": parts_of(change)}


def _change(change: Change | None, words: Lexicon, *, parts: bool) -> dict[str, Any] | None:
    if change is None:
        return None
    labels = part_labels() if parts else {}
    old, new, moved = (
        {part: getattr(each, part) for part in labels}
        for each in (change.before.parts, change.after.parts, change.parts)
    )
    return {
        "sentence": shifts(_json(change), parts=parts),
        "is_worse": change.is_worse,
        "before": change.before.score / PER_POINT,
        "after": change.after.score / PER_POINT,
        "points": points(change.score),
        "open_must": change.after.open_must,
        "lead": words.name(change.after.lead) if change.after.lead != change.before.lead else "",
        "rows": [
            (label, old[part] / PER_POINT, new[part] / PER_POINT, points(moved[part])) for part, label in labels.items()
        ],
    }


def _option(
    request: HttpRequest, found: Proposal, change: Change, wish: Wish, words: Lexicon, *, parts: bool
) -> dict[str, str]:
    """Somebody who could come in, with the difference and the address of that trial."""
    [came] = set(change.after.members) - set(wish.members)
    return {
        "name": words.name(came),
        "shift": shifts(_json(change), parts=parts),
        "address": _to(request, found, members=change.after.members),
    }


def _member(request: HttpRequest, found: Proposal, wish: Wish, member: str, words: Lexicon) -> dict[str, Any]:
    rest = tuple(other for other in wish.members if other != member)
    return {
        "name": words.name(member),
        "is_new": member not in found.result["teams"][wish.place]["members"],
        "without": _to(request, found, members=rest) if rest else "",
        "swap": _to(request, found, swap=member),
    }


def _to(
    request: HttpRequest, found: Proposal, *, members: tuple[str, ...] | None = None, add: str = "", swap: str = ""
) -> str:
    """This trial with other members, or with one more; everything else that is asked stays."""
    given = request.GET.copy()
    for gone in ("swap", "add_q"):
        given.pop(gone, None)
    wish = Wish.of(request.GET, found, request.user)
    kept = wish.members if members is None else members
    given.setlist("m", [*kept, *([add] if add and add not in kept else [])])
    if swap:
        given["swap"] = swap
    return _address(found, given)


def _address(found: Proposal, given: QueryDict) -> str:
    return f"{reverse('matching:trial', args=[found.need_id, found.pk])}?{given.urlencode()}"


def profile_choices() -> list[tuple[str, str]]:
    """The profiles of weights by name, in the reader's language; the proposal's own first."""
    return [("", _("提案のときのまま")), *((name, str(profile.name)) for name, profile in BY_NAME.items())]


def importance_lines(found: Proposal, wish: Wish) -> list[dict[str, Any]]:
    """Each requirement of the need as it is now, with the importance asked for; "" is its own."""
    lines = []
    for index, row in enumerate(found.need.requirements.select_related("capability")):
        own = _("そのまま（%(word)s）") % {"word": row.importance.label}
        others = [choice for choice in Importance.choices if choice[0] != row.importance]
        chosen = wish.importances[index] if index < len(wish.importances) else ""
        lines.append({"name": f"importance-{index}", "row": row, "chosen": chosen, "choices": [("", own), *others]})
    return lines


@login_required
@require_GET
def why_not(request: HttpRequest, pk: int, proposal: int) -> HttpResponse:
    """Why an organization is not in a proposed team."""
    found = shown(request, pk, proposal)
    number = request.GET.get("team", FIRST_TEAM)
    place = int(number) - 1 if number in {str(n) for n in range(1, len(found.result["teams"]) + 1)} else 0
    typed = request.GET.get("other_q", "")[:120]
    chosen = chosen_of(request.GET.get("other", ""), typed, request.user)
    candidates, more = ([], False) if chosen else matches(request.user, typed)
    context: dict[str, Any] = {
        "need": found.need,
        "proposal": found,
        "number": place + 1,
        "typed": typed,
        "chosen": chosen,
        "found": candidates,
        "more": more,
        "is_member": bool(chosen and chosen.external_id in found.result["teams"][place]["members"]),
    }
    if chosen and not context["is_member"]:
        said, result = asked_why_not(found, place, chosen)
        words = lexicon([found.result, result], request.user, [chosen.external_id])
        parts = may_tell_parts(result, words)
        context["sentences"] = list(why_not_sentences(said, result, words, parts=parts)) if said else []
        if said and said.change:
            given = QueryDict(f"team={place + 1}", mutable=True)
            given.setlist("m", list(said.change.after.members))
            context["try_it"] = _address(found, given)
    return render(request, "matching/why_not.html", context)


def chosen_of(text: str, typed: str, reader: Reader) -> Organization | None:
    """The organization chosen by id, or by a name that means one only; None for what the reader may not see."""
    if is_id(text):
        return offered_to(reader).filter(pk=int(text)).first()
    found, _more = matches(reader, typed)
    exact = [one for one in found if typed.strip() in {one.name, one.external_id}]
    certain = exact or found
    return certain[0] if len(certain) == 1 else None
