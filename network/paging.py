"""One page of a list, as an address asks for it."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import InvalidPage, Page, Paginator
from django.db.models import QuerySet
from django.http import Http404

MAX_DIGITS = 12
"""More digits than any page has: Python refuses to read thousands of them as a number."""


def page_of(objects: QuerySet[Any] | Sequence[Any], size: int, text: str | None) -> Page[Any]:
    """The page whose number stands in the address, the first without one; Http404 for anything but an existing page.

    An empty list has one empty page.
    """
    text = "1" if text is None else text
    if not (text.isascii() and text.isdecimal() and len(text) <= MAX_DIGITS):
        raise Http404
    try:
        return Paginator(objects, size).page(int(text))
    except InvalidPage as problem:
        raise Http404 from problem
