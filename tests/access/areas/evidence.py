"""Evidence: partners confirm what they have seen, and cases are told to those who may read them."""

from typing import Any

from tests.access.addresses import rating_of
from tests.cast import World

MATRIX = """
# Confirming in the name of the owner, which worked with the partner and the closed one: its editor alone
network:vouch                           POST partner/system_development 302 404 403 403 403 302 403 403 403 404 404 302 403 404
network:vouch                           POST   partner/pmo             302 404 403 403 403 404 403 403 403 404 404 302 403 404
network:vouch                           POST   owner/pmo               302 404 403 403 403 403 403 403 403 404 404 302 403 404
network:vouch                           POST   owner/system_development 302 404 403 403 403 403 403 403 403 404 404 302 403 404
network:vouch                           POST   elsewhere/inventory     302 404 403 403 403 403 403 403 403 404 404 302 403 404
network:vouch                           POST   elsewhere/pmo           302 404 403 403 403 403 403 403 403 404 404 302 403 404
network:vouch                           POST   closed/pmo              302 404 404 404 404 404 404 404 403 404 404 302 404 404
network:vouch                           POST   missing/pmo             302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:vouch_withdraw                  POST partner/system_development 302 404 403 403 403 302 403 403 403 404 404 302 403 404
network:vouch_withdraw                  POST   elsewhere/inventory     302 404 403 403 403 302 403 403 403 404 404 302 403 404
network:vouch_withdraw                  POST   closed/pmo              302 404 404 404 404 404 404 404 403 404 404 302 404 404
network:vouch_withdraw                  POST   missing/pmo             302 404 404 404 404 404 404 404 404 404 404 302 404 404
# The cases behind a strength: to whoever may know of the organization, as far as each may read them
casebook:borne_out                      GET    owner/inventory         302 404 200 200 200 200 200 200 200 404 404 302 200 404
casebook:borne_out                      GET    partner/inventory       302 404 200 200 200 200 200 200 200 404 404 302 200 404
casebook:borne_out                      GET    elsewhere/inventory     302 404 200 200 200 200 200 200 200 404 404 302 200 404
casebook:borne_out                      GET    owner/missing           302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:borne_out                      GET    closed/inventory        302 404 404 404 404 404 404 404 200 404 404 302 404 404
casebook:borne_out                      GET    missing/inventory       302 404 404 404 404 404 404 404 404 404 404 302 404 404
"""


def _in_the_name_of_the_owner(world: World) -> dict[str, Any]:
    return {"partner": world.organizations["owner"].pk}


PLACES = dict.fromkeys(["network:vouch", "network:vouch_withdraw", "casebook:borne_out"], rating_of)
BODIES = {
    ("network:vouch", "POST"): _in_the_name_of_the_owner,
    ("network:vouch_withdraw", "POST"): _in_the_name_of_the_owner,
}
