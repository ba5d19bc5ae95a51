"""Organizations over HTTP: the same rules as their pages."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from network import actions
from network.access import Reader
from network.api_body import body
from network.api_errors import refusals
from network.api_filters import OrganizationFilter
from network.api_lists import SEGMENT
from network.api_serializers import OrganizationChange, OrganizationSerializer, RatingChange, RatingSerializer
from network.models import Capability, Organization, Rating, User
from network.transfer.shapes import Refusal, Shape, choice_of, flag, list_of, nullable, text, whole
from network.transfer.values import corporate_number, day, industry
from network.vocabulary import MAX_LEVEL, CapacityStatus, Stance

DESCRIPTION: dict[str, Any] = {  # the fields of actions.DESCRIPTION
    "name": text(120),
    "kana": text(200, blank=True),
    "corporate_number": nullable(corporate_number),
    "about": text(2000, blank=True, multiline=True),
    "nationwide": flag,
    "remote": flag,
}


def capacity_shape() -> Shape:
    return Shape(
        optional={
            "status": choice_of(CapacityStatus, called=_("受付の状況")),
            "slots": whole(0, 999),
            "until": nullable(day),
        }
    )


def change_shape() -> Shape:
    industries = list_of(industry, unique=False)
    return Shape(optional={**DESCRIPTION, "industries": industries, "capacity": capacity_shape()})


def rating_shape() -> Shape:
    return Shape(
        optional={
            "level": whole(0, MAX_LEVEL),
            "stance": choice_of(Stance, called=_("立場")),
            "note": text(400, blank=True, multiline=True),
        },
        make=_says_something,
    )


def _says_something(fields: dict[str, Any]) -> dict[str, Any]:
    if "level" not in fields and "stance" not in fields:
        raise Refusal(("level", _("必須です。level か stance のどちらかを書いてください。")))
    return fields


def whole_of(organizations: QuerySet[Organization], reader: Reader) -> QuerySet[Organization]:
    """With everything the serializer reads; a fixed number of queries for any number of organizations."""
    ratings = Rating.objects.visible_to(reader).select_related("capability").order_by("capability__code")
    shown: Prefetch[str, QuerySet[Rating], str] = Prefetch("ratings", queryset=ratings, to_attr="shown_ratings")
    return organizations.prefetch_related("service_areas", "industries", "labs", shown)


class OrganizationViewSet(GenericViewSet[Organization]):
    queryset = Organization.objects.none()
    serializer_class = OrganizationSerializer
    filterset_class = OrganizationFilter
    lookup_field = "external_id"
    lookup_value_regex = SEGMENT

    def get_queryset(self) -> QuerySet[Organization]:
        return whole_of(Organization.objects.visible_to(self.request.user), self.request.user)

    def editable(self, external_id: str) -> tuple[Organization, User]:
        """The organization and its editor: 404 when it may not be seen, 403 when it may not be changed."""
        reader = self.request.user
        found = get_object_or_404(Organization.objects.visible_to(reader), external_id=external_id)
        if not isinstance(reader, User) or not Organization.objects.editable_by(reader).contains(found):
            raise PermissionDenied
        return found, reader

    def shown(self, external_id: str) -> Response:
        return Response(self.get_serializer(get_object_or_404(self.get_queryset(), external_id=external_id)).data)

    @extend_schema(summary="支援機関の一覧", responses={200: OrganizationSerializer(many=True), **refusals(401, 422)})
    def list(self, request: Request) -> Response:
        found = self.filter_queryset(self.get_queryset().filter(is_active=True))
        return self.get_paginated_response(self.get_serializer(self.paginate_queryset(found), many=True).data)

    @extend_schema(summary="支援機関", responses={200: OrganizationSerializer, **refusals(401, 404)})
    def retrieve(self, request: Request, external_id: str) -> Response:
        return self.shown(external_id)

    @extend_schema(
        summary="自機関のプロフィールと受付の状況を変える",
        request=OrganizationChange,
        responses={200: OrganizationSerializer, **refusals(400, 401, 403, 404, 413, 415, 422)},
    )
    def partial_update(self, request: Request, external_id: str) -> Response:
        organization, editor = self.editable(external_id)
        change(organization, change_shape()(body(request)), by=editor)
        return self.shown(external_id)

    @extend_schema(
        summary="自己評価を1件書く",
        request=RatingChange,
        responses={200: RatingSerializer, 201: RatingSerializer, **refusals(400, 401, 403, 404, 413, 415, 422)},
    )
    @action(detail=True, methods=["put"], url_path=f"ratings/(?P<code>{SEGMENT})", url_name="rating")
    def rate(self, request: Request, external_id: str, code: str) -> Response:
        organization, editor = self.editable(external_id)
        capability = get_object_or_404(Capability, code=code)
        said = rating_shape()(body(request))
        is_new = not organization.ratings.filter(capability=capability).exists()
        rating = actions.rate(
            organization,
            capability=capability,
            level=said.get("level", 0),
            stance=Stance(said.get("stance", Stance.NEUTRAL)),
            note=said.get("note", ""),
            by=editor,
        )
        return Response(RatingSerializer(rating).data, status=201 if is_new else 200)

    @extend_schema(summary="自己評価を1件取り下げる", responses={204: None, **refusals(401, 403, 404)})
    @rate.mapping.delete
    def withdraw(self, request: Request, external_id: str, code: str) -> Response:
        organization, editor = self.editable(external_id)
        rating = get_object_or_404(organization.ratings.select_related("capability"), capability__code=code)
        actions.withdraw_rating(organization, capability=rating.capability, by=editor)
        return Response(status=204)


@transaction.atomic
def change(organization: Organization, wanted: dict[str, Any], *, by: User) -> None:
    """Everything that was sent, or nothing."""
    described = {name: wanted[name] for name in DESCRIPTION if name in wanted}
    if described or "industries" in wanted:
        actions.describe(organization, values=described, industries=wanted.get("industries"), by=by)
    if "capacity" in wanted:
        current, capacity = actions.locked(organization, by=by), wanted["capacity"]
        actions.declare_capacity(
            current,
            status=CapacityStatus(capacity.get("status", current.capacity_status)),
            slots=capacity.get("slots", current.capacity_slots),
            until=capacity.get("until", current.capacity_until),
            by=by,
        )
