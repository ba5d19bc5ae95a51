"""Where an organization keeps the list of its offices."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from network import actions
from network.forms.areas import conflict_of, found, typed
from network.forms.offices import OfficeForm, filled_from_postal_code, office_initial
from network.forms.refusal import explain
from network.models import Office, Organization, User
from network.postal import PostalPlace
from network.views.door import editable


@login_required
@require_GET
def offices(request: HttpRequest, pk: int) -> HttpResponse:
    """The list, with what each office does and where."""
    organization, _editor = editable(request, pk)
    rows = organization.offices.select_related("municipality").prefetch_related("service_areas__municipality")
    return render(request, "network/offices.html", {"organization": organization, "offices": rows})


@login_required
@require_http_methods(["GET", "POST"])
def new_office(request: HttpRequest, pk: int) -> HttpResponse:
    """Add an office."""
    organization, editor = editable(request, pk)
    initial = {"prefecture": organization.prefecture, "on_site": True}
    return _edit(request, organization, None, initial, editor)


@login_required
@require_http_methods(["GET", "POST"])
def office(request: HttpRequest, pk: int, office: int) -> HttpResponse:
    """Change one office."""
    organization, editor = editable(request, pk)
    found_office = get_object_or_404(organization.offices.prefetch_related("service_areas"), pk=office)
    return _edit(request, organization, found_office, office_initial(found_office), editor)


@login_required
@require_http_methods(["GET", "POST"])
def remove_office(request: HttpRequest, pk: int, office: int) -> HttpResponse:
    """Ask, then remove one office."""
    organization, editor = editable(request, pk)
    asked = get_object_or_404(organization.offices.select_related("municipality"), pk=office)
    if request.method == "POST":
        try:
            actions.remove_office(organization, office=asked, by=editor)
        except actions.ConflictError:
            messages.info(request, _("この拠点は、ほかの人が先に削除していました。"))
        else:
            messages.success(request, _("拠点「%(name)s」を削除しました。") % {"name": asked.name})
        return redirect("network:offices", pk=pk)
    return render(request, "network/office_remove.html", {"organization": organization, "office": asked})


def _edit(
    request: HttpRequest, organization: Organization, office: Office | None, initial: dict[str, Any], editor: User
) -> HttpResponse:
    """Show the form, do one of its small steps, or save it."""
    step = _step(request)
    if step != "save":
        return _stepped(request, organization, office, step)
    form = OfficeForm(request.POST or None, initial=initial)
    conflict = None
    if request.method == "POST" and form.is_valid():
        try:
            _save(organization, office, form, editor)
        except ValidationError as refused:
            explain(form, refused, otherwise=("name", _("この名前の拠点はすでにあります。別の名前にしてください。")))
        except actions.ConflictError as error:
            if error.current is None:
                messages.error(
                    request, _("この拠点は、ほかの人が先に削除していました。入力した内容は保存していません。")
                )
                return redirect("network:offices", pk=organization.pk)
            now = error.current
            conflict = conflict_of(form, organization, f"office.{now.pk}", now, office_initial(now))
            form = OfficeForm(initial=typed(OfficeForm.base_fields, request.POST) | {"version": error.current.version})
        else:
            messages.success(request, _("拠点「%(name)s」を保存しました。") % {"name": form.cleaned_data["name"]})
            return redirect("network:offices", pk=organization.pk)
    status = 409 if conflict is not None else 422 if form.errors else 200
    return _page(request, organization, office, form, status=status, conflict=conflict)


def _step(request: HttpRequest) -> str:
    """Which of the form's buttons was pressed; the Enter key means the one beside the field that is being filled."""
    if request.method != "POST":
        return "save"
    pressed = request.POST.get("action", "save")
    if pressed == "enter":
        if request.POST.get("find"):
            return "find"
        return "postal" if request.POST.get("postal_code") and not request.POST.get("address") else "save"
    return pressed if pressed in {"find", "postal", "prefecture"} or pressed.startswith("place:") else "save"


def _stepped(request: HttpRequest, organization: Organization, office: Office | None, step: str) -> HttpResponse:
    """The form with one thing filled in or looked up; nothing is judged or saved yet. htmx gets the part it asked."""
    form, problem = OfficeForm(initial=typed(OfficeForm.base_fields, request.POST)), ""
    places: list[PostalPlace] = []
    if step == "postal":
        form, places, problem = filled_from_postal_code(request.POST)
    elif step.startswith("place:"):
        choice = step.removeprefix("place:")
        form, places, problem = filled_from_postal_code(
            request.POST, int(choice) if choice.isascii() and choice.isdigit() and len(choice) < 4 else None
        )
    more = {"places": places, "problem": problem}
    if not request.htmx:  # type: ignore[attr-defined]
        return _page(request, organization, office, form, status=422 if problem else 200, **more)
    if step == "find":
        return render(request, "network/_municipalities.html", {"form": form, "found": _found(request, form)})
    return render(request, "network/_office_place.html", {"form": form, "organization": organization, **more})


def _page(
    request: HttpRequest,
    organization: Organization,
    office: Office | None,
    form: OfficeForm,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {"organization": organization, "office": office, "form": form, "found": _found(request, form), **more}
    return render(request, "network/office.html", context, status=status)


def _found(request: HttpRequest, form: OfficeForm) -> Any:
    return found(form, request.POST.get("find", ""))


def _save(organization: Organization, office: Office | None, form: OfficeForm, editor: User) -> None:
    areas = {name: form.cleaned_data[name] for name in ("prefectures", "municipalities")}
    if office is None:
        actions.add_office(organization, values=form.values(), **areas, by=editor)
    else:
        version = form.cleaned_data["version"] or 0  # a page that does not say what it showed replaces nothing
        actions.change_office(organization, office=office, values=form.values(), **areas, expected=version, by=editor)
