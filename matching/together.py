"""Teams for all open needs of a lab at once: rows in, the best combination out, in words."""

from dataclasses import dataclass
from time import perf_counter
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from matching.core import model as core
from matching.core.batch import Batch, cost_of, one_by_one, together
from matching.core.constraints import by_id
from matching.explaining import Lexicon, lexicon
from matching.facts import need_facts, network
from matching.models import Need
from matching.weights import PROFILES
from network.access import Reader
from network.models import Lab

TIME_LIMIT = 20.0
MOST_NEEDS = 20
"""So many needs are planned at once."""


@dataclass(frozen=True, slots=True)
class Line:
    """One need with its team in the combination; no names where none is left for it."""

    need: Need
    lead: str
    others: list[str]
    points: float
    coverage: int
    open_must: int
    given_up: float
    """Points less than the need would have had alone."""
    try_it: str
    """Address of the team as a trial; empty without a proposal to begin with."""


@dataclass(frozen=True, slots=True)
class Use:
    """How much of an organization's room the combination takes."""

    name: str
    used: int
    slots: int


@dataclass(frozen=True, slots=True)
class Plan:
    lines: list[Line]
    uses: list[Use]
    optimal: bool
    gap: float
    """In points."""
    gain: float
    """Points more than serving one need after the other; None of them counts where fewer needs get a team."""
    more_served: int
    """Needs that get a team here and would get none one by one."""


def plan(lab: Lab, needs: list[Need], reader: Reader) -> Plan:
    """The best combination for these needs of one lab."""
    facts = [need_facts(need) for need in needs]
    demanded = frozenset(member for each in facts for member in each.required)
    registry = network(timezone.localdate(), lab, demanded)
    begun, weights = perf_counter(), [PROFILES[need.weights] for need in needs]

    def stop() -> bool:
        return perf_counter() - begun > TIME_LIMIT

    found = together(facts, registry, weights, stop)
    alone = [one_by_one([each], registry, [own]).teams[0] for each, own in zip(facts, weights, strict=True)]
    greedy = one_by_one(facts, registry, weights, stop)
    ids = {member for team in found.teams if team for member in team.members}
    words = lexicon([], reader, ids)
    served = [sum(team is not None for team in batch.teams) for batch in (found, greedy)]
    return Plan(
        lines=[_line(need, team, best, words) for need, team, best in zip(needs, found.teams, alone, strict=True)],
        uses=_uses(found, registry, words),
        optimal=found.optimal,
        gap=found.gap / 10_000,
        gain=max(0, found.score - greedy.score) / 10_000 if served[0] == served[1] else 0.0,
        more_served=served[0] - served[1],
    )


def _line(need: Need, team: core.Team | None, best: core.Team | None, words: Lexicon) -> Line:
    if team is None:
        return Line(need, "", [], 0.0, 0, 0, 0.0, "")
    less = best.score - team.score if best and cost_of(best) <= cost_of(team) else 0
    return Line(
        need=need,
        lead=words.name(team.lead),
        others=[words.name(member) for member in team.members if member != team.lead],
        points=team.score / 10_000,
        coverage=round(team.parts.coverage / 10_000),
        open_must=team.open_must,
        given_up=less / 10_000,
        try_it=_trial(need, team),
    )


def _trial(need: Need, team: core.Team) -> str:
    last = need.proposals.first()
    if last is None or not last.result["teams"]:
        return ""
    members = urlencode([("m", member) for member in team.members])
    return f"{reverse('matching:trial', args=[need.pk, last.pk])}?team=1&{members}"


def _uses(found: Batch, registry: core.Network, words: Lexicon) -> list[Use]:
    """Organizations in several teams, or with no room left, the fullest first."""
    counts: dict[str, int] = {}
    for team in found.teams:
        for member in team.members if team else ():
            counts[member] = counts.get(member, 0) + 1
    known = by_id(registry)
    uses = [Use(words.name(member), used, known[member].slots) for member, used in sorted(counts.items())]
    return sorted((use for use in uses if use.used > 1), key=lambda use: (use.slots - use.used, use.name))
