"""Why a steward closes a case."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from casebook.models import Case


class TakeDownForm(forms.ModelForm[Case]):
    class Meta:
        model = Case
        fields = ("taken_down_because",)
        widgets = {"taken_down_because": forms.Textarea(attrs={"rows": 3})}
        help_texts = {"taken_down_because": _("所有する機関のメンバーに、このまま伝わります。")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["taken_down_because"].required = True
