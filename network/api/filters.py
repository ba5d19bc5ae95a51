"""What narrows the API's list of organizations. Values that no list knows are refused."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from network.codes import KINDS, PREFECTURES, industry_majors
from network.finding.wanted import MAX_QUERY, Room, Sort, Wanted
from network.models import Capability, Lab
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


@extend_schema_field({"type": "array", "items": {"type": "string"}})
class NamedRowsFilter(filters.ModelMultipleChoiceFilter):  # type: ignore[misc]  # django-filter ships no types
    """Rows of a vocabulary by the column that names them in files."""


def several(choices: Any, **kwargs: Any) -> filters.MultipleChoiceFilter:
    """One or more values of a list; any of them will do."""
    return filters.MultipleChoiceFilter(choices=choices, **kwargs)


class OrganizationFilter(filters.FilterSet):  # type: ignore[misc]  # django-filter ships no types
    """Checks what an address asks for; `wanted` says it in the words of `network.finding`."""

    q = filters.CharFilter(max_length=MAX_QUERY, help_text="名称かよみがなの一部（全角・半角、㈱などの違いは問わない）")
    kind = several(KINDS.choices)
    prefecture = several(
        PREFECTURES.choices, help_text="所在地か対応地域（拠点を含む）にこの都道府県を含む機関（全国対応を含む）"
    )
    capability = NamedRowsFilter(
        queryset=Capability.objects.all(),
        to_field_name="code",
        help_text="このどれかを申告している機関（弱みは含まない）",
    )
    min_level = WholeNumberFilter(min_value=1, max_value=MAX_LEVEL, help_text="capabilityのレベル")
    industry = several([(code, code) for code in industry_majors()], help_text="支援先の業種（大分類）")
    capacity = several(Room.choices, help_text="今日の受付の状況")
    accepting = YesNoFilter(help_text="受付中かどうか（capacityの短い書き方）")
    primary_doctor = YesNoFilter(help_text="trueなら主治医の役割を期待される種類の機関だけ")
    remote = YesNoFilter(help_text="trueなら遠隔でも対応する機関だけ")
    nationwide = YesNoFilter(help_text="trueなら全国に対応する機関だけ")
    confirmed_within = WholeNumberFilter(min_value=1, max_value=3650, help_text="この日数以内に確認された機関")
    lab = NamedRowsFilter(queryset=Lab.objects.all(), to_field_name="name", help_text="参加するラボの名称")
    sort = filters.ChoiceFilter(choices=Sort.choices, help_text="並び順")

    @property
    def wanted(self) -> Wanted:
        """What is asked for; raises Refusal for conditions that mean nothing together. The form must be valid."""
        asked = {name: value for name, value in self.form.cleaned_data.items() if value not in (None, "")}
        capabilities = tuple(capability.code for capability in asked.get("capability", ()))
        if not capabilities and ("min_level" in asked or asked.get("sort") == Sort.LEVEL):
            raise Refusal(("min_level" if "min_level" in asked else "sort", _("capability と一緒に指定してください。")))
        return Wanted(
            q=asked.get("q", ""),
            capability=capabilities,
            min_level=asked.get("min_level", 1),
            capacity=self._rooms(asked),
            confirmed_within=asked.get("confirmed_within"),
            lab=tuple(lab.name for lab in asked.get("lab", ())),
            sort=asked.get("sort", Sort.NEAR.value),
            primary_doctor=asked.get("primary_doctor", False),
            remote=asked.get("remote", False),
            nationwide=asked.get("nationwide", False),
            kind=tuple(asked.get("kind", ())),
            prefecture=tuple(asked.get("prefecture", ())),
            industry=tuple(asked.get("industry", ())),
        )

    def _rooms(self, asked: dict[str, Any]) -> tuple[str, ...]:
        rooms = tuple(asked.get("capacity", ()))
        if "accepting" not in asked:
            return rooms
        if rooms:
            raise Refusal(("accepting", _("capacity とどちらかだけを指定してください。")))
        return tuple(room.value for room in Room if (room == Room.ACCEPTING) == asked["accepting"])
