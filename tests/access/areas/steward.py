"""The steward's desk: for anybody else it does not exist. An old address leads on for the network."""

from typing import Any

from tests.access.addresses import MISSING, number
from tests.cast import World

MATRIX = """
network:steward                         GET    -                       302 404 404 404 404 404 404 404 200 404 404 302 404 404
network:steward_stale                   GET    -                       302 404 404 404 404 404 404 404 200 404 404 302 404 404
network:steward_incomplete              GET    -                       302 404 404 404 404 404 404 404 200 404 404 302 404 404
network:steward_suspicious              GET    -                       302 404 404 404 404 404 404 404 200 404 404 302 404 404
network:steward_duplicates              GET    -                       302 404 404 404 404 404 404 404 200 404 404 302 404 404
network:steward_merges                  GET    -                       302 404 404 404 404 404 404 404 200 404 404 302 404 404
network:steward_remind                  POST   owner                   302 404 404 404 404 404 404 404 302 404 404 302 404 404
network:steward_remind                  POST   closed                  302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:steward_remind                  POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:steward_examined                POST   owner                   302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:steward_examined                POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:steward_dismiss                 POST   owner/elsewhere         302 404 404 404 404 404 404 404 302 404 404 302 404 404
network:steward_dismiss                 POST   owner/owner             302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:steward_dismiss                 POST   owner/missing           302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:steward_restore                 POST   pair                    302 404 404 404 404 404 404 404 302 404 404 302 404 404
network:steward_restore                 POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:steward_merge                   GET    owner/closed            302 404 404 404 404 404 404 404 200 404 404 302 404 404
network:steward_merge                   GET    owner/twin              302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:steward_merge                   GET    owner/missing           302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:steward_merge                   POST   owner/closed            302 404 404 404 404 404 404 404 302 404 404 302 404 404
network:steward_merge                   POST   owner/twin              302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:steward_merge                   POST   owner/missing           302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:steward_unmerge                 POST   twin                    302 404 404 404 404 404 404 404 302 404 404 302 404 404
network:steward_unmerge                 POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:organization                    GET    twin                    302 404 302 302 302 302 302 302 302 404 404 302 302 404
"""


def pk_of(world: World, name: str) -> int:
    if name == "twin" and world.merge:
        return world.merge.dropped_id
    return number(world.organizations, name)


def organization_of(world: World, thing: str) -> dict[str, Any]:
    return {"pk": pk_of(world, thing)}


def two_of(world: World, thing: str) -> dict[str, Any]:
    first, second = thing.split("/")
    return {"first": pk_of(world, first), "second": pk_of(world, second)}


def merge_of(world: World, thing: str) -> dict[str, Any]:
    return {"pk": world.merge.pk if thing == "twin" and world.merge else MISSING}


def pair_of(world: World, thing: str) -> dict[str, Any]:
    return {"pk": world.not_duplicate.pk if thing == "pair" and world.not_duplicate else MISSING}


def decision(world: World) -> dict[str, Any]:
    owner, closed = world.organizations["owner"], world.organizations["closed"]
    owner.refresh_from_db()
    closed.refresh_from_db()
    versions = f"{owner.version}-{closed.version}"
    return {"keep": owner.pk, "reason": "二重の登録", "versions": versions, "confirmed": "yes"}


PLACES = {
    "network:organization": organization_of,
    "network:steward_remind": organization_of,
    "network:steward_examined": organization_of,
    "network:steward_dismiss": two_of,
    "network:steward_restore": pair_of,
    "network:steward_merge": two_of,
    "network:steward_unmerge": merge_of,
}
BODIES = {
    ("network:steward_examined", "POST"): lambda _world: {"rule": "all_top"},
    ("network:steward_merge", "POST"): decision,
}
