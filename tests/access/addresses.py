"""From the names of things in the matrix to the ids in addresses: `missing`, or any other name, to an id of nothing."""

from collections.abc import Mapping
from typing import Any

from tests.cast import World

MISSING = 987_654_321


def number(known: Mapping[str, Any], name: str) -> int:
    return known[name].pk if name in known else MISSING


def organization_of(world: World, thing: str) -> dict[str, Any]:
    return {"pk": number(world.organizations, thing)}


def rating_of(world: World, thing: str) -> dict[str, Any]:
    organization, code = thing.split("/")
    return {"pk": number(world.organizations, organization), "code": code}
