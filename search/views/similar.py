"""Cases near a case, and cases near another room's matter: a fragment beside it, or a page."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_GET

from casebook.models import Case
from network.topics import Topic
from network.topics import topic_of as topic_in
from search.similar import like_topic, topic_of

BESIDE, ALONE = 5, 20
"""So many cases beside something else, and on a page of their own."""


@require_GET
def like_case(request: HttpRequest, pk: int) -> HttpResponse:
    """Cases near one that the reader may see, by what the reader may read of either."""
    cases = Case.objects.visible_to(request.user).prefetch_related("capabilities", "phases")
    case = get_object_or_404(cases, pk=pk)
    return _shown(request, topic_of(case, request.user), reverse("casebook:case", args=[pk]), besides=pk)


@require_GET
def like_matter(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Cases near a record of another room (`network.topics`); 404 where the reader may not see it."""
    topic = topic_in(kind, pk, request.user)
    if topic is None:
        raise Http404
    return _shown(request, topic, topic.address)


def _shown(request: HttpRequest, topic: Topic, back: str, *, besides: int | None = None) -> HttpResponse:
    htmx = request.htmx  # type: ignore[attr-defined]
    found = like_topic(topic, request.user, most=BESIDE if htmx else ALONE, besides=besides)
    context = {"topic": topic, "back": back, "found": found, "here": request.path}
    response = render(request, "search/_similar.html" if htmx else "search/similar.html", context)
    patch_vary_headers(response, ["HX-Request", "Cookie"])
    return response
