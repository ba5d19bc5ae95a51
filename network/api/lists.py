"""What the API's addresses and lists have in common."""

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend, FilterSet
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.routers import SimpleRouter
from rest_framework.views import APIView

from network.transfer.shapes import Refusal, nearest, shown

SEGMENT = r"[^/\x00-\x1f]+"
"""An id in an address. Without control characters: PostgreSQL raises on a NUL where it should find nothing."""
NUMBER = r"[0-9]{1,18}"
"""A number in an address, of at most the digits that a database key has."""


class Router(SimpleRouter):
    """Addresses with and without the slash at the end."""

    def __init__(self) -> None:
        super().__init__()
        self.trailing_slash = "/?"


def without_slash(endpoints: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """For the description of the API: each address once, in its shorter form."""
    return [(path.rstrip("/"), *rest) for path, *rest in endpoints]


class Pages(PageNumberPagination):
    """Pages by number; a page that does not exist is not found."""

    page_size_query_param = "page_size"
    max_page_size = 200

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Null in the words of OpenAPI 3.1; DRF's own description says it in those of 3.0."""
        address = {"type": ["string", "null"], "format": "uri"}
        properties = {"count": {"type": "integer"}, "next": address, "previous": address, "results": schema}
        return {"type": "object", "required": list(properties), "properties": properties}


def refuse_strangers(given: Iterable[str], known: Collection[str]) -> None:
    """Raises Refusal with the names of the parameters that are not known."""
    strangers = [name for name in given if name not in known]
    if strangers:
        said = _("このパラメーターは使えません。")
        raise Refusal(*((shown(name), said + nearest(name, known)) for name in strangers))


class NamedParameters(DjangoFilterBackend):  # type: ignore[misc]  # django-filter ships no types
    """Filters by the view's `filterset_class`. A parameter it does not know is refused by name:
    a typo must not pass for the whole list."""

    COMMON = ("page", "page_size", "format")

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: APIView) -> QuerySet[Any]:
        filters: type[FilterSet] | None = getattr(view, "filterset_class", None)
        known = [*(filters.base_filters if filters else ()), *self.COMMON]
        refuse_strangers(request.query_params, known)
        narrowed: QuerySet[Model] = super().filter_queryset(request, queryset, view)
        return narrowed
