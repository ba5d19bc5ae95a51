"""Between the person and every page."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from network.access import one_look
from network.accounts import second_factor
from network.busy import is_busy
from network.views.busy import come_back

WITHOUT = ("account_", "mfa_", "usersessions_")
"""Names of pages begin so on which a second factor is set up, or one signs out."""
OPEN = {"livez", "readyz", "set_language", "network:join", "network:join_confirm", "network:account"}


class PersonalAnswers:
    """Keeps what somebody was told from everybody else, whatever stands between: an answer to a session or a token may
    be kept by that person's browser only, which asks again before it shows it; after signing out it gets nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        names = [name for name, sent in self._shown(request).items() if sent]
        if names and not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_cache=True)
            patch_vary_headers(response, names)
        return response

    def _shown(self, request: HttpRequest) -> dict[str, bool]:
        """By which header the request says whose it is."""
        session = settings.SESSION_COOKIE_NAME in request.COOKIES
        return {"Cookie": session, "Authorization": "Authorization" in request.headers}


class OneLook:
    """Asks once, for a request that only reads, what its reader may read: a page asks for the keys a dozen times."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        with one_look():
            return self.get_response(request)


class StewardSecondFactor:
    """Leads a steward without a second factor to where one is set up, from every other page.

    The API asks for itself (`network.api.authentication`): whom a token stands for is not known here.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: Any, _args: Any, _kwargs: Any) -> HttpResponse | None:
        match = request.resolver_match
        name = match.view_name if match else ""
        if name in OPEN or name.startswith((*WITHOUT, "api-")) or not second_factor.is_missing(request.user):
            return None
        if request.htmx:  # type: ignore[attr-defined]
            return HttpResponseClientRedirect(resolve_url("mfa_index"))
        messages.warning(request, _("運営者の方は、2段階認証の設定が必要です。設定すると、ほかの画面に進めます。"))
        return redirect("mfa_index")


class BusyDatabase:
    """Answers 503 where a page met a database that had no time; its transaction was rolled back.

    What the layers around the pages meet (a session, say) comes to `network.views.busy.server_error`.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return come_back(request) if is_busy(error) else None


class ButtonsOnly:
    """Says in words that an address is only for a button. Who sends a form after the session has ended signs in and is
    led back to such an address; of an empty answer the browser would make an error page of its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or request.method != "GET" or response.content:
            return response
        page = render(request, "405.html", status=response.status_code)
        page["Allow"] = response["Allow"]
        return page
