"""The capability grid as a whole, and what stands beside it."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from network.codes import LEVELS
from network.models import Organization
from network.profile.completeness import completeness
from network.profile.grid import Line, grouped, lines, narrowed, parts, undoable
from network.profile.radar import radar
from network.views.door import editable
from network.vocabulary import Stance

MAX_WORDS = 100
STANCES = [(Stance.STRENGTH, _("強み")), (Stance.NEUTRAL, _("中立")), (Stance.WEAKNESS, _("弱み"))]
"""Shorter than the vocabulary's own labels: they stand in 110 lines."""


@login_required
@require_GET
def ratings(request: HttpRequest, pk: int) -> HttpResponse:
    """The grid: one line per capability, by area or by phase."""
    organization, _editor = editable(request, pk)
    everything = undoable(lines(organization), organization, request.GET.get("undo", ""))
    show, words = request.GET.get("show", ""), request.GET.get("q", "")[:MAX_WORDS]
    by = "phase" if request.GET.get("by") == "phase" else "area"
    context = {
        "groups": grouped(narrowed(everything, show, words), by),
        "show": show,
        "by": by,
        "words": words,
        "parts": parts(everything),
        **for_lines(organization),
        **beside(organization, everything),
    }
    return render(request, "network/ratings.html", context)


@login_required
@require_GET
def ratings_summary(request: HttpRequest, pk: int) -> HttpResponse:
    """What stands beside the grid, drawn anew after a change."""
    organization, _editor = editable(request, pk)
    return render(request, "network/_rating_summary.html", beside(organization, lines(organization)))


def for_lines(organization: Organization) -> dict[str, Any]:
    """What every line is drawn with."""
    return {"organization": organization, "levels": list(LEVELS.values()), "stances": STANCES}


def beside(organization: Organization, everything: list[Line]) -> dict[str, Any]:
    """The radar, what the organization is good at and asks for, and the completeness."""
    filled = [line.rating for line in everything if line.rating]
    named = [(line.capability, line.rating) for line in everything if line.rating]
    strong = [pair for pair in named if pair[1].stance == Stance.STRENGTH]
    return {
        "organization": organization,
        "radar": radar([line.capability for line in everything], filled),
        "strengths": sorted(strong, key=lambda pair: -pair[1].level),
        "weaknesses": [capability for capability, rating in named if rating.is_weakness],
        "complete": completeness(organization),
        "filled": len(filled),
        "total": len(everything),
    }
