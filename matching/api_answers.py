"""What the API says of proposals and runs, and what may be asked of them: the keys of the file formats."""

from typing import Any

from rest_framework import serializers

from matching.models import Proposal, Run
from matching.weights import BOUNDS, NAMES


class ProposalLineSerializer(serializers.Serializer[Proposal]):
    id = serializers.IntegerField(source="pk")
    made_at = serializers.DateTimeField()
    engine = serializers.CharField()
    weights = serializers.CharField()
    optimal = serializers.BooleanField(source="result.optimal")
    score = serializers.SerializerMethodField(help_text="提案1の点（1e-6単位）。チームがなければnull")

    def get_score(self, proposal: Proposal) -> int | None:
        teams = proposal.result["teams"]
        return teams[0]["score"] if teams else None


class RegistrySerializer(serializers.Serializer[Any]):
    organizations = serializers.IntegerField()
    version = serializers.CharField()
    current = serializers.BooleanField(help_text="答えたときも登録簿がこの版のままだった")


class PartsSerializer(serializers.Serializer[Any]):
    coverage = serializers.IntegerField()
    lead = serializers.IntegerField()
    member_cost = serializers.IntegerField()
    cohesion = serializers.IntegerField()
    open_weakness = serializers.IntegerField()


class NearestSerializer(serializers.Serializer[Any]):
    organization = serializers.CharField()
    hops = serializers.IntegerField(allow_null=True)


class GapSerializer(serializers.Serializer[Any]):
    requirement = serializers.IntegerField(help_text="要件の番号（0から）")
    covered = serializers.FloatField()
    nearest = NearestSerializer(allow_null=True)


class CoverSerializer(serializers.Serializer[Any]):
    weakness_of = serializers.CharField()
    capability = serializers.CharField()
    by = serializers.CharField()


class GivenUpSerializer(serializers.Serializer[Any]):
    score = serializers.IntegerField(help_text="提案1より低い点（1e-6単位）")
    open_must = serializers.IntegerField()


class ApartSerializer(serializers.Serializer[Any]):
    lead = serializers.BooleanField(help_text="提案1と主担当が違う")
    joined = serializers.ListField(child=serializers.CharField())
    left = serializers.ListField(child=serializers.CharField())


class SeatSerializer(serializers.Serializer[Any]):
    role = serializers.CharField()
    phase = serializers.CharField(help_text="空は、全局面にわたる役割")
    responsible = serializers.CharField(allow_null=True, help_text="nullは空席")
    supporting = serializers.ListField(child=serializers.CharField())
    reason = serializers.CharField()


class AboutRequirementSerializer(serializers.Serializer[Any]):
    requirement = serializers.IntegerField(help_text="要件の番号（0から）")
    sentence = serializers.CharField()


class ExplanationSerializer(serializers.Serializer[Any]):
    seats = SeatSerializer(many=True)
    loads = serializers.DictField(
        child=serializers.ListField(child=serializers.IntegerField()), help_text="受け持つ件数と、受け持てる件数"
    )
    adds = serializers.ListField(child=serializers.CharField(), help_text="各機関が加えているもの")
    next_best = AboutRequirementSerializer(many=True, help_text="要件ごとの次点")
    supplies = AboutRequirementSerializer(many=True, help_text="空白ごとの、いちばん近い担い手")


class TeamSerializer(serializers.Serializer[Any]):
    score = serializers.IntegerField(help_text="partsの合計（1e-6単位）")
    open_must = serializers.IntegerField()
    lead = serializers.CharField()
    members = serializers.ListField(child=serializers.CharField())
    parts = PartsSerializer()
    owners = serializers.DictField(child=serializers.CharField())
    given_up = GivenUpSerializer()
    apart = ApartSerializer()
    proved = serializers.BooleanField(help_text="この順位は証明ずみ")
    gaps = GapSerializer(many=True)
    covers = CoverSerializer(many=True, help_text="この利用者が知ってよい弱みだけ")
    reasons = serializers.ListField(child=serializers.CharField())
    explanation = ExplanationSerializer(allow_null=True, help_text="nullは、説明を残す前の提案")


