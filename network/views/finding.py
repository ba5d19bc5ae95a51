"""The list of organizations, and some of them side by side."""

from itertools import groupby

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_GET

from network.access import Reader
from network.finding.found import find
from network.finding.shown import facets
from network.finding.wanted import Known, Wanted, unknown_values
from network.models import Organization, Rating
from network.paging import page_of
from network.profile.comparing import AT_MOST, comparison
from network.vocabulary import Stance

PAGE_SIZE = 24
STRONG = 3
"""The level from which on a card shows a capability."""
SHOWN = 3

Card = tuple[Organization, list[Rating]]


@login_required
@require_GET
def organizations(request: HttpRequest) -> HttpResponse:
    """The registry, narrowed by the query string."""
    known = Known.load()
    wanted = known.wanted(request.GET)
    address = reverse("network:organizations") + wanted.query()
    htmx = request.htmx  # type: ignore[attr-defined]
    # Going back in the browser asks through htmx, but for the whole page.
    part = htmx and not htmx.history_restore_request
    if not htmx and "" in (value for values in request.GET.lists() for value in values[1]):
        return redirect(address)  # what a form leaves empty says nothing, and need not be handed on
    found = find(wanted, request.user)
    page = page_of(found.ids, PAGE_SIZE, request.GET.get("page"))
    context = {
        "wanted": wanted,
        "facets": facets(known, wanted, found),
        "unknown": unknown_values(known, request.GET),
        "page": page,
        "rows": cards(list(page), wanted, request.user),
    }
    response = render(request, "network/_organizations.html" if part else "network/organizations.html", context)
    if part and "page" not in request.GET:
        response["HX-Push-Url"] = address
    patch_vary_headers(response, ["HX-Request", "HX-History-Restore-Request", "Cookie"])
    return response


def cards(ids: list[int], wanted: Wanted, reader: Reader) -> list[Card]:
    """The organizations in this order, each with what it does best; what was asked for stands first."""
    visible = Organization.objects.visible_to(reader).filter(is_active=True).select_related("municipality").in_bulk(ids)
    shown = [visible[pk] for pk in ids if pk in visible]
    # Of a visible organization everything but weaknesses is visible (`RatingQuerySet.visible_to`).
    declared = Rating.objects.filter(organization__in=list(visible)).exclude(stance=Stance.WEAKNESS)
    worth = declared.filter(Q(level__gte=STRONG) | Q(capability__code__in=wanted.capability))
    ordered = worth.select_related("capability").order_by("organization", "-level", "capability__order")
    by_organization = {
        pk: _best(list(ratings), wanted) for pk, ratings in groupby(ordered, key=lambda rating: rating.organization_id)
    }
    return [(organization, by_organization.get(organization.pk, [])) for organization in shown]


def _best(ratings: list[Rating], wanted: Wanted) -> list[Rating]:
    asked = [
        rating for rating in ratings if rating.capability.code in wanted.capability and rating.level >= wanted.min_level
    ]
    strong = [rating for rating in ratings if rating.level >= STRONG and rating not in asked]
    return asked + strong[: max(SHOWN - len(asked), 0)]


@login_required
@require_GET
def compare(request: HttpRequest) -> HttpResponse:
    """Up to four organizations side by side, as the address names them."""
    compared = comparison(request.GET.getlist("id"), request.user)
    response = render(request, "network/compare.html", {"compared": compared, "at_most": AT_MOST})
    patch_vary_headers(response, ["Cookie"])
    return response
