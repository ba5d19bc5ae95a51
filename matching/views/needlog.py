"""Who works on a need, and what was changed in it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from matching import actions
from matching.models import Need
from matching.needforms import PersonForm, may_name
from matching.needhistory import Words
from network.access import signed_in
from network.models import LabFacilitator, User
from network.paging import page_of

PAGE_SIZE = 20


@login_required
@require_GET
def versions(request: HttpRequest, pk: int) -> HttpResponse:
    """Every writing about the need, newest first."""
    need = _need(request, pk)
    page = page_of(need.versions.all(), PAGE_SIZE, request.GET.get("page"))
    words = Words([version.changes for version in page], request.user)
    entries = [(version, words.lines(version.changes)) for version in page]
    return render(request, "matching/need_versions.html", {"need": need, "page": page, "entries": entries})


@login_required
@require_GET
def people(request: HttpRequest, pk: int) -> HttpResponse:
    """The lab's facilitators and the co-facilitators."""
    need = _need(request, pk)
    return _people(request, need, PersonForm(need=need))


@login_required
@require_POST
def add_person(request: HttpRequest, pk: int) -> HttpResponse:
    """Let somebody of another lab work on the need."""
    need, reader = _need(request, pk), signed_in(request.user)
    if not may_name(need, reader):
        raise PermissionDenied
    form = PersonForm(request.POST, need=need)
    if not form.is_valid():
        return _people(request, need, form, 422)
    chosen = form.cleaned_data["user"]
    try:
        actions.name_cofacilitator(need, user=chosen, by=reader)
    except ValidationError as refused:
        form.add_error("user", " ".join(refused.messages))
        return _people(request, need, form, 422)
    said = _("%(name)sさんを共同担当に加え、お知らせしました。") % {"name": chosen.called}
    messages.success(request, said, extra_tags="good")
    return redirect("matching:need_people", pk=need.pk)


@login_required
@require_POST
def remove_person(request: HttpRequest, pk: int, person: int) -> HttpResponse:
    """End it; for oneself too."""
    need, reader = _need(request, pk), signed_in(request.user)
    named = get_object_or_404(need.named.select_related("user"), user=person)
    actions.unname_cofacilitator(need, user=named.user, by=reader)
    said = _("%(name)sさんを共同担当から外しました。") % {"name": named.user.called}
    messages.success(request, said, extra_tags="good")
    ours = Need.objects.visible_to(reader).contains(need)
    return redirect("matching:need_people", pk=need.pk) if ours else redirect("matching:needs")


def _need(request: HttpRequest, pk: int) -> Need:
    return get_object_or_404(Need.objects.visible_to(request.user).select_related("lab"), pk=pk)


def _people(request: HttpRequest, need: Need, form: PersonForm, status: int = 200) -> HttpResponse:
    named = list(need.named.select_related("user", "by"))
    context: dict[str, Any] = {
        "need": need,
        "form": form,
        "ours": User.objects.filter(facilitated__lab=need.lab_id, is_active=True).order_by("name", "pk"),
        "named": [(row, _labs_of(row.user)) for row in named],
        "may_name": may_name(need, request.user),
    }
    return render(request, "matching/need_people.html", context, status=status)


def _labs_of(person: User) -> list[str]:
    """The labs for which the person facilitates now; none where this ended, and with it the sight of the need."""
    return list(LabFacilitator.objects.filter(user=person).order_by("lab__name").values_list("lab__name", flat=True))
