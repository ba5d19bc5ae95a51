"""Where an organization keeps its own record true."""

from itertools import groupby

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from network import actions
from network.access import signed_in
from network.codes import LEVELS
from network.forms import CapacityForm, OrganizationForm, RatingForm
from network.models import Capability, Organization, Rating, User
from network.vocabulary import CapacityStatus, Stance


def editable(request: HttpRequest, pk: int) -> tuple[Organization, User]:
    """The organization and its editor: 404 when it may not be seen, 403 when it may not be changed."""
    found = get_object_or_404(Organization.objects.visible_to(request.user), pk=pk)
    if not Organization.objects.editable_by(request.user).contains(found):
        raise PermissionDenied
    return found, signed_in(request.user)


@login_required
@require_http_methods(["GET", "POST"])
def describe(request: HttpRequest, pk: int) -> HttpResponse:
    """Name, description, industries."""
    organization, editor = editable(request, pk)
    form = OrganizationForm(request.POST or None, instance=organization)
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in actions.DESCRIPTION}
        actions.describe(organization, values=values, industries=form.cleaned_data["industries"], by=editor)
        messages.success(request, _("プロフィールを保存しました。"))
        return redirect("network:organization", pk=pk)
    organization.refresh_from_db(fields=["name"])
    context = {"form": form, "organization": organization}
    return render(request, "network/describe.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def capacity(request: HttpRequest, pk: int) -> HttpResponse:
    """How many engagements can begin now."""
    organization, editor = editable(request, pk)
    initial = {
        "status": organization.capacity_status,
        "slots": organization.capacity_slots,
        "until": organization.capacity_until,
    }
    form = CapacityForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        actions.declare_capacity(
            organization,
            status=CapacityStatus(values["status"]),
            slots=values["slots"],
            until=values["until"],
            by=editor,
        )
        messages.success(request, _("受付の状況を保存しました。"))
        return redirect("network:organization", pk=pk)
    context = {"form": form, "organization": organization}
    return render(request, "network/capacity.html", context, status=422 if form.errors else 200)


@login_required
@require_GET
def ratings(request: HttpRequest, pk: int) -> HttpResponse:
    """The capability grid: one line per capability, by area."""
    organization, _editor = editable(request, pk)
    filled = {rating.capability_id: rating for rating in organization.ratings.all()}
    show = request.GET.get("show", "")
    lines = [(capability, filled.get(capability.pk)) for capability in Capability.objects.all()]
    lines = [line for line in lines if shown(line[1], show)]
    areas = [(area, list(group)) for area, group in groupby(lines, key=lambda line: line[0].area_name)]
    context = {
        "organization": organization,
        "areas": areas,
        "show": show,
        "levels": LEVELS.values(),
        "stances": Stance.choices,
        "filled": len(filled),
        "total": Capability.objects.count(),
    }
    return render(request, "network/ratings.html", context)


def shown(rating: Rating | None, show: str) -> bool:
    """Whether a line stands in the chosen part of the grid."""
    if show == "empty":
        return rating is None
    if show == "stale":
        return rating is not None and rating.is_stale_at(timezone.now())
    if show == "weakness":
        return rating is not None and rating.is_weakness
    return show != "filled" or rating is not None


def known(code: str) -> Capability:
    """The capability of that code, or 404."""
    if "\0" in code:  # PostgreSQL raises on a NUL where it should find nothing
        raise Http404
    return get_object_or_404(Capability, code=code)


@login_required
@require_POST
def rating(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Save one line of the grid; answers with the line's state."""
    organization, editor = editable(request, pk)
    capability = known(code)
    form = RatingForm(request.POST)
    saved = None
    if form.is_valid():
        values = form.cleaned_data
        try:
            saved = actions.rate(
                organization,
                capability=capability,
                level=values["level"],
                stance=Stance(values["stance"]),
                note=values["note"],
                by=editor,
            )
        except ValidationError as error:
            for field, texts in error.message_dict.items():
                form.add_error(field if field in form.fields else None, texts)
    if not request.htmx and saved:  # type: ignore[attr-defined]
        messages.success(request, _("「%(name)s」を保存しました。") % {"name": capability.name})
        return redirect("network:ratings", pk=pk)
    status = 200 if saved else 422
    context = {"organization": organization, "capability": capability, "rating": saved, "form": form}
    return render(request, "network/_rating_answer.html", context, status=status)


@login_required
@require_POST
def confirm(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Say that one line is still so; answers with the line's state, or goes back to the page it was asked on."""
    organization, editor = editable(request, pk)
    capability = known(code)
    try:
        confirmed = actions.confirm(organization, capability=capability, by=editor)
    except Rating.DoesNotExist as nothing:
        raise Http404 from nothing
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "network/_rating_saved.html", {"rating": confirmed, "form": None, "now": True})
    messages.success(request, _("「%(name)s」を確認しました。") % {"name": capability.name})
    return redirect("home") if request.POST.get("next") == "home" else redirect("network:ratings", pk=pk)


@login_required
@require_POST
def withdraw(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Declare nothing in one line any more; answers with the empty line."""
    organization, editor = editable(request, pk)
    capability = known(code)
    actions.withdraw_rating(organization, capability=capability, by=editor)
    if request.htmx:  # type: ignore[attr-defined]
        context = {"organization": organization, "capability": capability, "withdrawn": True}
        context |= {"levels": LEVELS.values(), "stances": Stance.choices}
        return render(request, "network/_rating_line.html", context)
    messages.success(request, _("「%(name)s」の記入を取り下げました。") % {"name": capability.name})
    return redirect("network:ratings", pk=pk)
