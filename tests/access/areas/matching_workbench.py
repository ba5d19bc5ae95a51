"""Workbenches: for whoever may see the need, and nobody else."""

from typing import Any

from tests.access.addresses import number
from tests.cast import World

MATRIX = """
matching:workbench                      GET    need                    302 404 404 404 404 404 200 404 404 404 404 302 404 404
matching:workbench                      GET    other_need              302 404 404 404 404 404 404 200 404 404 404 302 404 404
matching:workbench                      GET    shared_need             302 404 404 404 404 404 200 200 404 404 404 302 404 404
matching:workbench                      GET    missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:workbench_changes              GET    need                    302 404 404 404 404 404 200 404 404 404 404 302 404 404
matching:workbench_changes              GET    missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:workbench_options              GET    need                    302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:workbench_options              GET    missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:workbench_compare              GET    need                    302 404 404 404 404 404 200 404 404 404 404 302 404 404
matching:workbench_compare              GET    missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:workbench_sheet                GET    need                    302 404 404 404 404 404 200 404 404 404 404 302 404 404
matching:workbench_sheet                GET    shared_need             302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:workbench_sheet                GET    missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:variant_new                    POST   need                    302 404 404 404 404 404 302 404 404 404 404 302 404 404
matching:variant_new                    POST   shared_need             302 404 404 404 404 404 422 422 404 404 404 302 404 404
matching:variant_new                    POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:variant_change                 POST   need/variant            302 404 404 404 404 404 302 404 404 404 404 302 404 404
matching:variant_change                 POST   other_need/variant      302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:variant_change                 POST   need/missing            302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:variant_change                 POST   missing/missing         302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:variant_note                   POST   need/variant            302 404 404 404 404 404 302 404 404 404 404 302 404 404
matching:variant_note                   POST   need/missing            302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:variant_note                   POST   missing/missing         302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:variant_mark                   POST   need/variant            302 404 404 404 404 404 302 404 404 404 404 302 404 404
matching:variant_mark                   POST   need/missing            302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:variant_mark                   POST   missing/missing         302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:variant_remove                 POST   need/variant            302 404 404 404 404 404 302 404 404 404 404 302 404 404
matching:variant_remove                 POST   need/missing            302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:variant_remove                 POST   missing/missing         302 404 404 404 404 404 404 404 404 404 404 302 404 404
"""
"""`matching:workbench_options` without a team is nothing; with one it is tried in tests/matching/test_workbench.py."""


def _need(world: World, thing: str) -> dict[str, Any]:
    return {"pk": number(world.needs, thing)}


def _variant(world: World, thing: str) -> dict[str, Any]:
    need, variant = thing.split("/")
    return {"pk": number(world.needs, need), "variant": number(world.variants, variant)}


_OF_NEED = (
    "workbench",
    "workbench_changes",
    "workbench_options",
    "workbench_compare",
    "workbench_sheet",
    "variant_new",
)
PLACES = {
    **{f"matching:{name}": _need for name in _OF_NEED},
    **{f"matching:variant_{name}": _variant for name in ("change", "note", "mark", "remove")},
}
BODIES = {
    ("matching:variant_new", "POST"): lambda _world: {"team": "1"},
    ("matching:variant_change", "POST"): lambda _world: {"lock": "owner", "version": "2"},
    ("matching:variant_note", "POST"): lambda _world: {"note": "面談で聞いたこと", "version": "2"},
    ("matching:variant_mark", "POST"): lambda _world: {"mark": "keep"},
    ("matching:variant_remove", "POST"): lambda _world: {"version": "2"},
}
