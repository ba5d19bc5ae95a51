"""Teams at work over HTTP: the same verbs and rules as the pages."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from casebook.vocabulary import Outcome
from matching import actions
from matching.api_doing import DONE, NOTHING, doing, organization_among
from matching.api_work_answers import (
    CloseBody,
    DecisionBody,
    EngagementLineSerializer,
    EngagementSerializer,
    IndicatorBody,
    NoteBody,
    PartBody,
    PhaseBody,
    TaskBody,
    TaskDoneBody,
    work_line,
)
from matching.models import Engagement, EngagementPhase
from matching.vocabulary import Letter
from network.access import organization_ids_edited_by, signed_in
from network.api.body import body
from network.api.errors import refusals
from network.api.lists import NUMBER
from network.codes import PHASES
from network.transfer.shapes import Check, Shape, choice_of, flag, nullable, number, one_of, text, whole
from network.transfer.values import code_of, day

LONG = text(4000, blank=True, multiline=True)
CLOSE = Shape(
    required={"outcome": choice_of(Outcome)},
    optional={"stage_after": nullable(whole(1, 4)), "worked": LONG, "failed": LONG},
)
DECIDE = Shape(required={"text": text(1000, multiline=True)}, optional={"on": day})
MEASURE = Shape(
    required={"name": text(80)},
    optional={
        "unit": text(20, blank=True),
        "before": nullable(number()),
        "after": nullable(number()),
        "how": text(200, blank=True),
        "measured_on": day,
    },
)
NOTED = Shape(required={"text": text(2000, multiline=True)})
WORK = {200: EngagementSerializer, **refusals(*DONE)}
ADDED = {201: EngagementSerializer, **refusals(*DONE)}


def whole_of(found: QuerySet[Engagement]) -> QuerySet[Engagement]:
    """With everything the serializer reads."""
    lists = ("phases__accountable", "phases__parts__organization", "tasks__organization", "tasks__phase")
    return found.prefetch_related(*lists, "decisions", "indicators", "check_ins")


class EngagementViewSet(GenericViewSet[Engagement]):
    queryset = Engagement.objects.none()
    serializer_class = EngagementSerializer
    lookup_value_regex = NUMBER

    def get_queryset(self) -> QuerySet[Engagement]:
        return Engagement.objects.visible_to(self.request.user).select_related("plan__need__lab", "team", "lead")

    def work(self, pk: str, *, to_lead: bool = False) -> Engagement:
        """404 where it is not the caller's; to plan and end it, 403."""
        found = get_object_or_404(self.get_queryset(), pk=pk)
        if to_lead and not Engagement.objects.led_by(self.request.user).contains(found):
            raise PermissionDenied
        return found

    def shown(self, pk: str, status: int = 200) -> Response:
        reader = signed_in(self.request.user)
        return Response(work_line(get_object_or_404(whole_of(self.get_queryset()), pk=pk), reader), status=status)

    def member(self, engagement: Engagement) -> Check:
        return organization_among(engagement.team.organizations.all())

    @extend_schema(
        summary="参加している支援", responses={200: EngagementLineSerializer(many=True), **refusals(401, 404, 422)}
    )
    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response([EngagementLineSerializer(work).data for work in page])

    @extend_schema(summary="支援", responses={200: EngagementSerializer, **refusals(401, 404)})
    def retrieve(self, request: Request, pk: str) -> Response:
        return self.shown(pk)

    @extend_schema(summary="局面を計画する", request=PhaseBody, responses=WORK)
    @action(detail=True, methods=["post"])
    def phases(self, request: Request, pk: str) -> Response:
        found = self.work(pk, to_lead=True)
        days = {name: nullable(day) for name in ("starts", "ends", "done_on")}
        named = {"phase": code_of(PHASES, called="局面"), "accountable": self.member(found)}
        with doing():
            actions.plan_phase(found, **Shape(required=named, optional=days)(body(request)), by=signed_in(request.user))
        return self.shown(pk)

    @extend_schema(summary="局面の分担を決める", request=PartBody, responses=WORK)
    @action(detail=True, methods=["post"], url_path="phases/(?P<phase>[a-z_]{1,20})/parts", url_name="part")
    def part(self, request: Request, pk: str, phase: str) -> Response:
        found = self.work(pk, to_lead=True)
        row = get_object_or_404(found.phases.select_related("engagement"), phase=phase)
        shape = Shape(required={"organization": self.member(found), "letter": nullable(choice_of(Letter))})
        given = shape(body(request))
        letter = Letter(given["letter"]) if given["letter"] else None
        with doing():
            actions.set_part(row, organization=given["organization"], letter=letter, by=signed_in(request.user))
        return self.shown(pk)

    @extend_schema(summary="作業を加える", request=TaskBody, responses=ADDED)
    @action(detail=True, methods=["post"])
    def tasks(self, request: Request, pk: str) -> Response:
        found = self.work(pk)
        phases = {row.phase: row for row in found.phases.all()}
        shape = Shape(
            required={"what": text(200), "organization": self.member(found)},
            optional={"until": nullable(day), "phase": nullable(one_of(phases, called="局面"))},
        )
        given: dict[str, Any] = shape(body(request))
        phase: EngagementPhase | None = phases.get(given.pop("phase", None) or "")
        with doing():
            actions.add_task(found, **given, phase=phase, by=signed_in(request.user))
        return self.shown(pk, 201)

    @extend_schema(
        summary="作業を終える、やり直しにする",
        parameters=[OpenApiParameter("task", int, OpenApiParameter.PATH)],
        request=TaskDoneBody,
        responses=WORK,
    )
    @action(detail=True, methods=["post"], url_path=rf"tasks/(?P<task>{NUMBER})/done", url_name="task-done")
    def task_done(self, request: Request, pk: str, task: str) -> Response:
        found = self.work(pk)
        row = get_object_or_404(found.tasks.select_related("engagement"), pk=task)
        done = Shape(required={"done": flag})(body(request))["done"]
        with doing():
            actions.finish_task(row, done=done, by=signed_in(request.user))
        return self.shown(pk)

    @extend_schema(summary="決定を記録する", request=DecisionBody, responses=ADDED)
    @action(detail=True, methods=["post"])
    def decisions(self, request: Request, pk: str) -> Response:
        found = self.work(pk)
        with doing():
            actions.decide(found, **DECIDE(body(request)), by=signed_in(request.user))
        return self.shown(pk, 201)

    @extend_schema(summary="支援前と後の数字を記録する", request=IndicatorBody, responses=WORK)
    @action(detail=True, methods=["post"])
    def indicators(self, request: Request, pk: str) -> Response:
        found = self.work(pk)
        with doing():
            actions.measure(found, **MEASURE(body(request)), by=signed_in(request.user))
        return self.shown(pk)

    @extend_schema(
        summary="その後の様子を記録する",
        parameters=[OpenApiParameter("check_in", int, OpenApiParameter.PATH)],
        request=NoteBody,
        responses=WORK,
    )
    @action(detail=True, methods=["post"], url_path=rf"check-ins/(?P<check_in>{NUMBER})", url_name="check-in")
    def check_in(self, request: Request, pk: str, check_in: str) -> Response:
        found = self.work(pk, to_lead=True)
        row = get_object_or_404(found.check_ins.select_related("engagement"), pk=check_in)
        with doing():
            actions.check_in(row, text=NOTED(body(request))["text"], by=signed_in(request.user))
        return self.shown(pk)

    @extend_schema(summary="企業の自走に引き継ぐ", request=NoteBody, responses=WORK)
    @action(detail=True, methods=["post"], url_path="hand-over")
    def hand_over(self, request: Request, pk: str) -> Response:
        found = self.work(pk, to_lead=True)
        with doing():
            actions.hand_over(found, text=NOTED(body(request))["text"], by=signed_in(request.user))
        return self.shown(pk)

    @extend_schema(summary="支援を終える", request=CloseBody, responses=WORK)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str) -> Response:
        found = self.work(pk, to_lead=True)
        with doing():
            actions.close(found, **CLOSE(body(request)), by=signed_in(request.user))
        return self.shown(pk)

    @extend_schema(summary="終わった支援の事例を書き始める（主担当の編集者）", request=None, responses=ADDED)
    @action(detail=True, methods=["post"], url_path="case", url_name="case")
    def begin_case(self, request: Request, pk: str) -> Response:
        found = self.work(pk)
        NOTHING(body(request))
        if not organization_ids_edited_by(request.user).filter(organization=found.lead_id).exists():
            raise PermissionDenied
        with doing():
            actions.begin_case(found, by=signed_in(request.user))
        return self.shown(pk, 201)
