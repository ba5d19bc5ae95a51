"""What the API says of a team at work, and of its room."""

from typing import Any

from rest_framework import serializers

from casebook.models import Case
from casebook.vocabulary import Outcome
from matching import actions
from matching.models import CheckIn, Decision, Engagement, EngagementPhase, Event, Indicator, Room, Task
from matching.models.rooms import LONGEST
from matching.rooms.notes import sentence
from matching.vocabulary import EngagementState, EventKind, Letter
from network.access import Reader

# --- Work ---------------------------------------------------------------------------------------


class PhaseSerializer(serializers.Serializer[EngagementPhase]):
    id = serializers.IntegerField(source="pk")
    phase = serializers.CharField()
    name = serializers.CharField()
    accountable = serializers.CharField(source="accountable.external_id", help_text="責任をもつ機関（A）。局面にひとつ")
    starts = serializers.DateField(allow_null=True)
    ends = serializers.DateField(allow_null=True)
    done_on = serializers.DateField(allow_null=True)
    parts = serializers.SerializerMethodField(help_text="ほかの機関の分担: 機関のidからR・C・I")

    def get_parts(self, phase: EngagementPhase) -> dict[str, str]:
        return {part.organization.external_id: part.letter for part in phase.parts.all()}


class TaskSerializer(serializers.Serializer[Task]):
    id = serializers.IntegerField(source="pk")
    what = serializers.CharField()
    organization = serializers.CharField(source="organization.external_id")
    until = serializers.DateField(allow_null=True)
    phase = serializers.CharField(source="phase.phase", default=None, allow_null=True)
    done_at = serializers.DateTimeField(allow_null=True)


class DecisionSerializer(serializers.Serializer[Decision]):
    id = serializers.IntegerField(source="pk")
    text = serializers.CharField()
    on = serializers.DateField()


class IndicatorSerializer(serializers.Serializer[Indicator]):
    name = serializers.CharField()
    unit = serializers.CharField(allow_blank=True)
    before = serializers.FloatField(allow_null=True)
    after = serializers.FloatField(allow_null=True)
    how = serializers.CharField(allow_blank=True)
    measured_on = serializers.DateField(allow_null=True)


class CheckInSerializer(serializers.Serializer[CheckIn]):
    id = serializers.IntegerField(source="pk")
    months = serializers.IntegerField()
    due = serializers.DateField()
    done_on = serializers.DateField(allow_null=True)
    note = serializers.CharField(allow_blank=True)


class EngagementLineSerializer(serializers.Serializer[Engagement]):
    id = serializers.IntegerField(source="pk")
    title = serializers.CharField(source="plan.title")
    state = serializers.ChoiceField(choices=EngagementState.choices)
    lead = serializers.CharField(source="lead.external_id")
    started_on = serializers.DateField()
    closed_on = serializers.DateField(allow_null=True)


class EngagementSerializer(EngagementLineSerializer):
    """Prepared by `api_work.whole_of`; needs the `reader` in its context."""

    members = serializers.SerializerMethodField()
    handed_over_on = serializers.DateField(allow_null=True)
    handover_note = serializers.CharField(allow_blank=True)
    outcome = serializers.CharField(allow_blank=True, help_text="続いているあいだは空")
    stage_after = serializers.IntegerField(allow_null=True)
    worked = serializers.CharField(allow_blank=True)
    failed = serializers.CharField(allow_blank=True)
    phases = PhaseSerializer(many=True)
    tasks = TaskSerializer(many=True)
    decisions = DecisionSerializer(many=True)
    indicators = IndicatorSerializer(many=True)
    check_ins = CheckInSerializer(many=True)
    room = serializers.SerializerMethodField(help_text="連携ルームのid")
    case = serializers.SerializerMethodField(help_text="この支援から生まれた事例のid（読める方だけ）")

    def get_members(self, engagement: Engagement) -> list[str]:
        return [member.external_id for member in actions.team_of(engagement)]

    def get_room(self, engagement: Engagement) -> int | None:
        found = Room.objects.visible_to(self.context["reader"]).filter(team=engagement.team_id)
        return found.values_list("pk", flat=True).first()

    def get_case(self, engagement: Engagement) -> str | None:
        born = Case.objects.visible_to(self.context["reader"]).filter(born_of=engagement.reference)
        return born.values_list("external_id", flat=True).first()


