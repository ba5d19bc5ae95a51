"""The casebook in numbers over HTTP: the page's numbers, for everybody."""

from collections import Counter
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from casebook.forms.statistics import StatisticsForm
from casebook.statistics import DIMENSIONS, SMALLEST, statistics
from network.api.errors import refusals
from network.api.lists import refuse_strangers

UNKNOWN = "unknown"
"""Stands for what a case does not say."""


class StatisticsParameters(serializers.Serializer[Any]):
    industry = serializers.CharField(required=False, help_text="業種（大分類のコード）")
    prefecture = serializers.CharField(required=False, help_text="都道府県コード")
    year = serializers.IntegerField(required=False)


class Numbers(serializers.DictField):
    child = serializers.IntegerField()


class StatisticsSerializer(serializers.Serializer[Any]):
    """読める事例はすべて、読めない事例は業種・都道府県・年の組み合わせごとに3件ずつまとめて数えます。"""

    total = serializers.IntegerField(help_text="絞り込んだ件数")
    readable = serializers.IntegerField(help_text="そのうち、この利用者が読める件数")
    groups_of = serializers.IntegerField(help_text="読めない事例を何件ずつまとめて数えるか")
    industry = Numbers(help_text="ほかの条件での、業種ごとの件数")
    prefecture = Numbers()
    year = Numbers()
    phase = Numbers(help_text="読める事例だけの件数")
    capability = Numbers()
    outcome = Numbers()
    stage_before = Numbers()
    stage_after = Numbers()


class CaseStatistics(APIView):
    """Counts that tell of no case that the reader may not see."""

    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="case_statistics",
        summary="事例の統計（少数の値は伏せます）",
        parameters=[StatisticsParameters],
        responses={200: StatisticsSerializer, **refusals(422)},
    )
    def get(self, request: Request) -> Response:
        refuse_strangers(request.query_params, (*DIMENSIONS, "format"))
        form = StatisticsForm(request.query_params)
        if not form.is_valid():
            raise serializers.ValidationError({name: list(map(str, said)) for name, said in form.errors.items()})
        found = statistics(request.user, form.chosen)
        counted: dict[str, Counter[Any]] = {**found.by, **found.visible}
        numbers = {name: {str(value or UNKNOWN): n for value, n in some.items()} for name, some in counted.items()}
        return Response({"total": found.total, "readable": found.seen, "groups_of": SMALLEST, **numbers})
