"""The score of one team, part by part, in integers of 1e-6.

    coverage       best assignment of the requirements to members under their capacities
    lead           suitability of the lead
    member_cost    size, distance, availability, exposure, foreign industry of every member
    cohesion       what the lead has not yet worked with whom
    open_weakness  declared weaknesses that no member's strength covers

The team's lead is the qualified member with whom the score is greatest (the smallest id among
equals). Requirements are assigned so that first the fewest must requirements stay open, then
coverage is greatest; among equal owners the higher level, then the smaller id is preferred.
A locked seat belongs to its owner, whatever its level, and counts towards its capacity.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from .arrays import partners_of
from .constraints import known, may_lead
from .model import COVERING_LEVEL, WEAKNESS, Need, Network, Organization, Parts, Team, Weights
from .places import hops
from .profile import Profile, owners_among
from .units import Units, gain, shares


class NoQualifiedLead(ValueError):  # noqa: N818 - says what is wrong
    """None of the members may lead, so the team has no score."""


@dataclass
class Scorer:
    """Scores teams for one need; remembers organizations and teams it has seen."""

    need: Need
    network: Network
    weights: Weights
    _profiles: dict[str, Profile] = field(default_factory=dict)
    _teams: dict[frozenset[str], Team] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.by_id = known(self.need, self.network)
        self.locked = dict(self.need.locked)
        self._partners: dict[str, dict[str, int]] = {}
        self.units = Units.of(self.weights)
        self.shares = shares(self.need)
        self.penalties = [round(self.units.open_weakness * share) for share in self.shares]

    @property
    def teams(self) -> Iterable[Team]:
        """Every team scored so far."""
        return self._teams.values()

    def team(self, members: Iterable[str]) -> Team:
        """Raises NoQualifiedLead when nobody may lead, KeyError for an unknown id."""
        ids = frozenset(members)
        if ids not in self._teams:
            self._teams[ids] = self._score([self.profile(member) for member in sorted(ids)])
        return self._teams[ids]

    def profile(self, member: str) -> Profile:
        if member not in self._profiles:
            self._profiles[member] = self._seen(self.by_id[member])
        return self._profiles[member]

    def _seen(self, organization: Organization) -> Profile:
        required = self.need.requirements
        levels = tuple(organization.levels.get(item.capability, 0) for item in required)
        gains = tuple(
            gain(share, level, organization.confidence.get(item.capability, 1.0), item.level)
            for item, share, level in zip(required, self.shares, levels, strict=True)
        )
        distance = hops(self.network.hops, self.need.prefecture, organization.prefectures)
        return Profile(
            id=organization.id,
            gains=gains,
            levels=levels,
            closes=tuple(
                item.must and level >= item.level and worth > 0
                for item, level, worth in zip(required, levels, gains, strict=True)
            ),
            capacity=organization.max_requirements,
            cost=self.units.member_cost(organization, distance, self.need),
            lead=self.units.lead_bonus(organization) if may_lead(organization, self.need) else None,
        )

    def _score(self, members: list[Profile]) -> Team:
        lead, lead_part, cohesion = self._lead(members)
        place = {member.id: position for position, member in enumerate(members)}
        locked = {item: place[owner] for item, owner in self.locked.items() if owner in place}
        owners = owners_among(members, locked, self.locked.keys())
        closed = sum(members[owner].closes[item] for item, owner in owners.items())
        return Team(
            lead=lead,
            members=tuple(member.id for member in members),
            parts=Parts(
                coverage=sum(members[owner].gains[item] for item, owner in owners.items()),
                lead=lead_part,
                member_cost=-sum(member.cost for member in members),
                cohesion=cohesion,
                open_weakness=-self._open_weakness(members),
            ),
            open_must=sum(item.must for item in self.need.requirements) - closed,
            owners={item: members[owner].id for item, owner in owners.items()},
        )

    def _lead(self, members: list[Profile]) -> tuple[str, int, int]:
        """Id, lead part and cohesion part of the best lead; members come in the order of their ids."""
        candidates = [
            (member.lead, self._cohesion(member, members), member.id) for member in members if member.lead is not None
        ]
        if not candidates:
            raise NoQualifiedLead(", ".join(member.id for member in members))
        bonus, cohesion, lead = max(candidates, key=lambda candidate: candidate[0] + candidate[1])
        return lead, bonus, cohesion

    def _cohesion(self, lead: Profile, members: list[Profile]) -> int:
        known_to_lead = self._bonuses(lead.id)
        others = (member.id for member in members if member is not lead)
        return sum(known_to_lead.get(member, 0) - self.units.cohesion for member in others)

    def _bonuses(self, lead: str) -> dict[str, int]:
        """What each past collaboration with this lead gives back, by the other's id."""
        if lead not in self._partners:
            partners = partners_of(self.network, lead)
            self._partners[lead] = {other: self.units.tie_bonus(strength) for other, strength in partners.items()}
        return self._partners[lead]

    def _open_weakness(self, members: list[Profile]) -> int:
        columns = zip(*(member.levels for member in members), strict=True)
        return sum(
            penalty
            for penalty, levels in zip(self.penalties, columns, strict=False)
            if WEAKNESS in levels and max(levels) < COVERING_LEVEL
        )


def evaluate(need: Need, network: Network, weights: Weights, members: Iterable[str]) -> Team:
    """The team of these ids with its best lead and owners.

    Checks no hard constraint but the lead: raises NoQualifiedLead when nobody may lead,
    UnknownOrganization for an unknown must-include, KeyError for an unknown member.
    """
    return Scorer(need, network, weights).team(members)
