"""What narrows the API's list of organizations. Values that no list knows are refused."""

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from network.codes import KINDS, PREFECTURES
from network.models import Capability, Organization, Rating
from network.transfer.shapes import Refusal
from network.vocabulary import MAX_LEVEL, CapacityStatus, Stance

YES_NO = {"true": True, "false": False}


@extend_schema_field(OpenApiTypes.BOOL)
class YesNoFilter(filters.TypedChoiceFilter):  # type: ignore[misc]  # django-filter ships no types
    """true or false; anything else is refused, where django-filter's own field would let it pass."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(choices=[(name, name) for name in YES_NO], coerce=YES_NO.__getitem__, **kwargs)


@extend_schema_field(OpenApiTypes.INT)
class WholeNumberFilter(filters.Filter):  # type: ignore[misc]  # django-filter ships no types
    """An integer between `min_value` and `max_value`."""

    field_class = forms.IntegerField


@extend_schema_field(OpenApiTypes.STR)
class CapabilityFilter(filters.ModelChoiceFilter):  # type: ignore[misc]  # django-filter ships no types
    """A capability by its code."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(queryset=Capability.objects.all(), to_field_name="code", **kwargs)


class OrganizationFilter(filters.FilterSet):  # type: ignore[misc]  # django-filter ships no types
    q = filters.CharFilter(method="named", max_length=100, help_text="名称かよみがなの一部")
    kind = filters.ChoiceFilter(choices=KINDS.choices)
    prefecture = filters.ChoiceFilter(choices=PREFECTURES.choices, help_text="所在地の都道府県コード")
    capability = CapabilityFilter(method="able", help_text="この支援領域を申告している機関（弱みは含まない）")
    min_level = WholeNumberFilter(method="at_level", min_value=1, max_value=MAX_LEVEL, help_text="capabilityのレベル")
    accepting = YesNoFilter(method="accepts", help_text="受付中かどうか")

    def named(self, found: QuerySet[Organization], _name: str, words: str) -> QuerySet[Organization]:
        return found.filter(Q(name__icontains=words) | Q(kana__icontains=words))

    def able(self, found: QuerySet[Organization], _name: str, capability: Capability) -> QuerySet[Organization]:
        """Never by a weakness: who has one must look the same here as who declares nothing."""
        least = self.form.cleaned_data.get("min_level") or 1
        able = Rating.objects.filter(capability=capability, level__gte=least).exclude(stance=Stance.WEAKNESS)
        return found.filter(pk__in=able.values("organization"))

    def at_level(self, found: QuerySet[Organization], name: str, _level: int) -> QuerySet[Organization]:
        if not self.form.cleaned_data.get("capability"):
            raise Refusal((name, _("capability と一緒に指定してください。")))
        return found

    def accepts(self, found: QuerySet[Organization], _name: str, wanted: bool) -> QuerySet[Organization]:
        accepting = [status for status in CapacityStatus if status.accepts]
        can_begin = Q(capacity_status__in=accepting, capacity_slots__gt=0)
        return found.filter(can_begin if wanted else ~can_begin)
