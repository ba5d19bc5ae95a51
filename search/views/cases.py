"""The list of cases, which is the search page."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from network.access import Reader
from network.models import User
from network.paging import page_number, page_of
from network.tiles import tiles
from search import actions
from search.asking import Filters, address, as_filters, in_words, one_line
from search.completing import completions
from search.facets import Chosen
from search.finding import Order, Results, find
from search.forms import chosen_in, order_in
from search.helping import Way, help_for, spellings
from search.why import why

PAGE_SIZE = 20
ORDERS = {Order.BEST: _("よく合う順"), Order.NEWEST: _("新しい順")}
OPENED = frozenset({"industry", "stage", "outcome", "lessons"})
"""The facets that stand open before anything is chosen; the longer ones open on a click."""
FEW, MEANT = 5, 2
"""Beneath so many answers a word may be misspelt; so many other spellings are offered then."""
TYPING = "cases-q"
"""The field that asks while one types: what it asks for is on its way to a question, and remembered nowhere."""


@require_GET
def cases(request: HttpRequest) -> HttpResponse:
    """Cases that answer the query string, as far as this reader may read them."""
    query = request.GET.get("q", "")
    chosen, unknown = chosen_in(request.GET)
    number = page_number(request.GET.get("page"))
    order = order_in(request.GET)
    results = find(query, request.user, chosen, limit=PAGE_SIZE, offset=(number - 1) * PAGE_SIZE, order=order)
    page = page_of(range(results.total), PAGE_SIZE, str(number))
    htmx = request.htmx  # type: ignore[attr-defined]
    if number == 1 and not (htmx and htmx.trigger == TYPING) and not htmx.history_restore_request:
        note(query, chosen, results, request.user)
    context = {"results": results, "query": query, "page": page, "chosen": chosen, "unknown": unknown}
    context["rows"] = list(zip(results.hits, why(results.hits, query), strict=True))
    context |= shown(results, query, chosen, order)
    settled = not (htmx and htmx.trigger == TYPING)
    context["meant"] = meant(query, chosen, results, request.user) if settled and number == 1 else []
    context["offers"] = completions(query, request.user) if htmx and htmx.trigger == TYPING else []
    # Going back in the browser asks through htmx, but for the whole page.
    part = htmx and not htmx.history_restore_request
    response = render(request, "search/_results.html" if part else "search/cases.html", context)
    patch_vary_headers(response, ["HX-Request", "HX-History-Restore-Request", "Cookie"])
    return response


def meant(query: str, chosen: Chosen, results: Results, reader: Reader) -> list[Way]:
    """もしかして, where little was found; where nothing was, it stands among the ways on."""
    return spellings(query, chosen, reader)[:MEANT] if 0 < results.total < FEW else []


def note(query: str, chosen: Chosen, results: Results, reader: Reader) -> None:
    """Remember the question for its person, and for the steward when nothing was found."""
    if isinstance(reader, User):
        actions.remember(query=query, chosen=chosen, total=results.total, by=reader)
    if results.query and not results.total:
        actions.note_unanswered(query=query, narrowed=bool(chosen))


def asked_again(query: str, filters: Filters) -> str:
    """The question as the part of an address behind the question mark; empty for none."""
    line = [("q", query)] if one_line(query) else []
    return urlencode([*line, *((name, value) for name, some in filters.items() for value in some)])


@require_GET
def ways_on(request: HttpRequest) -> HttpResponse:
    """Other questions that find something: a page, or for htmx the list alone. Asked for by itself, since finding them
    takes as long as many a search."""
    query = request.GET.get("q", "")
    chosen, _unknown = chosen_in(request.GET)
    filters = as_filters(chosen)
    context = {
        "asked_again": asked_again(query, filters),
        "asked": in_words(one_line(query), filters),
        "here": address(query, filters),
        "help": help_for(query, chosen, request.user),
    }
    htmx = request.htmx  # type: ignore[attr-defined]
    response = render(request, "search/_ways_on.html" if htmx else "search/ways_on.html", context)
    patch_vary_headers(response, ["HX-Request", "Cookie"])
    return response


def shown(results: Results, query: str, chosen: Chosen, order: Order) -> dict[str, Any]:
    """What stands around the hits: the map, the conditions to take away, the orders to choose from."""
    filters = as_filters(chosen)
    sort = {"sort": order.value} if order is not Order.BEST else {}
    prefectures = next(facet for facet in results.facets if facet.name == "prefecture")
    counts = {value.value: value.count for value in prefectures.values if value.count}
    return {
        "tiles": tiles(chosen.get("prefecture", ()), figures=counts),
        "conditions": [
            (value.label, address(query, _without(filters, facet.name, value.value), **sort))
            for facet in results.facets
            for value in facet.values
            if value.chosen
        ],
        "bare": address(query, {}, **sort),
        "filters": filters,
        "asked_again": asked_again(query, filters),
        "opened": OPENED,
        "order": order,
        "orders": [(one.value, ORDERS[one]) for one in Order],
    }


def _without(filters: Filters, name: str, value: str) -> Filters:
    return {**filters, name: [other for other in filters[name] if other != value]}
