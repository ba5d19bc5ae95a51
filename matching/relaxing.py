"""Where no team exists: which conditions to give up together, what that would give, and the form without them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from matching.explaining import Lexicon
from matching.models import Need
from network.vocabulary import TieKind

Json = dict[str, Any]


def with_sentences(infeasible: Json | None, requirements: list[Json], words: Lexicon) -> Json | None:
    """The key "infeasible" of an answer with a sentence for every set; None stays None."""
    if infeasible is None:
        return None
    sets = [{**each, "sentence": sentence(each, requirements, words)} for each in infeasible["sets"]]
    return {**infeasible, "sets": sets}


def sentence(found: Json, requirements: list[Json], words: Lexicon) -> str:
    """What to give up, and the best team there is then."""
    given_up = _("、").join(condition_words(found, requirements, words))
    if (team := found["gives"]) is None:
        return _("%(given_up)sと、チームができます。") % {"given_up": given_up}
    told = {
        "given_up": given_up,
        "lead": words.name(team["lead"]),
        "n": len(team["members"]),
        "coverage": round(team["coverage"] / 10_000),
    }
    said = _("%(given_up)sと、%(lead)sを主担当とする%(n)d機関のチームができます（充足%(coverage)d%%）。") % told
    if team["open_must"]:
        said += _("必須の要件%(n)d件は空白のままです。") % {"n": team["open_must"]}
    return said


def condition_words(found: Json, requirements: list[Json], words: Lexicon) -> list[str]:
    """What is given up, a phrase each."""
    return [_condition(each, requirements, words) for each in found["conditions"]]


def _condition(each: Json, requirements: list[Json], words: Lexicon) -> str:
    name = words.name(each["organization"] or "")
    if each["condition"] == "locked":
        capability = words.capability(requirements[each["value"]]["capability"])
        return _("「%(capability)s」の担当を%(name)sに固定しない") % {"capability": capability, "name": name}
    said = {
        "lead_kinds": _("主担当の種類を問わない"),
        "lead_min_suitability": _("主担当の適性の下限をなくす"),
        "max_hops": _("距離の上限をなくす"),
        "remote": _("オンラインでの支援を認める"),
        "max_size": _("機関の数の上限を%(value)sに増やす"),
        "exclude": _("%(name)sを候補に戻す"),
        "must_include": _("%(name)sを必須から外す"),
        "forbidden_ties": _("「%(kind)s」のある機関どうしも認める"),
    }[each["condition"]]
    kind = TieKind(each["value"]).label if each["condition"] == "forbidden_ties" else ""
    return said % {"name": name, "value": each["value"], "kind": kind}


GIVEN_UP: dict[str, object] = {
    "lead_kinds": [],
    "lead_min_suitability": "0.0",
    "max_hops": "",
    "remote": "1",
}
"""What stands in the form's field when a condition is given up."""


@dataclass(frozen=True, slots=True)
class Relief:
    """Conditions that the form is shown without."""

    conditions: list[Json]
    requirements: list[Json]
    """Those of the answer that named the conditions."""
    said: list[str]


def relief(result: Json, number: int, words: Lexicon) -> Relief | None:
    """The set at this place, from 0, of an answer without a team; None where there is none."""
    sets = (result.get("infeasible") or {"sets": []})["sets"]
    if number >= len(sets):
        return None
    requirements = result["requirements"]
    return Relief(sets[number]["conditions"], requirements, condition_words(sets[number], requirements, words))


def fields_without(conditions: Iterable[Json], need: Need) -> Json:
    """Initial values of the need's form without these conditions; what is not named stays as it is stored."""
    fields: Json = {}
    for each in conditions:
        name, value = each["condition"], each["value"]
        if name in GIVEN_UP:
            fields[name] = GIVEN_UP[name]
        elif name == "max_size":
            fields[name] = max(need.max_size, int(value))
        elif name == "forbidden_ties":
            fields[name] = [kind for kind in fields.get(name, need.forbidden_ties) if kind != value]
        elif name in ("must_include", "exclude"):
            stored = dict(getattr(need, name).values_list("external_id", "pk"))
            left = fields.get(name, list(stored.values()))
            fields[name] = [pk for pk in left if pk != stored.get(each["organization"])]
    return fields


def lines_without(lines: list[Json], conditions: Iterable[Json], requirements: list[Json]) -> list[Json]:
    """Initial values of the requirements' lines without these locks; `requirements` are those of the answer."""
    locked = [requirements[each["value"]] for each in conditions if each["condition"] == "locked"]
    free = {(item["capability"], item["phase"]) for item in locked}
    return [{**line, "locked": ""} if (line["capability"], line["phase"]) in free else line for line in lines]
