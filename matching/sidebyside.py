"""Proposals and variants as columns that can be laid side by side, for one reader."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from matching.core.model import WEAKNESS
from matching.core.whatif import Bar, Obstacle
from matching.drawing import Shape, Spot, map_of, shape_of, spot
from matching.drift import Difference, differences, proposed, sentence, today_of
from matching.explaining import Lexicon, believed, believed_level, lexicon
from matching.facts import need_facts, prefecture_hops
from matching.inputs import need_from_json
from matching.interests import Ledger, ledger
from matching.models import Need, Proposal, Variant
from matching.presentation import Cell, Row, TeamView, team_views
from matching.rescoring import fingerprint
from matching.wording import may_tell_parts, obstacle_sentence, shifts
from network.access import Reader
from network.codes import PHASES
from network.models import Organization, Rating
from network.tiles import MapCell

SHOWN_PROPOSALS = 3
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Member:
    """One organization of a column, as somebody may take hold of it."""

    id: str
    name: str
    organization: Organization | None
    is_lead: bool
    far: str
    is_locked: bool
    is_new: bool
    """Whether the proposal's team does without it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One phase of the matrix, a cell for each member."""

    phase: str
    cells: list[tuple[Row, Cell]]


@dataclass(frozen=True, slots=True)
class Column:
    """One team with everything that is shown of it. Without a `view` it has no score: `obstacles` say why."""

    key: str
    """In addresses: p1 for the first team of the proposal, v7 for the variant with that id."""
    title: str
    proposal: Proposal
    number: int
    """Of the proposal's team that it is or began with, from 1."""
    members: list[Member]
    variant: Variant | None = None
    view: TeamView | None = None
    lines: list[Line] = field(default_factory=list)
    shape: Shape | None = None
    cells: list[MapCell] = field(default_factory=list)
    spots: list[Spot] = field(default_factory=list)
    change: str = ""
    """Against the team that it began with; empty where it is the same or cannot be said."""
    is_worse: bool = False
    obstacles: list[str] = field(default_factory=list)
    old: list[str] = field(default_factory=list)
    """Why the answer is no longer of today."""
    excluded: list[tuple[str, str]] = field(default_factory=list)
    """External id and name."""

    @property
    def is_choosable(self) -> bool:
        """Whether it can be taken to invitations."""
        return self.view is not None and not self.obstacles


@dataclass(frozen=True, slots=True)
class Desk:
    """What is read once for all columns."""

    need: Need
    words: Lexicon
    ledger: Ledger
    proofs: Mapping[tuple[str, str], str]
    """What an organization itself points at, by external id and capability."""
    today: Mapping[str, Json]
    """Profiles of the variants' members today."""
    asked: str
    """Fingerprint of the need as it is."""


def columns_of(
    need: Need, proposal: Proposal | None, variants: Sequence[Variant], reader: Reader, also: Collection[str] = ()
) -> tuple[list[Column], Lexicon]:
    """The proposal's first teams and the variants, and the words of all (with `also` these organizations)."""
    desk = _desk(need, proposal, variants, reader, also)
    shown = list(_proposed(desk, proposal)) if proposal else []
    return [*shown, *(_by_hand(desk, variant) for variant in variants)], desk.words


def _desk(
    need: Need, proposal: Proposal | None, variants: Sequence[Variant], reader: Reader, also: Collection[str]
) -> Desk:
    results = [*([proposal.result] if proposal else []), *(variant.answer for variant in variants)]
    teams = [team for result in results for team in result["teams"]]
    by_hand = sorted({member for variant in variants for member in variant.members})
    members = {member for team in teams for member in team["members"]} | set(by_hand)
    aside = {name for variant in variants for name in variant.excluded}
    codes = list(dict.fromkeys(item["capability"] for result in results for item in result["requirements"]))
    proofs = Rating.objects.visible_to(reader).filter(organization__external_id__in=members, capability__code__in=codes)
    told = proofs.exclude(evidence="").values_list("organization__external_id", "capability__code", "evidence")
    return Desk(
        need,
        lexicon(results, reader, members | aside | set(also)),
        ledger(need, {"teams": teams}, reader),
        {(organization, code): evidence for organization, code, evidence in told},
        today_of(by_hand, need, codes) if by_hand else {},
        fingerprint(need_facts(need)),
    )


def _proposed(desk: Desk, proposal: Proposal) -> Iterator[Column]:
    result = proposal.result
    views = team_views(desk.need, result, desk.words, desk.ledger)[:SHOWN_PROPOSALS]
    asked = fingerprint(need_from_json(result["inputs"])) if "inputs" in result else desk.asked
    for view, team in zip(views, result["teams"], strict=False):
        yield Column(
            key=f"p{view.number}",
            title=_("提案%(n)d") % {"n": view.number},
            proposal=proposal,
            number=view.number,
            members=_members(desk, team["members"], view, team["members"], ()),
            old=[_conditions_changed()] if asked != desk.asked else [],
            **_drawn(desk, team, result, view),
        )


