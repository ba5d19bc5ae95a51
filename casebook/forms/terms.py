"""Until when: a few usual terms, or a day."""

from calendar import monthrange
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

MONTHS = (1, 3, 12)
DAY = "day"


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or that month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


class TermForm(forms.Form):
    """A term; what it may be, the verb says."""

    term = forms.ChoiceField(label=gettext_lazy("期限"), widget=forms.RadioSelect, initial="1")
    until = forms.DateField(
        label=gettext_lazy("期限の日"),
        required=False,
        help_text=gettext_lazy("「日付で決める」を選んだときに入力します。この日の終わりまで有効です。"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = timezone.localdate()
        names = {1: _("1か月"), 3: _("3か月"), 12: _("1年")}
        days = {n: date_format(months_after(self.today, n), "DATE_FORMAT") for n in MONTHS}
        quick = [(str(n), _("%(term)s（%(day)sまで）") % {"term": names[n], "day": days[n]}) for n in MONTHS]
        self.fields["term"].choices = [*quick, (DAY, _("日付で決める"))]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """`until` becomes the last day, however it was chosen."""
        said = super().clean() or {}
        if said.get("term") in {str(n) for n in MONTHS}:
            said["until"] = months_after(self.today, int(said["term"]))
            self.errors.pop("until", None)
        elif said.get("term") == DAY and not said.get("until") and "until" not in self.errors:
            self.add_error("until", _("期限の日を入力してください（例: 2027-03-31）。"))
        return said
