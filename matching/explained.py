"""What explains an answer later, computed with it and kept beside it in `Proposal.result`:

    adds[team]       by member: what it adds, {"score", "open_must", "parts"}; null where no team would remain
    next_best[team]  by requirement: {"requirement", "inside", "outside": {"organization", "level", "confidence",
                     "hops"} | null, "change": {"score", "open_must", "parts"} | null}
    seats[team]      {"seats": [{"role", "phase", "requirements", "responsible", "supporting", "usual"}],
                     "loads": {member: [load, room]}}
    supplies[team]   by requirement with a gap: {"place", "hops", "near"}: where the nearest supply is, and how many
                     organizations in the client's prefecture could do it
    demands          by demanded organization: what the demand changes, {"score", "open_must", "parts", "members"}
                     of the best team without it; null where it changes nothing
    fairness         {"price", "members"}: what fair exposure costs, and the team without it; null without a proof
    places           [[member, [who fits its place as well, the member among them]]] of the first team

Scores are in 1e-6, differences with the sign of what is lost or won.
"""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from matching.answer import Alarm, Answer, as_json, confidences_of, drop_differences, levels_of
from matching.core import model as core
from matching.core.alternatives import NextBest, contributions, fairness, must_include_prices, next_best
from matching.core.constraints import by_id
from matching.core.explanation import supply
from matching.core.exposure import places
from matching.core.places import hops
from matching.core.seats import plan
from matching.core.whatif import Change
from matching.facts import is_current
from matching.inputs import need_as_json
from matching.seating import is_usual, seats_of

TIME_LIMIT = 5.0
"""Seconds for the further searches (demands, fairness) together."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Facts:
    """What an answer was computed from."""

    need: core.Need
    network: core.Network
    weights: core.Weights


def kept(given: Answer, also: Collection[str] = ()) -> Json:
    """An answer as it is stored, with what its members and `also` these organizations declared."""
    result = as_json(given)
    named = {member for team in result["teams"] for member in team["members"]} | set(also)
    result["registry"]["current"] = is_current(given.network)
    result["inputs"] = need_as_json(given.need)
    result["requirements"] = [asdict(requirement) for requirement in given.need.requirements]
    result["levels"] = levels_of(given, named)
    result["confidences"] = confidences_of(given, named)
    result["drops"] = drop_differences(given)
    facts = Facts(given.need, given.network, given.weights)
    return result | explained(given.proposal.teams, facts, optimal=given.proposal.optimal)


def explained(teams: Sequence[core.Team], facts: Facts, *, optimal: bool, limit: float = TIME_LIMIT) -> Json:
    """The keys above for an answer's teams; what needs a further search only where the first is proved the best."""
    stop = Alarm(limit)
    first, given = teams[0] if teams else None, (facts.need, facts.network, facts.weights)
    demands = must_include_prices(first, *given, stop) if first and optimal else {}
    fair = fairness(first, *given, stop) if first and optimal else None
    return {
        "adds": [{member: as_change(change) for member, change in contributions(t, *given).items()} for t in teams],
        "next_best": [[_next(found, facts) for found in next_best(team, *given)] for team in teams],
        "seats": [seating(team, facts) for team in teams],
        "supplies": [_supplies(team, facts) for team in teams],
        "demands": {member: _demand(change) for member, change in demands.items()},
        "fairness": {"price": fair.price, "members": list(fair.without)} if fair else None,
        "places": [[p.member, list(p.fitting)] for p in places(first, *given)] if first else [],
    }


def as_change(change: Change | None) -> Json | None:
    """A change as it is kept."""
    if change is None:
        return None
    return {"score": change.score, "open_must": change.open_must, "parts": asdict(change.parts)}


def _demand(change: Change | None) -> Json | None:
    kept = as_change(change)
    return {**kept, "members": list(change.before.members)} if kept and change else None


def _next(found: NextBest, facts: Facts) -> Json:
    return {
        "requirement": found.requirement,
        "inside": found.inside,
        "outside": _outside(found.outside, found.requirement, facts) if found.outside else None,
        "change": as_change(found.change),
    }


def _outside(organization: str, requirement: int, facts: Facts) -> Json:
    known, capability = by_id(facts.network)[organization], facts.need.requirements[requirement].capability
    return {
        "organization": organization,
        "level": known.levels.get(capability, 0),
        "confidence": known.confidence.get(capability, 1.0),
        "hops": hops(facts.network.hops, facts.need.prefecture, known.prefectures),
    }


def seating(team: core.Team, facts: Facts) -> Json:
    """A team's plan of seats as it is kept."""
    made, known = plan(team, facts.need, facts.network, seats_of(facts.need)), by_id(facts.network)
    return {
        "seats": [
            {
                "role": each.seat.role,
                "phase": each.seat.phase,
                "requirements": list(each.seat.requirements),
                "responsible": each.responsible,
                "supporting": list(each.supporting),
                "usual": each.responsible is not None and is_usual(known[each.responsible], each.seat),
            }
            for each in made.seats
        ],
        "loads": {member: [made.loads[member], made.rooms[member]] for member in team.members},
    }


def _supplies(team: core.Team, facts: Facts) -> Json:
    """For every requirement that nobody in the team does at its level."""
    known = by_id(facts.network)
    short = {}
    for index, item in enumerate(facts.need.requirements):
        owner = known.get(team.owners.get(index, ""))
        if owner is None or owner.levels.get(item.capability, 0) < item.level:
            short[str(index)] = asdict(supply(team, item, facts.need, facts.network))
    return short
