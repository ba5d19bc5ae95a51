"""Reads the network into a table for one need: the same float operations in the same order as `units`."""

from dataclasses import dataclass

import numpy as np

from .arrays import Array, arrays_of
from .joining import NO_PATH, Joining
from .model import COVERING_LEVEL, WEAKNESS, Need, Network, Weights
from .table import Flags, Floats, Ints, Table
from .units import MILLION, Units, shares

KEPT = 3
"""Tables of one network that are kept: an answer and what explains it ask for the same ones."""


def table_of(need: Need, network: Network, weights: Weights) -> Table:
    """Reads the network for one need; a required organization that may not join is simply absent."""
    kept: dict[tuple[Need, Weights], Table] = network.cache.setdefault("tables", {})
    if (need, weights) not in kept:
        while len(kept) >= KEPT:
            kept.pop(next(iter(kept)))
        kept[need, weights] = Reading(need, network, weights).table()
    return kept[need, weights]


@dataclass
class Reading:
    """One need against the arrays; `joining` are the rows that may join, ascending."""

    need: Need
    network: Network
    weights: Weights

    def __post_init__(self) -> None:
        self.arrays, self.units = arrays_of(self.network), Units.of(self.weights)
        self.who = Joining.of(self.need, self.network)
        self.distances, self.demanded = self.who.distances, self.who.demanded
        self.joining = np.flatnonzero(self.who.may_join)
        self.place = np.full(len(self.arrays), -1)
        self.place[self.joining] = np.arange(len(self.joining))

    def table(self) -> Table:
        leads = self.who.may_lead()[self.joining]
        levels, gains = self._levels_and_gains()
        costs = self._costs()
        penalties = np.array([round(self.units.open_weakness * share) for share in shares(self.need)], dtype=np.int64)
        must = np.array([item.must for item in self.need.requirements], dtype=bool)
        wanted = np.array([item.level for item in self.need.requirements], dtype=np.int64)
        closes = must & (levels >= wanted) & (gains > 0)
        closing = 1 + self._spread(gains, costs, penalties)
        capacities = np.clip(self.arrays.capacity[self.joining].astype(np.int64), 1, max(len(must), 1))
        required = np.zeros(len(self.joining), dtype=bool)
        required[self.place[self.demanded][self.place[self.demanded] >= 0]] = True
        fixed, closed = self._lock(gains, closes, capacities)
        tie_lead, tie_member, tie_bonus = self._ties(leads)
        one, other = self._apart()
        return Table(
            names=self.arrays.ids,
            index=self.arrays.row,
            origin=self.joining,
            gains=gains + closing * closes if closes.any() else gains,
            costs=costs + self.units.cohesion,
            capacities=capacities,
            lead_bonus=np.rint(self.units.lead * self.arrays.suitability[self.joining]).astype(np.int64),
            leads=leads,
            required=required,
            weak=levels == WEAKNESS,
            strong=levels >= COVERING_LEVEL,
            tie_lead=tie_lead,
            tie_member=tie_member,
            tie_bonus=tie_bonus,
            apart_one=one,
            apart_other=other,
            penalties=penalties,
            fixed=self.units.cohesion + fixed,
            closing=closing,
            musts=int(must.sum()) - closed,
            max_size=self.need.max_size,
        )

    def _costs(self) -> Ints:
        """(n,) member costs, as `Units.member_cost` has them."""
        arrays, weights, rows = self.arrays, self.weights, self.joining
        own: Floats = weights.size + weights.unavailability * (1 - arrays.availability[rows])
        own += weights.exposure * arrays.exposure[rows]
        far = self.distances[rows]
        charged = np.where(far == NO_PATH, weights.hop_cap, np.minimum(far, weights.hop_cap))
        costs: Ints = np.rint(MILLION * own).astype(np.int64) + self.units.hop * charged
        if self.need.industry:
            known = self.need.industry in arrays.industries
            bit = arrays.industries.index(self.need.industry) if known else 0
            costs += self.units.industry * (1 - (arrays.trade[rows] >> bit & known))
        return costs

    def _levels_and_gains(self) -> tuple[Array, Ints]:
        """(n, m) raw levels and coverage; columns lie together in memory."""
        shape = (len(self.need.requirements), len(self.joining))
        levels, gains = np.zeros(shape, dtype=np.int8), np.zeros(shape, dtype=np.int64)
        for column, (requirement, share) in enumerate(zip(self.need.requirements, shares(self.need), strict=True)):
            rows, level, confidence = self.arrays.ratings_of(requirement.capability)
            place = self.place[rows]
            kept = place >= 0
            place, level, confidence = place[kept], level[kept], confidence[kept]
            covered = np.minimum(np.maximum(level, 0) * confidence / requirement.level, 1)
            levels[column, place] = level
            gains[column, place] = np.rint(MILLION * share * covered)
        return levels.T, gains.T

    def _lock(self, gains: Ints, closes: Flags, capacities: Ints) -> tuple[int, int]:
        """Takes the locked seats out of the columns; their coverage, and how many of their musts are closed."""
        coverage = closed = 0
        for seat, owner in self.need.locked:
            row = self.place[self.arrays.row[owner]] if owner in self.arrays.row else -1
            if row >= 0:
                coverage, closed = coverage + int(gains[row, seat]), closed + int(closes[row, seat])
                capacities[row] -= 1
            gains[:, seat], closes[:, seat] = 0, False
        full = capacities < 1
        gains[full], closes[full], capacities[full] = 0, False, 1
        return coverage, closed

    def _spread(self, gains: Ints, costs: Ints, penalties: Ints) -> int:
        """At least what the scores of any two teams can differ."""
        size = min(self.need.max_size, max(len(self.joining), 1))
        dearest = int(costs.max(initial=0)) + self.units.cohesion
        cheapest = min(0, int(costs.min(initial=0)) + self.units.cohesion)
        most = int(gains.max(axis=0, initial=0).sum()) + max(self.units.lead, 0) - size * cheapest
        return most + size * dearest + int(penalties.sum())

    def _ties(self, leads: Flags) -> tuple[Ints, Ints, Ints]:
        """Collaborations whose one end may lead, each in the direction lead, member; sorted."""
        may_lead = np.zeros(len(self.arrays), dtype=bool)
        may_lead[self.joining[leads]] = True
        found = np.flatnonzero(may_lead[self.arrays.tie_from])
        found = found[self.place[self.arrays.tie_to[found]] >= 0]
        bonus = np.rint(self.units.cohesion * self.arrays.tie_strength[found]).astype(np.int64)
        found, bonus = found[bonus != 0], bonus[bonus != 0]
        return self.place[self.arrays.tie_from[found]], self.place[self.arrays.tie_to[found]], bonus

    def _apart(self) -> tuple[Ints, Ints]:
        """Who may not be in one team because of a forbidden tie."""
        bound = self.who.forbidden()
        one = self.place[self.arrays.interest_from[bound]]
        other = self.place[self.arrays.interest_to[bound]]
        both = (one >= 0) & (other >= 0)
        return one[both], other[both]
