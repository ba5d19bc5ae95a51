"""The hard constraints: who may be in a team, who may lead it, and which teams are feasible."""

from collections.abc import Iterable, Mapping

from .model import Need, Network, Organization
from .places import hops


class UnknownOrganization(ValueError):  # noqa: N818 - says what is wrong
    """A need must include an organization that the network does not know; `ids` are the unknown ones, sorted."""

    def __init__(self, ids: Iterable[str]) -> None:
        self.ids = tuple(sorted(ids))
        super().__init__(f"unknown organizations: {', '.join(self.ids)}")


def known(need: Need, network: Network) -> dict[str, Organization]:
    """The network's organizations by id; raises UnknownOrganization for a must-include that is not among them."""
    by_id = {organization.id: organization for organization in network.organizations}
    if missing := need.must_include - by_id.keys():
        raise UnknownOrganization(missing)
    return by_id


def within_reach(need: Need, distance: int | None, remote: bool) -> bool:
    """Whether `distance` in hops (None: no path) is admitted; remote work is admitted at any distance."""
    return need.max_hops is None or remote or (distance is not None and distance <= need.max_hops)


def may_join(organization: Organization, need: Need, table: Mapping[str, Mapping[str, int]]) -> bool:
    """Free, not excluded and within reach: asked of every member, of must-includes too."""
    if organization.slots < 1 or organization.id in need.exclude:
        return False
    return within_reach(need, hops(table, need.prefecture, organization.prefectures), organization.remote)


def may_lead(organization: Organization, need: Need) -> bool:
    """Of an admitted kind (any kind when the need names none) and suitable enough."""
    admitted = need.lead_kinds is None or organization.kind in need.lead_kinds
    return admitted and organization.lead_suitability >= need.lead_min_suitability


def is_feasible(members: Iterable[str], need: Need, network: Network) -> bool:
    """Whether this team satisfies every hard constraint."""
    by_id, team = known(need, network), frozenset(members)
    if not need.must_include <= team or len(team) > need.max_size or not team <= by_id.keys():
        return False
    joined = [by_id[member] for member in team]
    return all(may_join(organization, need, network.hops) for organization in joined) and any(
        may_lead(organization, need) for organization in joined
    )


def is_possible(need: Need, network: Network) -> bool:
    """Whether any team satisfies every hard constraint: the must-includes, and one who leads, within the size."""
    by_id = known(need, network)
    if not all(may_join(by_id[member], need, network.hops) for member in need.must_include):
        return False
    free_seat = len(need.must_include) < need.max_size
    return len(need.must_include) <= need.max_size and any(
        (free_seat or organization.id in need.must_include)
        and may_lead(organization, need)
        and may_join(organization, need, network.hops)
        for organization in network.organizations
    )
