"""Forms of the registry's pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from network.actions import DESCRIPTION
from network.codes import INDUSTRIES, industry_majors
from network.corporate_number import normalize_corporate_number
from network.models import Organization
from network.vocabulary import CapacityStatus


class OrganizationForm(forms.ModelForm[Organization]):
    """What an organization says of itself on one page."""

    industries = forms.MultipleChoiceField(
        label=_("支援できる業種"), required=False, widget=forms.CheckboxSelectMultiple
    )

    website = forms.URLField(label=_("ウェブサイト"), max_length=300, required=False, assume_scheme="https")

    class Meta:
        model = Organization
        fields = DESCRIPTION
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
