"""What the API says of teams that are being formed, to their facilitators; and of an invitation, to the invited."""

from collections.abc import Iterable
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from matching.machine import TOLD
from matching.models import Seat, SeatInvitation, TeamPlan
from matching.presenting import other_seats, seat_views
from matching.replacing import Candidate
from matching.teaming import gates
from matching.vocabulary import (
    CheckItem,
    DeclineReason,
    InvitationState,
    PlanState,
    SeatState,
    Shown,
)
from network.models import Organization


class WishSerializer(serializers.Serializer[Any]):
    capability = serializers.CharField()
    level = serializers.IntegerField()
    must = serializers.BooleanField()


class AskedSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    organization = serializers.CharField(help_text="機関のid")
    state = serializers.ChoiceField(choices=InvitationState.choices)
    since = serializers.DateTimeField()
    deadline = serializers.DateTimeField(allow_null=True, help_text="この時刻からは遅い（日本時間の1日の終わり）")
    question = serializers.CharField(allow_blank=True)
    change = serializers.CharField(allow_blank=True)
    answer = serializers.CharField(allow_blank=True)
    terms = serializers.CharField(allow_blank=True, help_text="合意した変更")
    reason = serializers.CharField(allow_blank=True, help_text="辞退の理由のコード")
    note = serializers.CharField(allow_blank=True)


class PlanSeatSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    role = serializers.CharField()
    title = serializers.CharField()
    must = serializers.BooleanField()
    state = serializers.ChoiceField(choices=SeatState.choices)
    since = serializers.DateTimeField()
    proposed = serializers.CharField(allow_null=True)
    holder = serializers.CharField(allow_null=True)
    covered_by = serializers.CharField(allow_null=True)
    requirements = WishSerializer(many=True)
    invitations = AskedSerializer(many=True)


class GateSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    title = serializers.CharField()
    problems = serializers.ListField(child=serializers.CharField(), help_text="空なら満たしている")


class PlanLineSerializer(serializers.Serializer[TeamPlan]):
    id = serializers.IntegerField(source="pk")
    need = serializers.IntegerField(source="need_id")
    state = serializers.ChoiceField(choices=PlanState.choices)
    title = serializers.CharField()
    chosen_at = serializers.DateTimeField()


class PlanSerializer(PlanLineSerializer):
    brief = serializers.CharField(allow_blank=True)
    shows = serializers.ChoiceField(choices=Shown.choices)
    version = serializers.IntegerField()
    seats = serializers.SerializerMethodField()
    gates = serializers.SerializerMethodField(help_text="開始の条件。始まったあとは空")
    engagement = serializers.IntegerField(source="engagement.pk", default=None, allow_null=True)

    @extend_schema_field(PlanSeatSerializer(many=True))
    def get_seats(self, plan: TeamPlan) -> list[Any]:
        return [PlanSeatSerializer(seat_line(view.seat, view.invitations)).data for view in seat_views(plan)]

    @extend_schema_field(GateSerializer(many=True))
    def get_gates(self, plan: TeamPlan) -> list[Any]:
        shown = gates(plan) if plan.state in (PlanState.FORMING, PlanState.READY) else []
        return [GateSerializer(gate).data for gate in shown]


def name_of(organization: Organization | None) -> str | None:
    return organization.external_id if organization else None


def wish_lines(seat: Seat) -> list[dict[str, Any]]:
    """What the seat asks for, by code."""
    return [{name: item[name] for name in ("capability", "level", "must")} for item in seat.requirements]


def seat_line(seat: Seat, invitations: Iterable[SeatInvitation]) -> dict[str, Any]:
    told = {name: getattr(seat, name) for name in ("role", "title", "must", "state", "since")}
    told |= {"id": seat.pk, "proposed": name_of(seat.proposed), "holder": name_of(seat.holder)}
    told |= {"covered_by": name_of(seat.covered_by), "requirements": wish_lines(seat)}
    return told | {"invitations": [asked_line(each) for each in invitations]}


def asked_line(invitation: SeatInvitation) -> dict[str, Any]:
    names = ("state", "since", "deadline", "question", "change", "answer", "terms", "reason", "note")
    told = {name: getattr(invitation, name) for name in names}
    return told | {"id": invitation.pk, "organization": invitation.organization.external_id}


