"""What an organization says of itself."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from network import actions
from network.forms.profile import OrganizationForm
from network.models import Organization
from network.views.door import editable
from network.views.editor.saving import page, saved

PATHS = tuple(name for name in actions.DESCRIPTION if name not in ("nationwide", "remote"))


def described(organization: Organization) -> dict[str, Any]:
    """The page's fields as the record has them."""
    industries = sorted(entry.industry for entry in organization.industries.all())
    return {**{name: getattr(organization, name) for name in actions.DESCRIPTION}, "industries": industries}


@login_required
@require_http_methods(["GET", "POST"])
def describe(request: HttpRequest, pk: int) -> HttpResponse:
    """Name, description, contact, industries."""
    organization, editor = editable(request, pk)
    shown = described(organization)
    form = OrganizationForm(request.POST or None, instance=organization)

    def save(expected: int) -> None:
        values = {name: form.cleaned_data[name] for name in actions.DESCRIPTION}
        industries = form.cleaned_data["industries"]
        actions.describe(organization, values=values, industries=industries, expected=expected, by=editor)

    paths = (*PATHS, "service_area", "industries")
    conflict = saved(request, form, save, read=described, paths=paths) if request.method == "POST" else None
    if request.method == "POST" and not conflict and not form.errors:
        messages.success(request, _("プロフィールを保存しました。"))
        return redirect("network:organization", pk=pk)
    organization.refresh_from_db(fields=["name"])
    return page(request, "network/describe.html", form, organization, conflict=conflict, shown=shown)
