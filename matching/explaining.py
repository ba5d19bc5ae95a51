"""Sentences a facilitator can defend: why this team, what is missing, what changed since the last proposal."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from matching.core.model import COVERING_LEVEL, WEAKNESS
from network.access import Reader
from network.codes import PHASES
from network.models import Capability, Organization

NOTEWORTHY = 0.05
"""A confidence that moved by less is no news: between two days every older one fades a little."""

Result = Mapping[str, Any]
"""A stored answer, or one team of it, in the shape of the file format "Proposals"."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Names for ids, and of whom the reader may know the weaknesses."""

    organizations: Mapping[str, Organization]
    capabilities: Mapping[str, str]
    may_know_weaknesses_of: Callable[[str], bool]

    def name(self, organization: str) -> str:
        found = self.organizations.get(organization)
        return found.name if found else organization

    def capability(self, code: str) -> str:
        return self.capabilities.get(code, code)

    def level(self, organization: str, level: int) -> int:
        """The level as the reader may know it: a weakness that is none of the reader's business is no declaration."""
        return 0 if level == WEAKNESS and not self.may_know_weaknesses_of(organization) else level


def lexicon(results: Collection[Result], reader: Reader | None, also: Collection[str] = ()) -> Lexicon:
    """Names for everything these answers mention, and `also` these organizations; a record that was merged has the
    name of the one it went into. Without a reader (at the operator's console) nothing is hidden."""
    ids = {member for result in results for member in mentioned(result)} | set(also)
    named = Organization.objects.filter(external_id__in=ids).select_related("merged_into")
    organizations = {o.external_id: o.merged_into or o for o in named}
    capabilities = {capability.code: capability.name for capability in Capability.objects.all()}
    if reader is None:
        return Lexicon(organizations, capabilities, lambda _organization: True)
    near = Organization.objects.weaknesses_known_to(reader).filter(external_id__in=ids)
    known = set(near.values_list("external_id", flat=True))
    return Lexicon(organizations, capabilities, known.__contains__)


def mentioned(result: Result) -> Iterator[str]:
    """Ids of all organizations an answer names."""
    yield from result.get("levels", {})
    for each in (result.get("infeasible") or {"sets": []})["sets"]:
        yield from (given["organization"] for given in each["conditions"] if given["organization"])
        yield from each["gives"]["members"] if each["gives"] else ()
    for team in result["teams"]:
        yield from team["members"]
        yield from (gap["nearest"]["organization"] for gap in team["gaps"] if gap["nearest"])
    for told in result.get("next_best", []):
        yield from (found["outside"]["organization"] for found in told if found["outside"])
    for demand, change in result.get("demands", {}).items():
        yield from (demand, *(change["members"] if change else ()))
    yield from (result.get("fairness") or {}).get("members", ())


def reasons(
    team: Result,
    requirements: list[dict[str, Any]],
    words: Lexicon,
    levels: Mapping[str, Any],
    confidences: Mapping[str, Any] | None = None,
) -> list[str]:
    """Why this team: the lead, who owns what, whose weakness is covered by whom, what stays open."""
    said = [_("%(lead)sが主担当です。") % {"lead": words.name(team["lead"])}]
    covered = {gap["requirement"]: gap["covered"] for gap in team["gaps"]}
    for index, owner in team["owners"].items():
        capability = requirements[int(index)]["capability"]
        level = levels.get(owner, {}).get(capability, 0)
        known = Known(level, believed(confidences, owner, capability), covered.get(int(index), 1.0))
        said.append(_owner(requirements[int(index)], owner, words, known))
    said += [_cover(cover, words) for cover in visible_covers(team, words)]
    said += gap_sentences(team, requirements, words, levels)
    if team["open_must"]:
        said.append(_("必須の要件が%(n)d件、必要なレベルに届いていません。") % {"n": team["open_must"]})
    return said


def gap_sentences(
    team: Result, requirements: list[dict[str, Any]], words: Lexicon, levels: Mapping[str, Any]
) -> list[str]:
    """What nobody in the team does at the required level, and who near could.

    Where the owner declares the level and only its confidence takes from it, nothing is missing: `_owner` says so.
    """
    said = []
    for gap in team["gaps"]:
        requirement, owner = requirements[gap["requirement"]], team["owners"].get(str(gap["requirement"]))
        if levels.get(owner, {}).get(requirement["capability"], 0) < requirement["level"]:
            said.append(_gap(gap, requirement, words))
    return said


