"""What a need says, path by path, and a change of it in words.

A snapshot is a flat mapping of paths to JSON values:

- `title`, `lab` (its name), `prefecture`, `municipality`, `industry`, `employees`, `stage`, `demand`, `text`, `tlp`,
  `lead_kinds`, `lead_min_suitability`, `max_size`, `max_hops`, `remote`, `forbidden_ties`, `weights`: as stored, an
  empty value as null;
- `must_include`, `exclude`, `suppliers`: sorted ids of organizations;
- `requirement.<capability code>.<phase>`: {level, importance, weight, locked}, `locked` an organization's id;
- `cofacilitator.<user id>`: the person's name as it was then.

A path that is absent stands for null. Of the sealed client there is nothing here.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from casebook.vocabulary import Tlp
from matching.models import Need
from matching.vocabulary import Importance
from matching.weights import BY_NAME
from network.access import Reader
from network.codes import DEMAND_LAYERS, INDUSTRIES, KINDS, PHASES, PREFECTURES, STAGES, CodeList
from network.history.entries import Line
from network.models import Capability, Municipality, Organization
from network.vocabulary import TieKind

Snapshot = dict[str, Any]
Difference = dict[str, list[Any]]
"""[before, after] by path."""

PLAIN: dict[str, Promise] = {
    "title": gettext_lazy("案件名"),
    "lab": gettext_lazy("担当するラボ"),
    "tlp": gettext_lazy("取り扱い"),
    "prefecture": gettext_lazy("都道府県"),
    "municipality": gettext_lazy("市区町村"),
    "industry": gettext_lazy("業種"),
    "employees": gettext_lazy("従業員数"),
    "demand": gettext_lazy("需要の層"),
    "stage": gettext_lazy("デジタル活用の段階"),
    "text": gettext_lazy("困りごと"),
    "lead_kinds": gettext_lazy("主担当の種類"),
    "lead_min_suitability": gettext_lazy("主担当の適性の下限"),
    "max_size": gettext_lazy("機関の数の上限"),
    "max_hops": gettext_lazy("距離の上限（県境の数）"),
    "remote": gettext_lazy("遠方からのオンライン支援"),
    "weights": gettext_lazy("重みの組"),
    "forbidden_ties": gettext_lazy("同じチームに入れない利害関係"),
}
MANY: dict[str, Promise] = {
    "must_include": gettext_lazy("必ず入れたい機関"),
    "exclude": gettext_lazy("外したい機関"),
    "suppliers": gettext_lazy("企業のいまの取引先"),
}
LABELS = {**PLAIN, **MANY}
"""In the order in which they are told; requirements and people follow."""


def snapshot(need: Need) -> Snapshot:
    """The whole need as it stands in the database now."""
    stored = Need.objects.select_related("lab").get(pk=need.pk)
    found: Snapshot = {name: getattr(stored, name) for name in PLAIN if name not in ("lab", "municipality")}
    found |= {"lab": stored.lab.name, "municipality": stored.municipality_id, "tlp": str(stored.tlp)}
    for name in MANY:
        found[name] = sorted(getattr(stored, name).values_list("pk", flat=True))
    for row in stored.requirements.select_related("capability"):
        found[f"requirement.{row.capability.code}.{row.phase}"] = {
            "level": row.level,
            "importance": str(row.importance),
            "weight": row.weight,
            "locked": row.locked_id,
        }
    for named in stored.named.select_related("user"):
        found[f"cofacilitator.{named.user_id}"] = named.user.called
    return {path: value for path, value in found.items() if value not in (None, "", [])}


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> Difference:
    """What differs, [before, after] by path."""
    paths = {**before, **after}
    pairs = {path: [before.get(path), after.get(path)] for path in paths}
    return {path: pair for path, pair in pairs.items() if pair[0] != pair[1]}


# --- In words -----------------------------------------------------------------------------------


class Words:
    """Names for what the values hold, as far as the reader may know them; a fixed number of queries."""

    def __init__(self, changes: Iterable[Mapping[str, Any]], reader: Reader) -> None:
        places, organizations = _named(changes)
        seen = Organization.objects.visible_to(reader).filter(pk__in=organizations)
        self.organizations = dict(seen.order_by().values_list("pk", "name"))
        self.places = {pk: str(place) for pk, place in Municipality.objects.in_bulk(sorted(places)).items()}
        self.capabilities = {one.code: one.name for one in Capability.objects.all()}

    def lines(self, changes: Mapping[str, Any]) -> list[Line]:
        """One line for each path, in the order of the form."""
        return [
            Line(self.label(path), *(self.said(path, value) for value in changes[path])) for path in _in_order(changes)
        ]

    def label(self, path: str) -> str:
        head, _dot, rest = path.partition(".")
        if head == "requirement":
            code, _dot, phase = rest.partition(".")
            return _("要件「%(name)s」（%(phase)s）") % {
                "name": self.capabilities.get(code, code),
                "phase": _code(PHASES, phase),
            }
        return _("共同担当") if head == "cofacilitator" else str(LABELS.get(path, path))

    def said(self, path: str, value: Any) -> str:
        """One value in words; 「なし」 where nothing stood."""
        if value in (None, "", []):
            return _("なし")
        if path in MANY:
            return _("、").join(self._organization(pk) for pk in value)
        if isinstance(value, Mapping):
            return self._requirement(value)
        if path == "municipality":
            return self.places.get(value, str(value))
        return SAYING[path](value) if path in SAYING else str(value)

    def _organization(self, pk: Any) -> str:
        return self.organizations.get(pk, _("名前を出せない機関"))

    def _requirement(self, row: Mapping[str, Any]) -> str:
        importance = str(dict(Importance.choices).get(row.get("importance", ""), ""))
        parts = [importance, _("レベル%(level)s") % {"level": row.get("level", "")}]
        weight = row.get("weight")
        if weight is not None and weight not in (1.0, 2.0, 3.0):
            parts.append(_("重み%(weight)s") % {"weight": weight})
        if row.get("locked"):
            parts.append(_("担当を%(name)sに固定") % {"name": self._organization(row["locked"])})
        return _("・").join(parts)


def _named(changes: Iterable[Mapping[str, Any]]) -> tuple[set[str], set[int]]:
    """The municipalities and the organizations that stand in these pairs."""
    places: set[str] = set()
    organizations: set[int] = set()
    for pairs in changes:
        for path, pair in pairs.items():
            for value in pair:
                if path == "municipality" and value:
                    places.add(value)
                elif path in MANY:
                    organizations.update(value or ())
                elif isinstance(value, Mapping) and value.get("locked"):
                    organizations.add(value["locked"])
    return places, organizations


def _in_order(paths: Iterable[str]) -> list[str]:
    known = list(LABELS)
    return sorted(paths, key=lambda path: (known.index(path) if path in LABELS else len(known), path))


def _code(codes: CodeList, code: Any) -> str:
    return codes.name(str(code)) if str(code) in codes else str(code)


def _codes(codes: CodeList) -> Callable[[Any], str]:
    return lambda value: _("、").join(_code(codes, code) for code in (value if isinstance(value, list) else [value]))


def _choice(choices: Any) -> Callable[[Any], str]:
    known = dict(choices.choices)
    return lambda value: _("、").join(
        str(known.get(one, one)) for one in (value if isinstance(value, list) else [value])
    )


SAYING: dict[str, Callable[[Any], str]] = {
    "prefecture": _codes(PREFECTURES),
    "industry": _codes(INDUSTRIES),
    "demand": _codes(DEMAND_LAYERS),
    "stage": _codes(STAGES),
    "lead_kinds": _codes(KINDS),
    "tlp": _choice(Tlp),
    "forbidden_ties": _choice(TieKind),
    "employees": lambda value: ngettext("%(n)s人", "%(n)s人", value) % {"n": value},
    "lead_min_suitability": lambda value: f"{value:.0%}",
    "remote": lambda value: _("認める") if value else _("認めない"),
    "weights": lambda value: str(BY_NAME[value].name) if value in BY_NAME else str(value),
}
"""How the value of a path is said, where the value itself does not say it."""
