"""A fictional network for trying things out: every name is invented and begins with 「架空」.

`demo_network()` gives the lines of an `import_network` file; the same seed gives the same lines.
"""

import json
from datetime import timedelta
from random import Random

from network.demo.lists import DEMO, TODAY, Line
from network.demo.organizations import invented_organizations
from network.demo.relations import invented_collaborations, invented_ties

__all__ = ["demo_network"]


DAYS_BETWEEN = 11
"""One of the cast confirmed its profile so many days before the next: all fresh, none at the same time."""


def confirmed(cast: list[Line]) -> list[Line]:
    """The cast with the day on which each organization last confirmed what it says of itself."""
    organizations = [line for line in cast if line["type"] == "organization"]
    for number, line in enumerate(organizations, start=1):
        day = (TODAY - timedelta(days=number * DAYS_BETWEEN % 120)).isoformat()
        line["ratings"] = [{"confirmed_at": day, **rating} for rating in line["ratings"]]
    return cast


def declared(organizations: list[Line], ties: list[Line]) -> list[Line]:
    """The organizations with what they say of their interests: those that have some, most of the others that they
    have none, every seventh of these nothing yet."""
    bound = {id_ for tie in ties for id_ in tie["between"]}
    for number, line in enumerate(organizations):
        line["ties_declared"] = True if line["id"] in bound else None if number % 7 == 6 else False
    return organizations


def demo_network(seed: int = 47) -> list[Line]:
    """All lines: the cast, some 300 organizations over all prefectures, their relations, and the people."""
    cast = confirmed([json.loads(line) for line in (DEMO / "cast.jsonl").read_text(encoding="utf-8").splitlines()])
    rng = Random(f"musubime:{seed}")  # noqa: S311 - an invention, not a secret
    organizations = [line for line in cast if line["type"] == "organization"]
    known_pairs = {frozenset(line["between"]) for line in cast if line["type"] == "collaboration"}
    extras = invented_organizations(rng)
    everyone = organizations + extras
    collaborations = invented_collaborations(rng, extras, everyone, known_pairs)
    ties = [*(line for line in cast if line["type"] == "tie"), *invented_ties(rng, extras)]
    return [
        *declared(everyone, ties),
        *(line for line in cast if line["type"] == "collaboration"),
        *collaborations,
        *ties,
        *(line for line in cast if line["type"] == "person"),
    ]
