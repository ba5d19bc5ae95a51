"""What narrows the API's list of organizations. Values that no list knows are refused."""

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from network.codes import KINDS, PREFECTURES
from network.models import Capability
from network.models.organizations import OrganizationQuerySet
from network.transfer.shapes import Refusal
from network.vocabulary import MAX_LEVEL

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
    prefecture = filters.ChoiceFilter(
        choices=PREFECTURES.choices,
        method="serving",
        help_text="所在地か対応地域にこの都道府県を含む機関（全国対応を含む）",
    )
    capability = CapabilityFilter(method="able", help_text="この支援領域を申告している機関（弱みは含まない）")
    min_level = WholeNumberFilter(method="at_level", min_value=1, max_value=MAX_LEVEL, help_text="capabilityのレベル")
    accepting = YesNoFilter(method="accepts", help_text="受付中かどうか")

    def named(self, found: OrganizationQuerySet, _name: str, words: str) -> OrganizationQuerySet:
        return found.filter(Q(name__icontains=words) | Q(kana__icontains=words))

    def serving(self, found: OrganizationQuerySet, _name: str, prefecture: str) -> OrganizationQuerySet:
        return found.serving(prefecture)

    def able(self, found: OrganizationQuerySet, _name: str, capability: Capability) -> OrganizationQuerySet:
        return found.able(capability, self.form.cleaned_data.get("min_level") or 1)

    def at_level(self, found: OrganizationQuerySet, name: str, _level: int) -> OrganizationQuerySet:
        if not self.form.cleaned_data.get("capability"):
            raise Refusal((name, _("capability と一緒に指定してください。")))
        return found

    def accepts(self, found: OrganizationQuerySet, _name: str, wanted: bool) -> OrganizationQuerySet:
        accepting = found.accepting(timezone.localdate())
        return accepting if wanted else found.exclude(pk__in=accepting.order_by().values("pk"))
