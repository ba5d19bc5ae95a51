"""How the owner narrows the log of what others read."""

from django import forms
from django.utils.translation import gettext_lazy as _

from casebook.vocabulary import LogAction
from network.text import clean_line


class LogForm(forms.Form):
    action = forms.ChoiceField(label=_("したこと"), choices=[("", _("すべて")), *LogAction.choices], required=False)
    case = forms.CharField(label=_("事例ID"), max_length=64, required=False, validators=[clean_line])
    reader = forms.CharField(
        label=_("読んだ方"), max_length=80, required=False, validators=[clean_line], help_text=_("お名前の一部")
    )
