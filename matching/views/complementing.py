"""Who complements the reader's organization."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from matching.complementing import complements_of
from network.access import organization_ids_of
from network.models import Organization


@login_required
@require_GET
def partners(request: HttpRequest, pk: int) -> HttpResponse:
    """For members only: the page says what the organization lacks."""
    own = Organization.objects.filter(pk__in=organization_ids_of(request.user))
    organization = get_object_or_404(own, pk=pk)
    can_edit = Organization.objects.editable_by(request.user).contains(organization)
    context = {
        "organization": organization,
        "found": complements_of(organization, request.user),
        "can_edit": can_edit,
    }
    return render(request, "matching/partners.html", context)
