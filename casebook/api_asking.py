"""Asking for more of a case over HTTP: the same rules as the pages."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import APIException
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from casebook import actions
from casebook.models import AccessRequest, Case
from casebook.views.answering import ANSWERED
from casebook.views.asking import why_not
from casebook.vocabulary import RequestState, SectionKind
from network.access import is_member_of, organization_ids_of, signed_in
from network.actions import ConflictError
from network.api.body import body
from network.api.errors import model_problems, refusals
from network.api.lists import NUMBER, SEGMENT
from network.transfer.shapes import Refusal, Shape, choice_of, list_of, one_of, text
from network.transfer.values import day

BELOW_CASE = rf"cases/(?P<external_id>{SEGMENT})/access-requests"
ANSWERS = (str(RequestState.GRANTED), str(RequestState.DECLINED))


class Taken(APIException):
    """What is asked for does not fit what stands there now."""

    status_code = 409


class AccessRequestSerializer(serializers.Serializer[Any]):
    """`by`、`on_behalf_of`、`sections` は、事例を所有する機関のメンバーだけに返します。"""

    id = serializers.IntegerField()
    case = serializers.CharField(help_text="事例のid")
    purpose = serializers.CharField()
    state = serializers.ChoiceField(choices=RequestState.choices)
    asked_at = serializers.DateTimeField()
    answered_at = serializers.DateTimeField(allow_null=True)
    answer = serializers.CharField(allow_blank=True)
    until = serializers.DateField(allow_null=True, help_text="読める最後の日")
    revoked_at = serializers.DateTimeField(allow_null=True)
    by = serializers.CharField(required=False, help_text="申請した方の氏名")
    on_behalf_of = serializers.CharField(required=False, allow_blank=True)
    sections = serializers.ListField(child=serializers.ChoiceField(choices=SectionKind.choices), required=False)


class PurposeSerializer(serializers.Serializer[Any]):
    purpose = serializers.CharField(max_length=1000)


class AnswerSerializer(serializers.Serializer[Any]):
    state = serializers.ChoiceField(choices=[(name, RequestState(name).label) for name in ANSWERS])
    sections = serializers.ListField(
        child=serializers.ChoiceField(choices=SectionKind.choices), required=False, help_text="承認するとき"
    )
    until = serializers.DateField(required=False, help_text="承認するとき。1年以内")
    answer = serializers.CharField(required=False, max_length=1000, help_text="見送るときは必須")


def line(asked: AccessRequest, *, inside: bool) -> dict[str, Any]:
    """What the reader is told of a request: who asked and what was opened only inside the owning organization."""
    told: dict[str, Any] = {"id": asked.pk, "case": asked.case.external_id, "purpose": asked.purpose}
    told |= {"state": asked.state, "asked_at": asked.asked_at, "answered_at": asked.answered_at}
    told |= {"answer": asked.answer, "until": asked.until, "revoked_at": asked.revoked_at}
    if inside:
        told |= {"by": asked.by.called, "on_behalf_of": asked.on_behalf_of, "sections": asked.kinds}
    return told


def answer_shape() -> Shape:
    return Shape(
        required={"state": one_of(ANSWERS, called=_("回答"))},
        optional={
            "sections": list_of(choice_of(SectionKind, called=_("節")), at_least=1),
            "until": day,
            "answer": text(1000, blank=True, multiline=True),
        },
        make=_whole,
    )


def _whole(fields: dict[str, Any]) -> dict[str, Any]:
    needed = ("sections", "until") if fields["state"] == RequestState.GRANTED else ("answer",)
    if missing := [(name, _("必須です。このキーを書いてください。")) for name in needed if name not in fields]:
        raise Refusal(*missing)
    return fields


class AccessRequestViewSet(GenericViewSet[AccessRequest]):
    queryset = AccessRequest.objects.none()
    serializer_class = AccessRequestSerializer
    lookup_value_regex = NUMBER
    permission_classes: Sequence[type[BasePermission]] = [IsAuthenticated]

    def get_queryset(self) -> QuerySet[AccessRequest]:
        return AccessRequest.objects.visible_to(self.request.user).select_related("case", "by")

    @extend_schema(summary="閲覧の申請の一覧（自分のものと、自機関に届いたもの）", responses=refusals(401, 404, 422))
    def list(self, request: Request) -> Response:
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        own = set(organization_ids_of(request.user))
        return self.get_paginated_response([line(asked, inside=asked.case.owner_id in own) for asked in rows])

    @extend_schema(
        summary="閲覧の申請に答える",
        request=AnswerSerializer,
        responses={200: AccessRequestSerializer, **refusals(400, 401, 403, 404, 409, 413, 415, 422)},
    )
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, pk: str) -> Response:
        asked = get_object_or_404(self.get_queryset(), pk=pk)
        if not Case.objects.editable_by(request.user).filter(pk=asked.case_id).exists():
            raise PermissionDenied
        said, by = answer_shape()(body(request)), signed_in(request.user)
        try:
            if said["state"] == RequestState.GRANTED:
                done = actions.grant_access(
                    asked, kinds=said["sections"], until=said["until"], answer=said.get("answer", ""), by=by
                )
            else:
                done = actions.decline_access(asked, reason=said["answer"], by=by)
        except ConflictError:
            raise Taken(ANSWERED) from None
        except ValidationError as refused:
            found = [("sections" if name == "kinds" else name, said) for name, said in model_problems(refused)]
            raise Refusal(*found) from None
        return Response(line(done, inside=True))


class AskingViewSet(GenericViewSet[Case]):
    """One reader and one case."""

    queryset = Case.objects.none()
    serializer_class = PurposeSerializer
    pagination_class = None
    permission_classes: Sequence[type[BasePermission]] = [IsAuthenticated]

    @extend_schema(
        summary="閲覧を申請する",
        request=PurposeSerializer,
        responses={201: AccessRequestSerializer, **refusals(400, 401, 403, 404, 409, 413, 415, 422)},
    )
    def create(self, request: Request, external_id: str) -> Response:
        case = get_object_or_404(Case.objects.visible_to(request.user), external_id=external_id)
        person = signed_in(request.user)
        if is_member_of(person, case.owner_id):
            raise PermissionDenied
        purpose = Shape(required={"purpose": text(1000, multiline=True)})(body(request))["purpose"]
        try:
            asked = actions.request_access(case, purpose=purpose, by=person)
        except ConflictError as conflict:
            raise Taken(why_not(conflict)) from None
        return Response(line(asked, inside=False), status=201)
