"""Organizations as the API shows them: the keys of a network file's line, cut down to what the reader may see."""

from typing import Any

from rest_framework import serializers

from network.api.errors import ErrorsSerializer
from network.believing.evidence import confidence_of
from network.models import Expert, ExpertCredential, Office, Organization, Rating
from network.vocabulary import MAX_LEVEL, CapacityStatus, Stance, WeaknessAudience


class RatingSerializer(serializers.Serializer[Rating]):
    capability = serializers.CharField(source="capability.code")
    level = serializers.IntegerField(min_value=0, max_value=MAX_LEVEL)
    stance = serializers.ChoiceField(choices=Stance.choices)
    note = serializers.CharField()
    evidence = serializers.CharField(help_text="機関自身が示す根拠")
    confirmed_at = serializers.DateTimeField(allow_null=True)
    confidence = serializers.SerializerMethodField(
        help_text="確からしさ（0より大きく1以下）。申告・資格・連携先の確認・事例・鮮度から計算します。弱みとレベル0ではnull"
    )
    version = serializers.IntegerField(help_text="この行の変更のたびに増えます")

    def get_confidence(self, rating: Rating) -> float | None:
        """With the evidence that `api.whole_of` prepared, else asked for."""
        return confidence_of(rating, getattr(rating.organization, "evidence_in_force", None))


class ServiceAreaSerializer(serializers.Serializer[Organization]):
    prefectures = serializers.SerializerMethodField()
    municipalities = serializers.SerializerMethodField()
    nationwide = serializers.BooleanField()
    remote = serializers.BooleanField()

    def get_prefectures(self, organization: Organization) -> list[str]:
        return sorted(area.prefecture for area in organization.service_areas.all() if area.municipality_id is None)

    def get_municipalities(self, organization: Organization) -> list[str]:
        return sorted(area.municipality_id for area in organization.service_areas.all() if area.municipality_id)


class CapacitySerializer(serializers.Serializer[Organization]):
    status = serializers.ChoiceField(choices=CapacityStatus.choices, source="capacity_status")
    slots = serializers.IntegerField(source="capacity_slots")
    until = serializers.DateField(source="capacity_until", allow_null=True)


class OfficeAreaSerializer(serializers.Serializer[Office]):
    prefectures = serializers.SerializerMethodField()
    municipalities = serializers.SerializerMethodField()
    nationwide = serializers.BooleanField()
    remote = serializers.BooleanField()

    def get_prefectures(self, office: Office) -> list[str]:
        return sorted(area.prefecture for area in office.service_areas.all() if area.municipality_id is None)

    def get_municipalities(self, office: Office) -> list[str]:
        return sorted(area.municipality_id for area in office.service_areas.all() if area.municipality_id)


class OfficeSerializer(serializers.Serializer[Office]):
    name = serializers.CharField()
    postal_code = serializers.CharField()
    prefecture = serializers.CharField()
    municipality = serializers.CharField(source="municipality_id", allow_null=True)
    address = serializers.CharField()
    phone = serializers.CharField()
    on_site = serializers.BooleanField(help_text="訪問して支援する")
    service_area = OfficeAreaSerializer(source="*")


class ExpertCredentialSerializer(serializers.Serializer[ExpertCredential]):
    credential = serializers.CharField()
    since = serializers.DateField(allow_null=True)
    until = serializers.DateField(allow_null=True)


class ExpertSerializer(serializers.Serializer[Expert]):
    name = serializers.CharField()
    kana = serializers.CharField()
    title = serializers.CharField()
    about = serializers.CharField()
    credentials = ExpertCredentialSerializer(many=True)
    agreed_on = serializers.DateField(allow_null=True, help_text="公開に同意した日。nullは機関の中だけに見える人")


class OrganizationSerializer(serializers.Serializer[Organization]):
    """Of an organization that `api.whole_of` prepared: `shown_ratings` and `shown_experts` are those this reader may
    see."""

    id = serializers.CharField(source="external_id")
    name = serializers.CharField()
    kana = serializers.CharField()
    kind = serializers.CharField()
    corporate_number = serializers.CharField(allow_null=True)
    prefecture = serializers.CharField()
    municipality = serializers.CharField(source="municipality_id", allow_null=True)
    about = serializers.CharField()
    website = serializers.CharField()
    contact_email = serializers.CharField()
    contact_phone = serializers.CharField()
    weakness_audience = serializers.ChoiceField(choices=WeaknessAudience.choices)
    ties_declared = serializers.BooleanField(
        allow_null=True, help_text="利害関係の申告。true は「ある」、false は「ない」、null は「まだ申告していない」"
    )
    service_area = ServiceAreaSerializer(source="*")
    offices = OfficeSerializer(many=True)
    experts = ExpertSerializer(many=True, source="shown_experts", help_text="この利用者に見える人だけ")
    industries = serializers.SerializerMethodField()
    capacity = CapacitySerializer(source="*")
    labs = serializers.SerializerMethodField()
    ratings = RatingSerializer(many=True, source="shown_ratings")
    active = serializers.BooleanField(source="is_active")

    def get_industries(self, organization: Organization) -> list[str]:
        return sorted(entry.industry for entry in organization.industries.all())

    def get_labs(self, organization: Organization) -> list[str]:
        return sorted(lab.name for lab in organization.labs.all())


class FacetsSerializer(serializers.Serializer[Any]):
    total = serializers.IntegerField(help_text="条件に合う機関の数")
    facets = serializers.DictField(
        child=serializers.DictField(child=serializers.IntegerField()),
        help_text="条件の名前ごとに、値とその値を選んだときの機関の数。その条件じたいの選択は数に入れない",
    )


class CapacityChange(serializers.Serializer[Any]):
    status = serializers.ChoiceField(choices=CapacityStatus.choices, required=False)
    slots = serializers.IntegerField(min_value=0, max_value=999, required=False)
    until = serializers.DateField(allow_null=True, required=False)


class OrganizationChange(serializers.Serializer[Any]):
    """What an editor may change; a key that is left out keeps its value."""

    name = serializers.CharField(max_length=120, required=False)
    kana = serializers.CharField(max_length=200, allow_blank=True, required=False)
    corporate_number = serializers.CharField(allow_null=True, required=False)
    about = serializers.CharField(max_length=2000, allow_blank=True, required=False)
    website = serializers.CharField(max_length=300, allow_blank=True, required=False)
    contact_email = serializers.CharField(max_length=254, allow_blank=True, required=False)
    contact_phone = serializers.CharField(max_length=20, allow_blank=True, required=False)
    nationwide = serializers.BooleanField(required=False)
    remote = serializers.BooleanField(required=False)
    industries = serializers.ListField(child=serializers.CharField(), required=False)
    capacity = CapacityChange(required=False)


class RatingChange(serializers.Serializer[Any]):
    """One of `level` (else 0) and `stance` (else neutral) must be given."""

    level = serializers.IntegerField(min_value=0, max_value=MAX_LEVEL, required=False)
    stance = serializers.ChoiceField(choices=Stance.choices, required=False)
    note = serializers.CharField(max_length=400, allow_blank=True, required=False)
    evidence = serializers.CharField(max_length=400, allow_blank=True, required=False)


class RatingConflict(ErrorsSerializer):
    """412: somebody else was faster. `current` is the rating as it stands now, null where it was withdrawn."""

    current = RatingSerializer(allow_null=True)


class OrganizationConflict(ErrorsSerializer):
    """412: somebody else was faster. `current` is the organization as it stands now."""

    current = OrganizationSerializer()
