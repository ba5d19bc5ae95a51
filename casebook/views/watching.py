"""What an open page of a case asks, when its socket was away."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from casebook.watching import mark_of


@require_GET
@never_cache
def case_mark(request: HttpRequest, pk: int) -> HttpResponse:
    """`{"mark": …}`, another one when the case reads otherwise to this reader; nothing that it reads."""
    mark = mark_of(pk, request.user)
    if mark is None:
        raise Http404
    return JsonResponse({"mark": mark})
