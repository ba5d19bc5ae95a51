"""Questions about a proposal, plans for all needs of a lab, who complements an organization, how even proposals are."""

from typing import Any

from tests.access.addresses import number, organization_of
from tests.cast import World

MATRIX = """
# What if, and why not: for the facilitators of the need's lab
matching:trial                          GET    need/latest             302 404 404 404 404 404 200 404 404 404 404 302 404 404
matching:trial                          GET    need/earlier            302 404 404 404 404 404 200 404 404 404 404 302 404 404
matching:trial                          GET    need/other              302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:trial                          GET    other_need/other        302 404 404 404 404 404 404 200 404 404 404 302 404 404
matching:trial                          GET    other_need/latest       302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:trial                          GET    need/missing            302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:trial                          GET    missing/missing         302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:why_not                        GET    need/latest             302 404 404 404 404 404 200 404 404 404 404 302 404 404
matching:why_not                        GET    need/other              302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:why_not                        GET    other_need/other        302 404 404 404 404 404 404 200 404 404 404 302 404 404
matching:why_not                        GET    need/missing            302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:why_not                        GET    missing/missing         302 404 404 404 404 404 404 404 404 404 404 302 404 404
# All needs of a lab at once
matching:together                       GET    -                       302 403 403 403 403 403 200 200 403 403 403 302 403 403
matching:together                       POST   -                       302 403 403 403 403 403 200 422 403 403 403 302 403 403
# Who complements us: for members, because it says what the organization lacks
matching:partners                       GET    owner                   302 404 404 404 200 200 404 404 404 404 404 302 404 404
matching:partners                       GET    partner                 302 404 200 404 404 404 404 404 404 404 404 302 404 404
matching:partners                       GET    elsewhere               302 404 404 200 404 404 404 404 404 404 404 302 404 404
matching:partners                       GET    closed                  302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:partners                       GET    missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
# How evenly proposals fall: for stewards
matching:exposure                       GET    -                       302 404 404 404 404 404 404 404 200 404 404 302 404 404
"""


def _proposal(world: World, thing: str) -> dict[str, Any]:
    need, proposal = thing.split("/")
    return {"pk": number(world.needs, need), "proposal": number(world.proposals, proposal)}


def _all_needs(world: World) -> dict[str, Any]:
    return {"need": [world.needs["need"].pk], "lab": world.labs["shizuoka"].pk}


PLACES = {
    "matching:trial": _proposal,
    "matching:why_not": _proposal,
    "matching:partners": organization_of,
}
BODIES = {("matching:together", "POST"): _all_needs}
