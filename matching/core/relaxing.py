"""Where no team satisfies the hard constraints: the smallest sets of conditions without which one does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from .constraints import is_possible, known
from .model import Need, Network, Team, Weights
from .solver import never, propose

LARGEST = 6
"""No need may ask for larger teams."""
SHOWN = 5
"""Sets that are given, of those that are equally small."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a need that can be given up."""

    condition: str
    """lead_kinds, lead_min_suitability, max_hops, remote, exclude, max_size, must_include, locked or forbidden_ties."""
    organization: str | None = None
    value: int | str | None = None
    """The seat of a lock, the kind of a tie, or the size that would be enough."""

    def given_up(self, need: Need) -> Need:
        """The need without it."""
        return _GIVEN_UP[self.condition](need, self)


@dataclass(frozen=True, slots=True)
class Relaxed:
    """Conditions to give up together, and the best team there is then."""

    conditions: tuple[Condition, ...]
    gives: Team | None


_GIVEN_UP: dict[str, Callable[[Need, Condition], Need]] = {
    "lead_kinds": lambda need, _own: replace(need, lead_kinds=None),
    "lead_min_suitability": lambda need, _own: replace(need, lead_min_suitability=0.0),
    "max_hops": lambda need, _own: replace(need, max_hops=None),
    "remote": lambda need, _own: replace(need, remote=True),
    "exclude": lambda need, own: replace(need, exclude=need.exclude - {own.organization or ""}),
    "max_size": lambda need, own: replace(need, max_size=max(need.max_size, int(own.value or 0))),
    "must_include": lambda need, own: replace(need, must_include=need.must_include - {own.organization or ""}),
    "locked": lambda need, own: replace(need, locked=tuple(lock for lock in need.locked if lock[0] != own.value)),
    "forbidden_ties": lambda need, own: replace(need, forbidden_ties=need.forbidden_ties - {str(own.value)}),
}


def conditions(need: Need, network: Network) -> list[Condition]:
    """Everything a need demands that can stand against a team, the easiest to give up first."""
    found = [Condition("lead_min_suitability")] if need.lead_min_suitability > 0 else []
    found += [Condition("remote")] if need.max_hops is not None and not need.remote else []
    found += [Condition("max_hops")] if need.max_hops is not None else []
    found += [Condition("lead_kinds")] if need.lead_kinds is not None else []
    enough = len(need.required) + 1
    found += [Condition("max_size", value=enough)] if need.max_size < enough <= LARGEST else []
    found += [Condition("forbidden_ties", value=kind) for kind in sorted(need.forbidden_ties)]
    found += [Condition("locked", owner, seat) for seat, owner in sorted(need.locked)]
    found += [Condition("must_include", member) for member in sorted(need.must_include)]
    everybody = known(need, network)
    return found + [Condition("exclude", member) for member in sorted(need.exclude) if member in everybody]


def relaxations(
    need: Need, network: Network, weights: Weights, stop: Callable[[], bool] = never
) -> tuple[Relaxed, ...]:
    """The smallest sets of conditions without which a team exists, all of one size, at most SHOWN of them.

    Empty where a team exists anyway, and where none exists without any condition. `stop` bounds the search, which
    dozens of conditions make long: what is known by then is one set of which no condition can be kept, maybe not one
    of the smallest, and for each set a team found by then, best or not, or none.
    """
    if is_possible(need, network):
        return ()
    found = _smallest(need, network, stop)[:SHOWN]
    return tuple(Relaxed(chosen, _best(without(need, chosen), network, weights, stop)) for chosen in found)


def without(need: Need, given_up: Sequence[Condition]) -> Need:
    """The need without these conditions."""
    for condition in given_up:
        need = condition.given_up(need)
    return need


def _smallest(need: Need, network: Network, stop: Callable[[], bool]) -> list[tuple[Condition, ...]]:
    """Giving up more never hurts: a condition without which nothing helps is in every set, and only the others vary."""
    every = conditions(need, network)
    if not is_possible(without(need, every), network):
        return []
    kept_alone = {each: without(need, [other for other in every if other != each]) for each in every}
    needed = [each for each, asked in kept_alone.items() if not is_possible(asked, network)]
    others = [each for each in every if each not in needed]
    for size in range(len(others) + 1):
        sets = []
        for chosen in combinations(others, size):
            if stop():
                return [_irreducible(need, network, every)]
            if is_possible(without(need, [*needed, *chosen]), network):
                sets.append(tuple(each for each in every if each in needed or each in chosen))
        if sets:
            return sets
    return []


def _irreducible(need: Need, network: Network, every: list[Condition]) -> tuple[Condition, ...]:
    """Of all conditions those that are left when one after the other is kept where that still lets a team exist."""
    given_up = every
    for each in every:
        rest = [other for other in given_up if other != each]
        given_up = rest if is_possible(without(need, rest), network) else given_up
    return tuple(given_up)


def _best(need: Need, network: Network, weights: Weights, stop: Callable[[], bool]) -> Team | None:
    return next(iter(propose(need, network, weights, 1, stop).teams), None)
