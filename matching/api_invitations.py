"""Invitations over HTTP, for the invited organization: the same verbs and rules as the pages."""

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from matching import actions
from matching.api_doing import DONE, NOTHING, doing
from matching.api_team_answers import DeclineBody, InvitationSerializer, TextBody, TickBody, invitation_line
from matching.models import SeatInvitation
from matching.vocabulary import CheckItem, DeclineReason
from network.access import signed_in
from network.api.body import body
from network.api.errors import refusals
from network.api.lists import NUMBER
from network.transfer.shapes import Shape, choice_of, flag, text

TEXT = Shape(required={"text": text(1000, multiline=True)})
DECLINE = Shape(required={"reason": choice_of(DeclineReason)}, optional={"note": text(400, blank=True, multiline=True)})
TICK = Shape(required={"item": choice_of(CheckItem)}, optional={"on": flag})


class InvitationViewSet(GenericViewSet[SeatInvitation]):
    queryset = SeatInvitation.objects.none()
    serializer_class = InvitationSerializer
    lookup_value_regex = NUMBER

    def get_queryset(self) -> QuerySet[SeatInvitation]:
        found = SeatInvitation.objects.visible_to(self.request.user).order_by("-pk")
        named = ("seat__plan__need__lab", "seat__plan__proposal", "seat__plan__engagement", "organization")
        return found.select_related(*named)

    def received(self, pk: str) -> SeatInvitation:
        """To answer it: 404 where it is not the caller's, 403 for who does not edit."""
        found = get_object_or_404(self.get_queryset(), pk=pk)
        if not SeatInvitation.objects.editable_by(self.request.user).contains(found):
            raise PermissionDenied
        return found

    def shown(self, pk: str) -> Response:
        return Response(invitation_line(get_object_or_404(self.get_queryset(), pk=pk)))

    @extend_schema(
        summary="自機関に届いた招待", responses={200: InvitationSerializer(many=True), **refusals(401, 404, 422)}
    )
    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response([invitation_line(each) for each in page])

    @extend_schema(summary="招待", responses={200: InvitationSerializer, **refusals(401, 404)})
    def retrieve(self, request: Request, pk: str) -> Response:
        return self.shown(pk)

    @extend_schema(summary="席に参加する", request=None, responses={200: InvitationSerializer, **refusals(*DONE)})
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        found = self.received(pk)
        NOTHING(body(request))
        with doing():
            actions.accept(found, by=signed_in(request.user))
        return self.shown(pk)

    @extend_schema(
        summary="辞退する。始まる前なら席を返す",
        request=DeclineBody,
        responses={200: InvitationSerializer, **refusals(*DONE)},
    )
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, pk: str) -> Response:
        found, given = self.received(pk), DECLINE(body(request))
        reason, note = DeclineReason(given["reason"]), given.get("note", "")
        with doing():
            actions.decline(found, reason=reason, note_=note, by=signed_in(request.user))
        return self.shown(pk)

    @extend_schema(summary="質問する", request=TextBody, responses={200: InvitationSerializer, **refusals(*DONE)})
    @action(detail=True, methods=["post"])
    def ask(self, request: Request, pk: str) -> Response:
        found, said = self.received(pk), TEXT(body(request))["text"]
        with doing():
            actions.ask(found, text=said, by=signed_in(request.user))
        return self.shown(pk)

    @extend_schema(
        summary="席の変更を相談する", request=TextBody, responses={200: InvitationSerializer, **refusals(*DONE)}
    )
    @action(detail=True, methods=["post"])
    def change(self, request: Request, pk: str) -> Response:
        found, said = self.received(pk), TEXT(body(request))["text"]
        with doing():
            actions.propose_change(found, text=said, by=signed_in(request.user))
        return self.shown(pk)

    @extend_schema(
        summary="ほかの機関で決まった席が空くのを待つ",
        request=None,
        responses={200: InvitationSerializer, **refusals(*DONE)},
    )
    @action(detail=True, methods=["post"])
    def queue(self, request: Request, pk: str) -> Response:
        found = self.received(pk)
        NOTHING(body(request))
        with doing():
            actions.queue_up(found, by=signed_in(request.user))
        return self.shown(pk)

    @extend_schema(
        summary="始める前の確認をする、取り消す",
        request=TickBody,
        responses={200: InvitationSerializer, **refusals(*DONE)},
    )
    @action(detail=True, methods=["post"])
    def tick(self, request: Request, pk: str) -> Response:
        found, given = self.received(pk), TICK(body(request))
        item, on = CheckItem(given["item"]), given.get("on", True)
        with doing():
            actions.tick(found.seat.plan, organization=found.organization, item=item, on=on, by=signed_in(request.user))
        return self.shown(pk)
