"""Interests, partnerships and the collaboration graph."""

from typing import Any

from django.utils import timezone

from network import actions
from tests.access.addresses import number, organization_of
from tests.cast import World

MATRIX = """
# Choosing an organization by typing: of what one may know of
network:pick_organization               GET    -                       302 200 200 200 200 200 200 200 200 200 200 302 200 200
# Interests: the editor's page
network:ties                            GET    owner                   302 404 403 403 403 200 403 403 403 404 404 302 403 404
network:ties                            GET    elsewhere               302 404 403 200 403 403 403 403 403 404 404 302 403 404
network:ties                            GET    closed                  302 404 404 404 404 404 404 404 403 404 404 302 404 404
network:ties                            GET    missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:ties                            POST   owner                   302 404 403 403 403 302 403 403 403 404 404 302 403 404
network:ties                            POST   closed                  302 404 404 404 404 404 404 404 403 404 404 302 404 404
network:ties                            POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:new_tie                         GET    owner                   302 404 403 403 403 200 403 403 403 404 404 302 403 404
network:new_tie                         GET    missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:new_tie                         POST   owner                   302 404 403 403 403 302 403 403 403 404 404 302 403 404
network:new_tie                         POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
# A file stated `capital`; the partner disclosed `quiet`; the editor may not know of the closed organization
network:tie                             GET    owner/capital           302 404 403 403 403 200 403 403 403 404 404 302 403 404
network:tie                             GET    owner/quiet             302 404 403 403 403 403 403 403 403 404 404 302 403 404
network:tie                             GET    owner/closed            302 404 403 403 403 404 403 403 403 404 404 302 403 404
network:tie                             GET    owner/missing           302 404 403 403 403 404 403 403 403 404 404 302 403 404
network:tie                             GET    elsewhere/capital       302 404 403 404 403 403 403 403 403 404 404 302 403 404
network:tie                             GET    missing/missing         302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:tie                             POST   owner/capital           302 404 403 403 403 302 403 403 403 404 404 302 403 404
network:tie                             POST   owner/quiet             302 404 403 403 403 403 403 403 403 404 404 302 403 404
network:tie                             POST   missing/missing         302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:end_tie                         GET    owner/capital           302 404 403 403 403 200 403 403 403 404 404 302 403 404
network:end_tie                         GET    owner/closed            302 404 403 403 403 404 403 403 403 404 404 302 403 404
network:end_tie                         GET    owner/missing           302 404 403 403 403 404 403 403 403 404 404 302 403 404
network:end_tie                         POST   owner/capital           302 404 403 403 403 302 403 403 403 404 404 302 403 404
network:end_tie                         POST   owner/quiet             302 404 403 403 403 403 403 403 403 404 404 302 403 404
network:end_tie                         POST   owner/missing           302 404 403 403 403 404 403 403 403 404 404 302 403 404
# Who has worked with whom
network:partners_map                    GET    -                       302 200 200 200 200 200 200 200 200 200 200 302 200 200
network:partnerships                    GET    owner                   302 404 200 200 200 200 200 200 200 404 404 302 200 404
network:partnerships                    GET    partner                 302 404 200 200 200 200 200 200 200 404 404 302 200 404
network:partnerships                    GET    elsewhere               302 404 200 200 200 200 200 200 200 404 404 302 200 404
network:partnerships                    GET    closed                  302 404 404 404 404 404 404 404 200 404 404 302 404 404
network:partnerships                    GET    missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:new_partnership                 GET    owner                   302 404 403 403 403 200 403 403 403 404 404 302 403 404
network:new_partnership                 GET    missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:new_partnership                 POST   owner                   302 404 403 403 403 302 403 403 403 404 404 302 403 404
network:new_partnership                 POST   closed                  302 404 404 404 404 404 404 404 403 404 404 302 404 404
network:new_partnership                 POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:answer_partnership              POST   owner/proposed          302 404 403 403 403 302 403 403 403 404 404 302 403 404
network:answer_partnership              POST   partner/proposed        302 404 403 403 403 403 403 403 403 404 404 302 403 404
network:answer_partnership              POST   elsewhere/proposed      302 404 403 404 403 403 403 403 403 404 404 302 403 404
network:answer_partnership              POST   owner/missing           302 404 403 403 403 404 403 403 403 404 404 302 403 404
network:end_partnership                 POST   owner/proposed          302 404 403 403 403 403 403 403 403 404 404 302 403 404
network:end_partnership                 POST   owner/missing           302 404 403 403 403 404 403 403 403 404 404 302 403 404
"""


def _tie(world: World, thing: str) -> dict[str, Any]:
    organization, name = thing.split("/")
    return {**organization_of(world, organization), "tie": number(world.ties, name)}


def _partnership(world: World, thing: str) -> dict[str, Any]:
    organization, name = thing.split("/")
    return {**organization_of(world, organization), "partnership": number(world.partnerships, name)}


def _new_tie(world: World) -> dict[str, Any]:
    return {"other": world.organizations["elsewhere"].pk, "kind": "resale", "visibility": "network"}


def _tie_terms(world: World) -> dict[str, Any]:
    return {"note": "出資", "visibility": "network", "stamp": actions.stamp(world.ties["capital"])}


PLACES = {
    **dict.fromkeys(
        ("network:ties", "network:new_tie", "network:partnerships", "network:new_partnership"), organization_of
    ),
    **dict.fromkeys(("network:tie", "network:end_tie"), _tie),
    **dict.fromkeys(("network:answer_partnership", "network:end_partnership"), _partnership),
}
BODIES = {
    ("network:ties", "POST"): lambda _world: {"has_ties": "yes"},
    ("network:new_tie", "POST"): _new_tie,
    ("network:tie", "POST"): _tie_terms,
    ("network:end_tie", "POST"): lambda _world: {"until": timezone.localdate().isoformat()},
    ("network:new_partnership", "POST"): lambda world: {"other": world.organizations["elsewhere"].pk},
    ("network:answer_partnership", "POST"): lambda _world: {"answer": "confirm"},
}
