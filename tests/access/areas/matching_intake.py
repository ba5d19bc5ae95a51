"""What belongs to a need: its three steps, the sealed client, who works on it, its versions, its DX推進指標."""

from typing import Any

from tests.access.addresses import MISSING, number
from tests.cast import World

MATRIX = """
# The facilitators of its lab, and who was named to it: `shared_need` is the other lab's, and the facilitator was named
matching:need_client                    GET    need                    302 404 404 404 404 404 200 404 404 404 404 302 404 404
matching:need_versions                  GET    need                    302 404 404 404 404 404 200 404 404 404 404 302 404 404
matching:need_people                    GET    need                    302 404 404 404 404 404 200 404 404 404 404 302 404 404
matching:need_dx                        GET    need                    302 404 404 404 404 404 200 404 404 404 404 302 404 404
matching:need_dx_new                    GET    need                    302 404 404 404 404 404 200 404 404 404 404 302 404 404
matching:need_client                    GET    other_need              302 404 404 404 404 404 404 200 404 404 404 302 404 404
matching:need_versions                  GET    other_need              302 404 404 404 404 404 404 200 404 404 404 302 404 404
matching:need_people                    GET    other_need              302 404 404 404 404 404 404 200 404 404 404 302 404 404
matching:need_dx                        GET    other_need              302 404 404 404 404 404 404 200 404 404 404 302 404 404
matching:need_dx_new                    GET    other_need              302 404 404 404 404 404 404 200 404 404 404 302 404 404
matching:need_client                    GET    shared_need             302 404 404 404 404 404 200 200 404 404 404 302 404 404
matching:need_versions                  GET    shared_need             302 404 404 404 404 404 200 200 404 404 404 302 404 404
matching:need_people                    GET    shared_need             302 404 404 404 404 404 200 200 404 404 404 302 404 404
matching:need_dx                        GET    shared_need             302 404 404 404 404 404 200 200 404 404 404 302 404 404
matching:need_dx_new                    GET    shared_need             302 404 404 404 404 404 200 200 404 404 404 302 404 404
matching:need_client                    GET    missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:need_versions                  GET    missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:need_people                    GET    missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:need_dx                        GET    missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:need_dx_new                    GET    missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:need                           GET    shared_need             302 404 404 404 404 404 200 200 404 404 404 302 404 404
matching:edit_need                      GET    shared_need             302 404 404 404 404 404 200 200 404 404 404 302 404 404
matching:edit_need                      POST   shared_need             302 404 404 404 404 404 422 422 404 404 404 302 404 404
matching:propose                        POST   shared_need             302 404 404 404 404 404 302 302 404 404 404 302 404 404
matching:need_client                    POST   shared_need             302 404 404 404 404 404 302 302 404 404 404 302 404 404
matching:need_client                    POST   need                    302 404 404 404 404 404 409 404 404 404 404 302 404 404
matching:need_client                    POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:need_person_add                POST   need                    302 404 404 404 404 404 302 404 404 404 404 302 404 404
matching:need_person_add                POST   shared_need             302 404 404 404 404 404 403 422 404 404 404 302 404 404
matching:need_person_add                POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:need_person_remove             POST   shared_need/facilitator 302 404 404 404 404 404 302 302 404 404 404 302 404 404
matching:need_person_remove             POST   need/facilitator        302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:need_person_remove             POST   missing/facilitator     302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:need_dx_new                    POST   need                    302 404 404 404 404 404 302 404 404 404 404 302 404 404
matching:need_dx_new                    POST   shared_need             302 404 404 404 404 404 302 302 404 404 404 302 404 404
matching:need_dx_new                    POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:need_dx_remove                 POST   shared_need/assessment  302 404 404 404 404 404 302 302 404 404 404 302 404 404
matching:need_dx_remove                 POST   need/assessment         302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:need_dx_remove                 POST   missing/assessment      302 404 404 404 404 404 404 404 404 404 404 302 404 404
api-need-detail                         GET    shared_need             401 404 404 404 404 404 200 200 404 404 404 401 404 404
"""


def _need(world: World, thing: str) -> dict[str, Any]:
    return {"pk": number(world.needs, thing)}


def _person(world: World, thing: str) -> dict[str, Any]:
    need, person = thing.split("/")
    return {"pk": number(world.needs, need), "person": getattr(world.people[person], "pk", MISSING)}


def _assessment(world: World, thing: str) -> dict[str, Any]:
    return {"pk": number(world.needs, thing.split("/", maxsplit=1)[0]), "assessment": world.assessment}


def _named(world: World) -> dict[str, Any]:
    return {"user": getattr(world.people["other_facilitator"], "pk", MISSING)}


_ALONE = ("need_client", "need_versions", "need_people", "need_dx", "need_dx_new", "need_person_add")
PLACES = {
    **{f"matching:{name}": _need for name in _ALONE},
    "matching:need_person_remove": _person,
    "matching:need_dx_remove": _assessment,
}
BODIES: dict[tuple[str, str], Any] = {
    ("matching:need_client", "POST"): lambda _world: {"version": "1", "name": "架空 食品"},
    ("matching:need_person_add", "POST"): _named,
    ("matching:need_dx_new", "POST"): lambda _world: {"edition": "2026", "on": "2026-02-20", "item-1": "2"},
}
