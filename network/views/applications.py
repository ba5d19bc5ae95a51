"""Registration by an organization itself, and the stewards' decision."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from network import actions
from network.accounts import rates
from network.forms.joining import ApplicationForm, DeclineForm
from network.models import Application, Organization
from network.models.organizations import OrganizationQuerySet
from network.paging import page_of
from network.stewarding.duplicates import core_of
from network.views.door import steward_of
from network.views.members import invitation_link
from network.vocabulary import ApplicationState

PAGE_SIZE = 30


@require_http_methods(["GET", "POST"])
def apply(request: HttpRequest) -> HttpResponse:
    """Ask for registration. The answer is the same whether or not the organization is known."""
    form = ApplicationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        # What was refused for a slip is corrected and sent again: only what arrives counts.
        if answer := rates.refused(request, "apply"):
            return answer
        actions.apply(form.save(commit=False))
        return redirect("network:applied")
    return render(request, "network/apply.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
def applied(request: HttpRequest) -> HttpResponse:
    """What happens next."""
    return render(request, "network/applied.html")


@login_required
@require_GET
def applications(request: HttpRequest) -> HttpResponse:
    """What waits for a decision, or was decided."""
    steward = steward_of(request)
    state = request.GET.get("state", ApplicationState.OPEN)
    if state not in ApplicationState.values:
        raise Http404
    found = Application.objects.visible_to(steward).filter(state=state).select_related("municipality", "decided_by")
    context = {
        "page": page_of(found, PAGE_SIZE, request.GET.get("page")),
        "state": state,
        "states": ApplicationState.choices,
    }
    return render(request, "network/applications.html", context)


@login_required
@require_GET
def application(request: HttpRequest, pk: int) -> HttpResponse:
    """One application, with what it might double."""
    steward = steward_of(request)
    return _page(request, get_object_or_404(Application.objects.visible_to(steward), pk=pk))


@login_required
@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Register the organization and invite the applicant."""
    steward = steward_of(request)
    found = get_object_or_404(Application.objects.visible_to(steward), pk=pk)
    try:
        organization = actions.approve(found, link_to=invitation_link(request), by=steward)
    except actions.ConflictError as conflict:
        return _page(request, conflict.current, problem=_("この申請は、すでに回答ずみです。"), status=409)
    except ValidationError as problem:
        return _page(request, found, problem=" ".join(problem.messages), status=422)
    said = _("「%(name)s」を登録し、%(email)s に招待のメールを送りました。")
    messages.success(request, said % {"name": organization.name, "email": found.applicant_email})
    return redirect("network:applications")


@login_required
@require_POST
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Say no, with a reason that goes out by mail."""
    steward = steward_of(request)
    found = get_object_or_404(Application.objects.visible_to(steward), pk=pk)
    form = DeclineForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form=form, status=422)
    try:
        actions.decline_application(found, reason=form.cleaned_data["reason"], by=steward)
    except actions.ConflictError as conflict:
        return _page(request, conflict.current, problem=_("この申請は、すでに回答ずみです。"), status=409)
    messages.success(request, _("見送りにして、理由をメールで伝えました。"))
    return redirect("network:applications")


def similar(application: Application) -> OrganizationQuerySet:
    """Registered organizations that it might double: the same 法人番号, or in its prefecture the same name but for what
    every clerk writes differently."""
    core = core_of(application.name)
    names = Organization.objects.filter(prefecture=application.prefecture).values_list("pk", "name")
    alike = Q(pk__in=[pk for pk, name in names if core_of(name) == core])
    if application.corporate_number:
        alike |= Q(corporate_number=application.corporate_number)
    found = Organization.objects.filter(alike)
    if application.organization_id:
        found = found.exclude(pk=application.organization_id)
    return found.select_related("municipality").order_by("pk")


def _page(
    request: HttpRequest,
    found: Application,
    *,
    form: DeclineForm | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "application": found,
        "is_open": found.state == ApplicationState.OPEN,
        "similar": similar(found),
        "form": form or DeclineForm(),
        "problem": problem,
    }
    return render(request, "network/application.html", context, status=status)
