"""Forms that say where somebody works: whole prefectures on the tile map, single municipalities found by their name."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from network.codes import PREFECTURES
from network.models import Municipality, Organization
from network.profile.conflicts import Conflict, Difference, conflict_over, in_words
from network.tiles import Tile, tiles
from network.vocabulary import WeaknessAudience

FOUND_AT_MOST = 24


class MunicipalitiesField(forms.MultipleChoiceField):
    """Codes of municipalities, as ticked boxes send them."""

    def validate(self, value: list[str]) -> None:
        """Raise ValidationError for what is no municipality's code."""
        if self.required or value:
            forms.Field.validate(self, value)
        if known_municipalities(value).keys() != set(value):
            raise forms.ValidationError(_("登録されていない市区町村が含まれています。探し直して選んでください。"))


def known_municipalities(codes: Iterable[str]) -> dict[str, Municipality]:
    """The municipalities of these codes, whatever else stands among them."""
    found = [code for code in codes if re.fullmatch(r"[0-9]{5}", code) and code.isascii()]
    return Municipality.objects.in_bulk(found)


class AreaFields(forms.Form):
    """What every form about an area asks for."""

    prefectures = forms.MultipleChoiceField(label=gettext_lazy("都道府県"), required=False)
    municipalities = MunicipalitiesField(label=gettext_lazy("市区町村"), required=False)
    nationwide = forms.BooleanField(label=gettext_lazy("全国に対応"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["prefectures"].choices = PREFECTURES.choices()  # type: ignore[attr-defined]

    @property
    def tiles(self) -> list[Tile]:
        return tiles(self["prefectures"].value() or [])

    @property
    def chosen(self) -> list[Municipality]:
        """The municipalities ticked so far, in the order of their codes."""
        known = known_municipalities(self["municipalities"].value() or [])
        return [known[code] for code in sorted(known)]


class AreaForm(AreaFields):
    """Where an organization works."""

    remote = forms.BooleanField(label=gettext_lazy("遠隔でも対応"), required=False)
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)
    """What the page showed (`conflicts.fingerprint`): the version counts other parts of the record too."""


class WeaknessesForm(forms.Form):
    """Who may know the declared weaknesses."""

    audience = forms.ChoiceField(label=gettext_lazy("弱みの公開範囲"), choices=WeaknessAudience.choices)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)


@dataclass(frozen=True)
class Found:
    """Municipalities that answer a search and are not ticked yet; how many more there are."""

    asked: str
    municipalities: list[Municipality]
    more: int


def found(form: AreaFields, asked: str) -> Found:
    """What the typed words lead to beside what is ticked; in ticked prefectures first."""
    asked = asked.replace("\0", "").strip()[:60]
    ticked = {municipality.pk for municipality in form.chosen}
    answers = [place for place in Municipality.objects.named(asked) if place.pk not in ticked]
    near = set(form["prefectures"].value() or [])
    answers.sort(key=lambda place: (place.prefecture not in near, place.pk))
    return Found(asked, answers[:FOUND_AT_MOST], max(len(answers) - FOUND_AT_MOST, 0))


def typed(fields: Mapping[str, forms.Field], data: QueryDict) -> dict[str, Any]:
    """What stands in the fields of a form that is shown again without being judged."""
    return {name: field.widget.value_from_datadict(data, {}, name) for name, field in fields.items()}


def conflict_of(
    form: forms.Form, organization: Organization, path: str, current: Any, recorded: Mapping[str, Any]
) -> Conflict:
    """What to tell who was late: `current` is the record as it stands now, `recorded` the form's fields for it."""
    return conflict_over(organization, (path,), current, both_values(form, recorded))


def both_values(form: forms.Form, current: Mapping[str, Any]) -> list[Difference]:
    """The visible fields in which what is recorded now and what was typed differ."""
    pairs = [
        (str(field.label), _words(field, current.get(name)), _words(field, form.cleaned_data.get(name)))
        for name, field in form.fields.items()
        if not isinstance(field.widget, forms.HiddenInput)
    ]
    return [Difference(*pair) for pair in pairs if pair[1] != pair[2]]


def _words(field: forms.Field, value: Any) -> str:
    if isinstance(field, MunicipalitiesField) and value:
        return _("、").join(str(place) for _code, place in sorted(known_municipalities(value).items()))
    if isinstance(field, forms.BooleanField):
        value = bool(value)
    return in_words(field, sorted(value) if isinstance(value, list) else value)
