"""Forms of asking for more of a case, and of the owner's answer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from casebook.forms.terms import TermForm
from casebook.models import AccessRequest
from network.text import clean_text


class AskForm(forms.ModelForm[AccessRequest]):
    """What somebody wants to read more for."""

    class Meta:
        model = AccessRequest
        fields = ("purpose",)
        widgets = {"purpose": forms.Textarea(attrs={"rows": 4})}
        help_texts = {
            "purpose": _("何に役立てたいかを書いてください。例: 在庫管理に悩む食品卸のお客様に、進め方を説明するため")
        }


class GrantForm(TermForm):
    """Which sections, until when, and a word to who asked. The sections are given by whoever makes the form."""

    kinds = forms.MultipleChoiceField(
        label=_("読めるようにする節"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("読めるようにする節を、1つ以上選んでください。")},
    )
    answer = forms.CharField(
        label=_("ひとこと（任意）"),
        required=False,
        max_length=1000,
        validators=[clean_text],
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    field_order = ("kinds", "term", "until", "answer")

    def __init__(self, *args: Any, sections: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kinds"].choices = sections  # type: ignore[attr-defined]


class DeclineForm(forms.Form):
    answer = forms.CharField(
        label=_("見送る理由"),
        help_text=_("申請した方に、このまま伝わります。"),
        max_length=1000,
        validators=[clean_text],
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("見送る理由を入力してください。申請した方に伝わります。")},
    )
