"""The list of organizations and one organization's profile."""

from itertools import groupby

from django.contrib.auth.decorators import login_required
from django.db.models import Case, Q, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_GET

from network.codes import PREFECTURES
from network.forms import FinderForm
from network.models import Organization, Rating
from network.models.organizations import OrganizationQuerySet
from network.paging import page_of
from network.profile import bars, partners, ties

PAGE_SIZE = 24


@login_required
@require_GET
def organizations(request: HttpRequest) -> HttpResponse:
    """The registry, narrowed by the query string."""
    form = FinderForm(request.GET)
    form.is_valid()
    found = narrowed(Organization.objects.visible_to(request.user).filter(is_active=True), form)
    page = page_of(found.select_related("municipality"), PAGE_SIZE, request.GET.get("page"))
    strengths = Rating.objects.visible_to(request.user).filter(organization__in=[o.pk for o in page], level__gte=3)
    by_organization = {
        pk: list(ratings)[:3]
        for pk, ratings in groupby(
            strengths.select_related("capability").order_by("organization", "-level", "capability__order"),
            key=lambda rating: rating.organization_id,
        )
    }
    rows = [(organization, by_organization.get(organization.pk, [])) for organization in page]
    htmx = request.htmx  # type: ignore[attr-defined]
    # Going back in the browser asks through htmx, but for the whole page.
    part = htmx and not htmx.history_restore_request
    template = "network/_organizations.html" if part else "network/organizations.html"
    response = render(request, template, {"form": form, "page": page, "rows": rows})
    patch_vary_headers(response, ["HX-Request", "HX-History-Restore-Request"])
    return response


def narrowed(found: OrganizationQuerySet, form: FinderForm) -> OrganizationQuerySet:
    """The organizations that meet every valid field of the form."""
    wanted = form.cleaned_data
    if wanted.get("q"):
        found = found.filter(Q(name__icontains=wanted["q"]) | Q(kana__icontains=wanted["q"]))
    if wanted.get("kind"):
        found = found.filter(kind=wanted["kind"])
    if wanted.get("prefecture"):
        at_home_first = Case(When(prefecture=wanted["prefecture"], then=0), default=1)
        found = found.serving(wanted["prefecture"]).order_by(at_home_first, "prefecture", "kana", "name", "pk")
    if wanted.get("capability"):
        found = found.able(wanted["capability"])
    if wanted.get("accepting"):
        found = found.accepting(timezone.localdate())
    return found


@login_required
@require_GET
def organization(request: HttpRequest, pk: int) -> HttpResponse:
    """One organization's profile, as far as this reader may see it."""
    visible = Organization.objects.visible_to(request.user).select_related("municipality")
    shown = get_object_or_404(visible, pk=pk)
    ratings = list(Rating.objects.visible_to(request.user).filter(organization=shown).select_related("capability"))
    context = {
        "organization": shown,
        "can_edit": Organization.objects.editable_by(request.user).contains(shown),
        "bars": bars([r for r in ratings if not r.is_weakness and r.level]),
        "weaknesses": [r for r in ratings if r.is_weakness],
        "areas": service_areas(shown),
        "ties": ties(shown, request.user),
        "partners": partners(shown, request.user),
    }
    return render(request, "network/organization.html", context)


def service_areas(shown: Organization) -> list[str]:
    """Where the organization works, named: whole prefectures first."""
    areas = list(shown.service_areas.select_related("municipality"))
    whole = [PREFECTURES.name(area.prefecture) for area in areas if area.municipality is None]
    return whole + [str(area.municipality) for area in areas if area.municipality]
