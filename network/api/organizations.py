"""Organizations over HTTP: the same rules as their pages."""

from collections.abc import Collection
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from network import actions
from network.access import Reader
from network.api.body import body
from network.api.errors import MERGED, refusals
from network.api.filters import OrganizationFilter
from network.api.lists import SEGMENT, NamedParameters, refuse_strangers
from network.api.serializers import (
    FacetsSerializer,
    OrganizationChange,
    OrganizationConflict,
    OrganizationSerializer,
    RatingChange,
    RatingConflict,
    RatingSerializer,
)
from network.api.versions import ETAG, IF_MATCH, IF_NONE_MATCH, expect_match, tagged
from network.believing.evidence import in_force
from network.finding.found import find
from network.finding.wanted import Wanted
from network.models import Capability, Evidence, Expert, Office, Organization, Rating, User
from network.transfer.shapes import Refusal, Shape, choice_of, flag, list_of, nullable, text, whole
from network.transfer.values import corporate_number, day, email_or_nothing, industry, web_address
from network.vocabulary import MAX_LEVEL, CapacityStatus, Stance

DESCRIPTION: dict[str, Any] = {  # the fields of actions.DESCRIPTION
    "name": text(120),
    "kana": text(200, blank=True),
    "corporate_number": nullable(corporate_number),
    "about": text(2000, blank=True, multiline=True),
    "website": web_address,
    "contact_email": email_or_nothing,
    "contact_phone": text(20, blank=True),
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
            "evidence": text(400, blank=True),
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
    people = Expert.objects.visible_to(reader).prefetch_related("credentials")
    experts: Prefetch[str, QuerySet[Expert], str] = Prefetch("experts", queryset=people, to_attr="shown_experts")
    offices = Prefetch("offices", queryset=Office.objects.prefetch_related("service_areas"))
    pieces = Evidence.objects.filter(in_force(timezone.localdate()))
    evidence: Prefetch[str, QuerySet[Evidence], str] = Prefetch("evidence", pieces, to_attr="evidence_in_force")
    return organizations.prefetch_related("service_areas", "industries", "labs", shown, offices, experts, evidence)


def wanted_by(request: Request, common: Collection[str]) -> Wanted:
    """What the address asks for; a parameter or value that nobody knows is refused by name."""
    refuse_strangers(request.query_params, [*OrganizationFilter.base_filters, *common])
    asked = request.query_params.copy()
    for name, values in request.query_params.lists():
        asked.setlist(name, [value for value in values if value])
    filters = OrganizationFilter(asked, queryset=Organization.objects.none(), request=request)
    if not filters.is_valid():
        raise ValidationError(filters.errors)
    return filters.wanted


@method_decorator(conditional_page, name="dispatch")
class OrganizationViewSet(GenericViewSet[Organization]):
    queryset = Organization.objects.none()
    serializer_class = OrganizationSerializer
    filterset_class = OrganizationFilter
    lookup_field = "external_id"
    lookup_value_regex = SEGMENT

    def get_queryset(self) -> QuerySet[Organization]:
        return whole_of(Organization.objects.visible_to(self.request.user), self.request.user)

    def found(self, organizations: QuerySet[Organization], external_id: str) -> Organization:
        """The organization of that id; of a merged one 404 says to those who may see it where it went."""
        found = organizations.filter(external_id=external_id).first()
        if found is not None and found.merged_into_id is None:
            return found
        visible = Organization.objects.visible_to(self.request.user)
        if kept := visible.filter(merged_from__external_id=external_id).first():
            said = _("この機関は「%(id)s」に統合されました。そのidで取得してください。") % {"id": kept.external_id}
            raise NotFound(said, code=MERGED)
        raise Http404

    def editable(self, external_id: str) -> tuple[Organization, User]:
        """The organization and its editor: 404 when it may not be seen, 403 when it may not be changed."""
        reader = self.request.user
        found = self.found(Organization.objects.visible_to(reader), external_id)
        if not isinstance(reader, User) or not Organization.objects.editable_by(reader).contains(found):
            raise PermissionDenied
        return found, reader

    def shown(self, external_id: str) -> dict[str, Any]:
        return dict(self.get_serializer(self.found(self.get_queryset(), external_id)).data)

    @extend_schema(summary="支援機関の一覧", responses={200: OrganizationSerializer(many=True), **refusals(401, 422)})
    def list(self, request: Request) -> Response:
        found = find(wanted_by(request, NamedParameters.COMMON), request.user)
        ids = list(self.paginate_queryset(found.ids) or ())
        rows = self.get_queryset().filter(is_active=True).in_bulk(ids)
        return self.get_paginated_response(self.get_serializer([rows[pk] for pk in ids if pk in rows], many=True).data)

    @extend_schema(
        summary="条件ごとの支援機関の数", filters=True, responses={200: FacetsSerializer, **refusals(401, 422)}
    )
    @action(detail=False, url_path="facets", url_name="facets", pagination_class=None)
    def facets(self, request: Request) -> Response:
        """How many organizations there are, and would be with each value; a facet's own choice is left aside."""
        found = find(wanted_by(request, ("format",)), request.user)
        counts = {name: {value: n for value, n in counted.items() if n} for name, counted in found.counts.items()}
        return Response({"total": len(found.ids), "facets": counts})

    @extend_schema(summary="支援機関", parameters=[ETAG], responses={200: OrganizationSerializer, **refusals(401, 404)})
    def retrieve(self, request: Request, external_id: str) -> Response:
        return tagged(self.shown(external_id))

    @extend_schema(
        summary="自機関のプロフィールと受付の状況を変える",
        request=OrganizationChange,
        parameters=[IF_MATCH, ETAG],
        responses={
            200: OrganizationSerializer,
            412: OrganizationConflict,
            **refusals(400, 401, 403, 404, 413, 415, 422, 428),
        },
    )
    @transaction.atomic
    def partial_update(self, request: Request, external_id: str) -> Response:
        organization, editor = self.editable(external_id)
        wanted = change_shape()(body(request))
        actions.locked(organization, by=editor)
        expect_match(request, self.shown(external_id))
        change(organization, wanted, by=editor)
        return tagged(self.shown(external_id))

    @extend_schema(summary="自己評価1件", parameters=[ETAG], responses={200: RatingSerializer, **refusals(401, 404)})
    @action(detail=True, methods=["get"], url_path=f"ratings/(?P<code>{SEGMENT})", url_name="rating")
    def rating(self, request: Request, external_id: str, code: str) -> Response:
        organization = self.found(Organization.objects.visible_to(request.user), external_id)
        shown = Rating.objects.visible_to(request.user).filter(organization=organization)
        found = get_object_or_404(shown.select_related("capability"), capability__code=code)
        return tagged(RatingSerializer(found).data)

    @extend_schema(
        summary="自己評価を1件書く",
        request=RatingChange,
        parameters=[IF_MATCH, IF_NONE_MATCH, ETAG],
        responses={
            200: RatingSerializer,
            201: RatingSerializer,
            412: RatingConflict,
            **refusals(400, 401, 403, 404, 413, 415, 422, 428),
        },
    )
    @rating.mapping.put
    @transaction.atomic
    def rate(self, request: Request, external_id: str, code: str) -> Response:
        organization, editor = self.editable(external_id)
        capability = get_object_or_404(Capability, code=code)
        said = rating_shape()(body(request))
        actions.locked(organization, by=editor)
        before = organization.ratings.select_related("capability").filter(capability=capability).first()
        expect_match(request, RatingSerializer(before).data if before else None)
        rating = actions.rate(
            organization,
            capability=capability,
            level=said.get("level", 0),
            stance=Stance(said.get("stance", Stance.NEUTRAL)),
            note=said.get("note", ""),
            evidence=said.get("evidence", ""),
            by=editor,
        )
        return tagged(RatingSerializer(rating).data, status=200 if before else 201)

    @extend_schema(
        summary="自己評価を1件取り下げる",
        parameters=[IF_MATCH],
        responses={204: None, 412: RatingConflict, **refusals(401, 403, 404, 428)},
    )
    @rating.mapping.delete
    @transaction.atomic
    def withdraw(self, request: Request, external_id: str, code: str) -> Response:
        organization, editor = self.editable(external_id)
        actions.locked(organization, by=editor)
        rating = get_object_or_404(organization.ratings.select_related("capability"), capability__code=code)
        expect_match(request, RatingSerializer(rating).data)
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
