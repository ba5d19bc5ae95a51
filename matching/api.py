"""Needs and proposals over HTTP: NEED.json in, proposals out, for the facilitators of the need's lab."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from matching import actions
from matching.api_answers import (
    ProposalLineSerializer,
    ProposalOptions,
    ProposalSerializer,
    RerunSerializer,
    RunSerializer,
)
from matching.api_asking import asked
from matching.api_needs import checked, store
from matching.api_serializers import NeedBody, NeedSerializer
from matching.explaining import lexicon
from matching.models import Need, Proposal, Run
from matching.results import told
from network.access import Reader, lab_ids_facilitated_by
from network.api.body import body
from network.api.errors import refusals
from network.api.lists import NUMBER
from network.models import User
from network.once import commits_on_its_way
from network.transfer.shapes import Refusal

UUID_PATTERN = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"


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
    @commits_on_its_way
    def create(self, request: Request, need: str) -> Response:
        found = self.need(need)
        if not isinstance(request.user, User):
            raise PermissionDenied
        options = asked(body(request), found)
        made = actions.make_proposal(found, by=request.user, **options)
        address = reverse("api-proposal-detail", args=[found.pk, made.pk])
        return Response(as_read(made, request.user), status=201, headers={"Location": address})

    @extend_schema(
        summary="同じ問いをもう一度計算して比べる",
        request=None,
        responses={200: RerunSerializer, **refusals(401, 403, 404, 422)},
    )
    @action(detail=True, methods=["post"])
    @commits_on_its_way
    def rerun(self, request: Request, need: str, pk: str) -> Response:
        made = get_object_or_404(Proposal.objects.visible_to(request.user), need=need, pk=pk)
        if not isinstance(request.user, User):
            raise PermissionDenied
        if "inputs" not in made.result:
            raise Refusal(("", _("この提案は前の版の計算で作られ、問いが残っていません。")))
        return Response(RerunSerializer(actions.rerun(made, by=request.user)).data)

    @extend_schema(summary="提案", responses={200: ProposalSerializer, **refusals(401, 404)})
    def retrieve(self, request: Request, need: str, pk: str) -> Response:
        made = get_object_or_404(Proposal.objects.visible_to(request.user).select_related("need"), need=need, pk=pk)
        return Response(as_read(made, request.user))


class RunViewSet(GenericViewSet[Run]):
    """A run while it runs: how far it is; DELETE calls it off."""

    queryset = Run.objects.none()
    serializer_class = RunSerializer
    lookup_field = "key"
    lookup_value_regex = UUID_PATTERN

    def found(self, need: str, key: str) -> Run:
        return get_object_or_404(Run.objects.visible_to(self.request.user), need=need, key=key)

    @extend_schema(summary="提案の計算の進み具合", responses={200: RunSerializer, **refusals(401, 404)})
    def retrieve(self, request: Request, need: str, key: str) -> Response:
        return Response(RunSerializer(self.found(need, key)).data)

    @extend_schema(summary="提案の計算を取り消す", responses={204: None, **refusals(401, 403, 404)})
    def destroy(self, request: Request, need: str, key: str) -> Response:
        run = self.found(need, key)
        if not isinstance(request.user, User):
            raise PermissionDenied
        actions.cancel_run(run, by=request.user)
        return Response(status=204)


def as_read(proposal: Proposal, reader: Reader) -> dict[str, Any]:
    """A stored proposal in the file format, as this reader may know it."""
    words = lexicon([proposal.result], reader)
    given = told(proposal.result, words, proposal.need.prefecture)
    return dict(ProposalSerializer({"id": proposal.pk, "made_at": proposal.made_at, **given}).data)
