"""For the steward: cases that Meilisearch would not take, until they are sent again.

A steward may not read every case: one that is closed to this reader is named by its number alone, and what Meilisearch
said, which may quote a document, by its code.
"""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from casebook.models import Case
from network.paging import page_of
from network.views.door import steward_of
from search import actions, outbox

PAGE_SIZE = 50
REASONS: dict[str, Promise] = {
    "payload_too_large": gettext_lazy("文書が大きすぎます。本文を短くするか、節を分けてください。"),
    "document_fields_limit_reached": gettext_lazy("文書の項目が多すぎます。"),
    "invalid_document": gettext_lazy("文書の形が受け付けられませんでした。"),
}
OTHER = gettext_lazy("そのほかの理由で受け付けられませんでした。")


@login_required
@require_GET
def refused(request: HttpRequest) -> HttpResponse:
    """The cases that were given up, the oldest first."""
    steward = steward_of(request)
    page = page_of(outbox.dead(), PAGE_SIZE, request.GET.get("page"))
    cases = Case.objects.visible_to(steward).in_bulk([row.case_id for row in page])
    rows = [(row, cases.get(row.case_id), reason(row.problem)) for row in page]
    return render(request, "search/refused.html", {"page": page, "rows": rows})


@login_required
@require_POST
def send_again(request: HttpRequest, pk: int) -> HttpResponse:
    steward = steward_of(request)
    actions.send_again(get_object_or_404(outbox.dead(), pk=pk), by=steward)
    messages.success(request, _("もう一度送ります。受け取られなければ、しばらくしてまたここに並びます。"))
    return redirect("search:refused")


def reason(problem: str) -> str | Promise:
    """What the code in Meilisearch's answer means."""
    return next((words for code, words in REASONS.items() if code in problem), OTHER)
