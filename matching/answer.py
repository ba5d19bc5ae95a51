"""The matcher's answer as the JSON object that commands, API and pages share.

Keys of the object (formats.md, "Proposals"), scores in 1e-6:

    need, optimal, gap, took_ms, engine, teams
    limit          seconds after which the search was to stop, null for none
    stopped        why there is no proof: null, "limit" or "cancelled"
    diverse        whether the teams differ in substance (another lead, or two members or more)
    weights        {"profile", "version", "values": {name: number}, "adjusted": [names that differ from the profile]}
    run            {"inputs": SHA-256 over need, weights, registry, engine and question; "top"}
    registry       {"organizations", "version" (fingerprint), "current"}: `current` is false when the registry changed
                   while the answer was computed; stored and printed answers have it
    teams[i].given_up    how much less than team 0 it scores, and open musts more: {"score", "open_must"}
    teams[i].apart       what differs from team 0: {"lead": bool, "joined": [ids], "left": [ids]}
    teams[i].proved      whether this place is proved (with a proof of all: always true)
    infeasible     null where a team exists; else {"size", "sets": [{"conditions": [{"condition", "organization",
                   "value"}], "gives": {"score", "open_must", "coverage", "members", "lead"} | null, "sentence"}]}:
                   the smallest sets of conditions without which a team exists, `size` conditions each. "sentence" is
                   added for the reader, like the teams' "reasons".
                   condition: lead_kinds, lead_min_suitability, max_hops, remote, exclude (organization), max_size,
                   must_include (organization), locked (organization; value: the requirement's index),
                   forbidden_ties (value: the kind)
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from time import perf_counter
from typing import Any

from matching.core import model as core
from matching.core.constraints import by_id
from matching.core.explanation import Drop, covers, drop_one, gaps
from matching.core.progress import Watch, unwatched
from matching.core.relaxing import Relaxed, relaxations
from matching.core.solver import propose
from matching.inputs import ENGINE, Question, inputs_hash
from matching.weights import adjusted_names, values_of

RELAXING_LIMIT = 5.0
"""Seconds for what the smallest sets of conditions would give."""


@dataclass
class Alarm:
    """When a search is to stop: after `limit` seconds, or when `cancelled` says so."""

    limit: float | None = None
    cancelled: Callable[[], bool] = lambda: False
    begun: float = field(default_factory=perf_counter)
    reason: str | None = None

    def __call__(self) -> bool:
        if self.reason is None:
            if self.limit is not None and perf_counter() - self.begun > self.limit:
                self.reason = "limit"
            elif self.cancelled():
                self.reason = "cancelled"
        return self.reason is not None


@dataclass(frozen=True, slots=True)
class Answer:
    """A proposal with the facts it was computed from and the time it took (milliseconds)."""

    need: core.Need
    network: core.Network
    proposal: core.Proposal
    weights: core.Weights
    took_ms: float
    question: Question
    limit: float | None = None
    stopped: str | None = None
    """Why there is no proof: "limit" or "cancelled"."""
    infeasible: tuple[Relaxed, ...] = ()


def answer(
    need: core.Need,
    network: core.Network,
    *,
    top: int,
    weights: core.Weights,
    time_limit: float | None = None,
    diverse: bool = False,
    cancelled: Callable[[], bool] = lambda: False,
    watch: Watch = unwatched,
) -> Answer:
    """Ask the matcher; `time_limit` in seconds, or `cancelled`, turns the proof into a gap.

    The best team is proved first, then the next: with a limit, what is proved by then stays proved.
    """
    alarm = Alarm(time_limit, cancelled)
    proposal = propose(need, network, weights, top, stop=alarm, diverse=diverse, watch=watch)
    took = (perf_counter() - alarm.begun) * 1000
    sets = () if proposal.teams else relaxations(need, network, weights, Alarm(RELAXING_LIMIT, cancelled))
    return Answer(
        need=need,
        network=network,
        proposal=proposal,
        weights=weights,
        took_ms=took,
        question=Question(weights, top, diverse),
        limit=time_limit,
        stopped=None if proposal.optimal else alarm.reason,
        infeasible=sets,
    )


def as_json(given: Answer) -> dict[str, Any]:
    """The object of the file format "Proposals", without the sentences (those depend on the reader)."""
    teams = given.proposal.teams
    return {
        "need": given.need.title,
        "optimal": given.proposal.optimal,
        "gap": given.proposal.gap,
        "took_ms": round(given.took_ms, 1),
        "limit": given.limit,
        "stopped": given.stopped,
        "diverse": given.question.diverse,
        "weights": _weights(given.weights),
        "run": {
            "inputs": inputs_hash(given.need, given.network.version, given.question),
            "top": given.question.top,
        },
        "registry": {"organizations": len(given.network.organizations), "version": given.network.version},
        "engine": ENGINE,
        "teams": [
            {
                **team_json(team, given.need, given.network),
                **_beside_the_first(team, teams[0]),
                "proved": place < given.proposal.proved,
            }
            for place, team in enumerate(teams)
        ],
        "infeasible": None if teams else _infeasible(given.infeasible),
    }


def _weights(weights: core.Weights) -> dict[str, Any]:
    return {
        "profile": weights.name,
        "version": weights.version,
        "values": values_of(weights),
        "adjusted": adjusted_names(weights),
    }


def _beside_the_first(team: core.Team, first: core.Team) -> dict[str, Any]:
    """What is given up for another team, and in what it differs."""
    here, there = set(team.members), set(first.members)
    return {
        "given_up": {"score": first.score - team.score, "open_must": team.open_must - first.open_must},
        "apart": {"lead": team.lead != first.lead, "joined": sorted(here - there), "left": sorted(there - here)},
    }


def _infeasible(sets: tuple[Relaxed, ...]) -> dict[str, Any]:
    return {
        "size": len(sets[0].conditions) if sets else 0,
        "sets": [
            {
                "conditions": [asdict(condition) for condition in each.conditions],
                "gives": {
                    "score": each.gives.score,
                    "open_must": each.gives.open_must,
                    "coverage": each.gives.parts.coverage,
                    "members": list(each.gives.members),
                    "lead": each.gives.lead,
                }
                if each.gives
                else None,
            }
            for each in sets
        ],
    }


def team_json(team: core.Team, need: core.Need, network: core.Network) -> dict[str, Any]:
    """One team as the file format "Proposals" has it."""
    return {
        "score": team.score,
        "open_must": team.open_must,
        "lead": team.lead,
        "members": list(team.members),
        "parts": asdict(team.parts),
        "owners": {str(index): owner for index, owner in sorted(team.owners.items())},
        "gaps": [
            {
                "requirement": gap.requirement,
                "covered": round(gap.covered, 4),
                "nearest": asdict(gap.nearest) if gap.nearest else None,
            }
            for gap in gaps(team, need, network)
        ],
        "covers": [asdict(cover) for cover in covers(team, need, network)],
    }


def drop_differences(given: Answer) -> list[dict[str, dict[str, int] | None]]:
    """Per team: how score and open musts change when each member is left out; None when no team would remain."""
    return [
        {member: asdict(drop) if drop else None for member, drop in _drops(team, given).items()}
        for team in given.proposal.teams
    ]


def _drops(team: core.Team, given: Answer) -> Mapping[str, Drop | None]:
    return drop_one(team, given.need, given.network, given.weights)


def levels_of(given: Answer, ids: set[str]) -> dict[str, dict[str, int]]:
    """What these organizations declare in the needed capabilities (-1 is a weakness, 0 nothing)."""
    wanted = [requirement.capability for requirement in given.need.requirements]
    return {
        member: {capability: organization.levels.get(capability, 0) for capability in wanted}
        for member, organization in _known(given, ids)
    }


def confidences_of(given: Answer, ids: set[str]) -> dict[str, dict[str, float]]:
    """How far what these organizations declare in the needed capabilities is believed; full where absent."""
    wanted = {requirement.capability for requirement in given.need.requirements}
    return {
        member: {code: organization.confidence[code] for code in sorted(wanted & organization.confidence.keys())}
        for member, organization in _known(given, ids)
    }


def _known(given: Answer, ids: set[str]) -> list[tuple[str, core.Organization]]:
    """Those of the organizations that the registry has, by id."""
    known = by_id(given.network)
    return [(member, known[member]) for member in sorted(ids) if member in known]
