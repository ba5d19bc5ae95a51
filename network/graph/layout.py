"""Where a graph's organizations stand on the screen, and what its shape says in words.

Computed on the server with a fixed seed from the graph alone, in the order of external ids: the same world gives the
same picture on every machine and in every visit. Kept in the cache under the graph itself, not under who asked: a
reader who sees less has another graph and so another entry.
"""

import hashlib
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import networkx
import numpy
from django.core.cache import cache

from network.graph.collaboration import Graph

SEED = 47
ITERATIONS = 60
STEP = 130.0
"""The side of a part's square, by the root of its size: what a label needs."""
GAP = 110.0
"""Between parts."""
NAME = numpy.array([170.0, 74.0])
"""What an organization takes with its name: width and height."""
PATIENCE = 80
WIDER = 1.5
"""A name needs more room beside it than above it."""
KEPT_SECONDS = 24 * 60 * 60

Position = tuple[int, int]
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Layout:
    """Positions by primary key; of every bridge by pair, how many organizations stand on its smaller side; how many
    partners the two ends of an edge share."""

    positions: dict[int, Position]
    bridges: dict[Pair, int]
    shared: dict[Pair, int]


def layout_of(graph: Graph) -> Layout:
    """From the cache, or computed and kept."""
    key = f"graph:{digest(graph)}"
    known = cache.get(key)
    if isinstance(known, Layout):
        return known
    found = computed(graph)
    cache.set(key, found, KEPT_SECONDS)
    return found


def digest(graph: Graph) -> str:
    """Stands for nodes, edges and strengths."""
    said = (
        SEED,
        ITERATIONS,
        [(node.pk, node.external_id) for node in graph.nodes],
        [(edge.pair, round(edge.strength, 6)) for edge in graph.edges],
    )
    return hashlib.sha256(repr(said).encode()).hexdigest()


def computed(graph: Graph) -> Layout:
    net = networkx.Graph()
    net.add_nodes_from(node.pk for node in graph.nodes)
    net.add_weighted_edges_from((*edge.pair, 0.5 + 0.5 * edge.strength) for edge in graph.edges)
    return Layout(_positions(net), dict(_bridges(net)), _shared(net))


def _positions(net: networkx.Graph) -> dict[int, Position]:
    """Spread by springs, part beside part: those without a path between them must not push each other away."""
    parts = sorted(networkx.connected_components(net), key=lambda part: -len(part))
    placed: dict[int, tuple[float, float]] = {}
    for part, (left, top, side) in zip(parts, _cells([len(part) for part in parts]), strict=True):
        ordered = networkx.Graph()
        ordered.add_nodes_from(node for node in net if node in part)
        ordered.add_edges_from(edge for edge in net.edges(data=True) if edge[0] in part)
        spots = networkx.spring_layout(ordered, seed=SEED, iterations=ITERATIONS)
        for node, (x, y) in _lying(spots).items():
            placed[node] = (WIDER * (left + (x + 1) * side / 2), top + (y + 1) * side / 2)
    return _readable({node: placed[node] for node in net})


def _readable(placed: dict[int, tuple[float, float]]) -> dict[int, Position]:
    """Pushed apart, a little at a time, until no name lies on another or the patience ends."""
    spots = numpy.array(list(placed.values()), dtype=float).reshape(-1, 2)
    upper = numpy.triu(numpy.ones((len(spots), len(spots))), 1)
    before = upper - upper.T  # which of two on the same spot goes left
    for _ in range(PATIENCE):
        away = spots[:, None, :] - spots[None, :, :]
        lacking = NAME - numpy.abs(away)
        over = (lacking > 0).all(axis=2) & (before != 0)
        if not over.any():
            break
        direction = numpy.where(away == 0, -before[:, :, None], numpy.sign(away))
        across = lacking[:, :, 0] / NAME[0] < lacking[:, :, 1] / NAME[1]
        push = numpy.where(over[:, :, None], direction * lacking, 0.0) * 0.3
        spots[:, 0] += numpy.where(across, push[:, :, 0], 0.0).sum(axis=1)
        spots[:, 1] += numpy.where(across, 0.0, push[:, :, 1]).sum(axis=1)
    return {node: (round(x), round(y)) for node, (x, y) in zip(placed, spots.tolist(), strict=True)}


def _lying(spots: dict[int, Any]) -> dict[int, tuple[float, float]]:
    """Turned so that the longest way lies across, in the square from -1 to 1: screens are wide, and so are names."""
    middle = [sum(float(spot[axis]) for spot in spots.values()) / len(spots) for axis in (0, 1)]
    away = {node: (float(x) - middle[0], float(y) - middle[1]) for node, (x, y) in spots.items()}
    both = sum(x * y for x, y in away.values())
    apart = sum(x * x - y * y for x, y in away.values())
    angle = math.atan2(2 * both, apart) / 2
    cos, sin = math.cos(angle), math.sin(angle)
    turned = {node: (x * cos + y * sin, y * cos - x * sin) for node, (x, y) in away.items()}
    largest = max(max(abs(x), abs(y)) for x, y in turned.values()) or 1.0
    return {node: (x / largest, y / largest) for node, (x, y) in turned.items()}


def _cells(sizes: list[int]) -> Iterator[tuple[float, float, float]]:
    """A square for each part in rows: left, top, side. `sizes` fall, so the first square of a row is its highest."""
    sides = [STEP * math.sqrt(size - 1) for size in sizes]
    wide = max(sides[0], 1.2 * math.sqrt(sum((side + GAP) ** 2 for side in sides))) if sides else 0.0
    left = top = height = 0.0
    for side in sides:
        if left and left + side > wide:
            left, top, height = 0.0, top + height + GAP, 0.0
        yield left, top, side
        left, height = left + side + GAP, max(height, side)


def _bridges(net: networkx.Graph) -> Iterator[tuple[Pair, int]]:
    """Edges without which two parts of at least two organizations each would fall apart."""
    for one, other in list(networkx.bridges(net)):
        if net.degree(one) > 1 and net.degree(other) > 1:
            kept = net.edges[one, other]["weight"]
            net.remove_edge(one, other)
            sides = [len(networkx.node_connected_component(net, end)) for end in (one, other)]
            net.add_edge(one, other, weight=kept)
            yield (min(one, other), max(one, other)), min(sides)


def _shared(net: networkx.Graph) -> dict[Pair, int]:
    near = {node: set(net[node]) for node in net}
    return {(min(pair), max(pair)): len(near[pair[0]] & near[pair[1]]) for pair in net.edges}
