"""Forms of taking cases out."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from casebook.transfer.documents import DOCUMENT, LINES
from network.picking import is_id
from network.text import clean_text

MOST = 100
"""How many cases leave at once."""


class ExportForm(forms.Form):
    """What the copy is for, and in which form it goes."""

    purpose = forms.CharField(
        label=_("書き出す目的"),
        help_text=_("例: 食品卸のお客様との打ち合わせで、進め方を説明するため。書いた機関の記録に残ります。"),
        max_length=300,
        validators=[clean_text],
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("書き出す目的を入力してください。書いた機関の記録に残ります。")},
    )
    form = forms.ChoiceField(
        label=_("形式"),
        choices=[
            (DOCUMENT, _("文書（Markdown）— 読む・印刷する")),
            (LINES, _("データ（JSON Lines）— 別のシステムに取り込む")),
        ],
        initial=DOCUMENT,
        widget=forms.RadioSelect,
        error_messages={"required": _("形式を選んでください。")},
    )


class CasesField(forms.MultipleChoiceField):
    """Ids of cases; which of them the reader may see is asked later, so that no answer tells that one exists."""

    widget = forms.MultipleHiddenInput

    def validate(self, value: Any) -> None:
        if not value:
            raise forms.ValidationError(_("書き出す事例を選んでください。検索の結果から選べます。"))
        if len(value) > MOST:
            raise forms.ValidationError(_("一度に書き出せるのは%(most)d件までです。"), params={"most": MOST})
        if not all(is_id(one) for one in value):
            raise forms.ValidationError(_("事例の番号が正しくありません。検索の結果から選び直してください。"))


class ListExportForm(ExportForm):
    id = CasesField()

    def clean_id(self) -> list[int]:
        return [int(one) for one in dict.fromkeys(self.cleaned_data["id"])]
