"""Where an organization keeps the list of its experts, and they say whether others may see it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from network import actions
from network.access import is_member_of, signed_in
from network.forms.areas import conflict_of, typed
from network.forms.experts import AgreementForm, ExpertForm, expert_initial
from network.forms.refusal import explain
from network.models import Expert, Organization, User
from network.views.door import editable

TAKEN = gettext_lazy("このアカウントは、すでにほかの専門家の登録で選ばれています。")


@login_required
@require_GET
def experts(request: HttpRequest, pk: int) -> HttpResponse:
    """The list, for members: with what may be done by whom."""
    organization = get_object_or_404(Organization.objects.visible_to(request.user), pk=pk)
    if not is_member_of(request.user, pk):
        raise PermissionDenied
    rows = Expert.objects.visible_to(request.user).filter(organization=organization)
    agreeable = set(Expert.objects.agreeable_by(request.user).values_list("pk", flat=True))
    context = {
        "organization": organization,
        "experts": [(row, row.pk in agreeable) for row in rows.prefetch_related("credentials").select_related("user")],
        "can_edit": Organization.objects.editable_by(request.user).contains(organization),
    }
    return render(request, "network/experts.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def new_expert(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a person."""
    organization, editor = editable(request, pk)
    form = ExpertForm(organization, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_expert(organization, values=form.values(), credentials=form.held(), by=editor)
        except ValidationError as refused:
            explain(form, refused, otherwise=("user", str(TAKEN)))
        else:
            messages.success(request, _("%(name)sさんを登録しました。") % {"name": form.cleaned_data["name"]})
            return redirect("network:experts", pk=pk)
    context = {"organization": organization, "form": form, "expert": None}
    return render(request, "network/expert.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def expert(request: HttpRequest, pk: int, expert: int) -> HttpResponse:
    """Change what is said of one person."""
    organization, editor = editable(request, pk)
    found = get_object_or_404(organization.experts.select_related("user"), pk=expert)
    form, conflict = ExpertForm(organization, request.POST or None, initial=expert_initial(found)), None
    if request.method == "POST" and form.is_valid():
        try:
            _save(organization, found, form, editor)
        except ValidationError as refused:
            explain(form, refused, otherwise=("user", str(TAKEN)))
        except actions.ConflictError as error:
            if error.current is None:
                messages.error(request, _("この人の登録は、ほかの人が先に削除していました。"))
                return redirect("network:experts", pk=pk)
            now = error.current
            conflict = conflict_of(form, organization, f"expert.{now.pk}", now, expert_initial(now))
            mine = typed(form.fields, request.POST) | {"version": error.current.version}
            form = ExpertForm(organization, initial=mine | {"linked": error.current.user})
        else:
            messages.success(request, _("%(name)sさんの登録を保存しました。") % {"name": form.cleaned_data["name"]})
            return redirect("network:experts", pk=pk)
    context = {"organization": organization, "form": form, "expert": found, "conflict": conflict}
    status = 409 if conflict is not None else 422 if form.errors else 200
    return render(request, "network/expert.html", context, status=status)


def _save(organization: Organization, expert: Expert, form: ExpertForm, editor: User) -> None:
    actions.change_expert(
        organization,
        expert=expert,
        values=form.values(),
        credentials=form.held(),
        expected=form.cleaned_data["version"] or 0,
        by=editor,
    )


@login_required
@require_http_methods(["GET", "POST"])
def remove_expert(request: HttpRequest, pk: int, expert: int) -> HttpResponse:
    """Ask, then forget one person."""
    organization, editor = editable(request, pk)
    asked = get_object_or_404(organization.experts, pk=expert)
    if request.method == "POST":
        try:
            actions.remove_expert(organization, expert=asked, by=editor)
        except actions.ConflictError:
            messages.info(request, _("この人の登録は、ほかの人が先に削除していました。"))
        else:
            messages.success(request, _("登録を削除しました。変更の履歴に残っていた氏名なども消しました。"))
        return redirect("network:experts", pk=pk)
    return render(request, "network/expert_remove.html", {"organization": organization, "expert": asked})


@login_required
@require_http_methods(["GET", "POST"])
def agreement(request: HttpRequest, pk: int, expert: int) -> HttpResponse:
    """Say that a person agrees to be shown to the network, or no longer does; by the person, or for one without an
    account by an editor."""
    reader = signed_in(request.user)
    found = get_object_or_404(
        Expert.objects.visible_to(reader).select_related("organization", "user").filter(organization=pk), pk=expert
    )
    if not Expert.objects.agreeable_by(reader).contains(found):
        raise PermissionDenied
    initial = {"agreed_on": timezone.localdate(), "version": found.version}
    form = AgreementForm(request.POST or None, initial=initial)
    conflict = False
    if request.method == "POST":
        withdrawing = request.POST.get("action") == "withdraw"
        try:
            if withdrawing or form.is_valid():
                _agree(found, form, withdrawing=withdrawing, by=reader)
                return _answered(request, found, reader, withdrawing=withdrawing)
        except ValidationError as refused:
            explain(form, refused)
        except actions.ConflictError as error:
            found, conflict = error.current, True
            form = AgreementForm(initial=initial | {"version": found.version if found else 0})
    if found is None:
        messages.error(request, _("この人の登録は、ほかの人が先に削除していました。"))
        return redirect("home")
    context = {"organization": found.organization, "expert": found, "form": form, "conflict": conflict}
    context["own"] = found.user_id == reader.pk
    status = 409 if conflict else 422 if form.errors else 200
    return render(request, "network/expert_agreement.html", context, status=status)


def _agree(expert: Expert, form: AgreementForm, *, withdrawing: bool, by: User) -> None:
    if withdrawing:
        actions.withdraw_agreement(expert, by=by)
    else:
        data = form.cleaned_data
        actions.agree(expert, on=form.on(), note=data["agreement_note"], expected=data["version"] or 0, by=by)


def _answered(request: HttpRequest, expert: Expert, reader: User, *, withdrawing: bool) -> HttpResponse:
    said = (
        _("同意を取り消しました。いまからは機関の中だけに見えます。")
        if withdrawing
        else _("同意を記録しました。ネットワークの人に見えるようになりました。")
    )
    messages.success(request, said)
    member = is_member_of(reader, expert.organization_id)
    return redirect("network:experts", pk=expert.organization_id) if member else redirect("home")
