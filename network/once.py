"""A request that comes twice is done once: under an Idempotency-Key the second gets the first one's reply.

Every POST takes the header `Idempotency-Key`; a page's form sends the field `idempotency_key`, which its script makes
when it is submitted. What the request does and its reply are saved together, so that a crash leaves both or neither;
who comes meanwhile waits. Kept are replies that say it was done (2xx and 3xx): what was refused did nothing and is
asked anew.
"""

import hashlib
import io
import json
import re
import time
from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.db import IntegrityError, OperationalError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.views import APIView

from network.api.authentication import TokenAuthentication
from network.api.errors import COMPACT, body_of
from network.busy import is_busy
from network.models import KeptReply, User
from network.views.busy import come_back

HEADER, FIELD = "Idempotency-Key", "idempotency_key"
KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")
KEPT_FOR = timedelta(hours=24)
OURS = ("network.", "casebook.", "matching.", "search.")
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
PATIENCE, PAUSE = 60.0, 0.1
"""Seconds for which a second request waits for a first that commits on its way, and between two looks."""
DEAD_AFTER = timedelta(minutes=10)
"""A first request of which nothing was heard for so long has died."""
View = Callable[..., HttpResponseBase]


def keeps_own_key(view: View) -> View:
    """For a view that honours the key itself."""
    return _marked(view, "keeps_own_key")


def commits_on_its_way(view: View) -> View:
    """For a view, or an action of a viewset, that works for long and saves on its way: it does not run inside one
    transaction. Where it dies midway, the key is free again after DEAD_AFTER."""
    return _marked(view, "commits_on_its_way")


def _marked(view: View, name: str) -> View:
    setattr(view, name, True)
    return view


def is_marked(view: Any, name: str) -> bool:
    """Whether the view, or the viewset's action for POST, is marked so."""
    action = getattr(view, "actions", {}).get("post", "post")
    inside = getattr(getattr(view, "cls", None), action, None)
    return bool(getattr(view, name, False) or getattr(inside, name, False))


