"""Where an organization discloses its interests in others."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from network import actions
from network.forms.refusal import explain
from network.forms.ties import DeclarationForm, EndForm, NewTieForm, TieForm
from network.models import Organization, Tie, User
from network.models.relations import TieQuerySet
from network.views.door import editable
from network.vocabulary import TieKind, TieVisibility

SAID = {True: "yes", False: "no"}


@login_required
@require_http_methods(["GET", "POST"])
def ties(request: HttpRequest, pk: int) -> HttpResponse:
    """Whether there are interests at all, and every one on record: in force, to come, past."""
    organization, editor = editable(request, pk)
    declared = organization.ties_declared
    form = DeclarationForm(sent(request), initial={"has_ties": SAID.get(declared) if declared is not None else None})
    if request.method == "POST" and form.is_valid():
        try:
            actions.declare_ties(organization, has_ties=form.cleaned_data["has_ties"], by=editor)
        except ValidationError as error:
            explain(form, error)
        else:
            messages.success(request, _("利害関係の有無を申告しました。"))
            return redirect("network:ties", pk=pk)
    context = {"organization": organization, "form": form, **on_record(organization, editor)}
    return render(request, "network/ties.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def new_tie(request: HttpRequest, pk: int) -> HttpResponse:
    """Disclose an interest."""
    organization, editor = editable(request, pk)
    form = NewTieForm.for_request(request, without=pk)
    if form.is_valid():
        values = terms(form) | {"kind": TieKind(form.cleaned_data["kind"])}
        try:
            actions.disclose_tie(organization, other=form.cleaned_data["other"], **values, by=editor)
        except ValidationError as error:
            explain(form, error)
        else:
            messages.success(request, _("利害関係を開示しました。相手の機関にもお知らせしました。"))
            return redirect("network:ties", pk=pk)
    context = {"organization": organization, "form": form}
    return render(request, "network/new_tie.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def tie(request: HttpRequest, pk: int, tie: int) -> HttpResponse:
    """Correct an interest on record."""
    organization, editor = editable(request, pk)
    found = own_tie(organization, editor, tie)
    form = TieForm.of(found, sent(request))
    status, newer = 200, None
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_tie(organization, tie=found, **terms(form), expected=form.cleaned_data["stamp"], by=editor)
        except ValidationError as error:
            explain(form, error)
        except actions.ConflictError as conflict:
            newer, status = conflict.current, 409
            form = TieForm.of(newer, {**request.POST.dict(), "stamp": actions.stamp(newer)})
        else:
            messages.success(request, _("利害関係を直しました。"))
            return redirect("network:ties", pk=pk)
    context = {"organization": organization, "form": form, "tie": found, "partner": partner(found, pk), "newer": newer}
    status = 422 if form.errors and status == 200 else status
    return render(request, "network/tie.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def end_tie(request: HttpRequest, pk: int, tie: int) -> HttpResponse:
    """Give an interest its last day."""
    organization, editor = editable(request, pk)
    found = own_tie(organization, editor, tie)
    form = EndForm(sent(request), initial={"until": timezone.localdate()})
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            actions.end_tie(organization, tie=found, until=form.cleaned_data["until"], by=editor)
        except ValidationError as error:
            explain(form, error)
        except actions.ConflictError:
            form.add_error(None, _("この関係は、もう終わったものとして記録されています。"))
            status = 409
        else:
            messages.success(request, _("終了日を記録しました。終わった関係として残ります。"))
            return redirect("network:ties", pk=pk)
    context = {"organization": organization, "form": form, "tie": found, "partner": partner(found, pk)}
    status = 422 if form.errors and status == 200 else status
    return render(request, "network/end_tie.html", context, status=status)


def sent(request: HttpRequest) -> QueryDict | None:
    """The body of a POST, even an empty one: what is missing must be asked for."""
    return request.POST if request.method == "POST" else None


def terms(form: Form) -> dict[str, Any]:
    """What an interest says, as the verbs take it."""
    values = form.cleaned_data
    said = {name: values[name] for name in ("since", "until", "note")}
    return said | {"visibility": TieVisibility(values["visibility"])}


def known_ties(organization: Organization, reader: User) -> TieQuerySet:
    """Every interest of the organization that the reader may know of."""
    either = Q(first=organization) | Q(second=organization)
    return Tie.objects.visible_to(reader).filter(either).select_related("first", "second", "declared_by")


def own_tie(organization: Organization, editor: User, pk: int) -> Tie:
    """404 where there is none, 403 for one that only the other side may change."""
    found = get_object_or_404(known_ties(organization, editor), pk=pk)
    if not actions.own_ties(organization).contains(found):
        raise PermissionDenied
    return found


def partner(tie: Tie, pk: int) -> Organization:
    return tie.second if tie.first_id == pk else tie.first


def on_record(organization: Organization, reader: User) -> dict[str, Any]:
    """The interests with their other side and whether this side may change them, in three lists."""
    today = timezone.localdate()
    found = sorted(known_ties(organization, reader), key=lambda tie: (partner(tie, organization.pk).name, tie.kind))

    def rows(ties: Iterable[Tie]) -> list[tuple[Tie, Organization, bool]]:
        own = (None, organization.pk)
        return [(tie, partner(tie, organization.pk), tie.declared_by_id in own) for tie in ties]

    past = [tie for tie in found if tie.until and tie.until < today]
    coming = [tie for tie in found if tie not in past and tie.since and tie.since > today]
    present = [tie for tie in found if tie not in past and tie not in coming]
    return {"present": rows(present), "coming": rows(coming), "past": rows(past)}