class CandidateSerializer(serializers.Serializer[Candidate]):
    organization = serializers.CharField(source="organization.external_id")
    name = serializers.CharField(source="organization.name")
    score = serializers.IntegerField(help_text="参加が決まった機関とのチームの点（1e-6単位）。差だけに意味がある")
    hops = serializers.IntegerField(allow_null=True)
    inside = serializers.BooleanField(help_text="すでにほかの席への参加を決めている")
    reaches = serializers.BooleanField()


class FactSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    value = serializers.CharField()


class OtherSeatSerializer(serializers.Serializer[Any]):
    title = serializers.CharField()
    who = serializers.CharField(allow_blank=True, help_text="設定により、機関の種類か名称")


class MatterSerializer(serializers.Serializer[Any]):
    title = serializers.CharField()
    brief = serializers.CharField(allow_blank=True)
    lab = serializers.CharField()
    client = FactSerializer(many=True)
    requirements = WishSerializer(many=True)
    others = OtherSeatSerializer(many=True)
    message = serializers.CharField(allow_blank=True)
    question = serializers.CharField(allow_blank=True)
    change = serializers.CharField(allow_blank=True)
    answer = serializers.CharField(allow_blank=True)
    terms = serializers.CharField(allow_blank=True)


class InvitationSerializer(serializers.Serializer[Any]):
    """招待された機関のメンバーに。返事が済んで席を持たないときは、matterはnullです。"""

    id = serializers.IntegerField()
    organization = serializers.CharField(help_text="招待された機関のid")
    seat = serializers.CharField()
    must = serializers.BooleanField()
    state = serializers.ChoiceField(choices=InvitationState.choices)
    late = serializers.BooleanField()
    deadline = serializers.DateTimeField(allow_null=True)
    matter = MatterSerializer(allow_null=True)
    engagement = serializers.IntegerField(allow_null=True)


def invitation_line(invitation: SeatInvitation) -> dict[str, Any]:
    """What the invited organization is told: the anonymous need, its seat, the others as the facilitator set."""
    plan, seat = invitation.seat.plan, invitation.seat
    told: dict[str, Any] = {"id": invitation.pk, "organization": invitation.organization.external_id}
    told |= {"seat": seat.title, "must": seat.must, "state": invitation.state, "late": invitation.is_late}
    accepted = invitation.state == InvitationState.ACCEPTED
    engagement = getattr(plan, "engagement", None) if accepted else None
    told |= {"deadline": invitation.deadline, "engagement": engagement.pk if engagement else None, "matter": None}
    if invitation.state in TOLD:
        matter = {name: getattr(invitation, name) for name in ("message", "question", "change", "answer", "terms")}
        matter |= {"title": plan.title, "brief": plan.brief, "lab": plan.need.lab.name}
        matter["client"] = [{"name": name, "value": value} for name, value in plan.client_facts]
        matter |= {"requirements": wish_lines(seat), "others": other_seats(invitation)}
        told["matter"] = matter
    return dict(InvitationSerializer(told).data)


class ChooseBody(serializers.Serializer[Any]):
    proposal = serializers.IntegerField(help_text="提案のid")
    team = serializers.IntegerField(required=False, min_value=1, help_text="提案の何番目のチームか（1から）")
    title = serializers.CharField(required=False, max_length=120, help_text="招待先に見せる件名")
    brief = serializers.CharField(required=False, max_length=2000)
    shows = serializers.ChoiceField(choices=Shown.choices, required=False)


class AskAllBody(serializers.Serializer[Any]):
    deadline = serializers.DateField(required=False, help_text="返事の最後の日（日本時間）。既定は7日後")
    message = serializers.CharField(required=False, max_length=1000)


class AskBody(AskAllBody):
    organization = serializers.CharField(help_text="機関のid")


class SubstituteBody(serializers.Serializer[Any]):
    organization = serializers.CharField(help_text="機関のid")


class CoverBody(serializers.Serializer[Any]):
    organization = serializers.CharField(allow_null=True, help_text="参加が決まった機関のid。nullは取り消し")


class TextBody(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=1000)


class ReplyBody(serializers.Serializer[Any]):
    text = serializers.CharField(required=False, max_length=1000)
    agreed = serializers.BooleanField(required=False, help_text="変更の相談に応じるか")


class DeclineBody(serializers.Serializer[Any]):
    reason = serializers.ChoiceField(choices=DeclineReason.choices)
    note = serializers.CharField(required=False, max_length=400, help_text="otherのときは必須")


class TickBody(serializers.Serializer[Any]):
    item = serializers.ChoiceField(choices=CheckItem.choices)
    on = serializers.BooleanField(required=False)
