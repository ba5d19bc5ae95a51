"""What is done with a variant: each verb leads back to the workbench, or shows it again with what stood against it."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from matching.explaining import lexicon
from matching.models import BenchEvent, Need, Variant
from matching.models.workbench import LONGEST_NOTE
from matching.views.doing import read_version
from matching.views.workbench import named_in, need_of, page, shown_proposal
from matching.vocabulary import BenchDeed
from matching.workbench import actions
from matching.workbench.words import sentence
from network.access import signed_in
from network.actions.base import ConflictError
from network.once import commits_on_its_way
from network.text import clean_text

TOLD = 5
"""How many of the others' deeds a conflict names."""


def wanted_in(given: QueryDict) -> actions.Wanted | None:
    """The deed of a form: its button is called as the deed, with the organization's external id as its value."""
    for deed in BenchDeed.of_a_team():
        if deed in given:
            return actions.Wanted(deed, (given.get(deed) or "")[:200], (given.get("other") or "")[:200])
    return None


def to_change(request: HttpRequest, pk: int) -> Need:
    """The need, whose reader may change it: 404 where it is hidden, 403 where it is only seen."""
    need = need_of(request, pk)
    if not Need.objects.editable_by(request.user).contains(need):
        raise PermissionDenied
    return need


def variant_of(request: HttpRequest, pk: int, variant: int) -> tuple[Need, Variant]:
    need = to_change(request, pk)
    found = get_object_or_404(Variant.objects.select_related("need"), need=need, pk=variant)
    found.need = need
    return need, found


def led_back(request: HttpRequest, need: Need, event: BenchEvent | None) -> HttpResponse:
    """To the workbench, with what was done; the proposal that is not the latest stays shown."""
    proposal = shown_proposal(need, request.POST.get("proposal", ""))
    asked: dict[str, Any] = {"done": event.seq} if event else {}
    if proposal and proposal != need.proposals.first():
        asked["proposal"] = proposal.pk
    query = f"?{urlencode(asked)}" if asked else ""
    place = f"#variant-{event.variant_id}" if event and event.variant_id else ""
    return redirect(f"{reverse('matching:workbench', args=[need.pk])}{query}{place}")


def done(request: HttpRequest, need: Need, deed: Callable[[], BenchEvent | None], **typed: Any) -> HttpResponse:
    """Do it, or show the workbench again: 422 with what cannot be, 409 with what others did meanwhile."""
    try:
        event = deed()
    except ValidationError as refused:
        return page(request, need, problems=refused.messages, status=HTTPStatus.UNPROCESSABLE_ENTITY, **typed)
    except ConflictError as conflict:
        meanwhile = _meanwhile(request, conflict.current)
        return page(request, need, meanwhile=meanwhile, status=HTTPStatus.CONFLICT, **typed)
    return led_back(request, need, event)


def _meanwhile(request: HttpRequest, current: Variant | None) -> list[str]:
    """What was done with the variant since its page was read."""
    if current is None:
        return [_("この案は、先に消されていました。")]
    read = read_version(request.POST.get("version")) or 0
    events = list(current.events.filter(version__gt=read)[:TOLD])
    words = lexicon([], request.user, named_in(events))
    return [sentence(event, words.name) for event in reversed(events)]


@login_required
@require_POST
@commits_on_its_way
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """A variant from a proposal's team, with a first deed where the button is one."""
    need = to_change(request, pk)
    proposal = shown_proposal(need, request.POST.get("proposal", ""))
    number = request.POST.get("team", "")
    place = int(number) - 1 if number.isascii() and number.isdigit() and len(number) < 4 else -1

    def deed() -> BenchEvent:
        if proposal is None:
            raise ValidationError(_("先に、案件のページで提案をつくってください。"))
        proposal.need = need
        return actions.begin(proposal, place=place, wanted=wanted_in(request.POST), by=signed_in(request.user))

    return done(request, need, deed)


@login_required
@require_POST
@commits_on_its_way
def change(request: HttpRequest, pk: int, variant: int) -> HttpResponse:
    """Swap, add, leave out, lock, exclude, and what undoes these."""
    need, found = variant_of(request, pk, variant)
    expected = read_version(request.POST.get("version"))

    def deed() -> BenchEvent:
        wanted = wanted_in(request.POST)
        if wanted is None:
            raise ValidationError(_("何をするかを選んでください。"))
        return actions.change(found, wanted=wanted, expected=expected, by=signed_in(request.user))

    return done(request, need, deed)


@login_required
@require_POST
def note(request: HttpRequest, pk: int, variant: int) -> HttpResponse:
    """Keep a note."""
    need, found = variant_of(request, pk, variant)
    text = request.POST.get("note", "").replace("\r\n", "\n").strip()
    expected = read_version(request.POST.get("version"))

    def deed() -> BenchEvent | None:
        clean_text(text)
        if len(text) > LONGEST_NOTE:
            said = _("メモは%(limit)d文字までです（いま%(n)d文字）。短くしてください。")
            raise ValidationError(said % {"limit": LONGEST_NOTE, "n": len(text)})
        return actions.write_note(found, text=text, expected=expected, by=signed_in(request.user))

    return done(request, need, deed, typed={"variant": found.pk, "note": text})


@login_required
@require_POST
def mark(request: HttpRequest, pk: int, variant: int) -> HttpResponse:
    """Shortlist it, or move it to the left."""
    need, found = variant_of(request, pk, variant)

    def deed() -> BenchEvent | None:
        wanted = request.POST.get("mark", "")
        if wanted not in BenchDeed.of_a_mark():
            raise ValidationError(_("何をするかを選んでください。"))
        return actions.mark(found, deed=BenchDeed(wanted), by=signed_in(request.user))

    return done(request, need, deed)


@login_required
@require_POST
def remove(request: HttpRequest, pk: int, variant: int) -> HttpResponse:
    """Take it away; the button has asked."""
    need, found = variant_of(request, pk, variant)
    expected = read_version(request.POST.get("version"))
    return done(request, need, lambda: actions.remove(found, expected=expected, by=signed_in(request.user)))
