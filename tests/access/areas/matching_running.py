"""Runs of the matcher while they run, and stored proposals asked again."""

from typing import Any

from tests.access.addresses import number
from tests.cast import World

MATRIX = """
# A run: who may change the need may look at it and call it off; another need's run is not there
api-run-detail                          GET    need/running            401 404 404 404 404 404 200 404 404 404 404 401 404 404
api-run-detail                          GET    other_need/running      401 404 404 404 404 404 404 404 404 404 404 401 404 404
api-run-detail                          GET    need/missing            401 404 404 404 404 404 404 404 404 404 404 401 404 404
api-run-detail                          GET    missing/missing         401 404 404 404 404 404 404 404 404 404 404 401 404 404
api-run-detail                          DELETE need/running            401 404 404 404 404 404 204 404 404 404 404 401 404 404
api-run-detail                          DELETE other_need/running      401 404 404 404 404 404 404 404 404 404 404 401 404 404
api-run-detail                          DELETE need/missing            401 404 404 404 404 404 404 404 404 404 404 401 404 404
api-run-detail                          DELETE missing/missing         401 404 404 404 404 404 404 404 404 404 404 401 404 404
# The same on the page: how far it is, and the button
matching:run                            GET    need/running            302 404 404 404 404 404 200 404 404 404 404 302 404 404
matching:run                            GET    other_need/running      302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:run                            GET    need/missing            302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:run                            GET    missing/missing         302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:cancel_run                     POST   need/running            302 404 404 404 404 404 302 404 404 404 404 302 404 404
matching:cancel_run                     POST   other_need/running      302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:cancel_run                     POST   need/missing            302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:cancel_run                     POST   missing/missing         302 404 404 404 404 404 404 404 404 404 404 302 404 404
# The same question again
api-proposal-rerun                      POST   need/latest             401 404 404 404 404 404 200 404 404 404 404 401 404 404
api-proposal-rerun                      POST   other_need/other        401 404 404 404 404 404 404 200 404 404 404 401 404 404
api-proposal-rerun                      POST   need/other              401 404 404 404 404 404 404 404 404 404 404 401 404 404
api-proposal-rerun                      POST   need/missing            401 404 404 404 404 404 404 404 404 404 404 401 404 404
api-proposal-rerun                      POST   missing/missing         401 404 404 404 404 404 404 404 404 404 404 401 404 404
"""


def _run(world: World, thing: str) -> dict[str, Any]:
    need, run = thing.split("/")
    key = world.runs.get(run, "00000000-0000-4000-8000-00000000dead")
    return {"need": number(world.needs, need), "key": key}


def _shown(world: World, thing: str) -> dict[str, Any]:
    kwargs = _run(world, thing)
    return {"pk": kwargs["need"], "key": kwargs["key"]}


def _proposal(world: World, thing: str) -> dict[str, Any]:
    need, proposal = thing.split("/")
    return {"need": number(world.needs, need), "pk": number(world.proposals, proposal)}


PLACES = {
    "api-run-detail": _run,
    "matching:run": _shown,
    "matching:cancel_run": _shown,
    "api-proposal-rerun": _proposal,
}
BODIES: dict[tuple[str, str], Any] = {}
