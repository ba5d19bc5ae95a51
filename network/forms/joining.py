"""Forms of coming in: invitations, accounts, applications."""

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from network.codes import KINDS, PREFECTURES
from network.corporate_number import normalize_corporate_number
from network.models import Application, Municipality, User
from network.text import clean_line, clean_text
from network.vocabulary import Role


class InviteForm(forms.Form):
    """Whom to ask in, and as what."""

    email = forms.EmailField(
        label=_("メールアドレス"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    role = forms.ChoiceField(label=_("役割"), choices=Role.choices, initial=Role.MEMBER, widget=forms.RadioSelect)


class RoleForm(forms.Form):
    role = forms.ChoiceField(choices=Role.choices)


class CodeForm(forms.Form):
    """The secret of an invitation, filled in by the page's script or by hand."""

    code = forms.CharField(
        label=_("招待コード"),
        help_text=_("メールのアドレスの # より後ろの文字です。メールから開くと、自動で入ります。"),
        max_length=200,
        validators=[clean_line],
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}),
    )

    def clean_code(self) -> str:
        """The secret alone, also from a whole address."""
        return str(self.cleaned_data["code"]).rpartition("#")[2].strip()


class AccountForm(forms.Form):
    """What a new account needs beside the invited address."""

    name = forms.CharField(
        label=_("氏名"),
        max_length=80,
        validators=[clean_line],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        label=_("パスワード"),
        help_text=_("10文字以上。数字だけのものや、よく使われるものは使えません。"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("password"):
            try:
                person = User(email=self.email, name=values.get("name", ""))
                password_validation.validate_password(values["password"], person)
            except ValidationError as problem:
                self.add_error("password", problem)
        return values


class ApplicationForm(forms.ModelForm[Application]):
    """What an organization says of itself when it asks to be registered."""

    kind = forms.ChoiceField(label=_("種類"))
    prefecture = forms.ChoiceField(label=_("都道府県"))
    place = forms.CharField(
        label=_("市区町村"),
        help_text=_("例: 浜松市、千代田区。わからなければ空のままで構いません。"),
        max_length=40,
        required=False,
        validators=[clean_line],
    )
    website = forms.URLField(label=_("ウェブサイト"), max_length=300, required=False, assume_scheme="https")
    corporate_number = forms.CharField(
        label=_("法人番号"),
        help_text=_("13桁の数字。個人の方など、ない場合は空のままで構いません。"),
        max_length=40,
        required=False,
        validators=[clean_line],
    )
    has_ties = forms.TypedChoiceField(
        label=_("他の支援機関との利害関係（資本・販売代理・紹介手数料・グループ）がありますか"),
        choices=[("yes", _("ある")), ("no", _("ない"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("「ある」か「ない」を選んでください。提案の中立を保つために必要です。")},
    )

    class Meta:
        model = Application
        fields = (
            "name",
            "kana",
            "kind",
            "corporate_number",
            "prefecture",
            "place",
            "website",
            "about",
            "has_ties",
            "ties_note",
            "applicant_name",
            "applicant_email",
        )
        widgets = {"about": forms.Textarea(attrs={"rows": 4}), "ties_note": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        empty = ("", _("選んでください"))
        self.fields["kind"].choices = [empty, *KINDS.choices()]  # type: ignore[attr-defined]
        self.fields["prefecture"].choices = [empty, *PREFECTURES.choices()]  # type: ignore[attr-defined]
        self.fields["ties_note"].help_text = _("「ある」場合は、相手の機関と関係を書いてください。")

    def clean_corporate_number(self) -> str:
        typed = self.cleaned_data["corporate_number"]
        return normalize_corporate_number(typed) if typed else ""

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("has_ties") and not values.get("ties_note"):
            self.add_error("ties_note", _("相手の機関と、どのような関係かを書いてください。"))
        if values.get("place") and values.get("prefecture"):
            places = Municipality.objects.filter(prefecture=values["prefecture"], name=values["place"], retired_on=None)
            self.instance.municipality = places.first()
            if self.instance.municipality is None:
                said = _(
                    "選んだ都道府県に、この名前の市区町村が見つかりません。「浜松市」のように書くか、空にしてください。"
                )
                self.add_error("place", said)
        return values


class DeclineForm(forms.Form):
    reason = forms.CharField(
        label=_("見送る理由"),
        help_text=_("申請した方に、このままメールで伝わります。"),
        max_length=1000,
        validators=[clean_text],
        widget=forms.Textarea(attrs={"rows": 3}),
    )
