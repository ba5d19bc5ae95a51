"""The facts of a case: what it is called and whose it is, which company, what support."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator, URLValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casebook.forms.draft.part import At, LineField, ListField, PartForm
from casebook.vocabulary import Basis, Naming, Outcome
from network.codes import PHASES, PREFECTURES, SIZE_BANDS, STAGES, industry_majors
from network.models import Capability, Municipality
from network.text import clean_line

WEB = URLValidator(schemes=["http", "https"])
UNKNOWN = ("", gettext_lazy("わからない・書かない"))


class ProfileForm(PartForm):
    """What it is called, whose it is, whom to ask, where it is from."""

    part_template = "casebook/draft/_profile.html"

    title = LineField("title", help_text=gettext_lazy("例: 在庫の見える化で欠品をなくした50人の工場"))
    subtitle = LineField("subtitle", help_text=gettext_lazy("題名に入りきらないことがあれば。"))
    basis = forms.ChoiceField(
        label=gettext_lazy("だれの事例ですか"), required=False, choices=Basis.choices, widget=forms.RadioSelect
    )
    naming = forms.ChoiceField(
        label=gettext_lazy("お客様の名前の出し方"), required=False, choices=Naming.choices, widget=forms.RadioSelect
    )
    contact = LineField(
        "contact",
        help_text=gettext_lazy("この事例について尋ねたい人の連絡先。自機関の部署名や代表の電話番号を書きます。"),
    )
    source_title = LineField("source_title", help_text=gettext_lazy("公表された資料によるときは、その題名。"))
    source_url = LineField("source_url", widget=forms.TextInput(attrs={"inputmode": "url"}))
    related_urls = ListField(
        label=gettext_lazy("関連URL"),
        help_text=gettext_lazy("1行に1つ、10個まで。"),
        between=r"\s+",
        joined="\n",
        most=10,
        longest=500,
        each=WEB,
        rows=2,
    )

    def clean_naming(self) -> str:
        """There is always one: what nobody chose is the one in the middle."""
        return str(self.cleaned_data["naming"] or Naming.REGION)

    @property
    def basis_cards(self) -> list[dict[str, Any]]:
        """Each with the consents that its publication needs."""
        return self.cards(
            "basis",
            {
                Basis.CLIENT: _("公開には、お客様の同意と、参加した機関それぞれの承認が要ります。"),
                Basis.OWN: _("お客様の同意は要りません。参加した機関があれば、その承認が要ります。"),
                Basis.PUBLISHED: _("お客様の同意は要りません。出典の題名とURLを書いてください。"),
                Basis.FICTION: _("同意は要りません。架空であることが、題名や概要からわかるように書いてください。"),
            },
        )

    @property
    def naming_cards(self) -> list[dict[str, Any]]:
        return self.cards(
            "naming",
            {
                Naming.REAL: _("会社名を書きます。実名の同意が要ります。"),
                Naming.REGION: _("会社名は書かず、業種と地域までを書きます。"),
                Naming.ANONYMOUS: _("業種と所在地も書きません。"),
            },
        )


class ClientForm(PartForm):
    """Which company it was, as far as one may tell: bands and places, no counts and no names."""

    part_template = "casebook/draft/_client.html"

    industry = forms.ChoiceField(label=gettext_lazy("業種"), required=False)
    size_band = forms.ChoiceField(label=gettext_lazy("従業員規模"), required=False)
    headcount = forms.IntegerField(
        label=gettext_lazy("従業員数がわかるとき"),
        help_text=gettext_lazy("人数を入れると、上の規模に置きかえます。人数そのものは保存しません。"),
        required=False,
        min_value=1,
        max_value=1_000_000,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "data-unkept": ""}),
    )
    prefecture = forms.ChoiceField(label=gettext_lazy("都道府県"), required=False)
    place = forms.CharField(
        label=gettext_lazy("市区町村"),
        help_text=gettext_lazy("例: 浜松市。会社がわかってしまうおそれがあれば、空のままにします。"),
        required=False,
        max_length=40,
        validators=[clean_line],
    )
    year = forms.IntegerField(
        label=gettext_lazy("実施した年"),
        help_text=gettext_lazy("西暦で。例: 2025"),
        required=False,
        validators=[MinValueValidator(1990), MaxValueValidator(2100)],
        widget=forms.TextInput(attrs={"inputmode": "numeric", "size": "6"}),
    )
    stage_before = forms.TypedChoiceField(
        label=gettext_lazy("支援の前の段階"), required=False, coerce=int, empty_value=None, widget=forms.RadioSelect
    )
    stage_after = forms.TypedChoiceField(
        label=gettext_lazy("支援の後の段階"), required=False, coerce=int, empty_value=None, widget=forms.RadioSelect
    )

    def told(self, at: At) -> Mapping[str, Any]:
        content = at.content
        place = Municipality.objects.filter(pk=content.municipality).first() if content.municipality else None
        named = {name: getattr(content, name) for name in ("industry", "size_band", "year")}
        stages = {name: getattr(content, name) or "" for name in ("stage_before", "stage_after")}
        return named | stages | {"prefecture": content.prefecture, "place": place.name if place else ""}

    def arrange(self) -> None:
        majors = [(code, entry.name) for code, entry in industry_majors().items()]
        offered = {
            "industry": majors,
            "size_band": SIZE_BANDS.choices(),
            "prefecture": PREFECTURES.choices(),
            "stage_before": STAGES.choices(),
            "stage_after": STAGES.choices(),
        }
        for name, choices in offered.items():
            self.fields[name].choices = [UNKNOWN, *choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """`municipality` beside the prefecture; where the place is not found, both keep what is stored."""
        values = super().clean() or self.cleaned_data
        place, prefecture = values.get("place", ""), values.get("prefecture", "")
        if "place" not in values or "prefecture" not in values:
            return values
        if place and (place, prefecture) == (self.initial["place"], self.initial["prefecture"]):
            values["municipality"] = self.at.content.municipality  # it may be none any more, and was then
            return values
        values["municipality"] = None
        if place:
            found = list(_places(place, prefecture)[:2])
            if len(found) != 1:
                self.add_error("place", _not_one(found, prefecture))
                return {name: value for name, value in values.items() if name not in {"prefecture", "municipality"}}
            values["municipality"], values["prefecture"] = found[0].pk, found[0].prefecture
        return values

    def changes(self) -> dict[str, Any]:
        said = dict(self.cleaned_data)
        said.pop("place", None)
        count = said.pop("headcount", None)
        return said | ({"size_band": band_of(count)} if count else {})

    def settled(self) -> dict[str, str]:
        said = self.cleaned_data
        count, prefecture = said.get("headcount"), said.get("prefecture")
        band = {"headcount": "", "size_band": band_of(count)} if count else {}
        return band | ({"prefecture": prefecture} if prefecture else {})

    @property
    def stage_cards(self) -> list[tuple[Any, list[dict[str, Any]]]]:
        """Both questions, each stage with what one would see on any day."""
        hints = {code: entry.texts["example"] for code, entry in STAGES.items()}
        return [(self[name], self.cards(name, hints)) for name in ("stage_before", "stage_after")]


def band_of(count: int) -> str:
    """The code of the size band that the headcount falls in."""
    return [code for code, entry in SIZE_BANDS.items() if count >= int(entry.fields["least"])][-1]


def _places(name: str, prefecture: str) -> Any:
    exact = Municipality.objects.filter(retired_on=None, name=name) | Municipality.objects.named(name).filter(
        name__in=[name, *(name.removeprefix(entry.name_ja) for entry in PREFECTURES.values())]
    )
    return exact.filter(prefecture=prefecture) if prefecture else exact


def _not_one(found: list[Municipality], prefecture: str) -> str:
    if found:
        return _("同じ名前の市区町村がいくつかあります。都道府県も選んでください。")
    if prefecture:
        return _("選んだ都道府県に、この名前の市区町村が見つかりません。「浜松市」のように書くか、空にしてください。")
    return _("この名前の市区町村が見つかりません。「浜松市」のように書くか、空にしてください。")


class SupportForm(PartForm):
    """What came of it, in which phases, with which capabilities and schemes."""

    part_template = "casebook/draft/_support.html"

    outcome = forms.ChoiceField(
        label=gettext_lazy("結果"), required=False, choices=Outcome.choices, widget=forms.RadioSelect
    )
    phases = forms.MultipleChoiceField(
        label=gettext_lazy("局面"),
        help_text=gettext_lazy("支援が関わったところをすべて選びます。"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    capabilities = forms.MultipleChoiceField(
        label=gettext_lazy("使った支援領域"), required=False, widget=forms.CheckboxSelectMultiple
    )
    keywords = ListField(
        label=gettext_lazy("キーワード"),
        help_text=gettext_lazy("探す人が使いそうなことば。「、」で区切って20個まで。"),
        between=r"[、,，\n]",
        joined="、",
        most=20,
        longest=40,
        each=clean_line,
        rows=2,
    )
    schemes = ListField(
        label=gettext_lazy("利用した制度"),
        help_text=gettext_lazy("補助金や専門家派遣など。1行に1つ、10個まで。「取り組み」を読める人に見えます。"),
        between=r"\n",
        joined="\n",
        most=10,
        longest=120,
        each=clean_line,
        rows=2,
    )

    def arrange(self) -> None:
        self.known = list(Capability.objects.all())
        self.fields["phases"].choices = PHASES.choices()  # type: ignore[attr-defined]
        self.fields["capabilities"].choices = [(one.code, one.name) for one in self.known]  # type: ignore[attr-defined]

    @property
    def areas(self) -> list[tuple[str, list[tuple[Any, Capability]]]]:
        """The boxes by area, each with its capability."""
        grouped: dict[str, list[tuple[Any, Capability]]] = defaultdict(list)
        for box, capability in zip(self["capabilities"], self.known, strict=True):
            grouped[capability.area_name].append((box, capability))
        return list(grouped.items())