def _by_hand(desk: Desk, variant: Variant) -> Column:
    answer, team = variant.answer, variant.team
    view = team_views(desk.need, answer, desk.words, desk.ledger)[0] if team else None
    base = variant.proposal.result["teams"][variant.place]["members"]
    change = answer["change"] if sorted(base) != variant.members else None
    return Column(
        key=f"v{variant.pk}",
        title=variant.title,
        proposal=variant.proposal,
        number=variant.place + 1,
        members=_members(desk, variant.members, view, base, variant.locked),
        variant=variant,
        change=shifts(change, parts=may_tell_parts(answer, desk.words)) if change else "",
        is_worse=(change["open_must"], -change["score"]) > (0, 0) if change else False,
        obstacles=list(obstacles_of(answer, desk.words)),
        old=list(_old(desk, variant)),
        excluded=[(name, desk.words.name(name)) for name in variant.excluded],
        **(_drawn(desk, team, answer, view) if team and view else {}),
    )


def obstacles_of(answer: Json, words: Lexicon) -> Iterator[str]:
    """Which conditions of the need the team breaks."""
    for each in answer["obstacles"]:
        yield obstacle_sentence(Obstacle(Bar(each["bar"]), each["organization"], each["other"]), words)


def _old(desk: Desk, variant: Variant) -> Iterator[str]:
    if variant.answer["asked"] != desk.asked:
        yield _conditions_changed()
    for name in variant.members:
        today = desk.today.get(name, {"active": False})
        for one in differences(name, proposed(name, variant.answer, today), today):
            told = _as_known(one, desk.words)
            if told.before != told.after:
                yield sentence(told, desk.words.name(name), dict(desk.words.capabilities))


def _as_known(one: Difference, words: Lexicon) -> Difference:
    """A weakness that is none of the reader's business is no declaration."""
    if one.field != "level":
        return one
    before, after = (words.level(one.organization, level) for level in (one.before, one.after))
    return replace(one, before=before, after=after)


def _conditions_changed() -> str:
    return _("計算のあとに、案件の条件が変わりました。")


def _members(
    desk: Desk, ids: Iterable[str], view: TeamView | None, base: Collection[str], locked: Collection[str]
) -> list[Member]:
    """The lead first, as everywhere."""
    rows = {row.id: row for row in view.rows} if view else {}
    order = [*rows, *(name for name in sorted(ids) if name not in rows)]
    return [
        Member(
            id=name,
            name=desk.words.name(name),
            organization=desk.words.organizations.get(name),
            is_lead=name in rows and rows[name].is_lead,
            far=rows[name].far if name in rows else "",
            is_locked=name in locked,
            is_new=name not in base,
        )
        for name in order
    ]


def _drawn(desk: Desk, team: Json, result: Json, view: TeamView) -> dict[str, Any]:
    codes = [code for code in PHASES if any(item["phase"] == code for item in result["requirements"])]
    table = prefecture_hops()[desk.need.prefecture]
    places = {row.id: row.organization.prefecture for row in view.rows if row.organization}
    return {
        "view": view,
        "lines": [
            Line(name, [(row, _cell(desk, row, index, code, (team, result))) for row in view.rows])
            for index, (code, name) in enumerate(zip(codes, view.phases, strict=True))
        ],
        "shape": shape_of(team, result, desk.words),
        "cells": map_of(desk.need.prefecture, {place: table[place] for place in places.values() if place in table}),
        "spots": [spot(row.name, places.get(row.id, ""), table.get(places.get(row.id, ""))) for row in view.rows],
    }


def _cell(desk: Desk, row: Row, column: int, phase: str, answer: tuple[Json, Json]) -> Cell:
    """The mark with level, what it rests on, and why, requirement by requirement; `answer` is team and result."""
    cell, (team, result) = row.cells[column], answer
    if not cell.mark:
        return cell
    said: list[str] = []
    for index, item in enumerate(result["requirements"]):
        if item["phase"] == phase:
            said += _facts(desk, row.id, index, team, result)
    return Cell(cell.mark, said)


def _facts(desk: Desk, member: str, index: int, team: Json, result: Json) -> Iterator[str]:
    item = result["requirements"][index]
    code, words = item["capability"], desk.words
    level = words.level(member, result["levels"].get(member, {}).get(code, 0))
    owner = team["owners"].get(str(index))
    told = {
        "name": words.capability(code),
        "level": believed_level(level, believed(result.get("confidences"), member, code)),
        "needed": item["level"],
        "by": words.name(owner or ""),
    }
    if owner == member:
        yield _("受け持つ: 「%(name)s」%(level)s（必要%(needed)d）") % told
        if level < item["level"]:
            yield _("必要なレベルには届きません。チームの中ではいちばん近い機関です。")
    elif level == WEAKNESS:
        yield _("弱み: 「%(name)s」") % told
        by = [cover["by"] for cover in team["covers"] if (cover["weakness_of"], cover["capability"]) == (member, code)]
        yield _("%(by)sが補います。") % {"by": words.name(by[0])} if by else _("補う機関がいません。")
    elif level >= item["level"]:
        yield _("支援できる: 「%(name)s」%(level)s（必要%(needed)d）。受け持つのは%(by)sです。") % told
    else:
        return
    if proof := desk.proofs.get((member, code)):
        yield _("根拠: %(proof)s") % {"proof": proof}
