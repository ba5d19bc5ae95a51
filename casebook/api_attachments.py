"""Files of cases over HTTP: what a reader may have is decided where the page's is."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.permissions import BasePermission, IsAuthenticatedOrReadOnly
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from casebook.files.serving import handed_over
from casebook.models import Attachment, Case
from network.api.errors import refusals
from network.api.lists import NUMBER, SEGMENT


class AttachmentSerializer(serializers.ModelSerializer[Attachment]):
    class Meta:
        model = Attachment
        fields = ("id", "section", "name", "description", "content_type", "size", "sha256", "live")


class AnyType(DefaultContentNegotiation):
    """A file has the type it has; only refusals are JSON, whatever was asked for."""

    def select_renderer(
        self, _request: Request, renderers: Iterable[BaseRenderer], _format_suffix: str | None = None
    ) -> Any:
        first = next(iter(renderers))
        return first, first.media_type


class AttachmentViewSet(GenericViewSet[Attachment]):
    queryset = Attachment.objects.none()
    serializer_class = AttachmentSerializer
    pagination_class = None
    filter_backends = ()
    lookup_value_regex = NUMBER
    permission_classes: Sequence[type[BasePermission]] = [IsAuthenticatedOrReadOnly]
    content_negotiation_class = AnyType

    def get_queryset(self) -> QuerySet[Attachment]:
        """404 for a case of which the reader sees nothing."""
        visible = Case.objects.visible_to(self.request.user)
        case = get_object_or_404(visible, external_id=self.kwargs["external_id"])
        return Attachment.objects.visible_to(self.request.user).filter(case=case).select_related("case")

    @extend_schema(
        summary="事例の添付ファイルの一覧", responses={200: AttachmentSerializer(many=True), **refusals(404)}
    )
    def list(self, request: Request, external_id: str) -> Response:
        return Response(self.get_serializer(self.get_queryset(), many=True).data)

    @extend_schema(
        summary="添付ファイル", responses={(200, "application/octet-stream"): OpenApiTypes.BINARY, **refusals(404)}
    )
    def retrieve(self, request: Request, external_id: str, pk: str) -> HttpResponseBase:
        return handed_over(get_object_or_404(self.get_queryset(), pk=int(pk)), request)


ADDRESS = rf"cases/(?P<external_id>{SEGMENT})/attachments"
