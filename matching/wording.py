"""Sentences about what might be: differences, seats, who is next best, what a demand costs, why an organization is out.

Where a reader may not know every declared weakness among those an answer names, differences are told as one sum: the
part "open weakness" of a single member's difference would name whose weakness it is.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from matching.core.model import WEAKNESS
from matching.core.whatif import Bar, Obstacle
from matching.explaining import Lexicon, Result, believed, believed_level, distance
from matching.seatnames import FUNDING, PMO, role_name
from network.codes import PHASES, PREFECTURES

PER_POINT = 10_000
"""Units of 1e-6 in one point as pages show it: a full coverage is 100 points."""

Json = Mapping[str, Any]


def part_labels() -> dict[str, str]:
    """The parts of a score by the names users see, in their order."""
    return {
        "coverage": _("充足"),
        "lead": _("主担当の適性"),
        "member_cost": _("人数・距離・空き・偏り"),
        "cohesion": _("組んだ実績の不足"),
        "open_weakness": _("補われない弱み"),
    }


def may_tell_parts(result: Result, words: Lexicon) -> bool:
    """Whether the reader may know every weakness that the answer's numbers hold."""
    return all(
        words.may_know_weaknesses_of(organization)
        for organization, levels in result.get("levels", {}).items()
        if WEAKNESS in levels.values()
    )


def points(score: int) -> str:
    """A difference in points, with its sign; −0.0 is no difference."""
    value = round(score / PER_POINT, 1)
    return _("%(points)s点") % {"points": f"{value:+.1f}".replace("-", "−") if value else "±0"}


def shifts(change: Json, *, parts: bool = True) -> str:
    """A change in words: the sum, open musts, and where `parts` may be told, what it comes from, the largest first."""
    said = points(change["score"])
    if change["open_must"]:
        said += _("、必須の空白%(n)s件") % {"n": f"{change['open_must']:+d}".replace("-", "−")}
    told = [(part, value) for part, value in change["parts"].items() if parts and round(value / PER_POINT, 1)]
    if len(told) > 1:
        labels = part_labels()
        each = [f"{labels[part]} {points(value)}" for part, value in sorted(told, key=lambda pair: -abs(pair[1]))]
        said += _("（%(parts)s）") % {"parts": _("、").join(each)}
    return said


def given_up_sentence(given_up: Json | None) -> str:
    """How far a different team is behind the first; empty where it gives up nothing."""
    if not given_up or not (given_up["score"] or given_up["open_must"]):
        return ""
    said = _("提案1より%(shift)s") % {"shift": points(-given_up["score"])}
    if given_up["open_must"]:
        said += _("、必須の空白%(n)s件") % {"n": f"{given_up['open_must']:+d}".replace("-", "−")}
    return said


def adds_sentence(name: str, change: Json | None, *, parts: bool) -> str:
    """What a member adds: the difference between the team with it and without."""
    if change is None:
        return _("%(name)sがいなければ、条件を満たすチームになりません。") % {"name": name}
    told = {"name": name, "shift": shifts(_turned(change), parts=parts)}
    return _("%(name)sを外すと、%(shift)sになります。") % told


def _turned(change: Json) -> Json:
    """The change the other way round."""
    turned = {part: -value for part, value in change["parts"].items()}
    return {"score": -change["score"], "open_must": -change["open_must"], "parts": turned}


def demand_sentences(result: Result, words: Lexicon) -> list[str]:
    """What each demanded organization costs the first team."""
    parts, said = may_tell_parts(result, words), []
    for organization, change in result.get("demands", {}).items():
        name = words.name(organization)
        if change is None:
            said.append(_("「%(name)s」は、条件がなくても最良のチームに入ります。") % {"name": name})
        else:
            said.append(_demand(name, change, words, parts=parts))
    return said


def _demand(name: str, change: Json, words: Lexicon, *, parts: bool) -> str:
    said = _("「%(name)s」を必ず入れる条件があるため、入れない場合の最良のチーム（%(members)s）より%(shift)sです。")
    members = _("、").join(map(words.name, change["members"]))
    return said % {"name": name, "members": members, "shift": shifts(change, parts=parts)}


