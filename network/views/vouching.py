"""Partners confirm what an organization says of itself, or take their word back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from network import actions
from network.access import signed_in
from network.models import Capability, Organization, Rating

DIGITS = 9
"""Of the longest id that a form is asked for; longer ones no database would know."""


def asked(request: HttpRequest, pk: int, code: str) -> tuple[Organization, Capability, Organization]:
    """The organization, the capability, and the partner that the form names; 404 unless the reader may see them."""
    visible = Organization.objects.visible_to(request.user)
    organization = get_object_or_404(visible, pk=pk)
    if "\0" in code:  # PostgreSQL raises on a NUL where it should find nothing
        raise Http404
    capability = get_object_or_404(Capability, code=code)
    return organization, capability, get_object_or_404(visible, pk=number(request.POST.get("partner", "")))


def number(text: str) -> int:
    """A whole number from a form; 0, which no record has, for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= DIGITS else 0


@login_required
@require_POST
def vouch(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Confirm the level that the reader saw."""
    organization, capability, partner = asked(request, pk, code)
    level = number(request.POST["level"]) if "level" in request.POST else None
    try:
        actions.vouch(organization, capability=capability, partner=partner, level=level, by=signed_in(request.user))
    except Rating.DoesNotExist as nothing:
        raise Http404 from nothing
    except actions.ConflictError as conflict:
        context = {"organization": organization, "capability": capability, "rating": conflict.current}
        return render(request, "network/vouch_conflict.html", context, status=409)
    told = {"name": capability.name, "partner": partner.name}
    messages.success(request, _("「%(name)s」を、%(partner)sとして確かめたことにしました。") % told)
    return redirect("network:organization", pk=pk)


@login_required
@require_POST
def withdraw(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Take back what the partner confirmed."""
    organization, capability, partner = asked(request, pk, code)
    actions.withdraw_vouch(organization, capability=capability, partner=partner, by=signed_in(request.user))
    messages.success(request, _("「%(name)s」の確認を取り消しました。") % {"name": capability.name})
    return redirect("network:organization", pk=pk)
