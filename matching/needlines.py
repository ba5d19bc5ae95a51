"""The lines of a need's form: what the team must be able to do, each in one phase."""

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from matching.actions import Wanted
from matching.models import Need, Requirement
from matching.vocabulary import IMPORTANCE_WEIGHT, MAX_REQUIREMENTS, Importance
from network.codes import PHASES
from network.models import Capability, Organization
from network.picking import ID_DIGITS
from network.vocabulary import MAX_LEVEL


class RequirementForm(forms.Form):
    """One line of what the team must be able to do."""

    capability = forms.ModelChoiceField(
        Capability.objects.all(), to_field_name="code", widget=forms.HiddenInput, label=_("支援領域")
    )
    phase = forms.ChoiceField(label=_("局面"))
    level = forms.TypedChoiceField(
        label=_("必要なレベル"), coerce=int, choices=[(str(n), str(n)) for n in range(1, MAX_LEVEL + 1)], initial="3"
    )
    importance = forms.ChoiceField(
        label=_("重要さ"), choices=Importance.choices, widget=forms.RadioSelect, initial=Importance.IMPORTANT
    )
    weight = forms.FloatField(required=False, min_value=1e-9, max_value=1e9, widget=forms.HiddenInput, label=_("重み"))
    """The weight as stored; it holds while the importance stays what it was."""
    importance_was = forms.CharField(required=False, widget=forms.HiddenInput)
    locked = forms.CharField(required=False, max_length=ID_DIGITS, label=_("担当の固定"))
    """Id of the organization that owns the seat in every team; only one that must be included can be chosen."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "use_required_attribute": False})
        self.fields["phase"].choices = PHASES.choices()  # type: ignore[attr-defined]

    @cached_property
    def shown(self) -> Capability | None:
        """The capability this line is about."""
        return capability_with(self["capability"].value())

    def wanted(self, lockable: Mapping[str, Organization]) -> Wanted:
        """The line as the verb takes it, after validation; who is not among the `lockable`, by id, holds no seat."""
        values = self.cleaned_data
        importance, weight = values["importance"], values["weight"]
        if weight is None or importance != values["importance_was"]:
            weight = IMPORTANCE_WEIGHT[importance]
        return Wanted(
            values["capability"],
            values["phase"],
            values["level"],
            weight,
            importance == Importance.MUST,
            locked=lockable.get(values["locked"]),
            keeps_lock=False,
        )


class RequirementLines(forms.BaseFormSet[RequirementForm]):
    """All lines; at least one where teams are to be proposed, and no capability twice in one phase."""

    def __init__(self, *args: Any, may_be_empty: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.may_be_empty = may_be_empty

    def clean(self) -> None:
        if self.total_form_count() < 0:
            raise forms.ValidationError(
                _("要件の数を読み取れません。ページを読み直してから、もう一度保存してください。")
            )
        if any(self.errors):
            return
        lines = [(form.cleaned_data["capability"], form.cleaned_data["phase"]) for form in self.forms]
        if not lines and not self.may_be_empty:
            raise forms.ValidationError(_("要件がありません。困りごとから読み取るか、支援領域を探して加えてください。"))
        for line in lines:
            if lines.count(line) > 1:
                raise forms.ValidationError(
                    _("「%(name)s」が同じ局面に2回あります。どちらかを消すか、局面を変えてください。")
                    % {"name": line[0].name}
                )


RequirementFormSet = cast(
    "type[RequirementLines]",
    forms.formset_factory(
        RequirementForm,
        formset=RequirementLines,
        extra=0,
        max_num=MAX_REQUIREMENTS,
        validate_max=True,
        absolute_max=MAX_REQUIREMENTS + 1,  # what a forged count may make us build
    ),
)
PREFIX = "req"


def capability_with(code: object) -> Capability | None:
    """The capability with a code as it was sent; a NUL stands in no code, and PostgreSQL raises on one."""
    return None if "\0" in str(code) else Capability.objects.filter(code=code).first()


def stored_lines(need: Need) -> list[dict[str, Any]]:
    """The need's requirements as initial data of the lines."""
    return [_line(row) for row in need.requirements.select_related("capability")]


def _line(row: Requirement) -> dict[str, Any]:
    return {
        "capability": row.capability.code,
        "phase": row.phase,
        "level": row.level,
        "importance": row.importance,
        "weight": row.weight,
        "importance_was": row.importance,
        "locked": str(row.locked_id or ""),
    }


def typed_lines(data: QueryDict) -> list[dict[str, Any]]:
    """The lines as they stand on the screen, valid or not."""
    return [
        {name: form[name].value() for name in form.fields} for form in RequirementFormSet(data, prefix=PREFIX).forms
    ]


def new_line(capability: Capability) -> dict[str, Any]:
    """A line for a capability, in the phase it serves most typically."""
    phase = next((phase for phase in capability.phases if phase in PHASES), "analysis")
    return {"capability": capability.code, "phase": phase, "level": 3, "importance": Importance.IMPORTANT}
