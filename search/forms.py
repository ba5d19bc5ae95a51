"""What a reader asks for, as it stands in the query string; and what people write about their searches."""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from network.models import Lab
from network.text import clean_line, clean_text
from search.actions import plain_name
from search.dictionary import Synonym
from search.facets import NAMES, known_values
from search.finding import Order
from search.phrases import is_listed, is_phrase
from search.records import Inquiry, InquiryReply, SavedSearch


class Parameters(Protocol):
    def getlist(self, key: str, /) -> Iterable[object]: ...


def chosen_in(parameters: Parameters) -> tuple[dict[str, frozenset[str]], list[str]]:
    """The values chosen by facet, and the ones that no list knows, as `facet=value`."""
    chosen: dict[str, frozenset[str]] = {}
    unknown: list[str] = []
    wanted = {name: [str(value) for value in parameters.getlist(name) if value] for name in NAMES}
    if not any(wanted.values()):
        return {}, []
    for name, known in known_values().items():
        asked = wanted[name]
        chosen[name] = frozenset(value for value in asked if value in known)
        unknown += [f"{name}={value[:40]}" for value in asked if value not in known]
    return {name: chosen[name] for name in NAMES if chosen[name]}, unknown


def order_in(parameters: Mapping[str, Any]) -> Order:
    """The order asked for; the best first where no such order is known."""
    asked = str(parameters.get("sort", ""))
    return Order(asked) if asked in set(Order) else Order.BEST


class SavedForm(forms.Form):
    """How a saved search is called, and whether what is new is told; without a name its own words are."""

    name = forms.CharField(
        label=_("名前"),
        max_length=SavedSearch._meta.get_field("name").max_length,
        required=False,
        validators=[clean_line],
    )
    alerts = forms.BooleanField(label=_("新しく一致した事例をお知らせで受け取る"), required=False)


class SynonymForm(forms.Form):
    """A name and what it means."""

    name = forms.CharField(
        label=_("ことば"),
        max_length=Synonym._meta.get_field("name").max_length,
        validators=[clean_line],
        help_text=_("利用者が検索に入れることばです。例: 仕入帳"),
    )
    means = forms.CharField(
        label=_("同じ意味のことば"),
        max_length=Synonym._meta.get_field("means").max_length,
        validators=[clean_line],
        help_text=_("事例の中で使われていることばです。例: 仕入台帳"),
    )

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if not is_phrase(name):
            raise ValidationError(
                _("「ことば」には、意味のあることばだけを入れてください。助詞や記号は除いてください。")
            )
        if is_listed(name):
            raise ValidationError(_("「ことば」の「%(name)s」は、はじめから辞書にあります。") % {"name": name})
        return name

    def clean_means(self) -> str:
        means: str = self.cleaned_data["means"]
        if not is_phrase(means):
            raise ValidationError(
                _("「同じ意味のことば」には、意味のあることばだけを入れてください。助詞や記号は除いてください。")
            )
        if plain_name(means) == plain_name(self.cleaned_data.get("name", "")):
            raise ValidationError(_("「同じ意味のことば」には、「ことば」と別のことばを入れてください。"))
        return means


class InquiryForm(forms.Form):
    """A question and whom it goes to; one lab needs no choosing."""

    text = forms.CharField(
        label=_("質問"),
        max_length=Inquiry._meta.get_field("text").max_length,
        widget=forms.Textarea(attrs={"rows": 5}),
        validators=[clean_text],
        help_text=_("お客様の名前など、特定できることは書かないでください。送る前に、自由に書き直せます。"),
    )
    labs = forms.ModelMultipleChoiceField(
        label=_("宛先のラボ"),
        queryset=Lab.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("ファシリテーター全員に届きます。"),
        error_messages={"required": _("宛先のラボを選んでください。")},
    )

    def __init__(self, data: Any, *, labs: QuerySet[Lab], initial: dict[str, Any]) -> None:
        super().__init__(data, initial={"labs": list(labs), **initial})
        self.fields["labs"].queryset = labs  # type: ignore[attr-defined]


class ReplyForm(forms.Form):
    """What a facilitator answers."""

    text = forms.CharField(
        label=_("回答"),
        max_length=InquiryReply._meta.get_field("text").max_length,
        widget=forms.Textarea(attrs={"rows": 3}),
        validators=[clean_text],
    )
