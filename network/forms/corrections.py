"""The form with which somebody outside proposes a correction: one for each thing that can be corrected."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from network.actions.correctable import REMARK, TEXTS
from network.codes import LEVELS, PREFECTURES
from network.history.labels import LABELS
from network.models import Capability, Correction, Municipality
from network.text import clean_text
from network.vocabulary import CapacityStatus

PLAIN = (*TEXTS, "place", "capacity")


def correctable_fields() -> list[tuple[str, list[tuple[str, str]]]]:
    """Everything for which a value can be proposed, in groups for a list to choose from.

    Every capability stands there, declared or not: which ones an organization filled in is not told here.
    """
    groups = [(str(_("基本のこと")), [(name, str(LABELS[name])) for name in PLAIN])]
    for capability in Capability.objects.all():
        option = (f"rating.{capability.code}", capability.name)
        if groups[-1][0] == capability.area_name:
            groups[-1][1].append(option)
        else:
            groups.append((capability.area_name, [option]))
    return groups


class FieldForm(forms.Form):
    """What is to be corrected; empty for a remark in words."""

    field = forms.ChoiceField(label=_("どの項目についてですか"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(REMARK, _("そのほか（ことばで指摘する）")), *correctable_fields()]
        self.fields["field"].choices = choices  # type: ignore[attr-defined]


class CorrectionForm(forms.Form):
    """The proposed value of one field, and why; what the value must be, the verb says."""

    reason = forms.CharField(
        label=_("理由"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        validators=[clean_text],
        help_text=_("どこで知ったかを書くと、相手が確かめやすくなります。"),
    )

    def __init__(self, field: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields = {**value_fields(field), **self.fields}
        self.path = field

    @property
    def proposed(self) -> Any:
        """The value as `actions.propose_correction` takes it."""
        said = self.cleaned_data
        if self.path.startswith("rating."):
            return {"level": said["level"]}
        if self.path == "capacity":
            until = said["until"].isoformat() if said["until"] else None
            return {"status": said["status"], "slots": said["slots"], "until": until}
        if self.path == "place":
            municipality = said["municipality"]
            return {"prefecture": said["prefecture"], "municipality": municipality.pk if municipality else None}
        return said.get("proposed")


def value_fields(field: str) -> dict[str, forms.Field]:
    """The inputs for the value of a field; none for a remark."""
    if field == REMARK:
        return {}
    if field.startswith("rating."):
        levels = [(code, _("レベル%(level)s %(name)s") % {"level": code, "name": LEVELS.name(code)}) for code in LEVELS]
        return {
            "level": forms.TypedChoiceField(label=_("レベル"), coerce=int, choices=levels, widget=forms.RadioSelect)
        }
    if field == "capacity":
        return {
            "status": forms.ChoiceField(
                label=_("受付の状況"), choices=CapacityStatus.choices, widget=forms.RadioSelect
            ),
            "slots": forms.IntegerField(label=_("あと何件"), min_value=0, max_value=999),
            "until": forms.DateField(
                label=_("いつまで有効か"),
                required=False,
                widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            ),
        }
    if field == "place":
        return {
            "prefecture": forms.ChoiceField(label=_("都道府県"), choices=PREFECTURES.choices()),
            "municipality": forms.ModelChoiceField(
                Municipality.objects.filter(retired_on=None), label=_("市区町村"), required=False
            ),
        }
    widget = forms.Textarea(attrs={"rows": 5}) if field == "about" else forms.TextInput()
    return {"proposed": forms.CharField(label=_("正しい内容"), max_length=2000, widget=widget)}


class AnswerForm(forms.ModelForm[Correction]):
    """What the organization says to who proposed it."""

    class Meta:
        model = Correction
        fields = ("answer",)
