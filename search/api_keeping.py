"""Saved searches and similar cases over HTTP: the same rules as their pages."""

from typing import Any

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticatedOrReadOnly
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from casebook.models import Case
from network.access import signed_in
from network.api.body import body
from network.api.errors import refusals
from network.api.lists import NUMBER, SEGMENT
from network.transfer.shapes import Refusal
from search import actions
from search.alerts import fresh
from search.facets import NAMES, known_values
from search.records import SavedSearch
from search.similar import like_topic, topic_of
from search.upkeep import look

BELOW_CASE = rf"cases/(?P<external_id>{SEGMENT})"
MOST = 20
FIELDS = ("q", "filters", "name", "alerts")


class SimilarSerializer(serializers.Serializer[Any]):
    id = serializers.CharField(help_text="事例の外部ID")
    title = serializers.CharField()
    tlp = serializers.CharField()
    why = serializers.ListField(
        child=serializers.CharField(), help_text="同じところ: capability, industry, stage, phase, prefecture"
    )
    words = serializers.ListField(child=serializers.CharField(), help_text="共通することば")


class SavedSearchSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    q = serializers.CharField(allow_blank=True)
    filters = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))
    alerts = serializers.BooleanField(help_text="新しく一致した事例をお知らせで受け取る")
    new = serializers.ListField(child=serializers.CharField(), help_text="まだ見ていない、新しく一致した事例の外部ID")


class SavedSearchBody(serializers.Serializer[Any]):
    q = serializers.CharField(required=False, allow_blank=True)
    filters = serializers.DictField(child=serializers.ListField(child=serializers.CharField()), required=False)
    name = serializers.CharField(required=False, max_length=80)
    alerts = serializers.BooleanField(required=False, help_text="書かなければ true")


class SimilarViewSet(GenericViewSet[Case]):
    """Below the address of their case."""

    queryset = Case.objects.none()
    serializer_class = SimilarSerializer
    pagination_class = None
    filter_backends = ()
    permission_classes = [IsAuthenticatedOrReadOnly]

    @extend_schema(summary="似た事例", responses={200: SimilarSerializer(many=True), **refusals(404)})
    def list(self, request: Request, external_id: str) -> Response:
        case = get_object_or_404(Case.objects.visible_to(request.user), external_id=external_id)
        found = like_topic(topic_of(case, request.user), request.user, most=MOST, besides=case.pk)
        return Response(
            [
                {
                    "id": row.case.external_id,
                    "title": row.case.title,
                    "tlp": row.case.tlp,
                    "why": row.why,
                    "words": row.words,
                }
                for row in found
            ]
        )


class SavedSearchViewSet(GenericViewSet[SavedSearch]):
    """The person's own."""

    queryset = SavedSearch.objects.none()
    serializer_class = SavedSearchSerializer
    pagination_class = None
    filter_backends = ()
    lookup_value_regex = NUMBER

    @extend_schema(summary="保存した検索", responses={200: SavedSearchSerializer(many=True), **refusals(401)})
    def list(self, request: Request) -> Response:
        return Response(lines(list(SavedSearch.objects.visible_to(request.user)), request))

    @extend_schema(
        summary="検索を保存する",
        request=SavedSearchBody,
        responses={201: SavedSearchSerializer, **refusals(400, 401, 403, 413, 415, 422)},
    )
    def create(self, request: Request) -> Response:
        given = checked(body(request))
        try:
            saved = actions.save_search(by=signed_in(request.user), **given)
        except ValidationError as problem:
            raise Refusal(("q", " ".join(problem.messages))) from problem
        look(saved)
        return Response(lines([saved], request)[0], status=201)

    @extend_schema(summary="保存した検索を消す", responses={204: None, **refusals(401, 404)})
    def destroy(self, request: Request, pk: str) -> Response:
        saved: SavedSearch = get_object_or_404(SavedSearch.objects.visible_to(request.user), pk=int(pk))
        actions.delete_saved(saved, by=signed_in(request.user))
        return Response(status=204)


def lines(searches: "list[SavedSearch]", request: Request) -> "list[dict[str, Any]]":
    new = fresh(searches, request.user)
    return [
        {
            "id": one.pk,
            "name": one.name,
            "q": one.query,
            "filters": one.filters,
            "alerts": one.alerts,
            "new": [case.external_id for case in new[one.pk]],
        }
        for one in searches
    ]


def checked(given: dict[str, Any]) -> dict[str, Any]:
    """The arguments of `save_search`; raises Refusal for keys and values that are not known."""
    problems = [(key, _("この項目は使えません。")) for key in given if key not in FIELDS]
    problems += [
        (key, _("文字列で書いてください。")) for key in ("q", "name") if not isinstance(given.get(key, ""), str)
    ]
    if not isinstance(given.get("alerts", True), bool):
        problems.append(("alerts", _("true か false で書いてください。")))
    known, filters = known_values(), given.get("filters", {})
    if not isinstance(filters, dict) or not all(isinstance(some, list) for some in filters.values()):
        raise Refusal(*problems, ("filters", _("項目ごとに値の並びで書いてください。")))
    for name, values in filters.items():
        strange = [value for value in values if not isinstance(value, str) or value not in known.get(name, {})]
        problems += [
            (f"filters.{name}", _("知らない値です: %(pair)s") % {"pair": str(value)[:40]}) for value in strange
        ]
        if name not in NAMES and not strange:
            problems.append((f"filters.{name}", _("この項目は使えません。")))
    if problems:
        raise Refusal(*problems)
    chosen = {name: frozenset(values) for name, values in filters.items()}
    return {
        "query": given.get("q", ""),
        "chosen": chosen,
        "name": given.get("name", ""),
        "alerts": given.get("alerts", True),
    }
