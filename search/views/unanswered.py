"""For the steward: what people looked for and nobody found, without who it was."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from network.paging import page_of
from network.views.door import steward_of
from search import actions
from search.records import ZeroResult

PAGE_SIZE = 50
OPEN = Q(settled_on=None) | Q(settled_on__lt=F("last_on"))


@login_required
@require_GET
def unanswered(request: HttpRequest) -> HttpResponse:
    """What is asked most and finds nothing."""
    steward_of(request)
    page = page_of(ZeroResult.objects.filter(OPEN), PAGE_SIZE, request.GET.get("page"))
    return render(request, "search/unanswered.html", {"page": page, "days": actions.KEPT_DAYS})


@login_required
@require_POST
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one from the list, until it is asked again."""
    steward = steward_of(request)
    actions.settle_unanswered(get_object_or_404(ZeroResult, pk=pk), by=steward)
    messages.success(request, _("一覧から外しました。別の日にまた見つからなければ、もう一度ここに並びます。"))
    return redirect("search:unanswered")
