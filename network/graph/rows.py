"""The collaboration graph as data for the picture and as rows of the table: the same edges in both."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from network.codes import KINDS
from network.graph.collaboration import Edge, Graph
from network.graph.layout import Layout
from network.models import Organization

SHAPES = {
    "financial": "round-rectangle",
    "it_vendor": "ellipse",
    "saas": "diamond",
    "consultant": "triangle",
    "chamber": "pentagon",
    "public": "hexagon",
    "licensed": "vee",
    "education": "star",
    "industry": "rectangle",
}
"""The shape of a group of kinds: colour alone tells nobody who does not see it."""
OTHER = "industry"
SORTS = ("strength", "engagements", "last", "since", "common", "name")


@dataclass(frozen=True, slots=True)
class Row:
    """One edge in the table."""

    first: Organization
    second: Organization
    edge: Edge
    common: int
    """Partners that the two share in this picture."""
    bridge: int
    """Organizations that would be cut off without it; 0 where another way remains."""

    @property
    def percent(self) -> int:
        return round(self.edge.strength * 100)


def group_of(organization: Organization) -> str:
    """The group of its kind, one of SHAPES."""
    group = KINDS[organization.kind].fields["group"] if organization.kind in KINDS else OTHER
    return group if group in SHAPES else OTHER


def rows_of(graph: Graph, layout: Layout, sort: str) -> list[Row]:
    """Every edge, the chosen column first; the organization in the middle always stands on the left."""
    named = {node.pk: node for node in graph.nodes}
    rows = []
    for edge in graph.edges:
        first, second = named[edge.first], named[edge.second]
        if second.pk == graph.center:
            first, second = second, first
        rows.append(Row(first, second, edge, layout.shared[edge.pair], layout.bridges.get(edge.pair, 0)))
    rows.sort(key=lambda row: (row.second.kana or row.second.name, row.second.external_id, row.first.external_id))
    if sort in KEYS:
        rows.sort(key=KEYS[sort], reverse=True)
    return rows


KEYS: dict[str, Callable[[Row], Any]] = {
    "strength": lambda row: row.edge.strength,
    "engagements": lambda row: row.edge.engagements,
    "last": lambda row: row.edge.last or date.min,
    "since": lambda row: (row.edge.partnership, -(row.edge.since or date.max).toordinal()),
    "common": lambda row: row.common,
}


def picture_of(graph: Graph, layout: Layout) -> dict[str, Any]:
    """What the script draws: names, places, shapes; nothing that does not stand in the table too."""
    return {
        "center": graph.center,
        "nodes": [
            {
                "id": node.pk,
                "name": node.name,
                "group": group_of(node),
                "shape": SHAPES[group_of(node)],
                "x": layout.positions[node.pk][0],
                "y": layout.positions[node.pk][1],
                "url": reverse("network:partnerships", args=[node.pk]),
            }
            for node in graph.nodes
        ],
        "edges": [
            {
                "source": edge.first,
                "target": edge.second,
                "strength": round(edge.strength, 3),
                "partnership": edge.partnership,
                "bridge": edge.pair in layout.bridges,
            }
            for edge in graph.edges
        ],
    }


def groups_in(graph: Graph) -> list[tuple[str, str, list[str]]]:
    """For the legend: group, shape, and the kinds of it that are in the picture."""
    kinds: dict[str, set[str]] = {}
    for node in graph.nodes:
        kinds.setdefault(group_of(node), set()).add(node.kind)
    return [
        (group, SHAPES[group], [KINDS.name(kind) for kind in KINDS if kind in kinds[group]])
        for group in SHAPES
        if group in kinds
    ]
