"""A need's workbench: proposals and variants side by side, compared, on one sheet; and what its script asks."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from matching.differing import compared
from matching.explaining import Lexicon, lexicon
from matching.models import BenchEvent, Need, Proposal, TeamPlan, Variant, Workbench
from matching.models.teams import UNDER_WAY
from matching.notices import facilitators_of
from matching.offering import offers
from matching.sidebyside import Column, columns_of
from matching.views.rooms import seq_of
from matching.wording import may_tell_parts
from matching.workbench.words import sentence
from network.access import Reader
from network.picking import is_id, matches

EVENTS_SHOWN = 20
AT_A_TIME = 100
LEAST, MOST = 2, 3
"""How many are compared."""


def need_of(request: HttpRequest, pk: int) -> Need:
    """The need as its reader may see it, else 404."""
    visible = Need.objects.visible_to(request.user).select_related("lab", "municipality")
    return get_object_or_404(visible, pk=pk)


def shown_proposal(need: Need, asked: str) -> Proposal | None:
    """The proposal that an address or a form names, else the latest; Http404 for one that is not the need's."""
    if not asked:
        return need.proposals.first()
    if not is_id(asked):
        raise Http404
    return get_object_or_404(need.proposals, pk=int(asked))


@login_required
@require_GET
@never_cache
def workbench(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything side by side."""
    return page(request, need_of(request, pk))


def page(request: HttpRequest, need: Need, *, status: int = 200, **more: Any) -> HttpResponse:
    """The workbench as it stands now; `more`: problems, what others did meanwhile, the note that was typed."""
    given = request.POST if request.method == "POST" else request.GET
    proposal = shown_proposal(need, given.get("proposal", ""))
    events = _events(need)
    columns, words = _columns(need, proposal, request.user, events)
    last = Workbench.objects.filter(need=need).values_list("last_seq", flat=True).first() or 0
    context = {
        "need": need,
        "proposal": proposal,
        "is_latest": proposal is None or proposal == need.proposals.first(),
        "columns": columns,
        "can_edit": Need.objects.editable_by(request.user).contains(need),
        "plan": need.plans.filter(state__in=UNDER_WAY).first(),
        "people": facilitators_of(need),
        "last": last,
        "events": [(event, sentence(event, words.name)) for event in events],
        **_done(given.get("done", ""), events, (columns, words), request.user),
    }
    return render(request, "matching/workbench.html", context | more, status=status)


def _events(need: Need) -> list[BenchEvent]:
    return list(BenchEvent.objects.filter(workbench__need=need)[:EVENTS_SHOWN])


def _columns(
    need: Need, proposal: Proposal | None, reader: Reader, events: list[BenchEvent]
) -> tuple[list[Column], Lexicon]:
    variants = list(need.variants.select_related("proposal", "changed_by"))
    for variant in variants:
        variant.need = need
    return columns_of(need, proposal, variants, reader, named_in(events))


def named_in(events: list[BenchEvent]) -> set[str]:
    """Organizations by external id."""
    return {event.facts[name] for event in events for name in ("organization", "other") if name in event.facts}


def _done(text: str, events: list[BenchEvent], shown: tuple[list[Column], Lexicon], reader: Reader) -> dict[str, Any]:
    """What the reader has just done, with what it changed part by part, and to which variant."""
    event = next((one for one in events if str(one.seq) == text and one.by_id == reader.pk), None)
    if event is None:
        return {}
    columns, words = shown
    variant = next((one.variant for one in columns if one.variant and one.variant.pk == event.variant_id), None)
    parts = variant is not None and may_tell_parts(variant.answer, words)
    return {"done": sentence(event, words.name, parts=parts), "done_at": event.variant_id}


@login_required
@require_GET
@never_cache
def changes(request: HttpRequest, pk: int) -> JsonResponse:
    """What was done after a number: {"events": [{"seq", "own", "sentence"}], "last", "more"}."""
    need = need_of(request, pk)
    after = seq_of(request.GET.get("after")) or 0
    found = BenchEvent.objects.filter(workbench__need=need, seq__gt=after).order_by("seq")
    events = list(found[: AT_A_TIME + 1])
    words = lexicon([], request.user, named_in(events))
    told = [
        {"seq": event.seq, "own": event.by_id == request.user.pk, "sentence": sentence(event, words.name)}
        for event in events[:AT_A_TIME]
    ]
    last = told[-1]["seq"] if told else after
    return JsonResponse({"events": told, "last": last, "more": len(events) > AT_A_TIME})


# --- One of them, or a few ------------------------------------------------------------------------


def picked(request: HttpRequest, need: Need, keys: list[str]) -> list[Column]:
    """The columns with these keys, in their order; Http404 for a key that is nobody's."""
    given = request.POST if request.method == "POST" else request.GET
    wanted = list(dict.fromkeys(keys))[: MOST + 1]
    numbers = [int(key[1:]) for key in wanted if key[:1] == "v" and is_id(key[1:])]
    proposal = shown_proposal(need, given.get("proposal", ""))
    variants = list(Variant.objects.filter(need=need, pk__in=numbers).select_related("proposal"))
    for variant in variants:
        variant.need = need
    columns, _words = columns_of(need, proposal, variants, request.user)
    by_key = {column.key: column for column in columns}
    if any(key not in by_key for key in wanted):
        raise Http404
    return [by_key[key] for key in wanted]


@login_required
@require_GET
@never_cache
def options(request: HttpRequest, pk: int) -> HttpResponse:
    """Who could come into a team, or in somebody's place: the best, those of the other teams, and a search."""
    need = need_of(request, pk)
    [column] = picked(request, need, [request.GET.get("c", "")])
    typed = request.GET.get("q", "")[:120]
    found, more = matches(request.user, typed)
    inside = {member.id for member in column.members}
    swap = request.GET.get("swap", "")
    context = {
        "need": need,
        "column": column,
        "proposal": shown_proposal(need, request.GET.get("proposal", "")),
        "swap": next((member for member in column.members if member.id == swap), None),
        "typed": typed,
        "found": [one for one in found if one.external_id not in inside],
        "more": more,
        "can_edit": Need.objects.editable_by(request.user).contains(need),
        **offers(column, swap if swap in inside else "", request.user),
    }
    return render(request, "matching/variant_options.html", context)


@login_required
@require_GET
@never_cache
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """Two or three of them, what differs first."""
    need = need_of(request, pk)
    keys = request.GET.getlist("c")
    columns = picked(request, need, keys) if LEAST <= len(set(keys)) <= MOST else []
    context = {
        "need": need,
        "columns": columns,
        "compared": compared(columns) if columns else None,
        "proposal": request.GET.get("proposal", ""),
    }
    return render(request, "matching/workbench_compare.html", context)


@login_required
@require_GET
@never_cache
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them on one page for the client, without scores, weaknesses, notes and the need's own title."""
    need = need_of(request, pk)
    [column] = picked(request, need, [request.GET.get("c", "p1")])
    if column.view is None:
        raise Http404
    facts = TeamPlan(need=need).client_facts
    context = {"need": need, "column": column, "team": column.view, "facts": facts, "today": timezone.localdate()}
    return render(request, "matching/workbench_sheet.html", context)
