"""Forms of the consent ledger."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casebook.models import Consent
from casebook.vocabulary import Means, Naming, Scope
from network.text import clean_text

DAY = {"type": "date"}


class RecordForm(forms.ModelForm[Consent]):
    """What somebody without an account agreed to; `digest` is the text that the page showed."""

    digest = forms.CharField(widget=forms.HiddenInput, max_length=64, validators=[clean_text])
    scope = forms.ChoiceField(label=_("公開してよい範囲"), choices=Scope.choices, widget=forms.RadioSelect)
    naming = forms.ChoiceField(label=_("名前の出し方"), choices=Naming.choices, widget=forms.RadioSelect)
    means = forms.ChoiceField(
        label=_("確認の方法"),
        choices=Means.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("確認の方法を選んでください。")},
    )

    class Meta:
        model = Consent
        fields = ("scope", "naming", "until", "person", "means", "agreed_on", "contact", "note")
        widgets = {
            "until": forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
            "agreed_on": forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
            "note": forms.Textarea(attrs={"rows": 2}),
        }
        labels = {"note": _("備考（書面の置き場所など）")}
        help_texts = {
            "until": _("この日の終わりまで有効です。期限がなければ空にします。"),
            "person": _("お名前と役職。自機関の方だけが読みます。"),
            "contact": _("撤回したいときに、相手の方が連絡する先です。書面にも印刷されます。"),
        }
        error_messages = {
            "person": {"required": _("同意した方のお名前と役職を書いてください。")},
            "contact": {"required": _("撤回したいときの連絡先を書いてください。")},
            "agreed_on": {"required": _("同意の日を入力してください。")},
        }

    def __init__(self, *args: Any, for_client: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("person", "contact", "agreed_on"):
            self.fields[name].required = True
        self.initial["scope"] = ""  # how far is for the party to say: nothing is chosen beforehand
        self.initial["agreed_on"] = timezone.localdate()
        if not for_client:
            del self.fields["naming"]

    def terms(self) -> dict[str, Any]:
        """For the verb: everything but which text it is about."""
        return {name: value for name, value in self.cleaned_data.items() if name != "digest"}


class AnswerForm(forms.Form):
    """Yes, how far and until when, or no and why. The verb says what must be there."""

    digest = forms.CharField(widget=forms.HiddenInput, max_length=64, validators=[clean_text])
    answer = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")])
    scope = forms.ChoiceField(
        label=_("公開してよい範囲"), choices=Scope.choices, widget=forms.RadioSelect, required=False
    )
    until = forms.DateField(
        label=_("同意の期限"),
        required=False,
        help_text=_("この日の終わりまで有効です。期限がなければ空にします。"),
        widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
    )
    reason = forms.CharField(
        label=_("辞退する理由"),
        help_text=_("事例を所有する機関に、このまま伝わります。どこをどう直せばよいかを書いてください。"),
        required=False,
        max_length=1000,
        validators=[clean_text],
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    @property
    def agreed(self) -> bool:
        return bool(self.cleaned_data["answer"] == "yes")

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("answer") == "yes" and not said.get("scope") and "scope" not in self.errors:
            self.add_error("scope", _("どこまで公開してよいかを選んでください。"))
        return said


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=_("撤回の理由"),
        help_text=_("事例を所有する機関の記録に残ります。"),
        max_length=1000,
        validators=[clean_text],
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("撤回の理由を書いてください。")},
    )
