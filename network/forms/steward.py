"""Forms of the steward's pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from network.models import Organization
from network.text import clean_text


class MergeForm(forms.Form):
    """Which of two records stays, and why they are one."""

    keep = forms.TypedChoiceField(label=_("残す登録"), coerce=int, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("統合する理由"),
        max_length=400,
        validators=[clean_text],
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("両機関の編集者と、あとから履歴を見る人が読みます。例: 合併により法人が一つになったため"),
    )
    versions = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(self, *args: Any, first: Organization, second: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pair = (first, second)
        places = [
            (str(one.pk), _("%(name)s（%(id)s）") % {"name": one.name, "id": one.external_id}) for one in self.pair
        ]
        self.fields["keep"].choices = places  # type: ignore[attr-defined]
        self.initial.setdefault("versions", f"{first.version}-{second.version}")

    @property
    def kept(self) -> Organization:
        first, second = self.pair
        return first if self.cleaned_data["keep"] == first.pk else second

    @property
    def dropped(self) -> Organization:
        first, second = self.pair
        return second if self.kept is first else first

    @property
    def expected(self) -> tuple[int, int]:
        """The versions of the kept and the dropped record as they were read; what is no version fits none."""
        parts = self.cleaned_data["versions"].split("-")
        numbers = [int(part) if part.isascii() and part.isdecimal() and len(part) < 12 else -1 for part in parts]
        first, second = numbers if len(numbers) == 2 else (-1, -1)
        return (first, second) if self.kept is self.pair[0] else (second, first)
