"""How often one address may try."""

from allauth.core.internal import ratelimit
from django.conf import settings
from django.http import HttpRequest, HttpResponse


def refused(request: HttpRequest, action: str) -> HttpResponse | None:
    """The answer to who tried too often (429), None for everybody else. Counts this attempt; GET is none.

    The address is the one the server saw, unless a number of proxies is trusted: nobody lifts a limit with a header.
    """
    answer: HttpResponse | None = ratelimit.consume_or_429(
        request, app="network", action=action, config=settings.RATE_LIMITS
    )
    return answer
