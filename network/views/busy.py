"""What is said when the database had no time, and when nothing else can be said."""

import logging
import sys

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.views import defaults

from network.api.errors import COMPACT, MESSAGES, body_of
from network.busy import RETRY_AFTER, is_busy

logger = logging.getLogger(__name__)


def come_back(request: HttpRequest) -> HttpResponse:
    """503 with Retry-After, in the form of the page or of the API. Asks the database nothing."""
    logger.warning("busy: %s %s", request.method, request.path, exc_info=True)
    answer: HttpResponse
    if request.path.startswith("/api/"):
        answer = JsonResponse(body_of([("", str(MESSAGES[503]))]), status=503, json_dumps_params=COMPACT)
    else:
        answer = HttpResponse(render_to_string("503.html"), status=503)
    answer["Retry-After"] = str(RETRY_AFTER)
    return answer


def server_error(request: HttpRequest) -> HttpResponse:
    """The answer to whatever no page and no middleware caught."""
    return come_back(request) if is_busy(sys.exc_info()[1]) else defaults.server_error(request)
