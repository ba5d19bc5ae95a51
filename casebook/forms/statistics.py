"""How the casebook in numbers is narrowed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from casebook.statistics import DIMENSIONS
from network.codes import PREFECTURES, industry_majors

FIRST_YEAR, LAST_YEAR = 1990, 2100


class StatisticsForm(forms.Form):
    """One value for each dimension, or none."""

    industry = forms.ChoiceField(label=_("業種"), required=False)
    prefecture = forms.ChoiceField(label=_("都道府県"), required=False)
    year = forms.IntegerField(
        label=_("年"),
        required=False,
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        majors = [(code, entry.name) for code, entry in industry_majors().items()]
        self.fields["industry"].choices = [("", _("すべて")), *majors]  # type: ignore[attr-defined]
        self.fields["prefecture"].choices = [("", _("すべて")), *PREFECTURES.choices()]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> dict[str, str | int | None]:
        """What a valid form narrows by."""
        return {name: self.cleaned_data[name] for name in DIMENSIONS if self.cleaned_data.get(name)}
