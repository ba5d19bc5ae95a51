"""The registry as a table: take it away, bring it back, see first what would change."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from network.access import is_steward, signed_in
from network.models import ImportRun, User
from network.paging import page_of
from network.tables import runs
from network.tables.preview import CHANGED, NEW, REFUSED, UNCHANGED, changeable, told
from network.tables.writing import as_csv, as_xlsx, guide, table, template
from network.transfer.errors import TransferError
from network.uploads import too_large
from network.vocabulary import ImportState

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
ROWS = 50
KINDS = {
    NEW: gettext_lazy("新規"),
    CHANGED: gettext_lazy("変更"),
    UNCHANGED: gettext_lazy("変更なし"),
    REFUSED: gettext_lazy("取り込めない"),
}
TOO_LARGE = gettext_lazy("ファイルが大きすぎます（10MBまで）。行を分けて取り込んでください。")


class TableForm(forms.Form):
    """One file."""

    file: "forms.FileField" = forms.FileField(
        label=gettext_lazy("CSVまたはXLSXのファイル"),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
        error_messages={"required": gettext_lazy("ファイルを選んでください。")},
    )


def keeper(request: HttpRequest) -> User:
    """The person, who may change some record; raises PermissionDenied for anybody else."""
    person = signed_in(request.user)
    if not (is_steward(person) or changeable(person).exists()):
        raise PermissionDenied
    return person


@login_required
@require_http_methods(["GET", "POST"])
def tables(request: HttpRequest) -> HttpResponse:
    """Templates and exports to take away, a file to bring in, and what was brought in before."""
    person = keeper(request)
    form = TableForm(request.POST, request.FILES) if request.method == "POST" else TableForm()
    status = 200
    if request.method == "POST":
        form.is_valid()
        if too_large(request):
            form.errors["file"] = form.error_class([str(TOO_LARGE)])
        elif not form.errors and (run := _begun(form, person)):
            return redirect("network:table", pk=run.pk)
        status = 413 if too_large(request) else 422
    context = {
        "form": form,
        "runs": ImportRun.objects.filter(by=person)[:10],
        "count": changeable(person).count(),
        "steward": is_steward(person),
    }
    return render(request, "network/tables.html", context, status=status)


def _begun(form: TableForm, person: User) -> ImportRun | None:
    """The new run, or None with the reason in the form."""
    upload: UploadedFile[Any] = form.cleaned_data["file"]
    try:
        return runs.begin(upload, by=person)
    except TransferError as refused:
        form.add_error("file", str(refused))
        return None


def own(request: HttpRequest, pk: int) -> ImportRun:
    """A run of the person's own, or 404; one whose organizations the person keeps no more is nobody's: it tells what
    stood in their records."""
    person = signed_in(request.user)
    run = get_object_or_404(ImportRun, pk=pk, by=person)
    if not runs.may_read(run, person):
        raise Http404
    return run


@login_required
@require_GET
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """What a table would do row by row, or how far its reading or writing has come."""
    run = own(request, pk)
    runs.look_after(run)
    show = request.GET.get("show", "")
    rows = [row for row in told(run.rows, run.by) if not show or row["kind"] == show]
    done, total = runs.progress(run)
    context = {
        "run": run,
        "working": run.state in runs.TO_DO,
        "ready": run.state == ImportState.READY,
        "changes": runs.changes(run),
        "done": done,
        "total": total,
        "page": page_of(rows, ROWS, request.GET.get("page")),
        "counts": [(kind, label, run.counts.get(kind, 0)) for kind, label in KINDS.items()],
        "kinds": KINDS,
        "show": show if show in KINDS else "",
    }
    part = request.htmx and not request.htmx.history_restore_request  # type: ignore[attr-defined]
    return render(request, "network/_table.html" if part else "network/table.html", context)


@login_required
@require_POST
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Take in what was shown."""
    run = own(request, pk)
    if run.state != ImportState.READY or not runs.changes(run):
        messages.error(request, _("この表は取り込める状態ではありません。結果をご確認ください。"))
    runs.take_in(run)
    return redirect("network:table", pk=pk)


@login_required
@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget a table that was not taken in."""
    run = own(request, pk)
    if runs.forget(run):
        messages.success(request, _("アップロードした表を消しました。"))
    return redirect("network:tables")


@login_required
@require_GET
def blank(request: HttpRequest, form: str) -> HttpResponse:
    """The template, with an example in each column."""
    known(form)
    keeper(request)
    content = as_csv(template()) if form == "csv" else as_xlsx(template(), guide())
    return _download(content, form, _("結び目_機関の表_ひな形"))


@login_required
@require_GET
def export(request: HttpRequest, form: str) -> HttpResponse:
    """The organizations that the person may change, as a table that can be brought back."""
    known(form)
    person = keeper(request)
    found = changeable(person).order_by("external_id").values_list("pk", flat=True)
    rows = table(person, list(found))
    content = as_csv(rows) if form == "csv" else as_xlsx(rows, guide())
    return _download(content, form, _("結び目_機関の表_%(day)s") % {"day": timezone.localdate().isoformat()})


def known(form: str) -> None:
    """404 for a form of file that there is not."""
    if form not in TYPES:
        raise Http404


def _download(content: bytes, form: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=TYPES[form])
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.{form}") or ""
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response
