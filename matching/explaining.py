"""Sentences a facilitator can defend: why this team, what is missing, what changed since the last proposal."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from matching.core.model import COVERING_LEVEL, WEAKNESS
from network.access import Reader
from network.codes import PHASES
from network.models import Capability, Organization, Tie

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


def lexicon(results: Collection[Result], reader: Reader | None) -> Lexicon:
    """Names for everything these answers mention. Without a reader (at the operator's console) nothing is hidden."""
    ids = {member for result in results for member in mentioned(result)}
    organizations = {o.external_id: o for o in Organization.objects.filter(external_id__in=ids)}
    capabilities = {capability.code: capability.name for capability in Capability.objects.all()}
    if reader is None:
        return Lexicon(organizations, capabilities, lambda _organization: True)
    near = Organization.objects.weaknesses_known_to(reader).filter(external_id__in=ids)
    known = set(near.values_list("external_id", flat=True))
    return Lexicon(organizations, capabilities, known.__contains__)


def mentioned(result: Result) -> Iterator[str]:
    """Ids of all organizations an answer names."""
    yield from result.get("levels", {})
    yield from (given["organization"] for given in result.get("relax", []) if given["organization"])
    for team in result["teams"]:
        yield from team["members"]
        yield from (gap["nearest"]["organization"] for gap in team["gaps"] if gap["nearest"])


def reasons(team: Result, requirements: list[dict[str, Any]], words: Lexicon, levels: Mapping[str, Any]) -> list[str]:
    """Why this team: the lead, who owns what, whose weakness is covered by whom, what stays open."""
    said = [_("%(lead)sが主担当です。") % {"lead": words.name(team["lead"])}]
    said += [_owner(requirements[int(index)], owner, words, levels) for index, owner in team["owners"].items()]
    said += [_cover(cover, words) for cover in visible_covers(team, words)]
    said += gap_sentences(team, requirements, words)
    if team["open_must"]:
        said.append(_("必須の要件が%(n)d件、必要なレベルに届いていません。") % {"n": team["open_must"]})
    return said


def gap_sentences(team: Result, requirements: list[dict[str, Any]], words: Lexicon) -> list[str]:
    """What nobody in the team does at the required level, and who near could."""
    return [_gap(gap, requirements[gap["requirement"]], words) for gap in team["gaps"]]


def visible_covers(team: Result, words: Lexicon) -> list[dict[str, str]]:
    """Covered weaknesses, as far as the reader may know of them."""
    return [cover for cover in team["covers"] if words.may_know_weaknesses_of(cover["weakness_of"])]


def _owner(requirement: dict[str, Any], owner: str, words: Lexicon, levels: Mapping[str, Any]) -> str:
    level = levels.get(owner, {}).get(requirement["capability"], 0)
    return _("%(phase)sの「%(capability)s」は%(owner)sが受け持ちます（レベル%(level)d／必要%(needed)d）。") % {
        "phase": PHASES.name(requirement["phase"]),
        "capability": words.capability(requirement["capability"]),
        "owner": words.name(owner),
        "level": level,
        "needed": requirement["level"],
    }


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


def relaxation_sentences(conditions: list[dict[str, str | None]], words: Lexicon) -> list[str]:
    """What to relax so that a team exists, one condition at a time."""
    said = {
        "lead_kinds": _("主担当の種類を問わない"),
        "lead_min_suitability": _("主担当の適性の下限をなくす"),
        "max_hops": _("距離の上限をなくす"),
        "exclude": _("外した機関を候補に戻す"),
        "max_size": _("機関の数の上限を増やす"),
    }
    return [
        _("%(name)sを必須から外す") % {"name": words.name(given["organization"] or "")}
        if given["condition"] == "must_include"
        else said[given["condition"] or ""]
        for given in conditions
    ]


def ties_between(members: Collection[str], words: Lexicon) -> list[str]:
    """Disclosed interests between the members, as facts for the client."""
    inside = Q(first__external_id__in=members, second__external_id__in=members)
    in_force = Tie.objects.in_force(timezone.localdate())
    return [
        _("%(first)sと%(second)sには%(kind)sがあります。")
        % {
            "first": words.name(tie.first.external_id),
            "second": words.name(tie.second.external_id),
            "kind": tie.get_kind_display(),
        }
        for tie in in_force.filter(inside).select_related("first", "second").order_by("pk")
    ]


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


def level_word(level: int) -> str:
    """A level as one says it."""
    if level == WEAKNESS:
        return _("弱み（補完してほしい）")
    return _("レベル%(n)d") % {"n": level} if level else _("申告なし")