def fairness_sentence(result: Result, words: Lexicon) -> str:
    """What it costs that those go first who were proposed less; empty where nothing is known of it."""
    fair = result.get("fairness")
    if not fair or not result["teams"]:
        return ""
    if set(fair["members"]) == set(result["teams"][0]["members"]):
        return _("提案の偏りをならす調整がなくても、同じチームになります。")
    others = [words.name(member) for member in fair["members"] if member not in result["teams"][0]["members"]]
    said = _(
        "提案の偏りをならすため、最近の提案が少ない機関を先にしました。"
        "調整をしない場合のチームには%(names)sが入り、点は%(price)s高くなります。"
    )
    price = _("%(points).1f点") % {"points": fair["price"] / PER_POINT}
    return said % {"names": _("、").join(others) or _("より少ない機関"), "price": price}


def seat_reason(seat: Json, team: Result, result: Result, words: Lexicon, requirements: list[Json]) -> str:
    """Why this member sits there."""
    who = seat["responsible"]
    if who is None:
        return _("どの機関も受け持てる件数がいっぱいです。機関を加えるか、入れ替えてください。")
    owned = [index for index in seat["requirements"] if team["owners"].get(str(index)) == who]
    if owned:
        return _("、").join(_owned(index, who, result, words, requirements) for index in owned)
    if seat["role"] == PMO:
        return _("主担当として、全体の進行を受け持ちます。")
    if seat["requirements"]:
        return _("要件を担える機関がチームにいません。手の空いている機関が窓口になります。")
    if seat["usual"]:
        return _("この局面に要件はありません。銀行のモデルでこの局面を受け持つ種類の機関です。")
    return _("この局面に要件はありません。受け持てる件数に空きがあります。")


def _owned(index: int, who: str, result: Result, words: Lexicon, requirements: list[Json]) -> str:
    needed = requirements[index]
    level = result["levels"].get(who, {}).get(needed["capability"], 0)
    told = believed_level(level, believed(result.get("confidences"), who, needed["capability"]))
    return _("「%(capability)s」%(level)s（必要%(needed)d）") % {
        "capability": words.capability(needed["capability"]),
        "level": told,
        "needed": needed["level"],
    }


def seat_title(seat: Json) -> str:
    return role_name(seat["role"]) if seat["role"] in (PMO, FUNDING) else PHASES.name(seat["role"])


def next_best_sentence(found: Json, owner: str | None, words: Lexicon, *, parts: bool) -> str:
    """Who would do it if its owner did not: a member, and the best of all others with what the swap would change."""
    said = []
    if found["inside"]:
        said.append(_("チームの中の次点は%(name)sです。") % {"name": words.name(found["inside"])})
    if found["outside"]:
        said.append(_outside(found, owner, words, parts=parts))
    return "".join(said) or _("ほかに担える機関は、いまの登録にありません。")


def _outside(found: Json, owner: str | None, words: Lexicon, *, parts: bool) -> str:
    outside = found["outside"]
    said = _("チームの外の次点は%(name)s（%(level)s・%(far)s）。") % {
        "name": words.name(outside["organization"]),
        "level": believed_level(outside["level"], outside["confidence"]),
        "far": distance(outside["hops"]),
    }
    change = found["change"]
    if change is None:
        return said + _("入れ替えると条件を満たしません。")
    shift = {"shift": shifts(change, parts=parts), "owner": words.name(owner or "")}
    if owner is None:
        return said + _("加えると%(shift)sです。") % shift
    return said + _("%(owner)sと入れ替えると%(shift)sです。") % shift


