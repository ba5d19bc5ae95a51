"""The form of a need: one page, and every button of it answers with the whole form again."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from matching.actions import Wanted
from matching.models import Need, Requirement
from matching.vocabulary import IMPORTANCE_WEIGHT, MAX_REQUIREMENTS, Importance
from matching.weights import BY_NAME, DEFAULT
from network.access import lab_ids_facilitated_by
from network.codes import DEMAND_LAYERS, INDUSTRIES, KINDS, PHASES, PREFECTURES, STAGES, industry_majors
from network.models import Capability, Lab, Municipality, Organization, User
from network.picking import ID_DIGITS, is_id
from network.vocabulary import MAX_LEVEL, TieKind


class OrganizationsField(forms.ModelMultipleChoiceField[Organization]):
    """Organizations by hidden ids; an id that cannot be one is an unknown choice."""

    def __init__(self, label: Any) -> None:
        super().__init__(Organization.objects.none(), label=label, required=False, widget=forms.MultipleHiddenInput)

    def clean(self, value: Any) -> Any:
        for given in value or []:
            if not is_id(given):
                raise forms.ValidationError(
                    self.error_messages["invalid_choice"], code="invalid_choice", params={"value": str(given)[:40]}
                )
        return super().clean(value)


class NeedForm(forms.ModelForm[Need]):
    """The company, its troubles, and the conditions for a team."""

    stage = forms.TypedChoiceField(
        label=_("デジタル活用の段階"), coerce=int, empty_value=None, required=False, widget=forms.RadioSelect
    )
    lead_kinds = forms.MultipleChoiceField(
        label=_("主担当の種類"),
        help_text=_("選ばなければ、どの種類の機関でも主担当になれます。"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    lead_min_suitability = forms.TypedChoiceField(
        label=_("主担当の適性"),
        coerce=float,
        required=False,
        choices=[("0.0", _("問わない")), ("0.5", _("50%以上")), ("0.7", _("70%以上")), ("0.9", _("90%以上"))],
    )
    max_hops = forms.TypedChoiceField(
        label=_("距離の上限"),
        coerce=int,
        empty_value=None,
        required=False,
        choices=[
            ("", _("問わない")),
            ("0", _("県内")),
            ("1", _("隣の県まで")),
            ("2", _("2県先まで")),
            ("3", _("3県先まで")),
        ],
    )
    remote = forms.TypedChoiceField(
        label=_("遠方からのオンライン支援"),
        coerce=lambda value: value == "1",
        empty_value="1",
        required=False,
        choices=[("1", _("認める")), ("0", _("認めない"))],
        help_text=_("認めると、距離の上限より遠くても、遠隔で対応できる機関が候補に入ります。"),
    )
    weights = forms.TypedChoiceField(
        label=_("重みの組"),
        coerce=str,
        empty_value=DEFAULT,
        required=False,
        choices=lambda: [(name, profile.name) for name, profile in BY_NAME.items()],
        help_text=_("何を大切にして選ぶかです。迷ったら既定のままにしてください。"),
    )
    forbidden_ties = forms.MultipleChoiceField(
        label=_("同じチームに入れない利害関係"),
        help_text=_("選んだ関係のある機関どうしは、同じチームに入れません。選ばなければ、提案の横に示すだけです。"),
        required=False,
        choices=TieKind.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    must_include = OrganizationsField(_("必ず入れたい機関"))
    exclude = OrganizationsField(_("外したい機関"))
    suppliers = OrganizationsField(_("企業のいまの取引先"))

    class Meta:
        model = Need
        fields = (
            "title", "lab", "prefecture", "municipality", "industry", "employees", "stage", "demand", "text",
            "lead_kinds", "lead_min_suitability", "max_size", "max_hops", "remote", "weights", "forbidden_ties",
        )  # fmt: skip
        widgets = {"text": forms.Textarea(attrs={"rows": 6}), "max_size": forms.NumberInput(attrs={"min": 1, "max": 6})}
        help_texts = {
            "title": _("会社の名前は書かないでください。例: 浜松の金属加工業（50人）の受発注と在庫"),
            "text": _("聞いたままを書いてください。会社や人の名前は書かないでください。"),
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labs = Lab.objects.filter(pk__in=lab_ids_facilitated_by(user))
        self.fields["lab"] = forms.ModelChoiceField(labs, label=_("担当するラボ"), empty_label=None)
        for name in ("must_include", "exclude", "suppliers"):
            self._choose_organizations(name, user)
        blank = [("", _("選んでください"))]
        self._choose("prefecture", [*blank, *PREFECTURES.choices()])
        self._choose(
            "industry", [("", _("わからない")), *((code, INDUSTRIES.name(code)) for code in industry_majors())]
        )
        self._choose("demand", [("", _("わからない")), *DEMAND_LAYERS.choices()])
        self._choose("lead_kinds", KINDS.choices())
        self._choose("stage", STAGES.choices())
        self.initial["remote"] = _as_choice(self.initial.get("remote", True))
        least = self.instance.lead_min_suitability
        self._keep("lead_min_suitability", str(least), f"{least:.0%}")
        farthest = self.instance.max_hops
        if farthest is not None:
            self._keep("max_hops", str(farthest), _("%(n)d県先まで") % {"n": farthest})
        prefecture = self["prefecture"].value()
        here = Q(prefecture=prefecture if prefecture in PREFECTURES else "")
        offered = (Q(retired_on=None) & ~Q(kind="designated_city")) | Q(pk=self.instance.municipality_id)
        self.fields["municipality"].queryset = Municipality.objects.filter(here & offered)  # type: ignore[attr-defined]
        self.fields["municipality"].empty_label = _("わからない")  # type: ignore[attr-defined]
        self.fields["municipality"].label_from_instance = lambda place: place.district + place.name  # type: ignore[attr-defined]

    def _choose_organizations(self, name: str, user: User) -> None:
        """Offer what the person sees; what was chosen before stays, even if it is inactive by now."""
        chosen = list(getattr(self.instance, name).values_list("pk", flat=True)) if self.instance.pk else []
        self.initial.setdefault(name, chosen)
        seen = Organization.objects.visible_to(user).filter(is_active=True)
        offered = Organization.objects.filter(Q(pk__in=seen.values("pk")) | Q(pk__in=chosen))
        self.fields[name].queryset = offered  # type: ignore[attr-defined]

    def _keep(self, name: str, value: str, label: str) -> None:
        """A value that came in another way (a file, the API) stays one of the choices."""
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField) and value not in dict(field.choices):  # type: ignore[arg-type]
            field.choices = [*field.choices, (value, label)]  # type: ignore[misc]

    def _choose(self, name: str, choices: list[Any]) -> None:
        """Offer a code list; the model's own validator stays in force."""
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices
        else:
            self.fields[name] = forms.ChoiceField(label=field.label, choices=choices, required=field.required)


def _as_choice(remote: object) -> str:
    """Stored or typed, as the choice it is."""
    return "0" if remote in (False, "0") else "1"


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
    """All lines; at least one, and no capability twice in one phase."""

    def clean(self) -> None:
        if any(self.errors):
            return
        lines = [(form.cleaned_data["capability"], form.cleaned_data["phase"]) for form in self.forms]
        if not lines:
            raise forms.ValidationError(_("要件がありません。困りごとから読み取るか、支援領域を探して加えてください。"))
        for line in lines:
            if lines.count(line) > 1:
                raise forms.ValidationError(
                    _("「%(name)s」が同じ局面に2回あります。どちらかを消すか、局面を変えてください。")
                    % {"name": line[0].name}
                )


RequirementFormSet = forms.formset_factory(
    RequirementForm,
    formset=RequirementLines,
    extra=0,
    max_num=MAX_REQUIREMENTS,
    validate_max=True,
    absolute_max=MAX_REQUIREMENTS + 1,  # what a forged count may make us build
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
