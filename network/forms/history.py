"""What narrows the pages of a record's history."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from network.models import Capability
from network.vocabulary import Deed

FIRST_DAY = date(2000, 1, 1)


class HistoryForm(forms.Form):
    """Which entries; unknown values are left out."""

    deed = forms.ChoiceField(label=_("したこと"), required=False, choices=[("", _("すべて")), *Deed.choices])
    capability = forms.ChoiceField(label=_("支援領域"), required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        known = [(capability.code, capability.name) for capability in Capability.objects.all()]
        self.fields["capability"].choices = [("", _("すべて")), *known]  # type: ignore[attr-defined]


class AsOfForm(forms.Form):
    """Which day, and where it matters which minute of it."""

    on = forms.DateField(
        label=_("日付"),
        validators=[MinValueValidator(FIRST_DAY, _("2000年より後の日付を入力してください。"))],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    at = forms.TimeField(
        label=_("時刻（任意）"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("空欄なら、その日の終わりの記録です。"),
    )

    def clean_on(self) -> date:
        day: date = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise ValidationError(_("今日までの日付を入力してください。先の日付の記録はまだありません。"))
        return day
