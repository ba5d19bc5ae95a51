"""The form of one office."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from network.codes import PREFECTURES
from network.forms.areas import AreaFields, typed
from network.models import Municipality, Office
from network.office_values import phone_number
from network.postal import PostalPlace, places_of, postal_code
from network.text import clean_line


class OfficeForm(AreaFields):
    """Where an office is, how it works and which area it serves. The municipalities offered are the prefecture's."""

    name = forms.CharField(label=gettext_lazy("拠点名"), max_length=80, validators=[clean_line])
    postal_code = forms.CharField(label=gettext_lazy("郵便番号"), max_length=20, required=False)
    prefecture = forms.ChoiceField(label=gettext_lazy("都道府県"))
    municipality = forms.ChoiceField(label=gettext_lazy("市区町村"), required=False)
    address = forms.CharField(
        label=gettext_lazy("町域・番地・建物"), max_length=200, required=False, validators=[clean_line]
    )
    phone = forms.CharField(label=gettext_lazy("電話番号"), max_length=40, required=False)
    on_site = forms.BooleanField(label=gettext_lazy("訪問して支援する"), required=False)
    remote = forms.BooleanField(label=gettext_lazy("遠隔でも支援する"), required=False)
    town = forms.CharField(widget=forms.HiddenInput, max_length=200, required=False)
    """What the postal code filled into the address, so that another one can replace it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["prefecture"].choices = [("", _("選んでください")), *PREFECTURES.choices()]  # type: ignore[attr-defined]
        offered = [(place.pk, place.name) for place in self._offered()]
        self.fields["municipality"].choices = [("", _("選ばない")), *offered]  # type: ignore[attr-defined]

    def _offered(self) -> list[Municipality]:
        """The municipalities in force of the prefecture, and the one that is recorded, even if it is retired."""
        prefecture, recorded = self["prefecture"].value(), self.initial.get("municipality")
        if prefecture not in PREFECTURES:
            return []
        places = Municipality.objects.filter(prefecture=prefecture)
        return [place for place in places if place.retired_on is None or place.pk == recorded]

    def clean_postal_code(self) -> str:
        written = self.cleaned_data["postal_code"]
        found = postal_code(written) if written else ""
        if found is None:
            raise forms.ValidationError(
                _("郵便番号は7桁の数字で入力してください（例: 432-8003。全角でも入力できます）。")
            )
        return found

    def clean_phone(self) -> str:
        return phone_number(self.cleaned_data["phone"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not (cleaned.get("on_site") or cleaned.get("remote")):
            self.add_error("on_site", _("訪問と遠隔の少なくとも一方を選んでください。"))
        return cleaned

    def values(self) -> dict[str, Any]:
        """The columns of an office."""
        plain = ("name", "postal_code", "prefecture", "address", "phone", "on_site", "remote", "nationwide")
        return {name: self.cleaned_data[name] for name in plain} | {
            "municipality_id": self.cleaned_data["municipality"] or None
        }


def office_initial(office: Office) -> dict[str, Any]:
    """The fields of the form for an office as it stands."""
    areas = list(office.service_areas.all())
    plain = ("name", "postal_code", "prefecture", "address", "phone", "on_site", "remote", "nationwide", "version")
    return {name: getattr(office, name) for name in plain} | {
        "municipality": office.municipality_id or "",
        "prefectures": [area.prefecture for area in areas if not area.municipality_id],
        "municipalities": [area.municipality_id for area in areas if area.municipality_id],
    }


def filled_from_postal_code(data: QueryDict, choice: int | None = None) -> tuple[OfficeForm, list[PostalPlace], str]:
    """The form with the place of its postal code filled in; else the places to choose from, or what is wrong.

    `choice` counts the places from 0.
    """
    values = typed(OfficeForm.base_fields, data)
    code = postal_code(str(values["postal_code"] or ""))
    if code is None:
        said = _("郵便番号は7桁の数字で入力してください（例: 432-8003。全角でも入力できます）。")
        return OfficeForm(initial=values), [], said
    places = places_of(code)
    if choice is not None:
        places = places[choice : choice + 1]
    if not places:
        said = _("郵便番号「%(code)s」の住所は見つかりません。番号を確かめるか、都道府県から選んでください。")
        return OfficeForm(initial=values), [], said % {"code": f"{code[:3]}-{code[3:]}"}
    if len(places) > 1:
        return OfficeForm(initial=values), places, ""
    return OfficeForm(initial=_with_place(values, places[0])), [], ""


def _with_place(values: dict[str, Any], place: PostalPlace) -> dict[str, Any]:
    """The place filled in; what somebody wrote behind the town stays."""
    rest = str(values["address"] or "").removeprefix(str(values["town"] or "")).removeprefix(place.town)
    where = {"prefecture": place.prefecture, "municipality": place.municipality.pk, "town": place.town}
    return values | where | {"address": place.town + rest}
