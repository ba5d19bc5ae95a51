"""Forms of the neutrality ledger and of partnerships."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from network.actions import stamp
from network.codes import PREFECTURES
from network.models import Lab, Tie
from network.picking import PicksOrganization
from network.text import clean_text
from network.vocabulary import TieKind, TieVisibility


def day_field(label: Any, help_text: Any = "", *, required: bool = False) -> forms.DateField:
    """One day, with the browser's calendar where there is one."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, help_text=help_text, required=required, widget=widget)


def text_field(label: Any, help_text: Any = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 2})
    return forms.CharField(
        label=label, help_text=help_text, required=False, max_length=400, validators=[clean_text], widget=widget
    )


class DeclarationForm(forms.Form):
    """Yes or no; silence is no answer."""

    has_ties = forms.TypedChoiceField(
        label=_("他の支援機関との利害関係（資本・販売代理・紹介手数料・グループ会社）"),
        choices=[("yes", _("あります")), ("no", _("ありません"))],
        coerce=lambda said: said == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("「あります」か「ありません」を選んでください。")},
    )


class TieTermsForm(forms.Form):
    """What an interest says, beside with whom and of which kind."""

    since = day_field(_("開始日"), _("わからなければ空のままでかまいません。"))
    until = day_field(_("終了日"), _("続いているあいだは空にしてください。"))
    note = text_field(_("説明"), _("例: クラウドサービスの販売代理。個人の名前は書かないでください。"))
    visibility = forms.ChoiceField(
        label=_("公開範囲"),
        choices=TieVisibility.choices,
        initial=TieVisibility.NETWORK,
        widget=forms.RadioSelect,
        help_text=_("両機関のメンバーは、いつでも見られます。"),
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        since, until = values.get("since"), values.get("until")
        if since and until and until < since:
            self.add_error("until", _("終了日が開始日より前です。日付をご確認ください。"))
        return values


class NewTieForm(TieTermsForm, PicksOrganization):
    """A new interest."""

    kind = forms.ChoiceField(label=_("種類"), choices=TieKind.choices, widget=forms.RadioSelect)
    field_order = ("other", "other_q", "kind", "since", "until", "note", "visibility")


class TieForm(TieTermsForm):
    """An interest on record; `stamp` says which state of it the editor read."""

    stamp = forms.CharField(max_length=64, widget=forms.HiddenInput)

    @classmethod
    def of(cls, tie: Tie, data: Any = None) -> "TieForm":
        names = ("since", "until", "note", "visibility")
        return cls(data, initial={**{name: getattr(tie, name) for name in names}, "stamp": stamp(tie)})


class EndForm(forms.Form):
    """The last day of an interest."""

    until = day_field(_("終了日"), required=True)

    def clean_until(self) -> Any:
        until = self.cleaned_data["until"]
        if until > timezone.localdate():
            raise forms.ValidationError(_("終了日は、今日かそれより前の日にしてください。"))
        return until


class PartnershipForm(PicksOrganization):
    """Asks another organization to confirm that the two work together."""

    note = text_field(_("一緒にしていること"), _("例: 在庫管理の案件で、要件定義と開発を分担。相手にも見えます。"))
    since = day_field(_("いつから"), _("わからなければ空のままでかまいません。"))
    field_order = ("other", "other_q", "note", "since")


class AnswerForm(forms.Form):
    """Yes or no to a proposed partnership; a reason may go with the no."""

    answer = forms.ChoiceField(choices=[("confirm", _("確認する")), ("decline", _("辞退する"))])
    reason = text_field(_("辞退の理由"), _("相手の機関だけに伝わります。書かなくてもかまいません。"))


class AreaForm(forms.Form):
    """Whose graph: one prefecture or one lab; a lab wins."""

    prefecture = forms.ChoiceField(label=_("都道府県"), required=False)
    lab = forms.ModelChoiceField(
        Lab.objects.all(), label=_("地域DX推進ラボ"), required=False, empty_label=_("選ばない（都道府県で見る）")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["prefecture"].choices = [("", _("選ばない（ラボで見る）")), *PREFECTURES.choices()]  # type: ignore[attr-defined]
