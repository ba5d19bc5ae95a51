"""What others read and took out, for the organization whose cases they are; and whom to call back."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from casebook.forms.caselog import LogForm
from casebook.models import Case, LogEntry
from casebook.readlog.verifying import end_of
from casebook.recall import exported, tell_exporters
from casebook.vocabulary import SectionKind
from network.access import organization_ids_of, signed_in
from network.models import Organization
from network.paging import page_of
from network.tables.writing import as_csv

PAGE_SIZE = 50


def own_organization(request: HttpRequest, pk: int) -> Organization:
    """The reader's own organization; nobody else learns that anything was read."""
    return get_object_or_404(Organization.objects.filter(pk__in=organization_ids_of(request.user)), pk=pk)


def own_case(request: HttpRequest, pk: int) -> Case:
    """A case of the reader's own organization."""
    own = Case.objects.filter(owner__in=organization_ids_of(request.user)).select_related("owner")
    return get_object_or_404(own, pk=pk)


@login_required
@require_GET
def case_log(request: HttpRequest, pk: int) -> HttpResponse:
    """All entries of one organization, newest first, and whether the chain holds."""
    organization = own_organization(request, pk)
    entries = _of_organization(request, organization)
    return _page(request, entries, {"organization": organization, "state": end_of(organization.pk)})


@login_required
@require_GET
def one_case_log(request: HttpRequest, pk: int) -> HttpResponse:
    """The entries of one case."""
    case = own_case(request, pk)
    entries = LogEntry.objects.visible_to(request.user).filter(case=case.pk)
    return _page(request, entries, {"organization": case.owner, "case": case, "state": end_of(case.owner_id)})


@login_required
@require_GET
def case_log_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """The same entries as a table to take away."""
    organization = own_organization(request, pk)
    form = LogForm(request.GET)
    entries = _narrowed(_of_organization(request, organization), form)
    head = [_("番号"), _("日時"), _("したこと"), _("読んだ方"), _("所属"), _("事例ID"), _("版"), _("節"), _("理由")]
    body = as_csv([head, *([*map(str, _row(entry))] for entry in entries.iterator(chunk_size=2_000))])
    response = HttpResponse(body, content_type="text/csv; charset=utf-8")
    name = f"case-log_{timezone.localdate():%Y%m%d}.csv"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return response


@login_required
@require_GET
def recall(request: HttpRequest, pk: int) -> HttpResponse:
    """Who has a copy of the case."""
    case = own_case(request, pk)
    context = {
        "case": case,
        "exporters": exported(case),
        "closed": not Case.objects.open_to_others().contains(case),
        "can_edit": Case.objects.editable_by(request.user).contains(case),
    }
    return render(request, "casebook/recall.html", context)


@login_required
@require_POST
def tell(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask everybody with a copy of a case that is closed to destroy it."""
    case = own_case(request, pk)
    if not Case.objects.editable_by(request.user).contains(case):
        raise PermissionDenied
    if Case.objects.open_to_others().contains(case):
        messages.error(request, _("この事例は公開中です。写しを消すよう知らせるのは、公開を終えたあとです。"), "bad")
        return redirect("casebook:recall", pk=pk)
    told = tell_exporters(case, by=signed_in(request.user))
    said = ngettext("%(count)d人に知らせました。", "%(count)d人に知らせました。", told) % {"count": told}
    messages.success(request, said, "good")
    return redirect("casebook:recall", pk=pk)


def sections_in_words(entry: LogEntry) -> str:
    """Which sections were shown, each with its label then."""
    names = {kind.value: str(kind.label) for kind in SectionKind}
    return _("、").join(f"{names.get(kind, kind)}（TLP:{label}）" for kind, label in entry.sections)


def _of_organization(request: HttpRequest, organization: Organization) -> "QuerySet[LogEntry]":
    """The organization's own chain and those of records that went into it."""
    dropped = Organization.objects.filter(merged_into=organization).values_list("pk", flat=True)
    chains = [organization.pk, *dropped]
    return LogEntry.objects.visible_to(request.user).filter(chain__in=chains).order_by("-at", "-pk")


def _narrowed(entries: "QuerySet[LogEntry]", form: LogForm) -> "QuerySet[LogEntry]":
    """The entries that the form asks for; none for what cannot be asked."""
    if not form.is_valid():
        return entries.none()
    asked = form.cleaned_data
    for column, name in (("action", "action"), ("case_reference", "case"), ("reader_name__icontains", "reader")):
        if asked[name]:
            entries = entries.filter(**{column: asked[name]})
    return entries


def _page(request: HttpRequest, entries: "QuerySet[LogEntry]", known: dict[str, Any]) -> HttpResponse:
    form = LogForm(request.GET)
    page = page_of(_narrowed(entries, form), PAGE_SIZE, request.GET.get("page"))
    titles = dict(
        Case.objects.visible_to(request.user).filter(pk__in=[e.case for e in page]).values_list("pk", "title")
    )
    context = {
        **known,
        "form": form,
        "page": page,
        "entries": [(entry, titles.get(entry.case), sections_in_words(entry)) for entry in page],
        "narrowed": any(request.GET.get(name) for name in form.fields),
    }
    return render(request, "casebook/case_log.html", context, status=200 if form.is_valid() else 422)


def _row(entry: LogEntry) -> list[object]:
    return [
        entry.number,
        date_format(timezone.localtime(entry.at), "Y-m-d H:i:s"),
        entry.get_action_display(),
        entry.reader_name,
        entry.reader_of,
        entry.case_reference,
        entry.version or "",
        sections_in_words(entry),
        entry.why,
    ]
