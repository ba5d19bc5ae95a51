"""Rooms of teams: what stands in them is for the members of the team and the facilitators of its lab."""

from typing import Any

from tests.access.addresses import MISSING, number
from tests.cast import World

MATRIX = """
network:unseen                          GET    -                       200 200 200 200 200 200 200 200 200 200 200 200 200 200
matching:rooms                          GET    -                       302 200 200 200 200 200 200 200 200 200 200 302 200 200
matching:room_open                      POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:room                           GET    room                    302 404 404 404 200 200 200 404 404 404 404 302 200 404
matching:room                           GET    missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:room_events                    GET    room                    302 404 404 404 200 200 200 404 404 404 404 302 200 404
matching:room_events                    GET    missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:room_post                      POST   room                    302 404 404 404 302 302 302 404 404 404 404 302 302 404
matching:room_post                      POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:room_read                      POST   room                    302 404 404 404 302 302 302 404 404 404 404 302 302 404
matching:room_read                      POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
# One message: the editor wrote it, the facilitator may take it away
matching:message_edit                   GET    room/message            302 404 404 404 403 200 403 404 404 404 404 302 403 404
matching:message_edit                   GET    room/missing            302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:message_edit                   GET    missing/missing         302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:message_edit                   POST   room/message            302 404 404 404 403 302 403 404 404 404 404 302 403 404
matching:message_edit                   POST   room/gone               302 404 404 404 403 403 403 404 404 404 404 302 409 404
matching:message_edit                   POST   room/missing            302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:message_edit                   POST   missing/missing         302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:message_delete                 GET    room/message            302 404 404 404 403 200 200 404 404 404 404 302 403 404
matching:message_delete                 GET    room/missing            302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:message_delete                 GET    missing/missing         302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:message_delete                 POST   room/message            302 404 404 404 403 302 302 404 404 404 404 302 403 404
matching:message_delete                 POST   room/missing            302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:message_delete                 POST   missing/missing         302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:message_trace                  GET    room/message            302 404 404 404 200 200 200 404 404 404 404 302 200 404
matching:message_trace                  GET    room/gone               302 404 404 404 200 200 200 404 404 404 404 302 200 404
matching:message_trace                  GET    room/missing            302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:message_trace                  GET    missing/missing         302 404 404 404 404 404 404 404 404 404 404 302 404 404
# Files go with their message
matching:room_file                      GET    room/file               302 404 404 404 200 200 200 404 404 404 404 302 200 404
matching:room_file                      GET    room/missing            302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:room_file                      GET    missing/file            302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:room_file                      GET    missing/missing         302 404 404 404 404 404 404 404 404 404 404 302 404 404
"""


def _room(world: World, thing: str) -> dict[str, Any]:
    return {"pk": number(world.rooms, thing)}


def _inside(argument: str) -> Any:
    def place(world: World, thing: str) -> dict[str, Any]:
        room, inside = thing.split("/")
        return {"pk": number(world.rooms, room), argument: world.room.get(inside, MISSING)}

    return place


MESSAGE = _inside("seq")
PLACES = {
    "matching:room_open": lambda world, thing: {"team": number(world.rooms, thing)},
    **dict.fromkeys(("matching:room", "matching:room_events", "matching:room_post", "matching:room_read"), _room),
    **dict.fromkeys(("matching:message_edit", "matching:message_delete", "matching:message_trace"), MESSAGE),
    "matching:room_file": _inside("file"),
}
BODIES: dict[tuple[str, str], Any] = {
    ("matching:room_post", "POST"): lambda _world: {"text": "よろしくお願いします。"},
    ("matching:room_read", "POST"): lambda _world: {"seq": 1},
    ("matching:message_edit", "POST"): lambda _world: {"text": "書き直した文", "version": 1},
}
