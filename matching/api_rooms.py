"""Rooms over HTTP: events after a number, messages, how far one has read; the same verbs and rules as the pages."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from matching.api_doing import DONE, doing
from matching.api_work_answers import (
    EditBody,
    EventsSerializer,
    MessageBody,
    MessageSerializer,
    ReadBody,
    ReadSerializer,
    RoomLineSerializer,
    event_line,
)
from matching.models import Event, Room
from matching.models.rooms import LONGEST
from matching.rooms import actions
from matching.rooms.showing import with_unread
from matching.vocabulary import EventKind
from network.access import signed_in
from network.api.body import body
from network.api.errors import refusals
from network.api.lists import NUMBER, refuse_strangers
from network.once import HEADER, keeps_own_key
from network.transfer.shapes import Refusal, Shape, text, whole

AT_A_TIME = 200
LATEST = 2**31 - 1
SAID = text(LONGEST, multiline=True)
POST = Shape(required={"text": SAID}, optional={"reply_to": whole(1, LATEST)})
EDIT = Shape(required={"text": SAID, "version": whole(0, LATEST)})
READ = Shape(required={"seq": whole(0, LATEST)})
SEQ = OpenApiParameter("seq", int, OpenApiParameter.PATH)
MESSAGE = rf"messages/(?P<seq>{NUMBER})"


class RoomViewSet(GenericViewSet[Room]):
    queryset = Room.objects.none()
    serializer_class = RoomLineSerializer
    lookup_value_regex = NUMBER

    def get_queryset(self) -> QuerySet[Room]:
        found = Room.objects.visible_to(self.request.user).select_related("team__engagement")
        return with_unread(found, signed_in(self.request.user))

    def message(self, pk: str, seq: str) -> Event:
        """404 where there is none for the caller."""
        room = get_object_or_404(self.get_queryset(), pk=pk)
        found = room.events.filter(kind=EventKind.MESSAGE).select_related("room", "thread")
        return get_object_or_404(found.prefetch_related("files"), seq=seq)

    @extend_schema(summary="連携ルーム", responses={200: RoomLineSerializer(many=True), **refusals(401, 404, 422)})
    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response([RoomLineSerializer(room).data for room in page])

    @extend_schema(summary="連携ルーム（1つ）", responses={200: RoomLineSerializer, **refusals(401, 404)})
    def retrieve(self, request: Request, pk: str) -> Response:
        return Response(RoomLineSerializer(get_object_or_404(self.get_queryset(), pk=pk)).data)

    @extend_schema(
        summary="ある番号よりあとのできごと、番号の順",
        parameters=[OpenApiParameter("after", int, OpenApiParameter.QUERY, description="既定は0")],
        responses={200: EventsSerializer, **refusals(401, 404, 422)},
    )
    @action(detail=True, methods=["get"], pagination_class=None)
    def events(self, request: Request, pk: str) -> Response:
        room = get_object_or_404(self.get_queryset(), pk=pk)
        refuse_strangers(request.query_params, ("after", "format"))
        after = request.query_params.get("after", "0")
        if not (after.isascii() and after.isdecimal() and len(after) <= 9):
            raise Refusal(("after", _("0以上の番号を書いてください。")))
        found = room.events.filter(seq__gt=int(after)).select_related("thread", "target__thread").order_by("seq")
        events = list(found.prefetch_related("files", "target__files")[:AT_A_TIME])
        mark = room.marks.filter(user=signed_in(request.user)).values_list("seq", flat=True).first()
        more = bool(events) and events[-1].seq < room.last_seq
        told = {"events": [event_line(event) for event in events], "last": room.last_seq, "more": more}
        return Response(EventsSerializer(told | {"read_up_to": mark or 0}).data)

    @extend_schema(
        summary="メッセージを送る", request=MessageBody, responses={201: MessageSerializer, **refusals(*DONE)}
    )
    @action(detail=True, methods=["post"])
    @keeps_own_key
    def messages(self, request: Request, pk: str) -> Response:
        room = get_object_or_404(self.get_queryset(), pk=pk)
        given, key = POST(body(request)), request.headers.get(HEADER, "")
        try:
            event = actions.post(room, **given, key=key, by=signed_in(request.user))
        except ValidationError as refused:
            said = refused.message_dict if hasattr(refused, "error_dict") else {"": refused.messages}
            names = {"key": HEADER}
            raise Refusal(*((names.get(name, name), one) for name, all_ in said.items() for one in all_)) from None
        return Response(MessageSerializer(event).data, status=201)

    @extend_schema(methods=["PUT"], summary="自分のメッセージを書き直す", parameters=[SEQ], request=EditBody,
                   responses={200: MessageSerializer, **refusals(*DONE)})  # fmt: skip
    @extend_schema(methods=["DELETE"], summary="メッセージを削除する（自分のもの。ファシリテーターはどれでも）",
                   parameters=[SEQ], request=None, responses={204: None, **refusals(401, 403, 404)})  # fmt: skip
    @action(detail=True, methods=["put", "delete"], url_path=MESSAGE, url_name="message")
    def one(self, request: Request, pk: str, seq: str) -> Response:
        message, by = self.message(pk, seq), signed_in(request.user)
        if request.method == "DELETE":
            actions.delete(message, by=by)
            return Response(status=204)
        if message.by_id != by.pk:
            raise PermissionDenied
        with doing():
            actions.edit(message, **EDIT(body(request)), by=by)
        return Response(MessageSerializer(self.message(pk, seq)).data)

    @extend_schema(
        summary="ここまで読んだ",
        request=ReadBody,
        responses={200: ReadSerializer, **refusals(400, 401, 403, 404, 413, 415, 422)},
    )
    @action(detail=True, methods=["post"])
    def read(self, request: Request, pk: str) -> Response:
        room = get_object_or_404(self.get_queryset(), pk=pk)
        return Response({"read_up_to": actions.mark_read(room, READ(body(request))["seq"], by=signed_in(request.user))})
