"""One page of a list, as an address asks for it."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import InvalidPage, Page, Paginator
from django.db.models import QuerySet
from django.http import Http404

MAX_DIGITS = 12
"""More digits than any page has: Python refuses to read thousands of them as a number."""


def page_number(text: str | None) -> int:
    """The number in the address, 1 without one; Http404 for what is no number of a page."""
    text = "1" if text is None else text
    if not (text.isascii() and text.isdecimal() and len(text) <= MAX_DIGITS and int(text) > 0):
        raise Http404
    return int(text)


def page_of(objects: QuerySet[Any] | Sequence[Any], size: int, text: str | None) -> Page[Any]:
    """The page whose number stands in the address, the first without one; Http404 for anything but an existing page.

    An empty list has one empty page.
    """
    try:
        return Paginator(objects, size).page(page_number(text))
    except InvalidPage as problem:
        raise Http404 from problem
