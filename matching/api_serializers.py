"""What the API says of needs and proposals: the keys of the file formats."""

from typing import Any

from rest_framework import serializers

from matching.models import Need, Proposal, Requirement
from network.vocabulary import MAX_LEVEL


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
    weights = serializers.SerializerMethodField()
    text = serializers.CharField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    def get_must_include(self, need: Need) -> list[str]:
        return sorted(organization.external_id for organization in need.must_include.all())

    def get_exclude(self, need: Need) -> list[str]:
        return sorted(organization.external_id for organization in need.exclude.all())

    def get_suppliers(self, need: Need) -> list[str]:
        return sorted(organization.external_id for organization in need.suppliers.all())

    def get_weights(self, need: Need) -> str:
        return "default"


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


class NeedBody(serializers.Serializer[Any]):
    """NEED.jsonと同じ。labは担当するラボが一つなら省けます。"""

    lab = serializers.CharField(required=False)
    title = serializers.CharField(max_length=120)
    client = ClientBody()
    requirements = RequirementSerializer(many=True)
    lead = LeadBody(allow_null=True, required=False)
    max_size = serializers.IntegerField(min_value=1, max_value=6, required=False)
    must_include = serializers.ListField(child=serializers.CharField(), required=False)
    exclude = serializers.ListField(child=serializers.CharField(), required=False)
    suppliers = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="企業のいまの取引先。利害関係の表示にだけ使います"
    )
    max_hops = serializers.IntegerField(min_value=0, max_value=46, allow_null=True, required=False)
    weights = serializers.ChoiceField(choices=["default"], required=False)
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


class TeamSerializer(serializers.Serializer[Any]):
    score = serializers.IntegerField(help_text="partsの合計（1e-6単位）")
    open_must = serializers.IntegerField()
    lead = serializers.CharField()
    members = serializers.ListField(child=serializers.CharField())
    parts = PartsSerializer()
    owners = serializers.DictField(child=serializers.CharField())
    gaps = GapSerializer(many=True)
    covers = CoverSerializer(many=True, help_text="この利用者が知ってよい弱みだけ")
    reasons = serializers.ListField(child=serializers.CharField())


class ProposalSerializer(serializers.Serializer[Any]):
    """The file format "Proposals", with the id under which it is kept."""

    id = serializers.IntegerField()
    made_at = serializers.DateTimeField()
    need = serializers.CharField(help_text="案件名")
    optimal = serializers.BooleanField()
    gap = serializers.IntegerField()
    took_ms = serializers.FloatField()
    registry = RegistrySerializer()
    engine = serializers.CharField()
    teams = TeamSerializer(many=True)


class ProposalOptions(serializers.Serializer[Any]):
    top = serializers.IntegerField(min_value=1, max_value=10, required=False)
    diverse = serializers.BooleanField(required=False)
