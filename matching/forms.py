"""The form of a need: one page, and every button of it answers with the whole form again."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from casebook.vocabulary import Tlp
from matching.models import Need
from matching.weights import BY_NAME, DEFAULT
from network.access import lab_ids_facilitated_by
from network.codes import (
    DEMAND_LAYERS,
    INDUSTRIES,
    KINDS,
    PREFECTURES,
    STAGES,
    TLP_LABELS,
    industry_majors,
)
from network.forms.editor import MAX_VERSION, UNKNOWN_VERSION
from network.models import Lab, LabArea, Municipality, Organization, User
from network.picking import is_id
from network.vocabulary import TieKind


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
    tlp = forms.ChoiceField(
        label=_("取り扱い（TLP）"),
        choices=lambda: [(code, f"TLP:{code} {TLP_LABELS.name(code)}") for code in Tlp.values],
        required=False,
        help_text=_("この案件を見られるのは、担当ラボと共同担当だけです。見る人がどこまで伝えてよいかを示します。"),
    )
    version = forms.IntegerField(required=False, min_value=0, max_value=MAX_VERSION, widget=forms.HiddenInput)
    """Of a stored need, the version that the page showed."""
    must_include = OrganizationsField(_("必ず入れたい機関"))
    exclude = OrganizationsField(_("外したい機関"))
    suppliers = OrganizationsField(_("企業のいまの取引先"))

    class Meta:
        model = Need
        fields = (
            "title", "lab", "tlp", "prefecture", "municipality", "industry", "employees", "stage", "demand", "text",
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
        if self.instance.pk and not labs.filter(pk=self.instance.lab_id).exists():
            labs = Lab.objects.filter(pk=self.instance.lab_id)  # a co-facilitator leaves it where it is
        if "version" not in (kwargs.get("initial") or {}):
            self.initial["version"] = self.instance.version
        if not self.instance.pk and not kwargs.get("initial"):
            self.initial["prefecture"] = _home_of(labs)
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

    def clean_tlp(self) -> str:
        """Where the page said nothing, what stands there."""
        return self.cleaned_data["tlp"] or self.instance.tlp

    def clean_version(self) -> int:
        version = self.cleaned_data["version"]
        if version is None and self.instance.pk:
            raise forms.ValidationError(UNKNOWN_VERSION)
        return version or 0

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


def _home_of(labs: QuerySet[Lab]) -> str:
    """The prefecture that all of the labs' areas lie in; empty where there are several, or none."""
    found = set(LabArea.objects.filter(lab__in=labs).values_list("prefecture", flat=True))
    return found.pop() if len(found) == 1 else ""


def _as_choice(remote: object) -> str:
    """Stored or typed, as the choice it is."""
    return "0" if remote in (False, "0") else "1"
