"""A team put together by hand, on the registry as it is now, in the shape of a stored answer.

What `rescored` adds to the keys of `matching.answer` and `matching.explained` (a variant keeps all of it):

    obstacles  hard conditions that the team breaks, in order: {"bar", "organization", "other"}
    base       the team it began with, scored on the same facts: {"score", "open_must", "lead", "parts"}; null where
               that has no score today
    change     from `base` to the team: {"score", "open_must", "parts"}; null without either
    asked      SHA-256 over the need as it was read, its title aside: another one now makes the answer old
    registry   {"organizations", "version"}; and "engine"
"""

import hashlib
import json
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass, replace
from time import perf_counter
from typing import Any

from django.utils import timezone

from matching.answer import team_json
from matching.core import model as core
from matching.core.constraints import by_id, is_possible
from matching.core.objective import Scorer
from matching.core.solver import propose
from matching.core.whatif import Change, additions, tried
from matching.explained import Facts, as_change, explained
from matching.facts import need_facts, network
from matching.inputs import ENGINE, need_as_json
from matching.models import Proposal
from matching.weights import PROFILES
from network.access import Reader
from network.models import Organization

TIME_LIMIT = 5.0
"""Seconds for one answer on a page that somebody waits for."""
OFFERED = 5

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Bench:
    """The need, the registry of today and the weights on which teams by hand are answered."""

    need: core.Need
    network: core.Network
    weights: core.Weights
    stop: Callable[[], bool]

    @classmethod
    def of(cls, proposal: Proposal) -> "Bench":
        """The need as it is, under the weights of the proposal."""
        facts = need_facts(proposal.need)
        registry = network(timezone.localdate(), proposal.need.lab, facts.required)
        return cls(facts, registry, weights_of(proposal), alarm())

    def knows(self, members: Collection[str]) -> bool:
        return all(member in by_id(self.network) for member in members)

    def keeping(self, members: Collection[str], without: Collection[str] = ()) -> "Bench":
        """The same with these members demanded and the others left out, whatever the need says of either."""
        inside, out = frozenset(members), frozenset(without)
        need = replace(
            self.need,
            must_include=(self.need.must_include | inside) - out,
            exclude=(self.need.exclude - inside) | out,
            locked=tuple(lock for lock in self.need.locked if lock[1] not in out),
        )
        return replace(self, need=need)


def alarm() -> Callable[[], bool]:
    begun = perf_counter()
    return lambda: perf_counter() - begun > TIME_LIMIT


def weights_of(proposal: Proposal) -> core.Weights:
    """The weights that a stored answer was computed with."""
    told = proposal.result.get("weights")
    if not told:
        return PROFILES["default"]
    return replace(PROFILES.get(told["profile"], PROFILES["default"]), **told["values"])


def known_among(asked: Collection[str], proposal: Proposal, reader: Reader) -> set[str]:
    """Of the ids that somebody sent those that the reader may see, or that the answer names anyway."""
    named = {member for team in proposal.result["teams"] for member in team["members"]}
    clean = [member for member in asked if "\0" not in member]
    seen = Organization.objects.visible_to(reader).filter(is_active=True, external_id__in=clean)
    return set(seen.values_list("external_id", flat=True)) | named


def fingerprint(need: core.Need) -> str:
    """Stands for everything in a need that an answer depends on."""
    facts = need_as_json(need) | {"title": ""}
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def rescored(members: Collection[str], base: Collection[str], bench: Bench) -> Json:
    """The answer to a team by hand beside the one it began with."""
    facts = (bench.need, bench.network, bench.weights)
    trial, before = tried(members, *facts), tried(base, *facts).team
    known = {member for member in trial.members if bench.knows((member,))}
    change = Change(before, trial.team) if before and trial.team else None
    return result_of(bench, (trial.team,) if trial.team else (), extra=known) | {
        "obstacles": [asdict(obstacle) for obstacle in trial.obstacles],
        "base": _told(before) if before else None,
        "change": as_change(change),
        "asked": fingerprint(bench.need),
        "registry": {"organizations": len(bench.network.organizations), "version": bench.network.version},
        "engine": ENGINE,
    }


def _told(team: core.Team) -> Json:
    return {"score": team.score, "open_must": team.open_must, "lead": team.lead, "parts": asdict(team.parts)}


def difference(before: Collection[str], after: Collection[str], bench: Bench) -> Json | None:
    """What becomes of the one team's score in the other; None where either has none."""
    facts = (bench.need, bench.network, bench.weights)
    one, other = tried(before, *facts).team, tried(after, *facts).team
    return as_change(Change(one, other)) if one and other else None


def rebuilt(keeping: Collection[str], without: Collection[str], bench: Bench) -> tuple[str, ...] | None:
    """The best team that has all of the one and none of the other; None where there is none."""
    asked = bench.keeping(keeping, without)
    if not is_possible(asked.need, asked.network):
        return None
    teams = propose(asked.need, asked.network, asked.weights, 1, asked.stop).teams
    return teams[0].members if teams else None


def partners(members: Collection[str], without: Collection[str], bench: Bench) -> tuple[Change, ...]:
    """Who could be added to make the team better, best first; nobody to a team that has no score."""
    facts = (bench.need, bench.network, bench.weights)
    team = tried(members, *facts).team
    if team is None or not bench.knows(members):
        return ()
    asked = replace(bench.need, exclude=bench.need.exclude | frozenset(without))
    return additions(team, asked, bench.network, bench.weights, OFFERED, stop=bench.stop)


def replacements(members: Collection[str], member: str, without: Collection[str], bench: Bench) -> tuple[Change, ...]:
    """The best teams of the others and somebody new in the member's place, as changes of the team, best first."""
    rest = frozenset(members) - {member}
    asked = replace(
        bench.need,
        must_include=rest,
        exclude=bench.need.exclude | {member} | frozenset(without),
        max_size=len(members),
        locked=tuple(lock for lock in bench.need.locked if lock[1] in rest),
    )
    if not is_possible(asked, bench.network):
        return ()
    teams = propose(asked, bench.network, bench.weights, OFFERED + 1, bench.stop).teams
    free = replace(bench.need, must_include=frozenset(), locked=())
    before = Scorer(free, bench.network, bench.weights).team(members)
    return tuple(Change(before, after) for after in teams if len(after.members) == len(members))[:OFFERED]


def result_of(bench: Bench, teams: tuple[core.Team, ...], *, extra: set[str] | None = None) -> Json:
    """Teams put together by hand in the shape of a stored answer, for the same words and pictures."""
    named = {member for team in teams for member in team.members} | (extra or set())
    codes = [item.capability for item in bench.need.requirements]
    known = {member: by_id(bench.network)[member] for member in sorted(named)}
    return {
        "teams": [team_json(team, bench.need, bench.network) for team in teams],
        **explained(teams, Facts(bench.need, bench.network, bench.weights), optimal=False),
        "requirements": [asdict(item) for item in bench.need.requirements],
        "levels": {name: {code: item.levels.get(code, 0) for code in codes} for name, item in known.items()},
        "confidences": {
            name: {code: item.confidence[code] for code in codes if code in item.confidence}
            for name, item in known.items()
        },
        "drops": [{} for _team in teams],
    }
