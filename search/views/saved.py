"""The searches that a person keeps, and what is new in them."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from network.access import signed_in
from network.forms.refusal import explain
from search import actions
from search.alerts import fresh
from search.asking import address, in_words
from search.forms import SavedForm, chosen_in
from search.records import SavedSearch
from search.upkeep import look

SHOWN = 5
"""New cases of one search that are named; the others are counted."""


def own(request: HttpRequest, pk: int) -> SavedSearch:
    """One of the person's own; 404 for every other."""
    found: SavedSearch = get_object_or_404(SavedSearch.objects.visible_to(request.user), pk=pk)
    return found


@login_required
@require_GET
def saved(request: HttpRequest) -> HttpResponse:
    """The person's own, with what is new."""
    return page(request)


@login_required
@require_GET
def news(request: HttpRequest) -> HttpResponse:
    """For the first page: the searches with something new."""
    rows = [row for row in rows_of(request) if row["new"]]
    return render(request, "search/_saved_news.html", {"rows": rows})


@login_required
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keep a question, which stands in the fields that the search page has."""
    person, form = signed_in(request.user), SavedForm(request.POST)
    chosen, _unknown = chosen_in(request.POST)
    if form.is_valid():
        try:
            values = form.cleaned_data
            kept = actions.save_search(query=request.POST.get("q", ""), chosen=chosen, by=person, **values)
        except ValidationError as problem:
            explain(form, problem)
        else:
            look(kept)
            messages.success(request, _("検索を保存しました。新しく一致した事例があれば、お知らせします。"))
            return redirect(f"{request.path.removesuffix('new/')}#saved-{kept.pk}")
    return page(request, problem=_said(form), status=422)


@login_required
@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Another name; alerts or none."""
    kept, form = own(request, pk), SavedForm(request.POST)
    form.fields["name"].required = True
    if form.is_valid():
        try:
            actions.change_saved(kept, by=signed_in(request.user), **form.cleaned_data)
        except ValidationError as problem:
            explain(form, problem)
        else:
            messages.success(request, _("「%(name)s」を保存しました。") % {"name": form.cleaned_data["name"]})
            return redirect("search:saved")
    return page(request, refused=kept, form=form, status=422)


@login_required
@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep it no more."""
    kept = own(request, pk)
    actions.delete_saved(kept, by=signed_in(request.user))
    messages.success(request, _("保存した検索「%(name)s」を消しました。") % {"name": kept.name})
    return redirect("search:saved")


@login_required
@require_POST
def seen(request: HttpRequest, pk: int) -> HttpResponse:
    """Nothing of it is new any more."""
    actions.saw(own(request, pk), by=signed_in(request.user))
    return redirect("search:saved")


def rows_of(request: HttpRequest) -> list[dict[str, Any]]:
    searches = list(SavedSearch.objects.visible_to(request.user))
    new = fresh(searches, request.user)
    return [
        {
            "saved": one,
            "asked": in_words(one.query, one.filters),
            "address": address(one.query, one.filters),
            "new": new[one.pk][:SHOWN],
            "count": len(new[one.pk]),
            "more": max(0, len(new[one.pk]) - SHOWN),
            "form": SavedForm(initial={"name": one.name, "alerts": one.alerts}, auto_id=f"saved_{one.pk}_%s"),
        }
        for one in searches
    ]


def page(
    request: HttpRequest,
    *,
    refused: SavedSearch | None = None,
    form: SavedForm | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """The list; a form that was refused stands there as it was sent."""
    rows = rows_of(request)
    for row in rows:
        if refused == row["saved"]:
            row |= {"form": form, "refused": True}
    context = {"rows": rows, "problem": problem, "most": actions.MOST_SAVED}
    return render(request, "search/saved.html", context, status=status)


def _said(form: SavedForm) -> str:
    return " ".join(str(message) for messages in form.errors.values() for message in messages)
