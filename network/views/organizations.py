"""One organization's profile."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET

from network.access import is_member_of, signed_in
from network.believing.strengths import areas_of_strength
from network.codes import PREFECTURES
from network.correcting import doors
from network.models import Expert, OfficeArea, Organization, Rating
from network.profile.completeness import completeness
from network.profile.shown import partners, ties
from network.tiles import MapCell, area_map


@login_required
@require_GET
def organization(request: HttpRequest, pk: int) -> HttpResponse:
    """One organization's profile, as far as this reader may see it."""
    visible = Organization.objects.visible_to(request.user).select_related("municipality")
    if kept := visible.filter(merged_from=pk).first():
        return redirect("network:organization", pk=kept.pk)  # an old address leads on
    shown = get_object_or_404(visible, pk=pk)
    ratings = list(Rating.objects.visible_to(request.user).filter(organization=shown).select_related("capability"))
    can_edit = Organization.objects.editable_by(request.user).contains(shown)
    context = {
        "organization": shown,
        "can_edit": can_edit,
        "complete": completeness(shown) if can_edit else None,
        "strong_areas": areas_of_strength(shown, ratings, request.user),
        "weaknesses": [r for r in ratings if r.is_weakness],
        "areas": service_areas(shown),
        "area_map": served_map(shown),
        "offices": shown.offices.select_related("municipality").prefetch_related("service_areas__municipality"),
        "experts": Expert.objects.visible_to(request.user).filter(organization=shown).prefetch_related("credentials"),
        "is_member": is_member_of(request.user, shown.pk),
        "ties": ties(shown, request.user),
        "partners": partners(shown, request.user),
        **doors(shown, signed_in(request.user)),
    }
    return render(request, "network/organization.html", context)


def service_areas(shown: Organization) -> list[str]:
    """Where the organization works, named: whole prefectures first."""
    areas = list(shown.service_areas.select_related("municipality"))
    whole = [PREFECTURES.name(area.prefecture) for area in areas if area.municipality is None]
    return whole + [str(area.municipality) for area in areas if area.municipality]


def served_map(shown: Organization) -> list[MapCell]:
    """The small map of where the organization and its offices work; nothing to draw where it is everywhere or
    nowhere."""
    own = list(shown.service_areas.values_list("prefecture", "municipality"))
    areas = own + list(OfficeArea.objects.filter(office__organization=shown).values_list("prefecture", "municipality"))
    whole = {prefecture for prefecture, municipality in areas if municipality is None}
    if shown.nationwide or not areas:
        return []
    return area_map(whole, {prefecture for prefecture, _municipality in areas})
