"""Notes, questions and related cases over HTTP: the same rules as their pages."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import BasePermission, IsAuthenticatedOrReadOnly
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from casebook import actions
from casebook.life import Asked, asked, notes_for
from casebook.models import Case, Insight, Question
from casebook.related import WEIGHTS, related_to
from casebook.transfer.keys import KeyNames
from casebook.vocabulary import QuestionState, SectionKind
from network.access import NETWORK, Reader, is_member_of, organization_ids_of, signed_in
from network.api.body import body
from network.api.errors import refusals
from network.api.lists import SEGMENT
from network.models import Lab, Organization
from network.transfer.known import Known
from network.transfer.shapes import Refusal, Shape, choice_of, text

BELOW_CASE = rf"cases/(?P<external_id>{SEGMENT})"


class InsightSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    text = serializers.CharField()
    key = serializers.CharField(help_text="読める人: network / lab:ラボの名前 / org:機関のid", allow_null=True)
    case = serializers.CharField(help_text="事例のid。特定の事例についてでなければnull", allow_null=True)
    section = serializers.ChoiceField(choices=SectionKind.choices, allow_null=True)
    by = serializers.CharField(help_text="書いた方の氏名")
    organization = serializers.CharField(help_text="書いた方の機関のid", allow_null=True)
    at = serializers.DateTimeField()


class InsightBody(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=600)
    key = serializers.CharField(required=False, help_text="書かなければ network")
    case = serializers.CharField(required=False)
    section = serializers.ChoiceField(choices=SectionKind.choices, required=False)
    organization = serializers.CharField(required=False, help_text="自機関のid")


class QuestionAnswerSerializer(serializers.Serializer[Any]):
    text = serializers.CharField()
    by = serializers.CharField(help_text="回答した機関。支援体制を読めない方には、参加した機関の名称を伏せます")
    at = serializers.DateTimeField()


class QuestionSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    text = serializers.CharField()
    section = serializers.ChoiceField(choices=SectionKind.choices, allow_null=True)
    state = serializers.ChoiceField(choices=QuestionState.choices)
    by = serializers.CharField(help_text="質問した方。回答する機関のほかにはnull", allow_null=True)
    at = serializers.DateTimeField()
    answers = QuestionAnswerSerializer(many=True)


class QuestionBody(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=1000)
    section = serializers.ChoiceField(choices=SectionKind.choices, required=False)


class RelatedSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    title = serializers.CharField()
    why = serializers.ListField(
        child=serializers.ChoiceField(choices=[(name, label) for name, (_weight, label) in WEIGHTS.items()])
    )


class InsightFilter(filters.FilterSet):  # type: ignore[misc]  # django-filter ships no types
    case = filters.CharFilter(field_name="case__external_id", max_length=64, help_text="事例のid")


class InsightViewSet(GenericViewSet[Insight]):
    queryset = Insight.objects.none()
    serializer_class = InsightSerializer
    filterset_class = InsightFilter

    def get_queryset(self) -> QuerySet[Insight]:
        return notes_for(self.request.user)

    @extend_schema(summary="気づきの一覧", responses={200: InsightSerializer(many=True), **refusals(401, 422)})
    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response(insight_lines(page))

    @extend_schema(
        summary="気づきを書く",
        request=InsightBody,
        responses={201: InsightSerializer, **refusals(400, 401, 403, 413, 415, 422)},
    )
    def create(self, request: Request) -> Response:
        person = signed_in(request.user)
        if not actions.keys_for_notes(person):
            raise PermissionDenied
        mine = Organization.objects.filter(pk__in=organization_ids_of(person))
        known = Known(
            organizations=dict(mine.values_list("external_id", "pk")),
            labs=dict(Lab.objects.values_list("name", "pk")),
        )
        said = insight_shape(KeyNames(known, {}))(body(request))
        case = self._case(said["case"]) if "case" in said else None
        if case is not None:
            expect_readable(case, said.get("section", ""), person)
        made = actions.note_insight(
            text=said["text"],
            key=said.get("key", NETWORK),
            case=case,
            section=said.get("section", ""),
            organization=self._own(said["organization"], mine) if "organization" in said else mine.first(),
            by=person,
        )
        return Response(insight_lines([made])[0], status=201)

    def _case(self, external_id: str) -> Case:
        found = Case.objects.visible_to(self.request.user).filter(external_id=external_id).first()
        if found is None:
            raise Refusal(("case", _("この事例は見つかりません。読める事例のidを書いてください。")))
        return found

    def _own(self, external_id: str, mine: QuerySet[Organization]) -> Organization:
        found = mine.filter(external_id=external_id).first()
        if found is None:
            raise Refusal(("organization", _("自機関のidを書いてください。")))
        return found


class RelatedViewSet(GenericViewSet[Case]):
    """Below the address of their case."""

    queryset = Case.objects.none()
    serializer_class = RelatedSerializer
    pagination_class = None
    filter_backends = ()
    permission_classes: Sequence[type[BasePermission]] = [IsAuthenticatedOrReadOnly]

    @extend_schema(summary="関連する事例", responses={200: RelatedSerializer(many=True), **refusals(404)})
    def list(self, request: Request, external_id: str) -> Response:
        case = get_object_or_404(Case.objects.visible_to(request.user), external_id=external_id)
        found = related_to(case, request.user)
        return Response([{"id": row.case.external_id, "title": row.case.title, "why": row.why} for row in found])


class QuestionViewSet(GenericViewSet[Question]):
    """Below the address of their case."""

    queryset = Question.objects.none()
    serializer_class = QuestionSerializer

    def case(self, external_id: str) -> Case:
        return get_object_or_404(Case.objects.visible_to(self.request.user), external_id=external_id)

    @extend_schema(
        summary="事例への質問と回答", responses={200: QuestionSerializer(many=True), **refusals(401, 404, 422)}
    )
    def list(self, request: Request, external_id: str) -> Response:
        found = Question.objects.visible_to(request.user).filter(case=self.case(external_id))
        page = self.paginate_queryset(self.filter_queryset(found)) or []
        return self.get_paginated_response([question_line(row) for row in asked(page, request.user)])

    @extend_schema(
        summary="事例について質問する",
        request=QuestionBody,
        responses={201: QuestionSerializer, **refusals(400, 401, 403, 404, 413, 415, 422)},
    )
    def create(self, request: Request, external_id: str) -> Response:
        case, person = self.case(external_id), signed_in(request.user)
        if is_member_of(person, case.owner_id):
            raise PermissionDenied
        said = question_shape()(body(request))
        expect_readable(case, said.get("section", ""), person)
        made = actions.ask_question(case, text=said["text"], section=said.get("section", ""), by=person)
        return Response(question_line(asked([made], person)[0]), status=201)


def expect_readable(case: Case, section: str, reader: Reader) -> None:
    """Refuses a section that the reader may not read in the same words as one that is not there."""
    if not actions.may_read(case, section, reader):
        raise Refusal(("section", _("この節は見つかりません。読める節を書いてください。")))


def insight_shape(names: KeyNames) -> Shape:
    return Shape(
        required={"text": text(600, multiline=True)},
        optional={
            "key": names.stored,
            "case": text(64),
            "section": choice_of(SectionKind, called=_("節")),
            "organization": text(64),
        },
        make=_about_something,
    )


def _about_something(fields: dict[str, Any]) -> dict[str, Any]:
    if "section" in fields and "case" not in fields:
        raise Refusal(("section", _("事例のid（case）と一緒に書いてください。")))
    return fields


def question_shape() -> Shape:
    return Shape(
        required={"text": text(1000, multiline=True)}, optional={"section": choice_of(SectionKind, called=_("節"))}
    )


def insight_lines(insights: Iterable[Insight]) -> list[dict[str, Any]]:
    """Notes as the API writes them; a fixed number of queries for any number of them."""
    insights = list(insights)
    parts = [insight.key.partition(":") for insight in insights]
    ids = {kind: {int(pk) for found, _colon, pk in parts if found == kind} for kind in ("lab", "org")}
    known = Known(
        organizations=dict(Organization.objects.filter(pk__in=ids["org"]).values_list("external_id", "pk")),
        labs=dict(Lab.objects.filter(pk__in=ids["lab"]).values_list("name", "pk")),
    )
    names = KeyNames(known, {})
    return [_insight_line(insight, names.written(insight.key)) for insight in insights]


def _insight_line(insight: Insight, key: str | None) -> dict[str, Any]:
    organization = insight.organization if insight.organization and insight.organization.is_active else None
    return {
        "id": insight.pk,
        "text": insight.text,
        "key": key,
        "case": insight.case.external_id if insight.case else None,
        "section": insight.section or None,
        "by": insight.by.called,
        "organization": organization.external_id if organization else None,
        "at": insight.at.isoformat(),
    }


def question_line(row: Asked) -> dict[str, Any]:
    return {
        "id": row.question.pk,
        "text": row.question.text,
        "section": row.question.section or None,
        "state": row.question.state,
        "by": row.who or None,
        "at": row.question.at.isoformat(),
        "answers": [
            {"text": told.answer.text, "by": told.who, "at": told.answer.at.isoformat()} for told in row.answers
        ],
    }
