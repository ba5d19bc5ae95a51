"""The hard constraints: who may be in a team, who may lead it, and which teams are feasible."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations

from .joining import Joining
from .model import Need, Network, Organization
from .places import hops


class UnknownOrganization(ValueError):  # noqa: N818 - says what is wrong
    """A need must include an organization that the network does not know; `ids` are the unknown ones, sorted."""

    def __init__(self, ids: Iterable[str]) -> None:
        self.ids = tuple(sorted(ids))
        super().__init__(f"unknown organizations: {', '.join(self.ids)}")


def by_id(network: Network) -> Mapping[str, Organization]:
    """The network's organizations by id; collected once for each network."""
    if "by_id" not in network.cache:
        network.cache["by_id"] = {organization.id: organization for organization in network.organizations}
    found: Mapping[str, Organization] = network.cache["by_id"]
    return found


def known(need: Need, network: Network) -> Mapping[str, Organization]:
    """The network's organizations by id; raises UnknownOrganization for a required one that is not among them."""
    found = by_id(network)
    if missing := [member for member in need.required if member not in found]:
        raise UnknownOrganization(missing)
    return found


def within_reach(need: Need, distance: int | None, remote: bool) -> bool:
    """Whether `distance` in hops (None: no path) is admitted; remote work, where admitted, at any distance."""
    return need.max_hops is None or (need.remote and remote) or (distance is not None and distance <= need.max_hops)


def may_join(organization: Organization, need: Need, table: Mapping[str, Mapping[str, int]]) -> bool:
    """Free, not excluded and within reach: asked of every member, of must-includes too."""
    if organization.slots < 1 or organization.id in need.exclude:
        return False
    return within_reach(need, hops(table, need.prefecture, organization.prefectures), organization.remote)


def may_lead(organization: Organization, need: Need) -> bool:
    """Of an admitted kind (any kind when the need names none) and suitable enough."""
    admitted = need.lead_kinds is None or organization.kind in need.lead_kinds
    return admitted and organization.lead_suitability >= need.lead_min_suitability


def conflicts(members: Iterable[str], need: Need, network: Network) -> Iterator[tuple[str, str]]:
    """Pairs of these, sorted, between whom a forbidden tie stands: the edges of the conflict graph among them."""
    if need.forbidden_ties:
        for pair in combinations(sorted(members), 2):
            if not need.forbidden_ties.isdisjoint(network.interests.get(frozenset(pair), ())):
                yield pair


def locks_fit(need: Need, organizations: Mapping[str, Organization]) -> bool:
    """Whether every owner of locked seats has the capacity for them, and each seat one owner."""
    seats, held = Counter(seat for seat, _owner in need.locked), Counter(owner for _seat, owner in need.locked)
    return all(count == 1 for count in seats.values()) and all(
        count <= organizations[owner].max_requirements for owner, count in held.items()
    )


def is_feasible(members: Iterable[str], need: Need, network: Network) -> bool:
    """Whether this team satisfies every hard constraint."""
    organizations, team = known(need, network), frozenset(members)
    if not need.required <= team or len(team) > need.max_size or any(member not in organizations for member in team):
        return False
    joined = [organizations[member] for member in sorted(team)]
    return (
        all(may_join(organization, need, network.hops) for organization in joined)
        and any(may_lead(organization, need) for organization in joined)
        and locks_fit(need, organizations)
        and not any(conflicts(team, need, network))
    )


def is_possible(need: Need, network: Network) -> bool:
    """Whether any team satisfies every hard constraint: the required, and one who leads, within the size."""
    organizations, required = known(need, network), need.required
    if len(required) > need.max_size or not locks_fit(need, organizations) or any(conflicts(required, need, network)):
        return False
    joining = Joining.of(need, network)
    among = joining.demanded
    if not joining.may_join[among].all():
        return False
    leading = joining.may_join & joining.may_lead()
    return bool(leading[among].any()) or (len(required) < need.max_size and bool(leading.any()))
