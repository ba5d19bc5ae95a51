"""Where no team exists: which conditions to give up together, and what that would give, in sentences."""

from typing import Any

from django.utils.translation import gettext as _

from matching.explaining import Lexicon
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
    given_up = "、".join(_condition(each, requirements, words) for each in found["conditions"])
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
