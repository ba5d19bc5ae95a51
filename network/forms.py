"""Forms of the registry's pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from network.codes import INDUSTRIES, KINDS, PREFECTURES, industry_majors
from network.corporate_number import normalize_corporate_number
from network.models import Capability, Organization
from network.vocabulary import MAX_LEVEL, CapacityStatus, Stance


class FinderForm(forms.Form):
    """What narrows the list of organizations; every field is optional and unknown values are left out."""

    q = forms.CharField(label=_("名称・よみがな"), max_length=100, required=False)
    kind = forms.ChoiceField(label=_("種類"), required=False)
    prefecture = forms.ChoiceField(label=_("都道府県"), required=False)
    capability = forms.ModelChoiceField(
        Capability.objects.all(), label=_("支援領域"), to_field_name="code", required=False, empty_label=_("すべて")
    )
    accepting = forms.BooleanField(label=_("受付中だけ"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("すべて")), *KINDS.choices()]  # type: ignore[attr-defined]
        self.fields["prefecture"].choices = [("", _("すべて")), *PREFECTURES.choices()]  # type: ignore[attr-defined]


class OrganizationForm(forms.ModelForm[Organization]):
    """What an organization says of itself on one page."""

    industries = forms.MultipleChoiceField(
        label=_("支援できる業種"), required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Organization
        fields = ("name", "kana", "corporate_number", "about", "nationwide", "remote")
        widgets = {"about": forms.Textarea(attrs={"rows": 5})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["industries"]
        field.choices = [(code, INDUSTRIES.name(code)) for code in industry_majors()]  # type: ignore[attr-defined]
        self.initial.setdefault("industries", [entry.industry for entry in self.instance.industries.all()])

    def clean_corporate_number(self) -> str | None:
        typed = self.cleaned_data["corporate_number"]
        return normalize_corporate_number(typed) if typed else None


class CapacityForm(forms.Form):
    """How many engagements can begin, and how long that statement holds."""

    status = forms.ChoiceField(label=_("受付の状況"), choices=CapacityStatus.choices, widget=forms.RadioSelect)
    slots = forms.IntegerField(label=_("あと何件"), min_value=0, max_value=999)
    until = forms.DateField(
        label=_("いつまで有効か"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class RatingForm(forms.Form):
    """One line of the capability grid."""

    level = forms.TypedChoiceField(
        label=_("レベル"), coerce=int, choices=[(str(level), str(level)) for level in range(MAX_LEVEL + 1)]
    )
    stance = forms.ChoiceField(label=_("立場"), choices=Stance.choices)
    note = forms.CharField(label=_("メモ"), max_length=400, required=False)
