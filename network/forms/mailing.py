"""How a person wants to be told by mail."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from network.models import User
from network.vocabulary import MailPace

NONE = "none"


def hour_field(label: Any) -> forms.TypedChoiceField:
    """A full hour, or none."""
    hours = [(str(hour), format_lazy(gettext_lazy("{hour}時"), hour=hour)) for hour in range(24)]
    choices = [("", gettext_lazy("決めない")), *hours]
    return forms.TypedChoiceField(label=label, choices=choices, coerce=int, empty_value=None, required=False)


class MailForm(forms.Form):
    """At once, once a day or none; and the hours without mail."""

    mail = forms.ChoiceField(
        label=gettext_lazy("お知らせをメールでも受け取る"),
        choices=[*MailPace.choices, (NONE, gettext_lazy("受け取らない"))],
        widget=forms.RadioSelect,
    )
    quiet_from = hour_field(gettext_lazy("この時刻から"))
    quiet_until = hour_field(gettext_lazy("この時刻まで"))

    @classmethod
    def of(cls, user: User) -> "MailForm":
        mail = user.mail_pace if user.wants_mail else NONE
        return cls(initial={"mail": mail, "quiet_from": user.quiet_from, "quiet_until": user.quiet_until})

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        start, end = data.get("quiet_from"), data.get("quiet_until")
        if "quiet_from" in data and "quiet_until" in data:
            if (start is None) != (end is None):
                raise ValidationError(_("メールを送らない時間は、「から」と「まで」の両方を選んでください。"))
            if start is not None and start == end:
                raise ValidationError(_("メールを送らない時間の「から」と「まで」は、別の時刻にしてください。"))
        return data

    def stored(self) -> dict[str, Any]:
        """The fields of the user; the pace stays as it was for who wants none."""
        data = self.cleaned_data
        values = {"wants_mail": data["mail"] != NONE, "quiet_from": data["quiet_from"]}
        values["quiet_until"] = data["quiet_until"]
        return values | ({} if data["mail"] == NONE else {"mail_pace": data["mail"]})
