"""Where an organization says where it works, and who may know its weaknesses."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from network import actions
from network.forms.areas import AreaForm, WeaknessesForm, conflict_of, found, typed
from network.history.record import service_area_value
from network.models import Organization
from network.profile.conflicts import fingerprint, unless_same
from network.views.door import editable
from network.vocabulary import WeaknessAudience


@login_required
@require_http_methods(["GET", "POST"])
def area(request: HttpRequest, pk: int) -> HttpResponse:
    """The service area: nationwide, remote, prefectures on the tile map, municipalities by name."""
    organization, editor = editable(request, pk)
    if request.method == "POST" and request.POST.get("action") == "find":
        return _searched(request, organization)
    form, conflict = AreaForm(request.POST or None, initial=area_initial(organization)), None
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        version, seen = said.pop("version"), said.pop("seen")
        try:
            unless_same(
                lambda expected: actions.serve_areas(organization, **said, expected=expected, by=editor),
                expected=version or 0,
                seen=seen,
                now=_area_seen,
            )
        except ValidationError as refused:
            form.add_error(None, refused.messages)
        except actions.ConflictError as error:
            now = error.current
            conflict = conflict_of(form, now, "service_area", now, area_initial(now))
            newest = {"version": error.current.version, "seen": _area_seen(error.current)}
            form = AreaForm(initial=typed(AreaForm.base_fields, request.POST) | newest)
        else:
            messages.success(request, _("対応地域を保存しました。"))
            return redirect("network:organization", pk=pk)
    context = {"organization": organization, "form": form, "found": found(form, ""), "conflict": conflict}
    status = 409 if conflict is not None else 422 if form.errors else 200
    return render(request, "network/area.html", context, status=status)


def area_initial(organization: Organization) -> dict[str, Any]:
    """The fields of the form as recorded."""
    return service_area_value(organization) | {"version": organization.version, "seen": _area_seen(organization)}


def _area_seen(organization: Organization) -> str:
    return fingerprint(service_area_value(organization))


def _searched(request: HttpRequest, organization: Organization) -> HttpResponse:
    """The form with the answers to a search for municipalities; nothing is saved. htmx gets the answers alone."""
    form = AreaForm(initial=typed(AreaForm.base_fields, request.POST))
    context = {"organization": organization, "form": form, "found": found(form, request.POST.get("find", ""))}
    part = request.htmx  # type: ignore[attr-defined]
    return render(request, "network/_municipalities.html" if part else "network/area.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def weaknesses(request: HttpRequest, pk: int) -> HttpResponse:
    """Who may know what the organization wants others to complement."""
    organization, editor = editable(request, pk)
    initial = _weaknesses_initial(organization)
    form, conflict = WeaknessesForm(request.POST or None, initial=initial), None
    if request.method == "POST" and form.is_valid():
        audience = WeaknessAudience(form.cleaned_data["audience"])
        try:
            unless_same(
                lambda expected: actions.open_weaknesses_to(
                    organization, audience=audience, expected=expected, by=editor
                ),
                expected=form.cleaned_data["version"] or 0,
                seen=form.cleaned_data["seen"],
                now=lambda current: current.weakness_audience,
            )
        except actions.ConflictError as error:
            newest = _weaknesses_initial(error.current)
            conflict = conflict_of(form, error.current, "weakness_audience", error.current, newest)
            form = WeaknessesForm(initial=newest | {"audience": audience})
        else:
            messages.success(request, _("弱みの公開範囲を保存しました。"))
            return redirect("network:organization", pk=pk)
    context = {
        "organization": organization,
        "form": form,
        "conflict": conflict,
        "weaknesses": [rating for rating in organization.ratings.select_related("capability") if rating.is_weakness],
        "labs": organization.labs.all(),
    }
    status = 409 if conflict is not None else 422 if form.errors else 200
    return render(request, "network/weaknesses.html", context, status=status)


def _weaknesses_initial(organization: Organization) -> dict[str, Any]:
    """The fields of the form as recorded."""
    audience = str(organization.weakness_audience)
    return {"audience": audience, "version": organization.version, "seen": audience}
