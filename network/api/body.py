"""The body of an API request: one strict JSON object of bounded size."""

import json
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError, UnsupportedMediaType
from rest_framework.request import Request

from network.api.errors import TooLarge
from network.transfer.lines import parse_object
from network.transfer.shapes import Refusal


def body(request: Request) -> dict[str, Any]:
    """The JSON object of the body; without a body an empty one.

    As strict as files are: UTF-8, no key twice, no NaN. What is not JSON raises ParseError (400), JSON that is
    refused raises Refusal (422). Read here and not by DRF's parser, which takes any size and sees nothing
    in a body without a stated length.
    """
    content = _bounded(request)
    if not content:
        return {}
    if request.content_type.partition(";")[0].strip().lower() != "application/json":
        raise UnsupportedMediaType(request.content_type)
    try:
        return parse_object(content)
    except Refusal as refusal:
        raise _unreadable(content, refusal) from None


def _bounded(request: Request) -> bytes:
    """At most the site's limit is read, whatever the header says."""
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    stated = str(request.META.get("CONTENT_LENGTH") or "")
    if stated.isdecimal() and int(stated) > limit:
        raise TooLarge
    content: bytes = request.read(limit + 1)
    if len(content) > limit:
        raise TooLarge
    return content


def _unreadable(content: bytes, refusal: Refusal) -> Exception:
    """Tells what is not JSON at all from JSON that we do not take."""
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        return ParseError(" ".join(said for _field, said in refusal.problems))
    if isinstance(value, dict):
        return refusal
    return Refusal(("", _("本文には1つのオブジェクト { … } を書いてください。")))
