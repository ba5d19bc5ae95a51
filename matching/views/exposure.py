"""How evenly proposals fall among organizations, for stewards."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from matching.exposing import WAITING_FROM, figures
from matching.models.exposure import KEPT_DAYS
from network.views.door import steward_of


@login_required
@require_GET
def exposure(request: HttpRequest) -> HttpResponse:
    """Gini and shares by kind; no need and no client is named."""
    steward_of(request)
    context = {"figures": figures(timezone.localdate()), "days": KEPT_DAYS, "waiting_from": WAITING_FROM}
    return render(request, "matching/exposure.html", context)
