"""A fictional network for trying things out: every name is invented and begins with 「架空」.

`demo_network()` gives the lines of an `import_network` file; the same seed gives the same lines.
"""

import json
from random import Random

from network.demo.lists import DEMO, Line
from network.demo.organizations import invented_organizations
from network.demo.relations import invented_collaborations, invented_ties

__all__ = ["demo_network"]


def demo_network(seed: int = 47) -> list[Line]:
    """All lines: the cast, some 300 organizations over all prefectures, their relations, and the people."""
    cast = [json.loads(line) for line in (DEMO / "cast.jsonl").read_text(encoding="utf-8").splitlines()]
    rng = Random(f"musubime:{seed}")  # noqa: S311 - an invention, not a secret
    organizations = [line for line in cast if line["type"] == "organization"]
    known_pairs = {frozenset(line["between"]) for line in cast if line["type"] == "collaboration"}
    extras = invented_organizations(rng)
    everyone = organizations + extras
    return [
        *everyone,
        *(line for line in cast if line["type"] in {"collaboration", "tie"}),
        *invented_collaborations(rng, extras, everyone, known_pairs),
        *invented_ties(rng, extras),
        *(line for line in cast if line["type"] == "person"),
    ]
