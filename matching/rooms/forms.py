"""What people type in a room."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from casebook.files.kinds import ACCEPT
from matching.models.rooms import LONGEST
from network.text import clean_text


class SeveralFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    """Any number of files; the verb says how many it takes."""

    widget = SeveralFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(SeveralFilesField, self).clean(one, initial) for one in given]


def text_field(rows: int) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows, "maxlength": LONGEST})
    return forms.CharField(
        label=_("メッセージ"), max_length=LONGEST, required=False, validators=[clean_text], widget=widget
    )


class MessageForm(forms.Form):
    """A message, under the key that its page gave it."""

    text = text_field(3)
    file = SeveralFilesField(
        label=_("ファイル"),
        required=False,
        allow_empty_file=True,
        widget=SeveralFilesInput(attrs={"accept": ACCEPT}),
        help_text=_("1つ8MBまで、5個まで"),
    )
    reply_to = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)
    key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)


class EditForm(forms.Form):
    """The own message anew, and the version that was read."""

    text = text_field(5)
    version = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)


class ReadForm(forms.Form):
    seq = forms.IntegerField(min_value=0, max_value=2**31 - 1)