class WeightsSerializer(serializers.Serializer[Any]):
    profile = serializers.CharField()
    version = serializers.IntegerField()
    values = serializers.DictField(child=serializers.FloatField())
    adjusted = serializers.ListField(child=serializers.CharField())


class RunFactsSerializer(serializers.Serializer[Any]):
    inputs = serializers.CharField(help_text="案件・登録簿・重み・エンジンのSHA-256")
    top = serializers.IntegerField()


class ConditionSerializer(serializers.Serializer[Any]):
    condition = serializers.CharField()
    organization = serializers.CharField(allow_null=True)
    value = serializers.JSONField(allow_null=True)


class GivesSerializer(serializers.Serializer[Any]):
    score = serializers.IntegerField()
    open_must = serializers.IntegerField()
    coverage = serializers.IntegerField()
    members = serializers.ListField(child=serializers.CharField())
    lead = serializers.CharField()


class RelaxedSerializer(serializers.Serializer[Any]):
    conditions = ConditionSerializer(many=True)
    gives = GivesSerializer(allow_null=True)
    sentence = serializers.CharField()


class InfeasibleSerializer(serializers.Serializer[Any]):
    size = serializers.IntegerField()
    sets = RelaxedSerializer(many=True)


class ProposalSerializer(serializers.Serializer[Any]):
    """The file format "Proposals", with the id under which it is kept."""

    id = serializers.IntegerField()
    made_at = serializers.DateTimeField()
    need = serializers.CharField(help_text="案件名")
    optimal = serializers.BooleanField()
    gap = serializers.IntegerField()
    took_ms = serializers.FloatField()
    limit = serializers.FloatField(allow_null=True, help_text="探す時間の上限（秒）")
    stopped = serializers.CharField(allow_null=True, help_text="証明のない理由: limit, cancelled")
    diverse = serializers.BooleanField()
    weights = WeightsSerializer()
    run = RunFactsSerializer()
    registry = RegistrySerializer()
    engine = serializers.CharField()
    teams = TeamSerializer(many=True)
    infeasible = InfeasibleSerializer(allow_null=True)
    demands = serializers.ListField(child=serializers.CharField(), help_text="必ず入れる機関が変えていること")
    fairness = serializers.CharField(allow_blank=True, help_text="提案の偏りをならす調整が変えていること")


class WeightsBody(serializers.Serializer[Any]):
    profile = serializers.ChoiceField(choices=NAMES, required=False)
    adjust = serializers.DictField(
        child=serializers.FloatField(),
        required=False,
        help_text="この実行だけの変更: " + ", ".join(f"{k} {b.least:g}–{b.most:g}" for k, b in BOUNDS.items()),
    )


class ProposalOptions(serializers.Serializer[Any]):
    top = serializers.IntegerField(min_value=1, max_value=10, required=False)
    diverse = serializers.BooleanField(required=False)
    time_limit = serializers.FloatField(min_value=0.1, max_value=60, required=False, help_text="秒")
    weights = WeightsBody(required=False)
    run = serializers.UUIDField(
        required=False, help_text="呼び出し側が決める鍵。進み具合を /runs/{鍵}/ で読み、取り消せます"
    )


class RunSerializer(serializers.Serializer[Run]):
    key = serializers.UUIDField()
    state = serializers.CharField(help_text="running, done, cancelled, failed")
    begun_at = serializers.DateTimeField()
    seconds = serializers.FloatField(source="told.seconds", default=None, allow_null=True)
    nodes = serializers.IntegerField(source="told.nodes", default=None, allow_null=True)
    gap = serializers.IntegerField(source="told.gap", default=None, allow_null=True)
    score = serializers.IntegerField(source="told.score", default=None, allow_null=True)
    proposal = serializers.IntegerField(source="proposal_id", allow_null=True)


class RerunSerializer(serializers.Serializer[Any]):
    same_inputs = serializers.BooleanField(help_text="案件・重み・登録簿が当時のまま")
    same_answer = serializers.BooleanField()
