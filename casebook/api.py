"""Cases over HTTP: what one reader reads is decided where the page's is."""

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission, IsAuthenticatedOrReadOnly
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from casebook import actions
from casebook.api_serializers import FACTS, CaseSerializer, FactsSerializer, SectionSerializer, ShareSerializer
from casebook.gif import gif_of
from casebook.models import Case, Section
from casebook.reading import Reading, read
from casebook.readlog import record
from casebook.transfer.exporting import CaseLines, withheld
from casebook.transfer.naming import known_for, teams_for
from casebook.vocabulary import AUDIENCE_KEYS, Audience, LogAction, Outcome
from network.api.body import body
from network.api.errors import refusals
from network.api.filters import CapabilityFilter, WholeNumberFilter
from network.api.lists import SEGMENT
from network.codes import PHASES, PREFECTURES, industry_majors
from network.models import User
from network.transfer.shapes import Refusal, Shape, choice_of


def majors() -> list[tuple[str, str]]:
    return [(code, entry.name) for code, entry in industry_majors().items()]


class CaseFilter(filters.FilterSet):  # type: ignore[misc]  # django-filter ships no types
    """By the facts that any reader of a case sees; never by what stands in a section."""

    industry = filters.ChoiceFilter(choices=majors)
    prefecture = filters.ChoiceFilter(choices=PREFECTURES.choices)
    year = WholeNumberFilter(min_value=1990, max_value=2100)
    outcome = filters.ChoiceFilter(choices=Outcome.choices)
    phase = filters.ChoiceFilter(field_name="phases__phase", choices=PHASES.choices)
    capability = CapabilityFilter(field_name="capabilities")


class CaseViewSet(GenericViewSet[Case]):
    queryset = Case.objects.none()
    serializer_class = CaseSerializer
    filterset_class = CaseFilter
    lookup_field = "external_id"
    lookup_value_regex = SEGMENT
    permission_classes: Sequence[type[BasePermission]] = [IsAuthenticatedOrReadOnly]

    def get_queryset(self) -> QuerySet[Case]:
        return Case.objects.visible_to(self.request.user).prefetch_related("capabilities", "phases")

    def reading(self, external_id: str) -> Reading:
        """The case as far as this reader may read it; 404 when that is nothing."""
        shown = get_object_or_404(self.get_queryset(), external_id=external_id)
        return read([shown], self.request.user)[0]

    @extend_schema(summary="事例の一覧（事実だけ）", responses={200: FactsSerializer(many=True), **refusals(422)})
    def list(self, request: Request) -> Response:
        cases = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        bare = [Reading(case, [], [], [], shows_source=False, has_more=False) for case in cases]
        lines = CaseLines(known_for(bare, with_keys=False))
        found = [lines.line(reading, with_keys=False) for reading in bare]
        return self.get_paginated_response([{name: line[name] for name in FACTS} for line in found])

    @extend_schema(summary="事例", responses={200: CaseSerializer, **refusals(404)})
    def retrieve(self, request: Request, external_id: str) -> Response:
        reading = self.reading(external_id)
        record([reading], LogAction.READ, request.user)
        may_edit = Case.objects.editable_by(request.user).contains(reading.case)
        writer = CaseLines(known_for([reading], with_keys=may_edit), teams_for([reading]) if may_edit else {})
        broken = may_edit and bool(withheld([reading.case.pk]))
        return Response(writer.line(reading, with_keys=may_edit, withheld=broken))

    @extend_schema(
        summary="事例をGIF（DS-451-3 事例）の項目で",
        responses={200: OpenApiTypes.OBJECT, **refusals(404)},
    )
    @action(detail=True, methods=["get"], url_name="gif")
    def gif(self, request: Request, external_id: str) -> Response:
        reading = self.reading(external_id)
        record([reading], LogAction.READ, request.user)
        return Response(gif_of(reading, request.user))

    @extend_schema(
        summary="節の公開範囲を選ぶ",
        request=ShareSerializer,
        responses={200: SectionSerializer, **refusals(400, 401, 403, 404, 413, 415, 422)},
    )
    @action(detail=True, methods=["post"], url_path=f"sections/(?P<kind>{SEGMENT})/share", url_name="share")
    def share(self, request: Request, external_id: str, kind: str) -> Response:
        shown = get_object_or_404(self.get_queryset(), external_id=external_id)
        if not isinstance(request.user, User) or not Case.objects.editable_by(request.user).contains(shown):
            raise PermissionDenied
        section = get_object_or_404(Section, case=shown, kind=kind)
        audience = share_shape()(body(request))["audience"]
        try:
            actions.share(section, with_keys=AUDIENCE_KEYS[audience], by=request.user)
        except actions.BeyondConsentError:
            said = _("お客様か参加した機関の同意が、その範囲まで及んでいません。何も変えていません。")
            raise Refusal(("audience", said)) from None
        line = self.retrieve(request, external_id).data
        return Response(next(found for found in line["sections"] if found["kind"] == kind))


def share_shape() -> Shape:
    return Shape(required={"audience": choice_of(Audience, called=_("公開範囲"))})
