"""Taking cases out: with a purpose, a label on everything, and an entry in the owner's log."""

from collections.abc import Collection, Sequence

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from casebook.forms.exporting import ExportForm, ListExportForm
from casebook.models import Case
from casebook.reading import read
from casebook.readlog.reasons import Reasons
from casebook.transfer.documents import DOCUMENT, document, file_name, labels_of, strictest
from casebook.transfer.exporting import case_lines, exported_readings
from casebook.vocabulary import Tlp
from network.access import signed_in
from network.models import User
from network.transfer.command import as_line


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """One case, as far as the reader may read it."""
    person = signed_in(request.user)
    case = get_object_or_404(Case.objects.visible_to(person).select_related("owner"), pk=pk)
    form = ExportForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return _handed_out([pk], form, person)
    return _asked(request, form, [case])


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def export_list(request: HttpRequest) -> HttpResponse:
    """Several cases by their ids; those that the reader may not see are silently absent."""
    person = signed_in(request.user)
    form = ListExportForm(request.POST if request.method == "POST" else request.GET)
    complete = form.is_valid()
    chosen: list[int] = form.cleaned_data.get("id") or []
    cases = list(Case.objects.visible_to(person).filter(pk__in=chosen).select_related("owner"))
    if complete and cases and request.method == "POST":
        return _handed_out([case.pk for case in cases], form, person)
    if request.method == "GET" and "id" not in form.errors:
        form = ListExportForm(initial={"id": [case.pk for case in cases]})
    return _asked(request, form, cases)


def _asked(request: HttpRequest, form: ExportForm, cases: Sequence[Case]) -> HttpResponse:
    """The form with what would leave; 422 where something is missing."""
    readings = read(cases, request.user)
    labelled = [(reading.case, strictest(labels_of([reading])), reading.sections) for reading in readings]
    context = {
        "form": form,
        "cases": labelled,
        "label": strictest(labels_of(readings)),
        "problems": form.errors.get("id") if "id" in form.fields else None,
    }
    refused = form.is_bound or not cases
    return render(request, "casebook/export.html", context, status=422 if refused else 200)


def _handed_out(pks: Collection[int], form: ExportForm, person: User) -> HttpResponse:
    """The file; it is in the logs before it is made. 404 where a case was closed to the reader a moment ago."""
    purpose, today = form.cleaned_data["purpose"], timezone.localdate()
    if form.cleaned_data["form"] == DOCUMENT:
        readings = [one for batch in exported_readings(person, only=pks, why=purpose) for one in batch]
        label, names = strictest(labels_of(readings)), [reading.case.external_id for reading in readings]
        place = Reasons(person, []).belongs_to
        said = document(readings, person, belongs_to=place, purpose=purpose, day=today) if readings else ""
        return _file(said, "text/markdown", label, names, "md")
    lines = list(case_lines(person, only=pks, why=purpose))
    label = strictest(part["tlp"] for line in lines for part in line["sections"])  # type: ignore[attr-defined]
    said = "".join(as_line(line) for line in lines)
    return _file(said, "application/jsonl", label, [str(line["id"]) for line in lines], "jsonl")


def _file(said: str, kind: str, label: Tlp, references: Sequence[str], ending: str) -> HttpResponse:
    if not references:
        raise Http404
    response = HttpResponse(said.encode(), content_type=f"{kind}; charset=utf-8")
    name = file_name(label, references, timezone.localdate(), ending)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return response