def believed(confidences: Mapping[str, Any] | None, organization: str, capability: str) -> float:
    """How far a level is believed; in full where the answer says nothing else."""
    return float((confidences or {}).get(organization, {}).get(capability, 1.0))


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an owner in its requirement: the level, how far it is believed, the share it covers."""

    level: int
    confidence: float
    covered: float


def visible_covers(team: Result, words: Lexicon) -> list[dict[str, str]]:
    """Covered weaknesses, as far as the reader may know of them."""
    return [cover for cover in team["covers"] if words.may_know_weaknesses_of(cover["weakness_of"])]


def _owner(requirement: dict[str, Any], owner: str, words: Lexicon, known: Known) -> str:
    sentence = _("%(phase)sの「%(capability)s」は%(owner)sが受け持ちます（%(level)s／必要%(needed)d）。") % {
        "phase": PHASES.name(requirement["phase"]),
        "capability": words.capability(requirement["capability"]),
        "owner": words.name(owner),
        "level": believed_level(known.level, known.confidence),
        "needed": requirement["level"],
    }
    if known.covered < 1 and known.level >= requirement["level"]:
        sentence += _("確からしさを見込んで、充足は%(covered)d%%と数えます。") % {"covered": round(known.covered * 100)}
    return sentence


def believed_level(level: int, confidence: float) -> str:
    """A level as one says it, with its confidence where that takes anything from it."""
    if level <= 0 or confidence >= 1:
        return _("レベル%(n)d") % {"n": level}
    return _("レベル%(n)d・確からしさ%(percent)d%%") % {"n": level, "percent": round(confidence * 100)}


def _cover(cover: dict[str, str], words: Lexicon) -> str:
    return _("%(weak)sの弱み「%(capability)s」は%(by)sが補います。") % {
        "weak": words.name(cover["weakness_of"]),
        "capability": words.capability(cover["capability"]),
        "by": words.name(cover["by"]),
    }


def _gap(gap: dict[str, Any], requirement: dict[str, Any], words: Lexicon) -> str:
    said = _("%(phase)sの「%(capability)s」はレベル%(needed)dに届きません（充足%(covered)d%%）。") % {
        "phase": PHASES.name(requirement["phase"]),
        "capability": words.capability(requirement["capability"]),
        "needed": requirement["level"],
        "covered": round(gap["covered"] * 100),
    }
    nearest = gap["nearest"]
    if nearest is None:
        return said + _("いま受け付けている機関の中に、担えるところはありません。")
    return said + _("近くで担えるのは%(name)s（%(far)s）です。") % {
        "name": words.name(nearest["organization"]),
        "far": distance(nearest["hops"]),
    }


def distance(hops: int | None) -> str:
    """Hops between prefectures as one says them."""
    if hops is None:
        return _("遠方")
    return _("県内") if hops == 0 else _("隣の県") if hops == 1 else _("%(n)d県先") % {"n": hops}


def open_weaknesses(team: Result, result: Result, words: Lexicon) -> list[str]:
    """Declared weaknesses in the team that no member's strength covers, as far as the reader may know of them."""
    said = []
    for code in dict.fromkeys(requirement["capability"] for requirement in result["requirements"]):
        levels = {member: result["levels"].get(member, {}).get(code, 0) for member in team["members"]}
        if max(levels.values()) >= COVERING_LEVEL:
            continue
        for member, level in levels.items():
            if words.level(member, level) == WEAKNESS:
                told = {"name": words.name(member), "capability": words.capability(code)}
                said.append(_("%(name)sの弱み「%(capability)s」を補う機関がいません。") % told)
    return said


def changes(before: Result, after: Result, words: Lexicon) -> list[str]:
    """What became of the first team since the last proposal, and which declarations explain it."""
    old, new = _first(before), _first(after)
    left, came = sorted(old - new), sorted(new - old)
    said = []
    if left or came:
        said.append(_moved(left, came, words))
    if before["requirements"] != after["requirements"]:
        said.append(_("案件の要件が前回から変わっています。"))
    said += _declared(before, after, words)
    said += _believed_otherwise(before, after, words)
    if (left or came) and len(said) == 1 and _differ_in_confidence(before, after):
        said.append(_("前回の提案から時間がたち、申告の確からしさが少しずつ変わっています。"))
    return said


def _first(result: Result) -> set[str]:
    return set(result["teams"][0]["members"]) if result["teams"] else set()


def _moved(left: list[str], came: list[str], words: Lexicon) -> str:
    names = {"left": _("、").join(map(words.name, left)), "came": _("、").join(map(words.name, came))}
    if left and came:
        return _("前回の提案1から%(left)sが外れ、%(came)sが入りました。") % names
    return (
        _("前回の提案1に%(came)sが加わりました。") % names
        if came
        else _("前回の提案1から%(left)sが外れました。") % names
    )


def _declared(before: Result, after: Result, words: Lexicon) -> Iterator[str]:
    """Declarations that differ between the two runs; a weakness is named only to those who may know of it."""
    for organization, now in after["levels"].items():
        then = before["levels"].get(organization, {})
        for capability, level in now.items():
            said, says = (words.level(organization, value) for value in (then.get(capability, level), level))
            if said != says:
                yield _("%(name)sの「%(capability)s」の申告が、%(then)sから%(now)sに変わりました。") % {
                    "name": words.name(organization),
                    "capability": words.capability(capability),
                    "then": level_word(said),
                    "now": level_word(says),
                }


def _believed_otherwise(before: Result, after: Result, words: Lexicon) -> Iterator[str]:
    """Levels that stayed as they were and are believed clearly more or less than then."""
    for organization, capability, then, now in _confidences_of_both(before, after):
        if abs(now - then) >= NOTEWORTHY:
            yield _("%(name)sの「%(capability)s」の確からしさが、%(then)d%%から%(now)d%%に変わりました。") % {
                "name": words.name(organization),
                "capability": words.capability(capability),
                "then": round(then * 100),
                "now": round(now * 100),
            }


def _differ_in_confidence(before: Result, after: Result) -> bool:
    return any(then != now for _organization, _capability, then, now in _confidences_of_both(before, after))


def _confidences_of_both(before: Result, after: Result) -> Iterator[tuple[str, str, float, float]]:
    """Organization, capability, confidence then and now, of levels that both answers know unchanged. Answers from
    before confidences were kept are compared with nothing."""
    if "confidences" not in before:
        return
    for organization, levels in after["levels"].items():
        earlier = before["levels"].get(organization, {})
        for capability, level in levels.items():
            if level > 0 and earlier.get(capability) == level:
                then, now = (believed(result["confidences"], organization, capability) for result in (before, after))
                yield organization, capability, then, now


def level_word(level: int) -> str:
    """A level as one says it."""
    if level == WEAKNESS:
        return _("弱み（補完してほしい）")
    return _("レベル%(n)d") % {"n": level} if level else _("申告なし")
