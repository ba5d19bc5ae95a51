"""The hard constraints on the whole registry at once: who may join, who may lead, who is bound by forbidden ties."""

from dataclasses import dataclass

import numpy as np

from .arrays import Arrays, arrays_of
from .model import Need, Network
from .places import hops
from .table import Flags, Ints

NO_PATH = -1


@dataclass(frozen=True)
class Joining:
    """One need against the arrays."""

    need: Need
    arrays: Arrays
    distances: Ints
    """(n,) hops from the client; NO_PATH where there is none."""
    demanded: Ints
    """Rows of the required organizations, ascending; unknown ones are absent."""
    may_join: Flags
    """(n,) free, not excluded, within reach, and bound to no required organization by a forbidden tie."""

    @classmethod
    def of(cls, need: Need, network: Network) -> "Joining":
        arrays, far = arrays_of(network), distances(network, need.prefecture)
        rows = sorted(arrays.row[member] for member in need.required if member in arrays.row)
        found = cls(need, arrays, far, np.array(rows, dtype=np.int64), arrays.slots >= 1)
        found._exclude()
        return found

    def _exclude(self) -> None:
        arrays, need, joining = self.arrays, self.need, self.may_join
        joining[[arrays.row[member] for member in need.exclude if member in arrays.row]] = False
        if need.max_hops is not None:
            near = (self.distances != NO_PATH) & (self.distances <= need.max_hops)
            joining &= (near | arrays.remote) if need.remote else near
        bound = self.forbidden()
        joining[arrays.interest_to[bound[np.isin(arrays.interest_from[bound], self.demanded)]]] = False

    def forbidden(self) -> Ints:
        """Positions of the forbidden ties."""
        kinds = [number for number, kind in enumerate(self.arrays.interests) if kind in self.need.forbidden_ties]
        return np.flatnonzero(np.isin(self.arrays.interest_kind, kinds)) if kinds else np.zeros(0, dtype=np.int64)

    def may_lead(self) -> Flags:
        """(n,) of an admitted kind and suitable enough."""
        arrays, admitted = self.arrays, self.need.lead_kinds
        leads: Flags = arrays.suitability >= self.need.lead_min_suitability
        if admitted is not None:
            of_kind = np.array([kind in admitted for kind in arrays.kinds], dtype=bool)
            leads &= of_kind[arrays.kind]
        return leads


def distances(network: Network, client: str) -> Ints:
    """(n,) hops of every organization from the client's prefecture; NO_PATH where there is none. Kept."""
    kept: dict[str, Ints] = network.cache.setdefault("distances", {})
    if client not in kept:
        arrays = arrays_of(network)
        found = [hops(network.hops, client, places) for places in arrays.places]
        of_place = np.array([NO_PATH if distance is None else distance for distance in found], dtype=np.int64)
        kept[client] = of_place[arrays.place]
    return kept[client]
