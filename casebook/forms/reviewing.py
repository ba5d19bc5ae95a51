"""Forms of the second reader."""

from django import forms
from django.utils.translation import gettext_lazy as _

from network.text import clean_text

LARGEST = 2**31 - 1


class ReadForm(forms.Form):
    """Which text the page showed."""

    revision = forms.IntegerField(min_value=0, max_value=LARGEST, widget=forms.HiddenInput)
    digest = forms.CharField(widget=forms.HiddenInput, max_length=64, validators=[clean_text])


class PublishForm(ReadForm):
    """The last question before a text is out."""

    remark = forms.CharField(
        label=_("この版についての覚え書き"),
        help_text=_("何を変えた版かを、あとで自機関の方がわかるように。空でもかまいません。"),
        max_length=1000,
        required=False,
        validators=[clean_text],
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ReturnForm(ReadForm):
    reason = forms.CharField(
        label=_("直してほしいこと"),
        help_text=_("書いた方に、このまま伝わります。"),
        max_length=1000,
        validators=[clean_text],
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("何を直してほしいかを書いてください。")},
    )
