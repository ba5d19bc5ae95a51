"""What the API says of needs: the keys of the file format."""

from typing import Any

from rest_framework import serializers

from matching.models import Need, Requirement
from matching.weights import NAMES
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
    locked = serializers.CharField(
        source="locked.external_id",
        default=None,
        allow_null=True,
        help_text="この要件の担当を固定する機関。nullは固定しない",
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
    weights = serializers.ChoiceField(choices=NAMES, required=False)
    text = serializers.CharField(max_length=4000, allow_blank=True, required=False)
