"""The search box of the shell: what it offers while one types, and the page it leads to."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_GET

from search.box import seek

OFFERED, LISTED = 4, 10
"""Of each group while one types, and on the page."""


@require_GET
def suggest(request: HttpRequest) -> HttpResponse:
    """The options under the box; nothing for no words."""
    query = request.GET.get("q", "")
    context = {"query": query.strip(), "groups": seek(query, request.user, OFFERED)}
    return _private(render(request, "search/_suggest.html", context))


@require_GET
def everything(request: HttpRequest) -> HttpResponse:
    """Everything that answers, by group."""
    query = request.GET.get("q", "")
    context = {"query": query.strip(), "groups": seek(query, request.user, LISTED)}
    return _private(render(request, "search/everything.html", context))


def _private(response: HttpResponse) -> HttpResponse:
    patch_vary_headers(response, ["Cookie"])
    return response