class Once:
    """The last of the middleware: a request that gets here has passed every other."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: View, args: Any, kwargs: Any) -> HttpResponseBase | None:
        if request.method != "POST" or not getattr(view, "__module__", "").startswith(OURS):
            return None
        header, form = request.headers.get(HEADER), _is_form(request)
        given = header if header is not None else request.POST.get(FIELD, "") if form else ""
        if not given or is_marked(view, "keeps_own_key"):
            return None
        if not KEY.fullmatch(given):
            return _refused(HTTPStatus.UNPROCESSABLE_ENTITY, malformed())
        person = caller(request, view)
        if person is None:  # the view says so
            return None
        print_ = fingerprint(request, form)
        key = given if header is not None else f"{given}:{print_}"  # gone back, changed and sent again is another
        row = KeptReply(user=person, key=key, fingerprint=print_)
        whole = not is_marked(view, "commits_on_its_way")
        return (_whole if whole else _on_its_way)(row, lambda: view(request, *args, **kwargs), request)


def _whole(row: KeptReply, work: Callable[[], HttpResponseBase], request: HttpRequest) -> HttpResponseBase:
    """The work and its reply in one transaction; whoever comes meanwhile waits at the row."""
    try:
        with transaction.atomic():
            if earlier := _earlier(row):
                return _again(earlier, row)
            row.save(force_insert=True)
            return _kept(row, work())
    except IntegrityError:
        if (earlier := _earlier(row)) is None:  # the work's own
            raise
        return _again(earlier, row)
    except OperationalError as error:
        if not is_busy(error):
            raise
        return come_back(request)


def _on_its_way(row: KeptReply, work: Callable[[], HttpResponseBase], _request: HttpRequest) -> HttpResponseBase:
    KeptReply.objects.filter(status=0, at__lt=timezone.now() - DEAD_AFTER).delete()
    until = time.monotonic() + PATIENCE
    while True:
        try:
            with transaction.atomic():
                row.save(force_insert=True)
            break
        except IntegrityError:
            earlier = _earlier(row)
            if earlier is not None and (earlier.status or earlier.fingerprint != row.fingerprint):
                return _again(earlier, row)
            if time.monotonic() > until:
                return _refused(HTTPStatus.CONFLICT, _("同じ依頼をまだ処理しています。少し待ってから送ってください。"))
            row.pk = None
            time.sleep(PAUSE)
    try:
        return _kept(row, work())
    except BaseException:
        row.delete()
        raise


def _earlier(row: KeptReply) -> KeptReply | None:
    return KeptReply.objects.filter(user=row.user, key=row.key).first()


def _kept(row: KeptReply, response: HttpResponseBase) -> HttpResponseBase:
    """The response, and in the row what will be answered again."""
    if callable(render := getattr(response, "render", None)):
        render()
    if not isinstance(response, HttpResponse) or not _says_done(response):
        row.delete()
        return response
    row.status, row.body = response.status_code, response.content.decode()
    row.headers = {name: response[name] for name in ("Content-Type", "Location", "ETag") if name in response}
    row.save(update_fields=["status", "body", "headers"])
    return response


def _says_done(response: HttpResponse) -> bool:
    """Where the work is done a page leads on, and an operation answers in JSON; a page that is shown is only shown."""
    if response.has_header("Content-Disposition"):
        return False
    leads_on = 300 <= response.status_code < 400
    done = 200 <= response.status_code < 300
    json_ = response.get("Content-Type", "").startswith("application/json")
    return leads_on or (done and (json_ or response.status_code == HTTPStatus.NO_CONTENT))


def _again(earlier: KeptReply, row: KeptReply) -> HttpResponseBase:
    if earlier.fingerprint != row.fingerprint:
        return _refused(HTTPStatus.UNPROCESSABLE_ENTITY, reused())
    response = HttpResponse(earlier.body, status=earlier.status)
    del response["Content-Type"]
    for name, value in earlier.headers.items():
        response[name] = value
    return response


def _refused(status: HTTPStatus, said: str) -> JsonResponse:
    return JsonResponse(body_of([(HEADER, said)]), status=status, json_dumps_params=COMPACT)


def malformed() -> str:
    return _("Idempotency-Keyは、英数字と「-」「_」の64文字までにしてください。")


def reused() -> str:
    return _("このIdempotency-Keyは、別の内容の依頼に使われています。新しいものにしてください。")


def caller(request: HttpRequest, view: Any) -> User | None:
    """Whose request it is, as the view will find it: of the API by token first. None for who will be refused, and gets
    no kept reply."""
    found = None
    if issubclass(getattr(view, "cls", object), APIView):
        try:
            found = TokenAuthentication().authenticate(Request(request))
        except APIException:
            return None
    person = found[0] if found else request.user
    return person if isinstance(person, User) and person.is_active else None


def _is_form(request: HttpRequest) -> bool:
    return str(request.content_type) in FORMS


def fingerprint(request: HttpRequest, form: bool) -> str:
    """SHA-256 of what is asked for: address and content. Of a form its values, as every sending draws other lines
    between them."""
    asked: list[Any] = [request.get_full_path(), str(request.content_type)]
    if form:
        leave = {FIELD, "csrfmiddlewaretoken"}
        asked += [[name, values] for name, values in sorted(request.POST.lists()) if name not in leave]
        asked += [[name, _digests(files)] for name, files in sorted(request.FILES.lists())]
    else:
        asked.append(hashlib.sha256(_content(request)).hexdigest())
    return hashlib.sha256(json.dumps(asked).encode("utf-8", "surrogatepass")).hexdigest()


def _digests(files: list[Any]) -> list[list[str]]:
    found = []
    for file in files:
        digest = hashlib.sha256()
        for chunk in file.chunks():
            digest.update(chunk)
        file.seek(0)
        found.append([str(file.name), digest.hexdigest()])
    return found


def _content(request: HttpRequest) -> bytes:
    """The body, at most one byte more than the site takes, left for the view to read as if nobody had."""
    content = request.read((settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0) + 1)
    request._stream = io.BytesIO(content)
    return content


def forget_old() -> int:
    """Forget what was kept long enough; returns how many replies."""
    return KeptReply.objects.filter(at__lt=timezone.now() - KEPT_FOR).delete()[0]
