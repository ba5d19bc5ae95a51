"""How far organizations are: hops on the graph of neighbouring prefectures.

A hop is one link of the graph. Places without a path, and prefectures the graph does not
know, have no distance (None): they cost as much as the farthest and are never near enough.
"""

from collections.abc import Iterable, Mapping

import networkx as nx


def hop_table(links: Iterable[tuple[str, str]]) -> dict[str, dict[str, int]]:
    """Shortest paths in hops between all linked prefectures, both ways; `links` are pairs of JIS codes."""
    graph: nx.Graph = nx.Graph()
    graph.add_edges_from(links)
    return {start: dict(reached) for start, reached in nx.all_pairs_shortest_path_length(graph)}


def hops(table: Mapping[str, Mapping[str, int]], client: str, places: Iterable[str]) -> int | None:
    """Hops from the client's prefecture to the nearest of an organization's places; None when none is reached.

    The client's own prefecture is 0 hops away even where the table does not list it.
    """
    reached = table.get(client, {})
    distances = [0 if place == client else reached.get(place) for place in places if place]
    return min((distance for distance in distances if distance is not None), default=None)
