"""For the steward: which words mean the same, beyond what comes with the product."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from network.actions.base import ConflictError
from network.paging import page_of
from network.views.door import steward_of
from search import actions
from search.dictionary import Synonym
from search.forms import SynonymForm
from search.indexing import renew_marked
from search.models import Document

PAGE_SIZE = 50
AT_ONCE = 20
"""Cases made anew while the steward waits; the rest follows in the background."""


@login_required
@require_GET
def dictionary(request: HttpRequest) -> HttpResponse:
    """The rows, and a form for one more; `?name=` fills in what somebody looked for in vain."""
    steward_of(request)
    return _shown(request, SynonymForm(initial={"name": request.GET.get("name", "")[:60]}))


@login_required
@require_POST
def add(request: HttpRequest) -> HttpResponse:
    steward = steward_of(request)
    form = SynonymForm(request.POST)
    if not form.is_valid():
        return _shown(request, form, status=422)
    try:
        actions.add_synonym(**form.cleaned_data, by=steward)
    except ConflictError as known:
        form.add_error(
            "name",
            _("「ことば」はすでに「%(means)s」の意味で登録されています。先に外してください。") % {"means": known},
        )
        return _shown(request, form, status=409)
    renew_marked(AT_ONCE)
    messages.success(request, _("辞書に加えました。次の検索から使われます。"))
    return redirect("search:dictionary")


@login_required
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    steward = steward_of(request)
    actions.remove_synonym(get_object_or_404(Synonym, pk=pk), by=steward)
    renew_marked(AT_ONCE)
    messages.success(request, _("辞書から外しました。"))
    return redirect("search:dictionary")


def _shown(request: HttpRequest, form: SynonymForm, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "page": page_of(Synonym.objects.all(), PAGE_SIZE, request.GET.get("page")),
        "waiting": Document.objects.filter(fingerprint="").count(),
    }
    return render(request, "search/dictionary.html", context, status=status)
