"""Forms of the profile editor. Each carries the version of the record that its page showed."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from network.vocabulary import MAX_LEVEL, Stance

MAX_VERSION = 2**31 - 1


class VersionForm(forms.Form):
    """`version`: what the page showed, 0 for nothing. `overwrite`: the newer version that the editor has seen since
    and decided to replace. `seen`: a fingerprint of what the page showed, see `conflicts.fingerprint`."""

    version = forms.IntegerField(min_value=0, max_value=MAX_VERSION)
    overwrite = forms.IntegerField(min_value=0, max_value=MAX_VERSION, required=False)
    seen = forms.CharField(max_length=64, required=False)

    @property
    def expected(self) -> int:
        """The version that the change may replace; only of a valid form."""
        overwrite: int | None = self.cleaned_data["overwrite"]
        version: int = self.cleaned_data["version"]
        return version if overwrite is None else overwrite


UNKNOWN_VERSION = _("この画面がいつの内容かわかりません。ページを読み直してから、もう一度保存してください。")


def versioned(form: forms.BaseForm, data: QueryDict) -> VersionForm:
    """The version that came with a form; a message in the form where there is none."""
    version = VersionForm(data)
    if not version.is_valid():
        form.add_error(None, str(UNKNOWN_VERSION))
    return version


class RatingForm(forms.Form):
    """One line of the capability grid: a level (else 0), a stance (else neutral), or both."""

    level = forms.TypedChoiceField(
        label=_("レベル"),
        coerce=int,
        empty_value=None,
        required=False,
        choices=[(str(level), str(level)) for level in range(MAX_LEVEL + 1)],
    )
    stance = forms.TypedChoiceField(
        label=_("立場"), coerce=Stance, empty_value=None, required=False, choices=Stance.choices
    )
    note = forms.CharField(label=_("メモ"), max_length=400, required=False)
    evidence = forms.CharField(label=_("根拠"), max_length=400, required=False)

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        if not self.errors and values.get("level") is None and values.get("stance") is None:
            self.add_error("level", _("レベルか立場のどちらかを選んでください。"))
        return values

    def values(self) -> dict[str, Any]:
        """What to declare, for `actions.rate`; only of a valid form."""
        said = self.cleaned_data
        level, stance = said["level"], said["stance"]
        return {
            "level": 0 if level is None else level,
            "stance": stance or Stance.NEUTRAL,
            "note": said["note"],
            "evidence": said["evidence"],
        }
