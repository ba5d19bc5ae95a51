"""Who the company of a need is: the one page that reads the sealed record."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from matching import actions
from matching.models import Client, Need
from matching.needforms import ClientForm
from network.access import signed_in
from network.actions import ConflictError
from network.profile.conflicts import Difference, differences

ENTRIES = 20


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def client(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the record, which is written down, or write it."""
    need = get_object_or_404(Need.objects.visible_to(request.user).select_related("lab"), pk=pk)
    reader = signed_in(request.user)
    if request.method == "GET":
        return _page(request, need, ClientForm(instance=actions.open_client(need, by=reader)))
    form = ClientForm(request.POST)
    if not form.is_valid():
        return _page(request, need, form, status=422)
    try:
        actions.write_client(need, values=form.values, expected=form.cleaned_data["version"], by=reader)
    except ConflictError as conflict:
        return _conflict(request, need, form, conflict.current)
    messages.success(request, _("企業の名前と連絡先を保存しました。"), extra_tags="good")
    return redirect("matching:need", pk=need.pk)


def _conflict(request: HttpRequest, need: Need, form: ClientForm, current: Client) -> HttpResponse:
    """409 with what stands there beside what was typed, which stays in the fields. Seeing it is an opening."""
    stored = actions.open_client(need, by=signed_in(request.user))
    found = differences(form, {name: getattr(stored, name) for name in form.values}, form.values)
    data = request.POST.copy()
    data["version"] = str(current.version)
    again = ClientForm(data)
    return _page(request, need, again, status=409, differing=found)


def _page(
    request: HttpRequest, need: Need, form: ClientForm, *, status: int = 200, differing: list[Difference] | None = None
) -> HttpResponse:
    context: dict[str, Any] = {
        "need": need,
        "form": form,
        "differing": differing,
        "conflict": status == 409,
        "entries": need.client_readings.all()[:ENTRIES],
        "count": need.client_readings.count(),
    }
    return render(request, "matching/need_client.html", context, status=status)
