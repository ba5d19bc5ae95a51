"""The casebook in numbers, for everybody; nobody learns of a case from them."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from casebook.forms.statistics import StatisticsForm
from casebook.statistics import DIMENSIONS, Statistics, statistics
from casebook.vocabulary import Outcome
from network.codes import PHASES, PREFECTURES, STAGES, industry_majors
from network.models import Capability
from network.tiles import Tile, tiles

Value = str | int | None


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table; `url` narrows to it, or lets go of it where it is chosen."""

    name: str
    number: int
    url: str = ""
    chosen: bool = False


@require_GET
def in_numbers(request: HttpRequest) -> HttpResponse:
    """All open cases by industry, prefecture and year; what else they say, of the visible ones."""
    form = StatisticsForm(request.GET)
    valid = form.is_valid()
    chosen = form.chosen if valid else {}
    found = statistics(request.user, chosen)
    context = {
        "form": form,
        "found": found,
        "chosen": chosen,
        "map": _map(found, chosen),
        "unplaced": found.by["prefecture"][""],
        "industries": _rows(found, chosen, "industry", _industry),
        "years": sorted(_rows(found, chosen, "year", _year), key=lambda row: row.name, reverse=True),
        "visible": _visible(found),
    }
    return render(request, "casebook/statistics.html", context, status=200 if valid else 422)


def _map(found: Statistics, chosen: Mapping[str, Value]) -> list[Tile]:
    figures = {code: found.by["prefecture"][code] for code in PREFECTURES}
    urls = {code: _narrowing(chosen, "prefecture", code) for code in PREFECTURES}
    return tiles([str(chosen.get("prefecture", ""))], figures=figures, urls=urls)


def _rows(found: Statistics, chosen: Mapping[str, Value], name: str, called: Callable[[Value], str]) -> list[Row]:
    """The numbers of one dimension, the largest first; what is not known cannot be chosen."""
    return [
        Row(
            name=called(value),
            number=number,
            url=_narrowing(chosen, name, value) if value else "",
            chosen=chosen.get(name) == value and value is not None,
        )
        for value, number in sorted(found.by[name].items(), key=lambda pair: (-pair[1], str(pair[0])))
    ]


def _narrowing(chosen: Mapping[str, Value], name: str, value: Value) -> str:
    """The address of the same view with this value chosen, or let go of."""
    wanted = {key: chosen.get(key) for key in DIMENSIONS}
    wanted[name] = None if chosen.get(name) == value else value
    query = urlencode({key: one for key, one in wanted.items() if one})
    return reverse("casebook:statistics") + (f"?{query}" if query else "")


def _industry(code: Value) -> str:
    return industry_majors()[str(code)].name if code else _("業種の記載なし")


def _year(year: Value) -> str:
    return _("%(year)s年") % {"year": year} if year else _("年の記載なし")


def _visible(found: Statistics) -> list[tuple[str, list[Row]]]:
    """Tables of what only the readable cases are counted by; empty ones are left out."""
    names = dict(Outcome.choices)
    capabilities = {one.code: one.name for one in Capability.objects.filter(code__in=found.visible["capability"])}
    tables: list[tuple[str, str, Callable[[str], str]]] = [
        ("phase", _("局面"), PHASES.name),
        ("capability", _("支援領域"), lambda code: capabilities.get(code, code)),
        ("outcome", _("結果"), lambda code: str(names.get(code, code))),
        ("stage_before", _("支援前の段階"), STAGES.name),
        ("stage_after", _("支援後の段階"), STAGES.name),
    ]
    return [(label, _listed(found.visible[name], called)) for name, label, called in tables if found.visible[name]]


def _listed(numbers: Counter[str], called: Callable[[str], str]) -> list[Row]:
    return [Row(called(value), number) for value, number in numbers.most_common()]
