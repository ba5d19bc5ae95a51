"""The objective's constants as integers of 1e-6, and the rounding every solver shares.

Python's `round` (half to even), each product by itself; numpy's `rint` does the same on arrays.
"""

import math
from dataclasses import dataclass

from .model import Need, Organization, Weights

MILLION = 1e6


@dataclass(frozen=True, slots=True)
class Units:
    """One profile of weights in units of 1e-6."""

    weights: Weights
    lead: int
    hop: int
    industry: int
    cohesion: int
    open_weakness: int

    @classmethod
    def of(cls, weights: Weights) -> "Units":
        return cls(
            weights=weights,
            lead=round(MILLION * weights.lead),
            hop=round(MILLION * weights.hop),
            industry=round(MILLION * weights.industry),
            cohesion=round(MILLION * weights.cohesion),
            open_weakness=round(MILLION * weights.open_weakness),
        )

    def member_cost(self, organization: Organization, distance: int | None, need: Need) -> int:
        """Cost >= 0 of one member: size, availability and exposure together, hops (None: no path), foreign industry."""
        own = self.weights.size + self.weights.unavailability * (1 - organization.availability)
        own += self.weights.exposure * organization.exposure
        farthest = self.weights.hop_cap
        hops_charged = farthest if distance is None else min(distance, farthest)
        foreign = bool(need.industry) and need.industry not in organization.industries
        return round(MILLION * own) + self.hop * hops_charged + self.industry * foreign

    def lead_bonus(self, organization: Organization) -> int:
        return round(self.lead * organization.lead_suitability)

    def tie_bonus(self, strength: float) -> int:
        """What a past collaboration with the lead gives back of the cohesion cost."""
        return round(self.cohesion * strength)


def shares(need: Need) -> list[float]:
    """The requirements' weights normalised to the sum 1 (exactly rounded sum: independent of their order)."""
    total = math.fsum(requirement.weight for requirement in need.requirements)
    return [requirement.weight / total for requirement in need.requirements]


def covered_share(level: int, confidence: float, required: int) -> float:
    """How much of a requirement an owner of this believed level covers, in [0, 1]."""
    return min(max(level, 0) * confidence / required, 1)


def gain(share: float, level: int, confidence: float, required: int) -> int:
    """Coverage in 1e-6 when the requirement of this weight share is owned at this level."""
    return round(MILLION * share * covered_share(level, confidence, required))
