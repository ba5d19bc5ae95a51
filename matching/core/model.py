"""The input and the answer of the matching problem, as plain values.

Levels run from -1 (declared weakness) over 0 (nothing declared) to 4. Every score is an
integer in units of 1e-6, so that any two solvers agree to the last digit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

WEAKNESS = -1
COVERING_LEVEL = 3
"""A member of this level or more covers another member's declared weakness."""


@dataclass(frozen=True, slots=True)
class Organization:
    """What the matcher knows of one organization."""

    id: str
    """Stable external id; ties between equal teams are broken by it."""
    kind: str
    prefectures: tuple[str, ...]
    """JIS codes of its places: the own prefecture first, then its offices'."""
    levels: Mapping[str, int] = field(default_factory=dict)
    confidence: Mapping[str, float] = field(default_factory=dict)
    """How far a level is believed, in (0, 1]; a missing capability counts as 1."""
    max_requirements: int = 3
    slots: int = 1
    """Free engagements; 0 makes the organization unavailable."""
    availability: float = 1.0
    exposure: float = 0.0
    lead_suitability: float = 0.0
    remote: bool = False
    industries: frozenset[str] = frozenset()
    """JSIC major letters of the client industries it serves."""


@dataclass(frozen=True)
class Network:
    """The registry as the matcher sees it."""

    organizations: Sequence[Organization]
    strengths: Mapping[frozenset[str], float] = field(default_factory=dict)
    """Past collaboration in (0, 1) of an unordered pair of ids; absent means 0."""
    hops: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Links between two prefectures on the prefecture graph; see `places.hop_table`."""
    version: str = ""
    interests: Mapping[frozenset[str], frozenset[str]] = field(default_factory=dict)
    """Kinds of the ties in force between an unordered pair of ids; see `Need.forbidden_ties`."""
    cache: dict[str, Any] = field(default_factory=dict, init=False, compare=False, repr=False)
    """What was computed from it once: it never changes."""


@dataclass(frozen=True, slots=True)
class Requirement:
    capability: str
    phase: str
    level: int
    """Required level, 1 to 4."""
    weight: float
    """Any positive number: a need normalises its weights to the sum 1."""
    must: bool = False


@dataclass(frozen=True, slots=True)
class Need:
    prefecture: str
    """JIS code of the client's prefecture."""
    requirements: tuple[Requirement, ...]
    title: str = ""
    industry: str = ""
    """JSIC major letter of the client, or empty when unknown (then nobody pays for it)."""
    lead_kinds: frozenset[str] | None = None
    """Kinds that may lead; None admits every kind."""
    lead_min_suitability: float = 0.0
    max_size: int = 6
    must_include: frozenset[str] = frozenset()
    exclude: frozenset[str] = frozenset()
    max_hops: int | None = None
    """Farthest organization admitted, in hops, unless it works remotely."""
    remote: bool = True
    """Whether remote work is admitted beyond `max_hops`."""
    locked: tuple[tuple[int, str], ...] = ()
    """Locked seats: a requirement's index and the organization that owns it in every team, whatever its level."""
    forbidden_ties: frozenset[str] = frozenset()
    """Kinds of ties that no two members may have between them."""

    @property
    def required(self) -> frozenset[str]:
        """Ids of all that every team includes: must-includes, and the owners of locked seats."""
        return self.must_include | {owner for _requirement, owner in self.locked}


@dataclass(frozen=True, slots=True)
class Weights:
    """One versioned profile of the objective's weights (defaults: the document's)."""

    name: str = "default"
    version: int = 1
    lead: float = 0.15
    size: float = 0.03
    hop: float = 0.02
    hop_cap: int = 5
    unavailability: float = 0.03
    exposure: float = 0.03
    industry: float = 0.02
    cohesion: float = 0.04
    open_weakness: float = 0.5


@dataclass(frozen=True, slots=True)
class Parts:
    """The score's parts by the names users see; costs are negative."""

    coverage: int
    lead: int
    member_cost: int
    cohesion: int
    open_weakness: int

    @property
    def total(self) -> int:
        return self.coverage + self.lead + self.member_cost + self.cohesion + self.open_weakness


@dataclass(frozen=True, slots=True)
class Team:
    lead: str
    members: tuple[str, ...]
    """Sorted ids, the lead among them."""
    parts: Parts
    open_must: int
    """Must requirements whose owner stays below the required level, or that nobody owns."""
    owners: Mapping[int, str]
    """Owner by the requirement's index; requirements that nobody can serve are absent."""

    @property
    def score(self) -> int:
        return self.parts.total

    @property
    def rank(self) -> tuple[int, int, int, tuple[str, ...]]:
        """Sorts better teams first."""
        return (self.open_must, -self.score, len(self.members), self.members)


@dataclass(frozen=True, slots=True)
class Proposal:
    """The best teams, best first; empty when no team satisfies the hard constraints."""

    teams: tuple[Team, ...]
    optimal: bool
    """True when proved that no better team was missed."""
    gap: int = 0
    """Units of 1e-6 by which a missed team could at most be better; 0 when optimal."""
    proved: int = 0
    """So many of the first teams are proved: no better one was missed in their place; all of them when optimal."""
