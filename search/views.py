"""The list of cases, which is the search page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_GET

from network.paging import page_number, page_of
from search.finding import find
from search.forms import chosen_in

PAGE_SIZE = 20


@require_GET
def cases(request: HttpRequest) -> HttpResponse:
    """Cases that answer the query string, as far as this reader may read them."""
    query = request.GET.get("q", "")
    chosen, unknown = chosen_in(request.GET)
    number = page_number(request.GET.get("page"))
    results = find(query, request.user, chosen, limit=PAGE_SIZE, offset=(number - 1) * PAGE_SIZE)
    page = page_of(range(results.total), PAGE_SIZE, str(number))
    context = {"results": results, "query": query, "page": page, "chosen": chosen, "unknown": unknown}
    htmx = request.htmx  # type: ignore[attr-defined]
    # Going back in the browser asks through htmx, but for the whole page.
    part = htmx and not htmx.history_restore_request
    response = render(request, "search/_results.html" if part else "search/cases.html", context)
    patch_vary_headers(response, ["HX-Request", "HX-History-Restore-Request", "Cookie"])
    return response
