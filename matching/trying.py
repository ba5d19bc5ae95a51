"""What if: a team changed by hand, answered on the registry as it is now.

Everything that is asked stands in the address (`Wish`), so a trial can be kept, shared with a colleague, and works
without scripts. Nothing is stored.
"""

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from time import perf_counter
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from matching.answer import team_json
from matching.core import model as core
from matching.core.constraints import by_id
from matching.core.objective import Scorer
from matching.core.solver import propose
from matching.core.whatif import Change, Trial, WhyNot, additions, tried, why_not
from matching.explained import Facts, explained
from matching.facts import need_facts, network
from matching.models import Proposal
from matching.vocabulary import IMPORTANCE_WEIGHT, Importance
from matching.weights import BOUNDS, DEFAULT, PROFILES, adjusted
from network.access import Reader
from network.models import Organization
from network.transfer.shapes import Refusal

TIME_LIMIT = 5.0
"""Seconds for one answer on a page that somebody waits for."""
OFFERED = 5
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


def known_among(asked: list[str], proposal: Proposal, reader: Reader) -> set[str]:
    """Of the ids in an address those that the reader may see, or that the answer names anyway."""
    named = {member for team in proposal.result["teams"] for member in team["members"]}
    clean = [member for member in asked if "\0" not in member]
    seen = Organization.objects.visible_to(reader).filter(is_active=True, external_id__in=clean)
    return set(seen.values_list("external_id", flat=True)) | named


@dataclass(frozen=True, slots=True)
class Bench:
    """The need, the registry of today and the weights on which trials are answered."""

    need: core.Need
    network: core.Network
    weights: core.Weights
    stop: Callable[[], bool]

    @classmethod
    def of(cls, proposal: Proposal, wish: Wish | None = None) -> "Bench":
        """On which a wish is answered; without one, the need and the weights as they are."""
        facts = need_facts(proposal.need)
        registry = network(timezone.localdate(), proposal.need.lab, facts.required)
        weights = weights_of(proposal)
        if wish:
            facts = replace(facts, requirements=tuple(_weighed(facts.requirements, wish.importances)))
            weights = PROFILES.get(wish.profile) or weights
            weights = replace(weights, **{name: _as_weight(name, value) for name, value in wish.changes})
            weights = replace(weights, exposure=0.0) if wish.blind else weights
        begun = perf_counter()
        return cls(facts, registry, weights, lambda: perf_counter() - begun > TIME_LIMIT)

    def knows(self, members: tuple[str, ...]) -> bool:
        return all(member in by_id(self.network) for member in members)


def _as_weight(name: str, value: float) -> Any:
    return int(value) if name == "hop_cap" else value


def weights_of(proposal: Proposal) -> core.Weights:
    """The weights that a stored answer was computed with."""
    told = proposal.result.get("weights")
    if not told:
        return PROFILES["default"]
    return replace(PROFILES.get(told["profile"], PROFILES["default"]), **told["values"])


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
    bench = Bench.of(proposal, wish)
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
        additions(trial.team, *facts, OFFERED, stop=bench.stop) if trial.team and whole else (),
        _swaps(wish, bench) if whole else (),
    )


def _swaps(wish: Wish, bench: Bench) -> tuple[Change, ...]:
    """The best teams of the others and somebody new, as changes of the trial, best first."""
    if not wish.swap:
        return ()
    rest = frozenset(wish.members) - {wish.swap}
    asked = replace(
        bench.need,
        must_include=rest,
        exclude=bench.need.exclude | {wish.swap},
        max_size=len(wish.members),
        locked=tuple(lock for lock in bench.need.locked if lock[1] in rest),
    )
    teams = propose(asked, bench.network, bench.weights, OFFERED + 1, bench.stop).teams
    free = replace(bench.need, must_include=frozenset(), locked=())
    before = Scorer(free, bench.network, bench.weights).team(wish.members)
    return tuple(Change(before, after) for after in teams if len(after.members) == len(wish.members))[:OFFERED]


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


def result_of(bench: Bench, teams: tuple[core.Team, ...], *, extra: set[str] | None = None) -> dict[str, Any]:
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
