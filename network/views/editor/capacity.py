"""How much an organization can take on."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from network import actions
from network.forms.profile import CapacityForm
from network.models import Organization
from network.views.door import editable
from network.views.editor.saving import page, saved
from network.vocabulary import CapacityStatus


def stated(organization: Organization) -> dict[str, Any]:
    """The page's fields as the record has them."""
    return {
        "status": str(organization.capacity_status),
        "slots": organization.capacity_slots,
        "until": organization.capacity_until,
    }


@login_required
@require_http_methods(["GET", "POST"])
def capacity(request: HttpRequest, pk: int) -> HttpResponse:
    """How many engagements can begin now."""
    organization, editor = editable(request, pk)
    shown = stated(organization)
    form = CapacityForm(request.POST or None, initial=shown)

    def save(expected: int) -> None:
        values = form.cleaned_data
        actions.declare_capacity(
            organization,
            status=CapacityStatus(values["status"]),
            slots=values["slots"],
            until=values["until"],
            expected=expected,
            by=editor,
        )

    conflict = saved(request, form, save, read=stated, paths=("capacity",)) if request.method == "POST" else None
    if request.method == "POST" and not conflict and not form.errors:
        messages.success(request, _("受付の状況を保存しました。"))
        return redirect("network:organization", pk=pk)
    return page(request, "network/capacity.html", form, organization, conflict=conflict, shown=shown)
