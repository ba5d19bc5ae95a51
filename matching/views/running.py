"""A run while somebody waits for it: how far it is, and the button that calls it off."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from matching import actions
from matching.models import Run
from network.access import signed_in


@login_required
@require_GET
def run(request: HttpRequest, pk: int, key: UUID) -> HttpResponse:
    """A fragment that asks for itself again until the proposal's page takes its place."""
    return render(request, "matching/_run.html", {"run": _visible(request, pk, key)})


@login_required
@require_POST
def cancel_run(request: HttpRequest, pk: int, key: UUID) -> HttpResponse:
    """Call it off; the request that waits for the answer shows the best teams so far."""
    found = _visible(request, pk, key)
    actions.cancel_run(found, by=signed_in(request.user))
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "matching/_run.html", {"run": _visible(request, pk, key)})
    return redirect("matching:need", pk=pk)


def _visible(request: HttpRequest, pk: int, key: UUID) -> Run:
    return get_object_or_404(Run.objects.visible_to(request.user), need=pk, key=key)
