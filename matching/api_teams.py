"""Teams that are being formed over HTTP, for who facilitates the need: the same verbs and rules as the pages."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from matching import actions
from matching.api_doing import DONE, NOTHING, doing, organization_among
from matching.api_team_answers import (
    AskAllBody,
    AskBody,
    CandidateSerializer,
    ChooseBody,
    CoverBody,
    PlanLineSerializer,
    PlanSerializer,
    ReplyBody,
    SubstituteBody,
    TextBody,
)
from matching.models import Proposal, Seat, SeatInvitation, TeamPlan
from matching.replacing import next_best
from matching.teaming import members_of
from matching.vocabulary import InvitationState, PlanState, Shown
from network.access import signed_in
from network.api.body import body
from network.api.errors import refusals
from network.api.lists import NUMBER
from network.models import Organization
from network.once import commits_on_its_way
from network.transfer.shapes import Shape, choice_of, flag, nullable, text, whole
from network.transfer.values import day

ASK_ALL: dict[str, Any] = {"deadline": day, "message": text(1000, blank=True, multiline=True)}
TEXT = Shape(required={"text": text(400, multiline=True)})
SEAT = rf"seats/(?P<seat>{NUMBER})"
INVITATION = rf"invitations/(?P<invitation>{NUMBER})"
SEAT_ID = OpenApiParameter("seat", int, OpenApiParameter.PATH)
INVITATION_ID = OpenApiParameter("invitation", int, OpenApiParameter.PATH)
CHOOSE = Shape(
    required={"proposal": whole(1, 2**62)},
    optional={
        "team": whole(1, 99),
        "title": text(120),
        "brief": text(2000, blank=True, multiline=True),
        "shows": choice_of(Shown),
    },
)


class TeamViewSet(GenericViewSet[TeamPlan]):
    queryset = TeamPlan.objects.none()
    serializer_class = PlanSerializer
    lookup_value_regex = NUMBER

    def get_queryset(self) -> QuerySet[TeamPlan]:
        return TeamPlan.objects.visible_to(self.request.user).select_related("need__lab", "proposal", "engagement")

    def plan(self, pk: str) -> TeamPlan:
        """To change it: 404 where it is not the caller's, 403 where it may only be seen."""
        plan = get_object_or_404(self.get_queryset(), pk=pk)
        if not TeamPlan.objects.editable_by(self.request.user).contains(plan):
            raise PermissionDenied
        return plan

    def seat(self, pk: str, seat: str) -> Seat:
        plan = self.plan(pk)
        found = get_object_or_404(plan.seats.select_related("proposed", "holder", "covered_by"), pk=seat)
        found.plan = plan
        return found

    def invitation(self, pk: str, invitation: str) -> SeatInvitation:
        plan = self.plan(pk)
        found = SeatInvitation.objects.filter(seat__plan=plan).select_related("seat", "organization")
        return get_object_or_404(found, pk=invitation)

    def shown(self, plan: TeamPlan, status: int = 200, **headers: str) -> Response:
        fresh = TeamPlan.objects.select_related("need__lab", "proposal", "engagement").get(pk=plan.pk)
        return Response(PlanSerializer(fresh).data, status=status, headers=headers)

    @extend_schema(
        summary="担当するラボのチームづくり", responses={200: PlanLineSerializer(many=True), **refusals(401, 404, 422)}
    )
    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response([PlanLineSerializer(plan).data for plan in page])

    @extend_schema(summary="チームの席・招待・開始の条件", responses={200: PlanSerializer, **refusals(401, 404)})
    def retrieve(self, request: Request, pk: str) -> Response:
        return self.shown(get_object_or_404(self.get_queryset(), pk=pk))

    @extend_schema(
        summary="提案からチームを選ぶ", request=ChooseBody, responses={201: PlanSerializer, **refusals(*DONE)}
    )
    def create(self, request: Request) -> Response:
        by = signed_in(request.user)
        given = CHOOSE(body(request))
        proposal = get_object_or_404(Proposal.objects.visible_to(by), pk=given.pop("proposal"))
        place, shows = given.pop("team", 1) - 1, Shown(given.pop("shows", Shown.KINDS))
        with doing():
            made = actions.choose_team(proposal, place=place, shows=shows, **given, by=by)
        return self.shown(made, 201, Location=reverse("api-team-detail", args=[made.pk]))

    @extend_schema(
        summary="だれにも声をかけていない席に、提案の機関をまとめて招待する",
        request=AskAllBody,
        responses={200: PlanSerializer, **refusals(*DONE)},
    )
    @action(detail=True, methods=["post"])
    def invite(self, request: Request, pk: str) -> Response:
        plan = self.plan(pk)
        with doing():
            actions.invite_all(plan, **Shape(optional=ASK_ALL)(body(request)), by=signed_in(request.user))
        return self.shown(plan)

    @extend_schema(
        summary="支援を始める（条件がそろわなければ409）",
        request=None,
        responses={200: PlanSerializer, **refusals(*DONE)},
    )
    @action(detail=True, methods=["post"])
    def start(self, request: Request, pk: str) -> Response:
        plan = self.plan(pk)
        NOTHING(body(request))
        with doing():
            actions.start(plan, by=signed_in(request.user))
        return self.shown(plan)

    @extend_schema(
        summary="いまの登録簿で、参加が決まった機関を残して提案し直す",
        request=None,
        responses={200: PlanSerializer, **refusals(*DONE)},
    )
    @action(detail=True, methods=["post"])
    @commits_on_its_way
    def resolve(self, request: Request, pk: str) -> Response:
        plan = self.plan(pk)
        NOTHING(body(request))
        with doing():
            actions.resolve_again(plan, by=signed_in(request.user))
        return self.shown(plan)

    @extend_schema(
        summary="利害関係を企業に伝え、了承を得たことを記録する",
        request=TextBody,
        responses={200: PlanSerializer, **refusals(*DONE)},
    )
    @action(detail=True, methods=["post"])
    def ties(self, request: Request, pk: str) -> Response:
        plan = self.plan(pk)
        with doing():
            actions.confirm_ties(plan, text=TEXT(body(request))["text"], by=signed_in(request.user))
        return self.shown(plan)

    @extend_schema(summary="チームを解散する", request=TextBody, responses={200: PlanSerializer, **refusals(*DONE)})
    @action(detail=True, methods=["post"])
    def dissolve(self, request: Request, pk: str) -> Response:
        plan = self.plan(pk)
        with doing():
            actions.dissolve(plan, reason=TEXT(body(request))["text"], by=signed_in(request.user))
        return self.shown(plan)

    @extend_schema(
        summary="この席の次の候補（参加が決まった機関に合わせて）",
        parameters=[SEAT_ID],
        responses={200: CandidateSerializer(many=True), **refusals(401, 403, 404)},
    )
    @action(detail=True, methods=["get"], url_path=rf"{SEAT}/candidates", pagination_class=None)
    def candidates(self, request: Request, pk: str, seat: str) -> Response:
        found = self.seat(pk, seat)
        open_ = found.plan.state in (PlanState.FORMING, PlanState.READY) and found.holder_id is None
        best = next_best(found, request.user) if open_ else []
        return Response([CandidateSerializer(each).data for each in best])

    @extend_schema(
        summary="席に招待する",
        parameters=[SEAT_ID],
        request=AskBody,
        responses={201: PlanSerializer, **refusals(*DONE)},
    )
    @action(detail=True, methods=["post"], url_path=rf"{SEAT}/invite", url_name="seat-invite")
    def seat_invite(self, request: Request, pk: str, seat: str) -> Response:
        found, by = self.seat(pk, seat), signed_in(request.user)
        whom = organization_among(Organization.objects.visible_to(by).filter(is_active=True))
        with doing():
            actions.invite(found, **Shape(required={"organization": whom}, optional=ASK_ALL)(body(request)), by=by)
        return self.shown(found.plan, 201)

    @extend_schema(
        summary="席の順番待ちに加える",
        parameters=[SEAT_ID],
        request=SubstituteBody,
        responses={201: PlanSerializer, **refusals(*DONE)},
    )
    @action(detail=True, methods=["post"], url_path=rf"{SEAT}/waitlist", url_name="seat-waitlist")
    def seat_waitlist(self, request: Request, pk: str, seat: str) -> Response:
        found, by = self.seat(pk, seat), signed_in(request.user)
        whom = organization_among(Organization.objects.visible_to(by).filter(is_active=True))
        with doing():
            actions.waitlist(found, **Shape(required={"organization": whom})(body(request)), by=by)
        return self.shown(found.plan, 201)

    @extend_schema(
        summary="空いた席の局面に責任をもつ機関を選ぶ",
        parameters=[SEAT_ID],
        request=CoverBody,
        responses={200: PlanSerializer, **refusals(*DONE)},
    )
    @action(detail=True, methods=["post"], url_path=rf"{SEAT}/cover", url_name="seat-cover")
    def seat_cover(self, request: Request, pk: str, seat: str) -> Response:
        found = self.seat(pk, seat)
        members = Organization.objects.filter(pk__in=[member.pk for member in members_of(found.plan)])
        given = Shape(required={"organization": nullable(organization_among(members))})(body(request))
        with doing():
            actions.cover(found, **given, by=signed_in(request.user))
        return self.shown(found.plan)

    @extend_schema(
        summary="招待を取り下げる",
        parameters=[INVITATION_ID],
        request=None,
        responses={200: PlanSerializer, **refusals(*DONE)},
    )
    @action(detail=True, methods=["post"], url_path=rf"{INVITATION}/withdraw")
    def withdraw(self, request: Request, pk: str, invitation: str) -> Response:
        found = self.invitation(pk, invitation)
        NOTHING(body(request))
        with doing():
            actions.withdraw(found, by=signed_in(request.user))
        return self.shown(TeamPlan(pk=int(pk)))

    @extend_schema(
        summary="質問に答える。変更の相談には、応じるかどうかを返す",
        parameters=[INVITATION_ID],
        request=ReplyBody,
        responses={200: PlanSerializer, **refusals(*DONE)},
    )
    @action(detail=True, methods=["post"], url_path=rf"{INVITATION}/answer")
    def answer(self, request: Request, pk: str, invitation: str) -> Response:
        found, by = self.invitation(pk, invitation), signed_in(request.user)
        given = Shape(optional={"text": text(1000, blank=True, multiline=True), "agreed": flag})(body(request))
        said = given.get("text", "")
        with doing():
            if found.state == InvitationState.CHANGING:
                actions.settle_change(found, agreed=given.get("agreed", False), text=said, by=by)
            else:
                actions.answer(found, text=said, by=by)
        return self.shown(TeamPlan(pk=int(pk)))
