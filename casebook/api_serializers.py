"""What the API says of cases, for its description: the keys of a case file's line.

The answers themselves come from `transfer.exporting.CaseLines`, so that API and export cannot differ.
"""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from casebook.vocabulary import Audience, Basis, CaseState, Outcome, SectionKind, Tlp

KEY = {
    "oneOf": [
        {"type": "string"},
        {
            "type": "object",
            "properties": {"key": {"type": "string"}, "until": {"type": ["string", "null"], "format": "date"}},
            "required": ["key", "until"],
        },
    ]
}


@extend_schema_field(KEY)
class KeyField(serializers.JSONField):
    """A key, or a key with its own last day where the section's keys end on different days."""


class FactsSerializer(serializers.Serializer[Any]):
    """The facts that every reader of any section sees."""

    id = serializers.CharField()
    title = serializers.CharField()
    owner = serializers.CharField(help_text="所有する機関のid")
    industry = serializers.CharField(allow_null=True)
    prefecture = serializers.CharField(allow_null=True)
    municipality = serializers.CharField(allow_null=True)
    year = serializers.IntegerField(allow_null=True)
    stage_before = serializers.IntegerField(allow_null=True)
    stage_after = serializers.IntegerField(allow_null=True)
    phases = serializers.ListField(child=serializers.CharField())
    capabilities = serializers.ListField(child=serializers.CharField())
    outcome = serializers.ChoiceField(choices=Outcome.choices, allow_null=True)
    tlp = serializers.ChoiceField(choices=Tlp.choices)
    published = serializers.DateField(allow_null=True)
    basis = serializers.ChoiceField(choices=Basis.choices, allow_null=True)
    subtitle = serializers.CharField(allow_blank=True)
    size_band = serializers.CharField(allow_null=True, help_text="従業員規模")
    contact = serializers.CharField(allow_blank=True, help_text="所有する機関の問い合わせ先")
    keywords = serializers.ListField(child=serializers.CharField())


class ParticipantSerializer(serializers.Serializer[Any]):
    organization = serializers.CharField()
    role = serializers.CharField(allow_blank=True)
    capabilities = serializers.ListField(child=serializers.CharField(), help_text="担った支援領域")


class MeasureSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    unit = serializers.CharField(allow_blank=True)
    before = serializers.FloatField(allow_null=True)
    after = serializers.FloatField(allow_null=True)
    how = serializers.CharField(allow_blank=True, help_text="測り方")
    on = serializers.DateField(allow_null=True, help_text="測った日")


class SourceSerializer(serializers.Serializer[Any]):
    title = serializers.CharField(allow_blank=True)
    url = serializers.CharField(allow_null=True)


class SectionSerializer(serializers.Serializer[Any]):
    """`keys` and `until` are there for editors of the owning organization only."""

    kind = serializers.ChoiceField(choices=SectionKind.choices)
    text = serializers.CharField()
    tlp = serializers.ChoiceField(choices=Tlp.choices, help_text="この節を渡してよい範囲")
    keys = serializers.ListField(child=KeyField(), required=False)
    until = serializers.DateField(required=False, help_text="すべての鍵に共通の最終日")


class CaseSerializer(FactsSerializer):
    """成果の数値、支援体制の機関、利用した制度、出典と関連URLは、それぞれの節を読める人だけに返します。

    `state`・`opens_on`・`withheld` は所有する機関の編集者だけに返します。
    """

    participants = ParticipantSerializer(many=True)
    sections = SectionSerializer(many=True)
    measures = MeasureSerializer(many=True)
    schemes = serializers.ListField(child=serializers.CharField(), help_text="利用した制度")
    related_urls = serializers.ListField(child=serializers.CharField())
    related = serializers.ListField(child=serializers.CharField(), help_text="関連する事例のid（見えるものだけ）")
    state = serializers.ChoiceField(choices=CaseState.choices, required=False)
    opens_on = serializers.DateField(required=False, allow_null=True, help_text="公開を始める日")
    withheld = serializers.BooleanField(required=False, help_text="もとにした同意が、いまは有効でない")
    source = SourceSerializer(allow_null=True)  # type: ignore[assignment]  # a key of the line; hides DRF's attribute


class ShareSerializer(serializers.Serializer[Any]):
    audience = serializers.ChoiceField(choices=Audience.choices)


FACTS = tuple(FactsSerializer().fields)
"""The keys of a case in a list."""
