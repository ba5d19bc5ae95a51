"""The list of cases, which is the search page."""

from django.core.paginator import InvalidPage, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_GET

from search.finding import find
from search.forms import chosen_in

PAGE_SIZE = 20


@require_GET
def cases(request: HttpRequest) -> HttpResponse:
    """Cases that answer the query string, as far as this reader may read them."""
    query = request.GET.get("q", "")
    chosen, unknown = chosen_in(request.GET)
    number = page_number(request.GET.get("page", "1"))
    results = find(query, request.user, chosen, limit=PAGE_SIZE, offset=(number - 1) * PAGE_SIZE)
    try:
        page = Paginator(range(results.total), PAGE_SIZE).page(number)
    except InvalidPage as problem:
        raise Http404 from problem
    context = {"results": results, "query": query, "page": page, "chosen": chosen, "unknown": unknown}
    htmx = request.htmx  # type: ignore[attr-defined]
    # Going back in the browser asks through htmx, but for the whole page.
    part = htmx and not htmx.history_restore_request
    response = render(request, "search/_results.html" if part else "search/cases.html", context)
    patch_vary_headers(response, ["HX-Request", "HX-History-Restore-Request", "Cookie"])
    return response


def page_number(text: str) -> int:
    """The page asked for; 404 for what is no number of a page."""
    if not (text.isascii() and text.isdecimal() and len(text) <= 12 and int(text) > 0):
        raise Http404
    return int(text)
