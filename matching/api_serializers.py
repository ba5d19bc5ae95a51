"""What the API says of needs and proposals: the keys of the file formats."""

from typing import Any

from rest_framework import serializers

from matching.models import Need, Proposal, Requirement, Run
from matching.weights import BOUNDS, PROFILES
from network.vocabulary import MAX_LEVEL, TieKind


class ClientSerializer(serializers.Serializer[Need]):
    prefecture = serializers.CharField()
    municipality = serializers.CharField(source="municipality_id", allow_null=True, required=False)
    industry = serializers.SerializerMethodField()
    employees = serializers.IntegerField(min_value=0, allow_null=True, required=False)
    stage = serializers.IntegerField(min_value=1, max_value=4, allow_null=True, required=False)
    demand = serializers.SerializerMethodField()

    def get_industry(self, need: Need) -> str | None:
        return need.industry or None

    def get_demand(self, need: Need) -> str | None:
        return need.demand or None


class RequirementSerializer(serializers.Serializer[Requirement]):
    capability = serializers.CharField(source="capability.code")
    phase = serializers.CharField()
    level = serializers.IntegerField(min_value=1, max_value=MAX_LEVEL)
    weight = serializers.FloatField(help_text="正の数。合計が1になるように読み替えます")
    must = serializers.BooleanField(required=False)
    locked = serializers.SlugRelatedField[Any](
        slug_field="external_id", read_only=True, help_text="この要件の担当を固定する機関。nullは固定しない"
    )


class LeadSerializer(serializers.Serializer[Need]):
    kinds = serializers.SerializerMethodField(help_text="nullはどの種類でもよい")
    min_suitability = serializers.FloatField(source="lead_min_suitability", min_value=0, max_value=1)

    def get_kinds(self, need: Need) -> list[str] | None:
        return list(need.lead_kinds) or None


class NeedSerializer(serializers.Serializer[Need]):
    """A need that `api.whole_of` prepared."""

    id = serializers.IntegerField(source="pk")
    lab = serializers.CharField(source="lab.name")
    title = serializers.CharField()
    client = ClientSerializer(source="*")
    requirements = RequirementSerializer(many=True)
    lead = LeadSerializer(source="*")
    max_size = serializers.IntegerField()
    must_include = serializers.SerializerMethodField()
    exclude = serializers.SerializerMethodField()
    suppliers = serializers.SerializerMethodField(help_text="企業のいまの取引先")
    max_hops = serializers.IntegerField(allow_null=True)
    remote = serializers.BooleanField(help_text="max_hopsより遠くても、オンラインで支援できる機関を認める")
    forbidden_ties = serializers.ListField(
        child=serializers.CharField(), help_text="同じチームに入れない利害関係の種類"
    )
    weights = serializers.CharField(help_text="重みの組の名前")
    text = serializers.CharField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    def get_must_include(self, need: Need) -> list[str]:
        return sorted(organization.external_id for organization in need.must_include.all())

    def get_exclude(self, need: Need) -> list[str]:
        return sorted(organization.external_id for organization in need.exclude.all())

    def get_suppliers(self, need: Need) -> list[str]:
        return sorted(organization.external_id for organization in need.suppliers.all())


class ClientBody(serializers.Serializer[Any]):
    prefecture = serializers.CharField()
    municipality = serializers.CharField(allow_null=True, required=False)
    industry = serializers.CharField(allow_null=True, required=False)
    employees = serializers.IntegerField(min_value=0, max_value=1_000_000, allow_null=True, required=False)
    stage = serializers.IntegerField(min_value=1, max_value=4, allow_null=True, required=False)
    demand = serializers.CharField(allow_null=True, required=False)


class LeadBody(serializers.Serializer[Any]):
    kinds = serializers.ListField(child=serializers.CharField(), min_length=1, allow_null=True, required=False)
    min_suitability = serializers.FloatField(min_value=0, max_value=1, allow_null=True, required=False)


class RequirementBody(serializers.Serializer[Any]):
    capability = serializers.CharField()
    phase = serializers.CharField()
    level = serializers.IntegerField(min_value=1, max_value=MAX_LEVEL)
    weight = serializers.FloatField(help_text="正の数。合計が1になるように読み替えます")
    must = serializers.BooleanField(required=False)
    locked = serializers.CharField(allow_null=True, required=False, help_text="この要件の担当を固定する機関")


class NeedBody(serializers.Serializer[Any]):
    """NEED.jsonと同じ。labは担当するラボが一つなら省けます。"""

    lab = serializers.CharField(required=False)
    title = serializers.CharField(max_length=120)
    client = ClientBody()
    requirements = RequirementBody(many=True)
    lead = LeadBody(allow_null=True, required=False)
    max_size = serializers.IntegerField(min_value=1, max_value=6, required=False)
    must_include = serializers.ListField(child=serializers.CharField(), required=False)
    exclude = serializers.ListField(child=serializers.CharField(), required=False)
    suppliers = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="企業のいまの取引先。利害関係の表示にだけ使います"
    )
    max_hops = serializers.IntegerField(min_value=0, max_value=46, allow_null=True, required=False)
    remote = serializers.BooleanField(required=False)
    forbidden_ties = serializers.ListField(child=serializers.ChoiceField(choices=TieKind.values), required=False)
    weights = serializers.ChoiceField(choices=list(PROFILES), required=False)
    text = serializers.CharField(max_length=4000, allow_blank=True, required=False)


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


class WeightsBody(serializers.Serializer[Any]):
    profile = serializers.ChoiceField(choices=list(PROFILES), required=False)
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
    proposal = serializers.PrimaryKeyRelatedField[Any](read_only=True)


class RerunSerializer(serializers.Serializer[Any]):
    same_inputs = serializers.BooleanField(help_text="案件・重み・登録簿が当時のまま")
    same_answer = serializers.BooleanField()