class PhaseBody(serializers.Serializer[Any]):
    phase = serializers.CharField()
    accountable = serializers.CharField(help_text="責任をもつ機関のid")
    starts = serializers.DateField(required=False, allow_null=True)
    ends = serializers.DateField(required=False, allow_null=True)
    done_on = serializers.DateField(required=False, allow_null=True)


class PartBody(serializers.Serializer[Any]):
    organization = serializers.CharField()
    letter = serializers.ChoiceField(choices=Letter.choices, allow_null=True, help_text="nullは分担なし")


class TaskBody(serializers.Serializer[Any]):
    what = serializers.CharField(max_length=200)
    organization = serializers.CharField(help_text="チームの機関のid")
    until = serializers.DateField(required=False, allow_null=True)
    phase = serializers.CharField(required=False, allow_null=True, help_text="局面のコード")


class TaskDoneBody(serializers.Serializer[Any]):
    done = serializers.BooleanField()


class DecisionBody(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=1000)
    on = serializers.DateField(required=False)


class IndicatorBody(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=80)
    unit = serializers.CharField(required=False, max_length=20)
    before = serializers.FloatField(required=False, allow_null=True)
    after = serializers.FloatField(required=False, allow_null=True)
    how = serializers.CharField(required=False, max_length=200)
    measured_on = serializers.DateField(required=False)


class NoteBody(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=2000)


class CloseBody(serializers.Serializer[Any]):
    outcome = serializers.ChoiceField(choices=Outcome.choices)
    stage_after = serializers.IntegerField(min_value=1, max_value=4, required=False, allow_null=True)
    worked = serializers.CharField(required=False, max_length=4000)
    failed = serializers.CharField(required=False, max_length=4000)


# --- Room ---------------------------------------------------------------------------------------


class RoomLineSerializer(serializers.Serializer[Room]):
    id = serializers.IntegerField(source="pk")
    name = serializers.CharField(source="team.name")
    last = serializers.IntegerField(source="last_seq", help_text="最後のできごとの番号")
    unread = serializers.IntegerField(help_text="まだ読んでいない、ほかの方のメッセージ")
    engagement = serializers.IntegerField(source="team.engagement.pk", default=None, allow_null=True)


class FileSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()
    size = serializers.IntegerField()
    content_type = serializers.CharField()


class MessageSerializer(serializers.Serializer[Event]):
    seq = serializers.IntegerField()
    at = serializers.DateTimeField()
    by = serializers.CharField(source="by_name", allow_blank=True)
    place = serializers.CharField(source="by_place", allow_blank=True)
    text = serializers.CharField(allow_blank=True, help_text="いまの文。削除されていれば空")
    thread = serializers.IntegerField(source="thread.seq", default=None, allow_null=True)
    version = serializers.IntegerField(help_text="書き直した回数")
    deleted_at = serializers.DateTimeField(allow_null=True)
    files = FileSerializer(many=True)


class EventSerializer(serializers.Serializer[Any]):
    """書き直しと削除では、messageに元のメッセージのいまの姿があります。"""

    seq = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=EventKind.choices)
    at = serializers.DateTimeField()
    by = serializers.CharField(allow_blank=True)
    note = serializers.CharField(allow_blank=True, help_text="noteのとき、できごとの文")
    message = MessageSerializer(allow_null=True)


class EventsSerializer(serializers.Serializer[Any]):
    events = EventSerializer(many=True)
    last = serializers.IntegerField()
    more = serializers.BooleanField(help_text="続きがある: 最後のseqをafterにしてもう一度")
    read_up_to = serializers.IntegerField()


def event_line(event: Event) -> dict[str, Any]:
    noted = event.kind == EventKind.NOTE
    told = {"seq": event.seq, "kind": event.kind, "at": event.at, "by": event.by_name}
    told["note"] = sentence(event.what, event.facts, event.by_name) if noted else ""
    return told | {"message": None if noted else event.target or event}


class MessageBody(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=LONGEST)
    reply_to = serializers.IntegerField(required=False, help_text="返信先のメッセージのseq")


class EditBody(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=LONGEST)
    version = serializers.IntegerField(help_text="読んだときのversion。変わっていれば409")


class ReadBody(serializers.Serializer[Any]):
    seq = serializers.IntegerField(min_value=0)


class ReadSerializer(serializers.Serializer[Any]):
    read_up_to = serializers.IntegerField()


def work_line(engagement: Engagement, reader: Reader) -> dict[str, Any]:
    return dict(EngagementSerializer(engagement, context={"reader": reader}).data)
