"""The matcher's answer as the JSON object that commands, API and pages share."""

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from matching.core import model as core
from matching.core.explanation import Drop, covers, drop_one, gaps, infeasibility
from matching.core.solver import propose

ENGINE = "branch-and-bound/1"


@dataclass(frozen=True, slots=True)
class Answer:
    """A proposal with the facts it was computed from and the time it took (milliseconds)."""

    need: core.Need
    network: core.Network
    proposal: core.Proposal
    weights: core.Weights
    took_ms: float


def answer(
    need: core.Need,
    network: core.Network,
    *,
    top: int,
    weights: core.Weights,
    time_limit: float | None = None,
    diverse: bool = False,
) -> Answer:
    """Ask the matcher; `time_limit` in seconds turns the proof into a gap when it runs out."""
    begun = time.perf_counter()
    proposal = propose(need, network, weights, top, stop=_alarm(begun, time_limit), diverse=diverse)
    return Answer(need, network, proposal, weights, (time.perf_counter() - begun) * 1000)


def _alarm(begun: float, limit: float | None) -> Callable[[], bool]:
    return lambda: limit is not None and time.perf_counter() - begun > limit


def as_json(given: Answer) -> dict[str, Any]:
    """The object of the file format "Proposals", without the sentences (those depend on the reader)."""
    return {
        "need": given.need.title,
        "optimal": given.proposal.optimal,
        "gap": given.proposal.gap,
        "took_ms": round(given.took_ms, 1),
        "registry": {"organizations": len(given.network.organizations), "version": given.network.version},
        "engine": ENGINE,
        "teams": [_team(team, given) for team in given.proposal.teams],
    }


def _team(team: core.Team, given: Answer) -> dict[str, Any]:
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
            for gap in gaps(team, given.need, given.network)
        ],
        "covers": [
            {"weakness_of": cover.weakness_of, "capability": cover.capability, "by": cover.by}
            for cover in covers(team, given.need, given.network)
        ],
    }


def drop_differences(given: Answer) -> list[dict[str, dict[str, int] | None]]:
    """Per team: how score and open musts change when each member is left out; None when no team would remain."""
    return [
        {member: asdict(drop) if drop else None for member, drop in _drops(team, given).items()}
        for team in given.proposal.teams
    ]


def _drops(team: core.Team, given: Answer) -> Mapping[str, Drop | None]:
    return drop_one(team, given.need, given.network, given.weights)


def relaxations(given: Answer) -> list[dict[str, str | None]]:
    """Where no team exists: the single conditions that stand against every team."""
    return [asdict(relaxation) for relaxation in infeasibility(given.need, given.network)]


def levels_of(given: Answer, ids: set[str]) -> dict[str, dict[str, int]]:
    """What these organizations declare in the needed capabilities (-1 is a weakness, 0 nothing)."""
    wanted = [requirement.capability for requirement in given.need.requirements]
    return {
        organization.id: {capability: organization.levels.get(capability, 0) for capability in wanted}
        for organization in given.network.organizations
        if organization.id in ids
    }


def confidences_of(given: Answer, ids: set[str]) -> dict[str, dict[str, float]]:
    """How far what these organizations declare in the needed capabilities is believed; full where absent."""
    wanted = {requirement.capability for requirement in given.need.requirements}
    return {
        organization.id: {
            code: organization.confidence[code] for code in sorted(wanted & organization.confidence.keys())
        }
        for organization in given.network.organizations
        if organization.id in ids
    }
