"""A stored proposal as the page draws it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from matching.core.model import WEAKNESS
from matching.explaining import Lexicon, Result, believed, distance, gap_sentences, open_weaknesses, visible_covers
from matching.facts import prefecture_hops
from matching.interests import Interest, Ledger, interests_of
from matching.models import Need
from matching.reasons import Reasons, reasons_of
from matching.wording import given_up_sentence, part_labels
from network.codes import PHASES
from network.models import Organization

OWNS, SUPPORTS, WEAK, NOTHING = "owns", "supports", "weak", ""


@dataclass(frozen=True, slots=True)
class Cell:
    """What one member does in one phase, strongest meaning first, with the facts behind it."""

    mark: str
    facts: list[str]


@dataclass(frozen=True, slots=True)
class Row:
    organization: Organization | None
    id: str
    name: str
    is_lead: bool
    far: str
    drop: str
    """What leaving this member out would change, in words."""
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Item:
    """One requirement with its owner, or without."""

    phase: str
    capability: str
    level: int
    must: bool
    owner: str
    owner_level: int
    covered: float
    """Percent."""
    confidence: int = 100
    """Percent to which the owner's level is believed."""

    @property
    def is_gap(self) -> bool:
        """True where nobody declares the level; a level that is believed in part leaves no gap."""
        return not self.owner or self.owner_level < self.level

    @property
    def is_doubted(self) -> bool:
        """True where only the confidence takes something from what the owner covers."""
        return not self.is_gap and self.covered < 100


@dataclass(frozen=True, slots=True)
class Part:
    label: str
    points: float
    width: float
    """Length of the bar in percent of the largest part."""


@dataclass(frozen=True, slots=True)
class TeamView:
    number: int
    score: float
    coverage: int
    """Percent of the weighted requirements."""
    lead: str
    others: list[str]
    size: int
    farthest: str
    phases: list[str]
    rows: list[Row]
    items: list[Item]
    gaps: list[Item]
    gap_lines: list[str]
    parts: list[Part]
    covers: list[dict[str, str]]
    open_weaknesses: list[str]
    interests: list[Interest]
    open_must: int
    reasons: Reasons
    given_up: str
    """How much less than the first team, for the sake of being different; empty for the first."""

    @property
    def conflicts(self) -> int:
        return sum(interest.is_conflict for interest in self.interests)


def team_views(need: Need, result: Result, words: Lexicon, known: Ledger | None = None) -> list[TeamView]:
    """All teams of a stored result, for this reader, with the interests that the reader may know of."""
    known = known or Ledger()
    return [
        _team_view(number, team, need, result, words, known=known)
        for number, team in enumerate(result["teams"], start=1)
    ]


def _team_view(number: int, team: Result, need: Need, result: Result, words: Lexicon, *, known: Ledger) -> TeamView:
    requirements, levels = result["requirements"], result["levels"]
    items = _items(team, result, words)
    hops = {member: _hops(need, words.organizations.get(member)) for member in team["members"]}
    phases = [code for code in PHASES if any(r["phase"] == code for r in requirements)]
    return TeamView(
        number=number,
        score=team["score"] / 10_000,
        coverage=round(team["parts"]["coverage"] / 10_000),
        lead=words.name(team["lead"]),
        others=[words.name(member) for member in team["members"] if member != team["lead"]],
        size=len(team["members"]),
        farthest=distance(max((far for far in hops.values() if far is not None), default=None)),
        phases=[PHASES.name(code) for code in phases],
        rows=[
            Row(
                organization=words.organizations.get(member),
                id=member,
                name=words.name(member),
                is_lead=member == team["lead"],
                far=distance(hops[member]),
                drop=_drop(result["drops"][number - 1].get(member)),
                cells=[_cell(member, code, team, result, words) for code in phases],
            )
            for member in sorted(team["members"], key=lambda member: (member != team["lead"], member))
        ],
        items=items,
        gaps=[item for item in items if item.is_gap],
        gap_lines=gap_sentences(team, requirements, words, levels),
        parts=_parts(team["parts"]),
        covers=_covers(team, words),
        open_weaknesses=open_weaknesses(team, result, words),
        interests=interests_of(team, result, known),
        open_must=team["open_must"],
        reasons=reasons_of(number - 1, result, words, need.prefecture),
        given_up=given_up_sentence(team.get("given_up")),
    )


def _covers(team: Result, words: Lexicon) -> list[dict[str, str]]:
    return [
        {
            "weak": words.name(cover["weakness_of"]),
            "capability": words.capability(cover["capability"]),
            "by": words.name(cover["by"]),
        }
        for cover in visible_covers(team, words)
    ]


def _items(team: Result, result: Result, words: Lexicon) -> list[Item]:
    requirements, levels = result["requirements"], result["levels"]
    short = {gap["requirement"]: gap["covered"] for gap in team["gaps"]}
    order = {code: position for position, code in enumerate(PHASES)}
    items = []
    for index, requirement in sorted(enumerate(requirements), key=lambda pair: order.get(pair[1]["phase"], 99)):
        owner = team["owners"].get(str(index), "")
        items.append(
            Item(
                phase=PHASES.name(requirement["phase"]),
                capability=words.capability(requirement["capability"]),
                level=requirement["level"],
                must=requirement["must"],
                owner=words.name(owner) if owner else "",
                owner_level=levels.get(owner, {}).get(requirement["capability"], 0),
                covered=round(short.get(index, 1.0) * 100),
                confidence=round(believed(result.get("confidences"), owner, requirement["capability"]) * 100),
            )
        )
    return items


def _cell(member: str, phase: str, team: Result, result: Result, words: Lexicon) -> Cell:
    levels = result["levels"].get(member, {})
    marks, facts = set(), []
    for index, requirement in enumerate(result["requirements"]):
        if requirement["phase"] != phase:
            continue
        level = levels.get(requirement["capability"], 0)
        name = words.capability(requirement["capability"])
        if team["owners"].get(str(index)) == member:
            marks.add(OWNS)
            facts.append(_("担当: %(name)s（レベル%(level)d）") % {"name": name, "level": level})
        elif level >= requirement["level"]:
            marks.add(SUPPORTS)
            facts.append(_("支援できる: %(name)s（レベル%(level)d）") % {"name": name, "level": level})
        elif words.level(member, level) == WEAKNESS:
            marks.add(WEAK)
            facts.append(_("弱み: %(name)s") % {"name": name})
    strongest = next((mark for mark in (OWNS, SUPPORTS, WEAK) if mark in marks), NOTHING)
    return Cell(strongest, facts)


def _drop(drop: Mapping[str, int] | None) -> str:
    if drop is None:
        return _("条件を満たすチームになりません")
    said = _("%(points)+.1f点") % {"points": drop["score"] / 10_000}
    if drop["open_must"] > 0:
        said += _("、必須%(n)d件が空白に") % {"n": drop["open_must"]}
    return said


def _hops(need: Need, organization: Organization | None) -> int | None:
    return prefecture_hops()[need.prefecture].get(organization.prefecture) if organization else None


def _parts(parts: Mapping[str, int]) -> list[Part]:
    largest = max(abs(value) for value in parts.values()) or 1
    views = []
    for key, label in part_labels().items():
        width = abs(parts[key]) / largest * 100
        views.append(Part(label, parts[key] / 10_000, round(width, 2)))
    return views
