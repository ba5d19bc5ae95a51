"""What if: a team changed by hand, answered on the registry as it is now.

Everything that is asked stands in the address (`Wish`), so a trial can be kept, shared with a colleague, and works
without scripts. Nothing is stored.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from matching.core import model as core
from matching.core.solver import propose
from matching.core.whatif import Change, Trial, WhyNot, tried, why_not
from matching.models import Proposal
from matching.rescoring import Bench, known_among, partners, replacements, result_of
from matching.vocabulary import IMPORTANCE_WEIGHT, Importance
from matching.weights import BOUNDS, DEFAULT, PROFILES, adjusted
from network.access import Reader
from network.models import Organization
from network.transfer.shapes import Refusal

MOST_MEMBERS = 12
"""More than any team has: what a forged address may make us look up."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked: from which team (its place, from 0), with which members, under which weights."""

    place: int
    members: tuple[str, ...]
    profile: str
    importances: tuple[str, ...]
    """By requirement; "" keeps what the need says."""
    blind: bool
    """Without regard to exposure: shows what fairness costs."""
    swap: str = ""
    """For whom replacements are looked for."""
    changes: tuple[tuple[str, float], ...] = ()
    """Single weights, in place of the profile's."""
    problems: tuple[str, ...] = ()
    """What was wrong with the weights; then the profile's stand."""

    @property
    def weighed(self) -> bool:
        """Whether other weights than the proposal's are asked for."""
        return bool(self.profile or self.blind or self.changes or any(self.importances))

    @classmethod
    def of(cls, given: QueryDict, proposal: Proposal, reader: Reader) -> "Wish":
        """What an address asks; what it gets wrong takes its default, and whom the reader may not see is not there."""
        teams = proposal.result["teams"]
        number = given.get("team", "1")
        place = int(number) - 1 if number in {str(n) for n in range(1, len(teams) + 1)} else 0
        asked = given.getlist("m")[:MOST_MEMBERS] if "m" in given else list(teams[place]["members"])
        known = known_among(asked, proposal, reader)
        members = tuple(dict.fromkeys(member for member in asked if member in known))
        profile = given.get("weights", "")
        count = len(proposal.result["requirements"])
        importances = tuple(_importance(given.get(f"importance-{index}", "")) for index in range(count))
        swap = given.get("swap", "")
        changes, problems = _changes(given)
        return cls(
            place,
            members,
            profile if profile in PROFILES else "",
            importances,
            given.get("blind") == "1",
            swap if swap in members else "",
            changes,
            problems,
        )


def _changes(given: QueryDict) -> tuple[tuple[tuple[str, float], ...], tuple[str, ...]]:
    """Single weights from the address, and what is wrong with them by name."""
    changes: dict[str, float] = {}
    problems = []
    for name, bounds in BOUNDS.items():
        typed = unicodedata.normalize("NFKC", given.get(f"w-{name}", "")).strip()[:20]
        if typed:
            try:
                changes[name] = float(typed)
                adjusted(DEFAULT, {name: changes[name]})
            except ValueError:
                problems.append(_("%(name)s: 数字で入力してください。") % {"name": bounds.name})
            except Refusal as refusal:
                problems += [f"{bounds.name}: {said}" for _where, said in refusal.problems]
    return (() if problems else tuple(changes.items())), tuple(problems)


def _importance(text: str) -> str:
    return text if text in Importance.values else ""


def bench_for(proposal: Proposal, wish: Wish) -> Bench:
    """The need and the registry of today under the weights that are wished for."""
    bench = Bench.of(proposal)
    weights = PROFILES.get(wish.profile) or bench.weights
    weights = replace(weights, **{name: _as_weight(name, value) for name, value in wish.changes})
    weights = replace(weights, exposure=0.0) if wish.blind else weights
    requirements = tuple(_weighed(bench.need.requirements, wish.importances))
    return replace(bench, need=replace(bench.need, requirements=requirements), weights=weights)


def _as_weight(name: str, value: float) -> Any:
    return int(value) if name == "hop_cap" else value


def _weighed(requirements: tuple[core.Requirement, ...], importances: tuple[str, ...]) -> Iterator[core.Requirement]:
    for index, requirement in enumerate(requirements):
        word = importances[index] if index < len(importances) else ""
        if word:
            yield replace(requirement, weight=IMPORTANCE_WEIGHT[word], must=word == Importance.MUST)
        else:
            yield requirement


@dataclass(frozen=True, slots=True)
class Outcome:
    """A trial beside the team it began with, both on today's registry."""

    wish: Wish
    bench: Bench
    base: core.Team | None
    """The proposed team, scored again; None where today it has nobody who may lead."""
    trial: Trial
    change: Change | None
    best: core.Team | None
    """The best team under the weights asked for, where they are not the proposal's."""
    partners: tuple[Change, ...]
    """Who could be added to the trial to make it better."""
    swaps: tuple[Change, ...]
    """Who could take the place of the member asked for."""

    @property
    def teams(self) -> tuple[core.Team, ...]:
        """Everything with members to be named: the trial first."""
        found = [self.trial.team, self.base, self.best]
        found += [change.after for change in (*self.partners, *self.swaps)]
        return tuple(team for team in found if team)


def outcome(proposal: Proposal, wish: Wish) -> Outcome:
    """Answer a wish."""
    bench = bench_for(proposal, wish)
    facts = (bench.need, bench.network, bench.weights)
    base = tried(proposal.result["teams"][wish.place]["members"], *facts).team
    trial = tried(wish.members, *facts)
    whole = trial.team and bench.knows(wish.members)
    return Outcome(
        wish,
        bench,
        base,
        trial,
        Change(base, trial.team) if base and trial.team else None,
        next(iter(propose(*facts, 1, bench.stop).teams), None) if wish.weighed else None,
        partners(wish.members, (), bench),
        replacements(wish.members, wish.swap, (), bench) if whole and wish.swap else (),
    )


def asked_why_not(proposal: Proposal, place: int, organization: Organization) -> tuple[WhyNot | None, dict[str, Any]]:
    """Why the team at this place does without an organization, and the result in which its levels stand; None where
    the team has it, or no longer stands today."""
    bench = Bench.of(proposal)
    members, name = tuple(proposal.result["teams"][place]["members"]), organization.external_id
    facts = (bench.need, bench.network, bench.weights)
    team = tried(members, *facts).team
    if team is None or name in members:
        return None, proposal.result
    found = why_not(name, team, *facts, stop=bench.stop)
    teams = (team, *((found.change.after,) if found.change else ()))
    return found, result_of(bench, teams, extra={name})
