"""Every list of words and codes that requests and answers use, with its source."""

from collections.abc import Iterable
from typing import Any

from django.utils.decorators import method_decorator
from django.views.decorators.http import conditional_page
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from network import codes
from network.codes import Code, CodeList
from network.models import Capability


class EntrySerializer(serializers.Serializer[Code]):
    """An entry of a list."""

    code = serializers.CharField()
    name_ja = serializers.CharField()
    name_en = serializers.CharField()


class KindSerializer(EntrySerializer):
    primary_doctor = serializers.SerializerMethodField(help_text="主治医としての役割が期待される種類")

    def get_primary_doctor(self, entry: Code) -> bool:
        return entry.code in codes.primary_doctor_kinds()


class PrefectureSerializer(EntrySerializer):
    regions = serializers.SerializerMethodField(help_text="二つの地域区分での区分コード（statistics, meti_bureau）")

    def get_regions(self, entry: Code) -> dict[str, str]:
        return {name: codes.region_grouping(name)[entry.code] for name in ("statistics", "meti_bureau")}


class IndustrySerializer(EntrySerializer):
    parent = serializers.SerializerMethodField(  # type: ignore[assignment]  # a key of the entry
        help_text="中分類が属する大分類。大分類ではnull"
    )

    def get_parent(self, entry: Code) -> str | None:
        return entry.fields["parent"] or None


class CapabilitySerializer(serializers.Serializer[Capability]):
    code = serializers.CharField()
    name_ja = serializers.CharField()
    name_en = serializers.CharField()
    area = serializers.CharField(help_text="追加された語彙では空")
    definition = serializers.CharField()
    definition_en = serializers.CharField()
    synonyms = serializers.ListField(child=serializers.CharField())
    phases = serializers.ListField(child=serializers.CharField())
    custom = serializers.BooleanField(source="is_custom")


class ListSerializer(serializers.Serializer[Any]):
    title = serializers.CharField()
    version = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # a key of the answer; hides DRF's own attribute
    entries = EntrySerializer(many=True)


class CapabilityListSerializer(ListSerializer):
    entries = CapabilitySerializer(many=True)  # type: ignore[assignment]  # its entries are records, not codes


class KindListSerializer(ListSerializer):
    entries = KindSerializer(many=True)


class PrefectureListSerializer(ListSerializer):
    entries = PrefectureSerializer(many=True)


class IndustryListSerializer(ListSerializer):
    entries = IndustrySerializer(many=True)


class TaxonomySerializer(serializers.Serializer[Any]):
    capabilities = CapabilityListSerializer()
    areas = ListSerializer()
    phases = ListSerializer()
    process_phases = ListSerializer()
    activities = ListSerializer()
    bank_steps = ListSerializer()
    bpo_areas = ListSerializer()
    credentials = ListSerializer()
    organization_kinds = KindListSerializer()
    industries = IndustryListSerializer()
    prefectures = PrefectureListSerializer()
    stages = ListSerializer()
    demand_layers = ListSerializer()
    tlp_labels = ListSerializer()
    rating_levels = ListSerializer()


LISTS: dict[str, CodeList] = {
    "areas": codes.AREAS,
    "phases": codes.PHASES,
    "process_phases": codes.PROCESS_PHASES,
    "activities": codes.ACTIVITIES,
    "bank_steps": codes.BANK_STEPS,
    "bpo_areas": codes.BPO_AREAS,
    "credentials": codes.CREDENTIALS,
    "organization_kinds": codes.KINDS,
    "industries": codes.INDUSTRIES,
    "prefectures": codes.PREFECTURES,
    "stages": codes.STAGES,
    "demand_layers": codes.DEMAND_LAYERS,
    "tlp_labels": codes.TLP_LABELS,
    "rating_levels": codes.LEVELS,
}


def sourced(file: str, entries: Iterable[Any]) -> dict[str, Any]:
    """A list with what its source says of it."""
    said = codes.sources()[f"{file}.csv"]
    return {**{name: said[name] for name in ("title", "version", "source")}, "entries": list(entries)}


@method_decorator(conditional_page, name="dispatch")
class Taxonomy(APIView):
    """Open to everyone; who sends back the answer's ETag is told when nothing changed."""

    permission_classes = [AllowAny]

    @extend_schema(summary="語彙とコードの一覧", responses=TaxonomySerializer)
    def get(self, request: Request) -> Response:
        lists = {name: sourced(entries.file, entries.values()) for name, entries in LISTS.items()}
        capabilities = sourced("capabilities", Capability.objects.all())
        return Response(TaxonomySerializer({"capabilities": capabilities, **lists}).data)
