"""Who has worked with whom: a graph of finished engagements and of partnerships that both sides confirmed.

Only organizations and partnerships that the reader may know of are in it, interests (`Tie`) never. What is drawn is
small: an organization with its partners and theirs, or the organizations of one prefecture or lab; what was left out
is counted.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils import timezone

from network.access import Reader
from network.graph.strength import strength
from network.models import Collaboration, Organization, Partnership
from network.models.organizations import OrganizationQuerySet
from network.vocabulary import PartnershipState

EGO_LIMIT = 150
AREA_LIMIT = 300
PARTNERSHIP_STRENGTH = strength(1, None, date.min)
"""A confirmed partnership binds like one engagement, and does not fade while both let it stand."""


@dataclass(frozen=True, slots=True)
class Edge:
    """One pair by primary keys, the smaller first."""

    first: int
    second: int
    engagements: int = 0
    last: date | None = None
    partnership: bool = False
    since: date | None = None
    strength: float = 0.0

    @property
    def pair(self) -> tuple[int, int]:
        return (self.first, self.second)

    def other(self, node: int) -> int:
        return self.second if self.first == node else self.first


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes in the order of their external ids, edges in the order of their nodes: the same world, the same graph."""

    nodes: tuple[Organization, ...]
    edges: tuple[Edge, ...]
    left_out: int = 0
    """Organizations that belong to the question and are not drawn, for want of room."""
    center: int | None = None


def edges_known_to(reader: Reader, among: Q | None = None) -> dict[tuple[int, int], Edge]:
    """Every visible pair that finished an engagement together or confirmed a partnership; by pair.

    `among` narrows by `first` and `second`, or by `second_alone` (`PairQuerySet.between`). Two queries.
    """
    among = among or Q()
    past = Collaboration.objects.visible_to(reader).filter(among, engagements__gte=1)
    partners = Partnership.objects.visible_to(reader).filter(among, state=PartnershipState.CONFIRMED)
    since = {(first, second): day for first, second, day in partners.values_list("first_id", "second_id", "since")}
    today = timezone.localdate()
    found = {}
    for row in past:
        pair = (row.first_id, row.second_id)
        known = strength(row.engagements, row.last, today) if row.stated_strength is None else row.stated_strength
        known = max(known, PARTNERSHIP_STRENGTH) if pair in since else known
        found[pair] = Edge(*pair, row.engagements, row.last, pair in since, since.get(pair), known)
    for pair, day in since.items():
        if pair not in found:
            found[pair] = Edge(*pair, partnership=True, since=day, strength=PARTNERSHIP_STRENGTH)
    return found


def around(organization: Organization, reader: Reader, limit: int = EGO_LIMIT) -> Graph:
    """The organization, its partners and theirs; the most strongly bound first where there are too many."""
    own = edges_known_to(reader, Q(first=organization.pk) | Q(second=organization.pk))
    near = {edge.other(organization.pk): edge.strength for edge in own.values()}
    chosen = strongest(near, limit - 1)
    far: dict[int, float] = {}
    beyond = edges_known_to(reader, Q(first__in=chosen) | Q(second__in=chosen)) if chosen else {}
    for edge in beyond.values():
        for here, there in (edge.pair, edge.pair[::-1]):
            if here in near and there not in near and there != organization.pk:
                far[there] = max(far.get(there, 0.0), near[here] * edge.strength)
    kept = {organization.pk, *chosen, *strongest(far, limit - 1 - len(chosen))}
    inside = {**own, **beyond, **(edges_known_to(reader, among(kept)) if far else {})}
    left_out = 1 + len(near) + len(far) - len(kept)
    return drawn(kept, inside.values(), left_out=left_out, center=organization.pk)


def within(organizations: OrganizationQuerySet, reader: Reader, limit: int = AREA_LIMIT) -> Graph:
    """Those of the organizations that worked with one another; the most strongly bound first where there are too many.

    `organizations` are visible ones.
    """
    members = organizations.order_by().values("pk")
    found = edges_known_to(reader, Q(first__in=members, second_alone__in=members))
    bound: dict[int, float] = {}
    for edge in found.values():
        for node in edge.pair:
            bound[node] = bound.get(node, 0.0) + edge.strength
    kept = set(strongest(bound, limit))
    return drawn(kept, found.values(), left_out=len(bound) - len(kept))


def among(nodes: Iterable[int]) -> Q:
    nodes = list(nodes)
    return Q(first__in=nodes, second__in=nodes)


def strongest(weights: dict[int, float], limit: int) -> list[int]:
    """The nodes of the largest weights; of equal ones those registered first."""
    return sorted(weights, key=lambda node: (-round(weights[node], 9), node))[: max(limit, 0)]


def drawn(kept: set[int], edges: Iterable[Edge], *, left_out: int, center: int | None = None) -> Graph:
    """The kept nodes with the edges among them."""
    records = Organization.objects.filter(pk__in=kept).select_related("municipality").order_by("external_id")
    nodes = tuple(sorted(records, key=lambda organization: organization.external_id))
    rank = {organization.pk: position for position, organization in enumerate(nodes)}
    inside = {edge.pair: edge for edge in edges if edge.first in rank and edge.second in rank}
    ordered = sorted(inside.values(), key=lambda edge: sorted((rank[edge.first], rank[edge.second])))
    return Graph(nodes, tuple(ordered), left_out, center)
