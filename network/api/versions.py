"""Two clients and one record: what a client read has an entity tag, and a change says what it was based on.

The tag is a fingerprint of the answer as this reader gets it: it tells nothing of what the answer leaves out.
"""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from django.utils.http import parse_etags, quote_etag
from drf_spectacular.utils import OpenApiParameter
from rest_framework import exceptions
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

ANY = "*"


class PreconditionRequired(exceptions.APIException):
    """A change of something that exists does not say what it was based on."""

    status_code = 428
    default_code = "precondition_required"


class PreconditionFailed(exceptions.APIException):
    """Somebody else changed it since. `current` is the answer to a GET now, None where there is nothing."""

    status_code = 412
    default_code = "precondition_failed"

    def __init__(self, current: Mapping[str, Any] | None) -> None:
        super().__init__()
        self.current = current


def etag_of(representation: Mapping[str, Any]) -> str:
    """The strong entity tag of an answer."""
    plain = json.loads(JSONRenderer().render(representation))
    return quote_etag(sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()[:32])


def tagged(representation: Mapping[str, Any], status: int = 200) -> Response:
    """The answer with its entity tag."""
    return Response(representation, status=status, headers={"ETag": etag_of(representation)})


def expect_match(request: Request, current: Mapping[str, Any] | None) -> None:
    """Returns where the request may change what stands there now, None for nothing.

    Raises PreconditionRequired, PreconditionFailed. Weak tags never match (RFC 9110, 13.1.1).
    """
    if_match, if_none_match = (request.headers.get(name) for name in ("If-Match", "If-None-Match"))
    if current is None:
        if if_match is not None:
            raise PreconditionFailed(None)
        return
    tag = etag_of(current)
    if if_none_match is not None and {ANY, tag} & set(parse_etags(if_none_match)):
        raise PreconditionFailed(current)
    if if_match is None:
        raise PreconditionRequired
    if not {ANY, tag} & set(parse_etags(if_match)):
        raise PreconditionFailed(current)


IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description="変更の元になった応答の ETag。あるものを変えるときは必須です（ないと428、古いと412）。"
    "* は確かめずに変えます。",
)
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match",
    str,
    OpenApiParameter.HEADER,
    description="* を付けると、まだないときだけ書きます（あれば412）。",
)
ETAG = OpenApiParameter(
    "ETag",
    str,
    OpenApiParameter.HEADER,
    description="この内容の版。変えるときに If-Match として送ります。",
    response=[200, 201],
)
