"""Organizations as the API shows them: the keys of a network file's line, cut down to what the reader may see."""

from typing import Any

from rest_framework import serializers

from network.models import Organization, Rating
from network.vocabulary import MAX_LEVEL, CapacityStatus, Stance


class RatingSerializer(serializers.Serializer[Rating]):
    capability = serializers.CharField(source="capability.code")
    level = serializers.IntegerField(min_value=0, max_value=MAX_LEVEL)
    stance = serializers.ChoiceField(choices=Stance.choices)
    note = serializers.CharField()
    confirmed_at = serializers.DateTimeField(allow_null=True)


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


class OrganizationSerializer(serializers.Serializer[Organization]):
    """Of an organization that `api.whole` prepared: `shown_ratings` are those this reader may see."""

    id = serializers.CharField(source="external_id")
    name = serializers.CharField()
    kana = serializers.CharField()
    kind = serializers.CharField()
    corporate_number = serializers.CharField(allow_null=True)
    prefecture = serializers.CharField()
    municipality = serializers.CharField(source="municipality_id", allow_null=True)
    about = serializers.CharField()
    service_area = ServiceAreaSerializer(source="*")
    industries = serializers.SerializerMethodField()
    capacity = CapacitySerializer(source="*")
    labs = serializers.SerializerMethodField()
    ratings = RatingSerializer(many=True, source="shown_ratings")
    active = serializers.BooleanField(source="is_active")

    def get_industries(self, organization: Organization) -> list[str]:
        return sorted(entry.industry for entry in organization.industries.all())

    def get_labs(self, organization: Organization) -> list[str]:
        return sorted(lab.name for lab in organization.labs.all())


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
    nationwide = serializers.BooleanField(required=False)
    remote = serializers.BooleanField(required=False)
    industries = serializers.ListField(child=serializers.CharField(), required=False)
    capacity = CapacityChange(required=False)


class RatingChange(serializers.Serializer[Any]):
    """One of `level` (else 0) and `stance` (else neutral) must be given."""

    level = serializers.IntegerField(min_value=0, max_value=MAX_LEVEL, required=False)
    stance = serializers.ChoiceField(choices=Stance.choices, required=False)
    note = serializers.CharField(max_length=400, allow_blank=True, required=False)