def supply_sentence(supply: Json, home: str) -> str:
    """Where the nearest supply of a gap is, and how far."""
    prefecture = PREFECTURES.name(home)
    if supply["near"]:
        told = {"prefecture": prefecture, "n": supply["near"]}
        return _("%(prefecture)sの中に、担える機関があと%(n)dあります。") % told
    if supply["place"] is None:
        return _("受け付けている機関の中に、担えるところは全国にありません。")
    told = {
        "prefecture": prefecture,
        "place": PREFECTURES.name(supply["place"]),
        "far": distance(supply["hops"]),
    }
    if supply["hops"] == 0:
        return _("%(prefecture)sの中の担える機関は、この案件の条件に合いません。") % told
    return _("%(prefecture)sの中に、担える機関はありません。いちばん近いのは%(place)s（%(far)s）です。") % told


def obstacle_sentence(obstacle: Obstacle, words: Lexicon) -> str:
    """Which condition stands against it."""
    names = {"name": words.name(obstacle.organization or ""), "other": words.name(obstacle.other or "")}
    return {
        Bar.UNKNOWN: _("%(name)sは、いまの登録にありません。"),
        Bar.CLOSED: _("%(name)sは、いま新しい案件を受け付けていません。"),
        Bar.EXCLUDED: _("%(name)sは、この案件の「外したい機関」です。"),
        Bar.TOO_FAR: _("%(name)sは、距離の上限より遠くにあります。"),
        Bar.MISSING: _("「必ず入れたい機関」の%(name)sがいません。"),
        Bar.TIE: _("%(name)sと%(other)sのあいだに、この案件で避ける利害関係があります。"),
        Bar.TOO_MANY: _("機関の数が上限をこえています。"),
        Bar.NO_LEAD: _("主担当になれる機関がいません。"),
        Bar.OTHER: _("席の固定と合いません。"),
    }[obstacle.bar] % names


def why_not_sentences(found: Any, result: Result, words: Lexicon, *, parts: bool) -> Iterator[str]:
    """Why the team does without the organization (`found`: a `core.whatif.WhyNot`), first what matters most."""
    name = words.name(found.organization)
    if found.obstacles:
        yield from (obstacle_sentence(obstacle, words) for obstacle in found.obstacles)
        return
    if found.change is None:
        yield _("%(name)sを入れて、条件をすべて満たすチームはつくれません。") % {"name": name}
        return
    yield _compared(found, name, words, parts=parts)
    yield from _behind(found, result, words)


def _compared(found: Any, name: str, words: Lexicon, *, parts: bool) -> str:
    change = found.change
    told = {
        "name": name,
        "members": _("、").join(map(words.name, change.after.members)),
        "shift": shifts({"score": change.score, "open_must": change.open_must, "parts": parts_of(change)}, parts=parts),
    }
    if not change.is_worse:
        return _("%(name)sを入れた最良のチーム（%(members)s）のほうが良く、%(shift)sです。") % told
    if change.score == 0 and change.open_must == 0:
        said = _("%(name)sを入れた最良のチーム（%(members)s）も同じ点です。")
        return (said + _("機関の少ないほう、次に登録の順を先にしています。")) % told
    return _("%(name)sを入れると、いちばん良い組み方（%(members)s）でも%(shift)sです。") % told


def parts_of(change: Any) -> dict[str, int]:
    """The parts of a `core.whatif.Change` by name."""
    return {part: getattr(change.parts, part) for part in part_labels()}


def _behind(found: Any, result: Result, words: Lexicon) -> Iterator[str]:
    """Requirement by requirement, what it could do and who does it."""
    for each in found.behind:
        needed = result["requirements"][each.requirement]
        code = needed["capability"]
        own, theirs = (result["levels"].get(who, {}).get(code, 0) for who in (found.organization, each.owner))
        told = {
            "phase": PHASES.name(needed["phase"]),
            "capability": words.capability(code),
            "own": believed_level(own, believed(result.get("confidences"), found.organization, code)),
            "owner": words.name(each.owner or ""),
            "theirs": believed_level(theirs, believed(result.get("confidences"), each.owner or "", code)),
        }
        if each.owner is None:
            yield _("%(phase)sの「%(capability)s」は%(own)s。いまは受け持つ機関がいません。") % told
        else:
            yield _("%(phase)sの「%(capability)s」は%(own)s。%(owner)sは%(theirs)sです。") % told
