"""What the person asked lately."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from network.access import signed_in
from search import actions
from search.asking import address, in_words
from search.records import PastSearch


@login_required
@require_GET
def history(request: HttpRequest) -> HttpResponse:
    """The person's own, latest first."""
    rows = [
        (past, in_words(past.query, past.filters), address(past.query, past.filters))
        for past in PastSearch.objects.visible_to(request.user)
    ]
    return render(request, "search/history.html", {"rows": rows})


@login_required
@require_POST
def forget(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget one."""
    past: PastSearch = get_object_or_404(PastSearch.objects.visible_to(request.user), pk=pk)
    actions.forget(past, by=signed_in(request.user))
    messages.success(request, _("履歴から消しました。"))
    return redirect("search:history")


@login_required
@require_POST
def forget_all(request: HttpRequest) -> HttpResponse:
    """Forget all."""
    actions.forget_all(by=signed_in(request.user))
    messages.success(request, _("検索の履歴をすべて消しました。"))
    return redirect("search:history")
