"""Needs and proposals over HTTP: NEED.json in, proposals out, for the facilitators of the need's lab."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from matching import actions
from matching.api_needs import checked, store
from matching.api_serializers import (
    NeedBody,
    NeedSerializer,
    ProposalLineSerializer,
    ProposalOptions,
    ProposalSerializer,
)
from matching.explaining import lexicon, reasons, visible_covers
from matching.models import Need, Proposal
from network.access import Reader, lab_ids_facilitated_by
from network.api.body import body
from network.api.errors import refusals
from network.api.lists import NUMBER
from network.models import User
from network.transfer.shapes import Shape, flag, whole

TOLD = ("need", "optimal", "gap", "took_ms", "registry", "engine")
TOLD_OF_TEAM = ("score", "open_must", "lead", "members", "parts", "owners", "gaps")
"""What leaves a stored answer: not the declared levels it also keeps, among which weaknesses are."""
MOST_TEAMS = 10


def whole_of(needs: QuerySet[Need]) -> QuerySet[Need]:
    """With everything the serializer reads; a fixed number of queries for any number of needs."""
    named = ("must_include", "exclude", "suppliers")
    return needs.select_related("lab").prefetch_related("requirements__capability", *named)


class NeedViewSet(GenericViewSet[Need]):
    queryset = Need.objects.none()
    serializer_class = NeedSerializer
    lookup_value_regex = NUMBER

    def get_queryset(self) -> QuerySet[Need]:
        return Need.objects.visible_to(self.request.user)

    def shown(self, need: Need, status: int = 200, **headers: str) -> Response:
        fresh = whole_of(Need.objects.all()).get(pk=need.pk)
        return Response(NeedSerializer(fresh).data, status=status, headers=headers)

    @extend_schema(summary="担当するラボの案件", responses={200: NeedSerializer(many=True), **refusals(401, 422)})
    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(whole_of(self.get_queryset()))) or []
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(summary="案件", responses={200: NeedSerializer, **refusals(401, 404)})
    def retrieve(self, request: Request, pk: str) -> Response:
        return self.shown(get_object_or_404(self.get_queryset(), pk=pk))

    @extend_schema(
        summary="案件を登録する",
        request=NeedBody,
        responses={201: NeedSerializer, **refusals(400, 401, 403, 413, 415, 422)},
    )
    def create(self, request: Request) -> Response:
        if not isinstance(request.user, User) or not lab_ids_facilitated_by(request.user).exists():
            raise PermissionDenied
        need = Need()
        store(need, checked(body(request), need, by=request.user), by=request.user)
        return self.shown(need, 201, Location=reverse("api-need-detail", args=[need.pk]))

    @extend_schema(
        summary="案件を書き直す",
        request=NeedBody,
        responses={200: NeedSerializer, **refusals(400, 401, 403, 404, 413, 415, 422)},
    )
    def update(self, request: Request, pk: str) -> Response:
        need = get_object_or_404(self.get_queryset(), pk=pk)
        if not isinstance(request.user, User) or not Need.objects.editable_by(request.user).contains(need):
            raise PermissionDenied
        store(need, checked(body(request), need, by=request.user), by=request.user)
        return self.shown(need)


class ProposalViewSet(GenericViewSet[Proposal]):
    queryset = Proposal.objects.none()
    serializer_class = ProposalSerializer
    lookup_value_regex = NUMBER

    def need(self, pk: str) -> Need:
        return get_object_or_404(Need.objects.visible_to(self.request.user), pk=pk)

    @extend_schema(
        summary="案件への提案の履歴", responses={200: ProposalLineSerializer(many=True), **refusals(401, 404, 422)}
    )
    def list(self, request: Request, need: str) -> Response:
        made = Proposal.objects.visible_to(request.user).filter(need=self.need(need))
        page = self.paginate_queryset(self.filter_queryset(made)) or []
        return self.get_paginated_response([ProposalLineSerializer(proposal).data for proposal in page])

    @extend_schema(
        summary="いまの登録簿から提案する",
        request=ProposalOptions,
        responses={201: ProposalSerializer, **refusals(400, 401, 403, 404, 413, 415, 422)},
    )
    def create(self, request: Request, need: str) -> Response:
        found = self.need(need)
        if not isinstance(request.user, User):
            raise PermissionDenied
        options = options_shape()(body(request))
        made = actions.make_proposal(found, by=request.user, **options)
        address = reverse("api-proposal-detail", args=[found.pk, made.pk])
        return Response(as_read(made, request.user), status=201, headers={"Location": address})

    @extend_schema(summary="提案", responses={200: ProposalSerializer, **refusals(401, 404)})
    def retrieve(self, request: Request, need: str, pk: str) -> Response:
        made = get_object_or_404(Proposal.objects.visible_to(request.user), need=need, pk=pk)
        return Response(as_read(made, request.user))


def options_shape() -> Shape:
    return Shape(optional={"top": whole(1, MOST_TEAMS), "diverse": flag})


def as_read(proposal: Proposal, reader: Reader) -> dict[str, Any]:
    """A stored proposal in the file format, with the sentences and covered weaknesses this reader may know."""
    result, words = proposal.result, lexicon([proposal.result], reader)
    teams = [
        {
            **{name: team[name] for name in TOLD_OF_TEAM},
            "covers": visible_covers(team, words),
            "reasons": reasons(team, result["requirements"], words, result["levels"], result.get("confidences", {})),
        }
        for team in result["teams"]
    ]
    told = {"id": proposal.pk, "made_at": proposal.made_at, **{name: result[name] for name in TOLD}, "teams": teams}
    return dict(ProposalSerializer(told).data)
