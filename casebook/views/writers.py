"""Who was asked to write a case, and what oneself may write."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from casebook import actions
from casebook.forms.delegating import WriterForm
from casebook.models import Case, Delegation
from network.access import is_member_of, organization_ids_edited_by, signed_in
from network.actions import ConflictError
from network.forms.refusal import explain
from network.models import Organization
from network.paging import page_of

PAGE_SIZE = 20


@login_required
@require_http_methods(["GET", "POST"])
def writers(request: HttpRequest, pk: int) -> HttpResponse:
    """The people who were asked to write this case, for the owner's members; its editors ask one more."""
    case = get_object_or_404(Case.objects.visible_to(request.user).select_related("owner"), pk=pk)
    if not is_member_of(request.user, case.owner_id):
        raise PermissionDenied
    can_edit = Case.objects.editable_by(request.user).contains(case)
    if request.method == "GET":
        return _page(request, case, WriterForm() if can_edit else None)
    if not can_edit:
        raise PermissionDenied
    form = WriterForm(request.POST)
    if not form.is_valid():
        return _page(request, case, form, 422)
    said = form.cleaned_data
    try:
        actions.delegate(case, email=said["email"], until=said["until"], by=signed_in(request.user))
    except ValidationError as refused:
        explain(form, refused)
        return _page(request, case, form, 422)
    told = _(
        "%(email)s の方に登録がある場合、執筆を頼みました。登録がない場合は、登録のあとで、もう一度お頼みください。"
    )
    messages.success(request, told % {"email": said["email"]}, extra_tags="good")
    return redirect("casebook:writers", pk=pk)


@login_required
@require_POST
def end(request: HttpRequest, pk: int, delegation: int) -> HttpResponse:
    """End it: by an editor of the owner, or by who was asked."""
    case = get_object_or_404(Case.objects.visible_to(request.user), pk=pk)
    person = signed_in(request.user)
    is_editor = Case.objects.editable_by(person).contains(case)
    if not is_editor and not case.delegations.in_force_for(person).exists():
        raise PermissionDenied
    found = get_object_or_404(case.delegations if is_editor else case.delegations.filter(user=person), pk=delegation)
    try:
        actions.end_delegation(found, by=person)
    except ConflictError:
        messages.info(request, _("この依頼は、すでに終わっています。"))
    else:
        messages.success(request, _("執筆の依頼を終えました。"), extra_tags="good")
    return redirect("casebook:writers", pk=pk) if is_editor else redirect("casebook:writing")


@login_required
@require_GET
def writing(request: HttpRequest) -> HttpResponse:
    """The drafts that the reader may change, own and asked for, with what comes next."""
    person = signed_in(request.user)
    asked = {entry.case_id: entry for entry in Delegation.objects.in_force_for(person)}
    edited = set(organization_ids_edited_by(person).values_list("organization_id", flat=True))
    found = Case.objects.writable_by(person).filter(Q(draft__isnull=False) | Q(pk__in=asked))
    newest = F("draft__saved_at").desc(nulls_last=True)
    page = page_of(found.select_related("owner", "draft").order_by(newest, "-pk"), PAGE_SIZE, request.GET.get("page"))
    rows = [
        {
            "case": case,
            "draft": getattr(case, "draft", None),
            "asked": asked.get(case.pk),
            "own": case.owner_id in edited,
        }
        for case in page
    ]
    owners = Organization.objects.editable_by(person).order_by("name", "pk")
    return render(request, "casebook/writing.html", {"page": page, "rows": rows, "owners": owners})


def _page(request: HttpRequest, case: Case, form: WriterForm | None, status: int = 200) -> HttpResponse:
    entries = case.delegations.select_related("by", "user")
    context = {"case": case, "form": form, "entries": entries}
    return render(request, "casebook/writers.html", context, status=status)
