"""The order of teams, what makes two teams different, and the best few seen so far."""

from bisect import insort
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from .model import Team

APART = 2
"""Teams under the same lead are different proposals when they differ by at least so many members."""


def apart(first: Team, second: Team) -> bool:
    """Another lead, or at least two members of one that the other has not."""
    one, other = set(first.members), set(second.members)
    return first.lead != second.lead or max(len(one - other), len(other - one)) >= APART


@dataclass(frozen=True)
class ApartFrom:
    """Admits the teams that differ from every chosen one."""

    chosen: tuple[Team, ...]

    def __call__(self, team: Team) -> bool:
        return all(apart(team, other) for other in self.chosen)


def everybody(_team: Team) -> bool:
    """Admits every team."""
    return True


def diverse(ranked: Iterable[Team], top: int) -> tuple[Team, ...]:
    """The first of the ranked teams, then always the next that differs from all chosen before."""
    return completed((), ranked, top)


def completed(begun: Sequence[Team], ranked: Iterable[Team], top: int) -> tuple[Team, ...]:
    """The chosen teams and then always the next ranked one that differs from all before, up to `top`."""
    chosen = list(begun)
    for team in ranked:
        if len(chosen) == top:
            break
        if ApartFrom(tuple(chosen))(team):
            chosen.append(team)
    return tuple(chosen)


@dataclass
class Podium:
    """The best teams offered so far, at most `places`, best first; only admitted teams count."""

    places: int
    admits: Callable[[Team], bool] = everybody
    teams: list[Team] = field(default_factory=list)

    def offer(self, team: Team) -> None:
        if team in self.teams or (self.full and team.rank > self.teams[-1].rank) or not self.admits(team):
            return
        insort(self.teams, team, key=lambda offered: offered.rank)
        del self.teams[self.places :]

    @property
    def full(self) -> bool:
        return len(self.teams) == self.places
