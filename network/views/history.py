"""Who changed what in a record, and the record of any day: for the organization itself and the stewards."""

from datetime import datetime, time

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from network.access import is_member_of, is_steward
from network.forms.history import AsOfForm, HistoryForm
from network.history.entries import entries, profile_as_of, told_changes
from network.models import Organization
from network.paging import page_of

PAGE_SIZE = 30


def record(request: HttpRequest, pk: int) -> Organization:
    """The organization, for its members and for stewards; nobody else learns that it has a history."""
    found = get_object_or_404(Organization.objects.visible_to(request.user), pk=pk)
    if not (is_steward(request.user) or is_member_of(request.user, pk)):
        raise Http404
    return found


@login_required
@require_GET
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """The entries, newest first."""
    organization = record(request, pk)
    form = HistoryForm(request.GET)
    form.is_valid()
    chosen = {name: form.cleaned_data.get(name) or "" for name in ("deed", "capability")}
    told = told_changes(organization, request.user, deed=chosen["deed"], capability=chosen["capability"])
    page = page_of(told, PAGE_SIZE, request.GET.get("page"))
    context = {
        "organization": organization,
        "form": form,
        "page": page,
        "entries": entries(list(page), organization, request.user),
        "narrowed": any(chosen.values()),
        "today": timezone.localdate(),
    }
    return render(request, "network/history.html", context)


@login_required
@require_GET
def as_of(request: HttpRequest, pk: int) -> HttpResponse:
    """The profile as it stood at the end of a day, or of a minute, in the network's time."""
    organization = record(request, pk)
    form = AsOfForm(request.GET if "on" in request.GET else {"on": timezone.localdate().isoformat()})
    context = {"organization": organization, "form": form}
    if not form.is_valid():
        return render(request, "network/history_as_of.html", context, status=422)
    day, at = form.cleaned_data["on"], form.cleaned_data["at"]
    until = at.replace(second=59, microsecond=999_999) if at else time.max
    moment = timezone.make_aware(datetime.combine(day, until))
    context |= {"moment": moment, "at": at, "parts": profile_as_of(organization, request.user, moment)}
    return render(request, "network/history_as_of.html", context)
