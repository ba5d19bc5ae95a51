"""Whom to ask to write a case, and until when."""

from django import forms
from django.utils.translation import gettext_lazy as _

from casebook.forms.terms import TermForm


class WriterForm(TermForm):
    email = forms.EmailField(
        label=_("執筆を頼む方のメールアドレス"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "class": "wide"}),
        help_text=_("結び目に登録しているアドレスです。ほかの機関の方にも頼めます。"),
    )
    field_order = ("email", "term", "until")
