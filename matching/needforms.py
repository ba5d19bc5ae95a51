"""Forms beside a need: the sealed client, who else works on it, and an instrument's levels."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.actions.clients import FIELDS
from matching.instruments import Edition, Item, edition_on, editions
from matching.models import Client, Need
from network.access import Reader, lab_ids_facilitated_by
from network.corporate_number import normalize_corporate_number
from network.forms.editor import MAX_VERSION
from network.models import LabFacilitator, User
from network.office_values import phone_number
from network.text import clean_text


class ClientForm(forms.ModelForm[Client]):
    """Who the company is; everything may stay empty."""

    corporate_number = forms.CharField(
        label=gettext_lazy("法人番号"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("13桁。わかるときだけで構いません。"),
    )
    phone = forms.CharField(label=gettext_lazy("電話番号"), max_length=40, required=False)
    version = forms.IntegerField(min_value=0, max_value=MAX_VERSION, widget=forms.HiddenInput)

    class Meta:
        model = Client
        fields = FIELDS
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.version
        for name in FIELDS:
            self.fields[name].widget.attrs["autocomplete"] = "off"  # the browser keeps no list of clients

    def clean_corporate_number(self) -> str:
        typed = self.cleaned_data["corporate_number"]
        return normalize_corporate_number(typed) if typed else ""

    def clean_phone(self) -> str:
        return phone_number(self.cleaned_data["phone"])

    @property
    def values(self) -> dict[str, str]:
        """What was typed, after validation."""
        return {name: self.cleaned_data[name] for name in FIELDS}


class PersonForm(forms.Form):
    """A facilitator of another lab."""

    user = forms.ModelChoiceField(
        User.objects.none(),
        label=gettext_lazy("加える方"),
        empty_label=gettext_lazy("選んでください"),
        help_text=gettext_lazy(
            "ほかのラボのファシリテーターから選びます。この案件だけを見て、書きかえられるようになります。"
        ),
        error_messages={
            "required": gettext_lazy("加える方を選んでください。"),
            "invalid_choice": gettext_lazy("この方は選べません。一覧から選び直してください。"),
        },
    )

    def __init__(self, *args: Any, need: Need, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.groups = _others(need)
        offered = [pk for rows in self.groups.values() for pk, _name in rows]
        self.fields["user"].queryset = User.objects.filter(pk__in=offered)  # type: ignore[attr-defined]
        self.fields["user"].choices = [("", _("選んでください")), *self.groups.items()]  # type: ignore[attr-defined]


def _others(need: Need) -> dict[str, list[tuple[int, str]]]:
    """Facilitators of other labs by lab; who gave no name cannot be told apart and is left out."""
    seeing = Q(user__facilitated__lab=need.lab_id) | Q(user__in=need.named.values("user"))
    rows = LabFacilitator.objects.filter(user__is_active=True).exclude(user__name="").exclude(seeing)
    rows = rows.order_by("lab__name", "user__name", "user")
    found: dict[str, list[tuple[int, str]]] = {}
    for lab, pk, name in rows.values_list("lab__name", "user", "user__name"):
        found.setdefault(lab, []).append((pk, name))
    return found


class AssessmentForm(forms.Form):
    """A day, and a level for each item that was answered."""

    edition = forms.ChoiceField(widget=forms.HiddenInput)
    on = forms.DateField(
        label=gettext_lazy("実施した日"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    note = forms.CharField(label=gettext_lazy("メモ"), max_length=400, required=False, validators=[clean_text])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = _asked_of(self["edition"].value())
        self.fields["edition"].choices = [(code, code) for code in editions()]  # type: ignore[attr-defined]
        choices = [
            ("", _("答えない")),
            *((str(n), f"{n} {level.name}") for n, level in enumerate(self.asked.levels)),
        ]
        for code, item in self.asked.items.items():
            label = f"{code} {item.name}"
            self.fields[f"item-{code}"] = forms.ChoiceField(label=label, choices=choices, required=False)

    def parts(self) -> Iterator[tuple[str, list[tuple[Item, forms.BoundField]]]]:
        """The items under the headings of their parts."""
        found: dict[str, list[tuple[Item, forms.BoundField]]] = {}
        for code, item in self.asked.items.items():
            found.setdefault(item.part.name, []).append((item, self[f"item-{code}"]))
        yield from found.items()

    @property
    def levels(self) -> dict[str, int]:
        """What was answered, after validation."""
        given = {code: self.cleaned_data[f"item-{code}"] for code in self.asked.items}
        return {code: int(level) for code, level in given.items() if level}

    @classmethod
    def empty(cls, edition: str = "", today: date | None = None) -> "AssessmentForm":
        """The form of an edition; of the one in use today, where there is none of that name."""
        today = today or timezone.localdate()
        code = edition if edition in editions() else edition_on(today).code
        return cls(initial={"edition": code, "on": today})


def _asked_of(code: object) -> Edition:
    return editions().get(str(code)) or edition_on(timezone.localdate())


def may_name(need: Need, reader: Reader) -> bool:
    """Whether the reader says who else works on the need: who facilitates for its lab."""
    return lab_ids_facilitated_by(reader).filter(lab=need.lab_id).exists()
