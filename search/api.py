"""Search over HTTP: the same results as the page."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from network.api.lists import refuse_strangers
from search.facets import NAMES
from search.finding import Order, Results, find
from search.forms import chosen_in
from search.shapes import as_json

MOST = 100


class SearchParameters(serializers.Serializer[Any]):
    q = serializers.CharField(default="", allow_blank=True, trim_whitespace=False)
    limit = serializers.IntegerField(default=20, min_value=0, max_value=MOST)
    offset = serializers.IntegerField(default=0, min_value=0)
    sort = serializers.ChoiceField(
        [order.value for order in Order], default=Order.BEST.value, help_text="best: よく合う順、newest: 新しい順"
    )


KNOWN = (*SearchParameters().fields, *NAMES, "format")


class HitSerializer(serializers.Serializer[Any]):
    id = serializers.CharField(help_text="事例の外部ID")
    title = serializers.CharField()
    snippet = serializers.CharField(help_text="読める節から抜き出した、検索した語のまわり")
    score = serializers.FloatField()
    section = serializers.CharField(help_text="抜き出した節の種類", allow_blank=True)
    marks = serializers.ListField(
        child=serializers.ListField(child=serializers.IntegerField(), min_length=2, max_length=2),
        help_text="snippetのうち一致した範囲（始め、終わり）",
    )


class SearchResults(serializers.Serializer[Any]):
    total = serializers.IntegerField(help_text="この利用者に見える事例のうち一致したもの")
    hits = HitSerializer(many=True)
    facets = serializers.DictField(
        child=serializers.DictField(child=serializers.IntegerField()), help_text="絞り込みの値ごとの件数"
    )
    engine = serializers.ChoiceField(["database", "meilisearch"])
    took_ms = serializers.FloatField()
    fallback = serializers.BooleanField(help_text="Meilisearchが応答せず、簡易検索で答えた")
    limit = serializers.IntegerField()
    offset = serializers.IntegerField()


class Search(APIView):
    """Search the cases; without signing in, those that everybody may read."""

    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="search",
        summary="事例を検索する",
        parameters=[SearchParameters, *(OpenApiParameter(name, str, many=True) for name in NAMES)],
        responses=SearchResults,
    )
    def get(self, request: Request) -> Response:
        refuse_strangers(request.query_params, KNOWN)
        asked = SearchParameters(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        chosen, unknown = chosen_in(request.query_params)
        if unknown:
            raise serializers.ValidationError(
                {pair.partition("=")[0]: [_("知らない値です: %(pair)s") % {"pair": pair}] for pair in unknown}
            )
        values = asked.validated_data
        page = {"limit": values["limit"], "offset": values["offset"]}
        results = find(values["q"], request.user, chosen, **page, order=Order(values["sort"]))
        return Response({**shown(results), **page})


def shown(results: Results) -> dict[str, Any]:
    """`find --json` and, for each hit, where its snippet is from and what of it matched."""
    shape = as_json(results)
    for hit, found in zip(shape["hits"], results.hits, strict=True):
        hit["section"] = found.section.kind if found.section else ""
        hit["marks"] = [list(mark) for mark in found.snippet.marks]
    return {**shape, "fallback": results.fallback}
