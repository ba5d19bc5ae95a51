"""Teams, invitations, work and rooms over HTTP: the rows of the pages, with 401 for nobody and the API's statuses."""

from typing import Any

from tests.access.addresses import MISSING, number
from tests.cast import World

MATRIX = """
# route                                 method object                  ano str par out col edi fac ofa ste for dor ina tea del
# Teams that are being formed
api-team-list                           GET    -                       401 200 200 200 200 200 200 200 200 200 200 401 200 200
api-team-list                           POST   -                       401 404 404 404 404 404 409 404 404 404 404 401 404 404
api-team-detail                         GET    forming                 401 404 404 404 404 404 200 404 404 404 404 401 404 404
api-team-detail                         GET    working                 401 404 404 404 404 404 404 200 404 404 404 401 404 404
api-team-detail                         GET    missing                 401 404 404 404 404 404 404 404 404 404 404 401 404 404
api-team-invite                         POST   forming                 401 404 404 404 404 404 200 404 404 404 404 401 404 404
api-team-invite                         POST   working                 401 404 404 404 404 404 404 409 404 404 404 401 404 404
api-team-invite                         POST   missing                 401 404 404 404 404 404 404 404 404 404 404 401 404 404
api-team-start                          POST   forming                 401 404 404 404 404 404 409 404 404 404 404 401 404 404
api-team-start                          POST   missing                 401 404 404 404 404 404 404 404 404 404 404 401 404 404
api-team-resolve                        POST   forming                 401 404 404 404 404 404 200 404 404 404 404 401 404 404
api-team-resolve                        POST   missing                 401 404 404 404 404 404 404 404 404 404 404 401 404 404
api-team-ties                           POST   forming                 401 404 404 404 404 404 200 404 404 404 404 401 404 404
api-team-ties                           POST   missing                 401 404 404 404 404 404 404 404 404 404 404 401 404 404
api-team-dissolve                       POST   forming                 401 404 404 404 404 404 200 404 404 404 404 401 404 404
api-team-dissolve                       POST   missing                 401 404 404 404 404 404 404 404 404 404 404 401 404 404
api-team-candidates                     GET    forming/training        401 404 404 404 404 404 200 404 404 404 404 401 404 404
api-team-candidates                     GET    forming/missing         401 404 404 404 404 404 404 404 404 404 404 401 404 404
api-team-seat-invite                    POST   forming/training        401 404 404 404 404 404 201 404 404 404 404 401 404 404
api-team-seat-invite                    POST   forming/missing         401 404 404 404 404 404 404 404 404 404 404 401 404 404
api-team-seat-waitlist                  POST   forming/training        401 404 404 404 404 404 201 404 404 404 404 401 404 404
api-team-seat-waitlist                  POST   forming/missing         401 404 404 404 404 404 404 404 404 404 404 401 404 404
api-team-seat-cover                     POST   forming/training        401 404 404 404 404 404 200 404 404 404 404 401 404 404
api-team-seat-cover                     POST   forming/missing         401 404 404 404 404 404 404 404 404 404 404 401 404 404
api-team-withdraw                       POST   forming/asked           401 404 404 404 404 404 200 404 404 404 404 401 404 404
api-team-withdraw                       POST   forming/missing         401 404 404 404 404 404 404 404 404 404 404 401 404 404
api-team-withdraw                       POST   working/asked           401 404 404 404 404 404 404 404 404 404 404 401 404 404
api-team-answer                         POST   forming/asked           401 404 404 404 404 404 200 404 404 404 404 401 404 404
api-team-answer                         POST   forming/missing         401 404 404 404 404 404 404 404 404 404 404 401 404 404
# Invitations, for the invited
api-invitation-list                     GET    -                       401 200 200 200 200 200 200 200 200 200 200 401 200 200
api-invitation-detail                   GET    asked                   401 404 200 404 404 404 404 404 404 404 404 401 404 404
api-invitation-detail                   GET    held                    401 404 404 404 200 200 404 404 404 404 404 401 404 404
api-invitation-detail                   GET    waiting                 401 404 404 404 404 404 404 404 404 404 404 401 404 404
api-invitation-detail                   GET    declined                401 404 404 200 404 404 404 404 404 404 404 401 404 404
api-invitation-detail                   GET    missing                 401 404 404 404 404 404 404 404 404 404 404 401 404 404
api-invitation-accept                   POST   invited                 401 404 404 404 403 200 404 404 404 404 404 401 404 404
api-invitation-accept                   POST   held                    401 404 404 404 403 409 404 404 404 404 404 401 404 404
api-invitation-accept                   POST   missing                 401 404 404 404 404 404 404 404 404 404 404 401 404 404
api-invitation-decline                  POST   invited                 401 404 404 404 403 200 404 404 404 404 404 401 404 404
api-invitation-decline                  POST   missing                 401 404 404 404 404 404 404 404 404 404 404 401 404 404
api-invitation-ask                      POST   invited                 401 404 404 404 403 200 404 404 404 404 404 401 404 404
api-invitation-ask                      POST   missing                 401 404 404 404 404 404 404 404 404 404 404 401 404 404
api-invitation-change                   POST   invited                 401 404 404 404 403 200 404 404 404 404 404 401 404 404
api-invitation-change                   POST   missing                 401 404 404 404 404 404 404 404 404 404 404 401 404 404
api-invitation-queue                    POST   invited                 401 404 404 404 403 409 404 404 404 404 404 401 404 404
api-invitation-queue                    POST   missing                 401 404 404 404 404 404 404 404 404 404 404 401 404 404
api-invitation-tick                     POST   held                    401 404 404 404 403 200 404 404 404 404 404 401 404 404
api-invitation-tick                     POST   asked                   401 404 403 404 404 404 404 404 404 404 404 401 404 404
api-invitation-tick                     POST   missing                 401 404 404 404 404 404 404 404 404 404 404 401 404 404
# Teams at work
api-engagement-list                     GET    -                       401 200 200 200 200 200 200 200 200 200 200 401 200 200
api-engagement-detail                   GET    work                    401 404 404 404 200 200 404 200 404 404 404 401 200 404
api-engagement-detail                   GET    missing                 401 404 404 404 404 404 404 404 404 404 404 401 404 404
api-engagement-phases                   POST   work                    401 404 404 404 403 200 404 200 404 404 404 401 403 404
api-engagement-phases                   POST   missing                 401 404 404 404 404 404 404 404 404 404 404 401 404 404
api-engagement-part                     POST   work/development        401 404 404 404 403 200 404 200 404 404 404 401 403 404
api-engagement-part                     POST   work/missing            401 404 404 404 403 404 404 404 404 404 404 401 403 404
api-engagement-part                     POST   missing/missing         401 404 404 404 404 404 404 404 404 404 404 401 404 404
api-engagement-tasks                    POST   work                    401 404 404 404 201 201 404 201 404 404 404 401 201 404
api-engagement-tasks                    POST   missing                 401 404 404 404 404 404 404 404 404 404 404 401 404 404
api-engagement-task-done                POST   work/task               401 404 404 404 200 200 404 200 404 404 404 401 200 404
api-engagement-task-done                POST   work/missing            401 404 404 404 404 404 404 404 404 404 404 401 404 404
api-engagement-decisions                POST   work                    401 404 404 404 201 201 404 201 404 404 404 401 201 404
api-engagement-decisions                POST   missing                 401 404 404 404 404 404 404 404 404 404 404 401 404 404
api-engagement-indicators               POST   work                    401 404 404 404 200 200 404 200 404 404 404 401 200 404
api-engagement-indicators               POST   missing                 401 404 404 404 404 404 404 404 404 404 404 401 404 404
api-engagement-check-in                 POST   work/look               401 404 404 404 403 200 404 200 404 404 404 401 403 404
api-engagement-check-in                 POST   work/missing            401 404 404 404 403 404 404 404 404 404 404 401 403 404
api-engagement-hand-over                POST   work                    401 404 404 404 403 200 404 200 404 404 404 401 403 404
api-engagement-hand-over                POST   missing                 401 404 404 404 404 404 404 404 404 404 404 401 404 404
api-engagement-close                    POST   work                    401 404 404 404 403 200 404 200 404 404 404 401 403 404
api-engagement-close                    POST   missing                 401 404 404 404 404 404 404 404 404 404 404 401 404 404
api-engagement-case                     POST   work                    401 404 404 404 403 409 404 403 404 404 404 401 403 404
api-engagement-case                     POST   missing                 401 404 404 404 404 404 404 404 404 404 404 401 404 404
# Rooms
api-room-list                           GET    -                       401 200 200 200 200 200 200 200 200 200 200 401 200 200
api-room-detail                         GET    room                    401 404 404 404 200 200 200 404 404 404 404 401 200 404
api-room-detail                         GET    missing                 401 404 404 404 404 404 404 404 404 404 404 401 404 404
api-room-events                         GET    room                    401 404 404 404 200 200 200 404 404 404 404 401 200 404
api-room-events                         GET    missing                 401 404 404 404 404 404 404 404 404 404 404 401 404 404
api-room-messages                       POST   room                    401 404 404 404 201 201 201 404 404 404 404 401 201 404
api-room-messages                       POST   missing                 401 404 404 404 404 404 404 404 404 404 404 401 404 404
api-room-read                           POST   room                    401 404 404 404 200 200 200 404 404 404 404 401 200 404
api-room-read                           POST   missing                 401 404 404 404 404 404 404 404 404 404 404 401 404 404
api-room-message                        PUT    room/message            401 404 404 404 403 200 403 404 404 404 404 401 403 404
api-room-message                        PUT    room/gone               401 404 404 404 403 403 403 404 404 404 404 401 409 404
api-room-message                        PUT    room/missing            401 404 404 404 404 404 404 404 404 404 404 401 404 404
api-room-message                        PUT    missing/missing         401 404 404 404 404 404 404 404 404 404 404 401 404 404
api-room-message                        DELETE room/message            401 404 404 404 403 204 204 404 404 404 404 401 403 404
api-room-message                        DELETE room/missing            401 404 404 404 404 404 404 404 404 404 404 401 404 404
api-room-message                        DELETE missing/missing         401 404 404 404 404 404 404 404 404 404 404 401 404 404
"""


def _id(world: World, name: str) -> int:
    return world.teaming.get(name, MISSING)


def _one(world: World, thing: str) -> dict[str, Any]:
    return {"pk": _id(world, thing)}


def _two(second: str) -> Any:
    def place(world: World, thing: str) -> dict[str, Any]:
        first, inside = thing.split("/")
        return {"pk": _id(world, first), second: _id(world, inside)}

    return place


def _part(world: World, thing: str) -> dict[str, Any]:
    work, phase = thing.split("/")
    return {"pk": _id(world, work), "phase": phase}


def _room(world: World, thing: str) -> dict[str, Any]:
    return {"pk": number(world.rooms, thing)}


def _message(world: World, thing: str) -> dict[str, Any]:
    room, message = thing.split("/")
    return {"pk": number(world.rooms, room), "seq": world.room.get(message, MISSING)}


_SEATS = ("candidates", "seat-invite", "seat-waitlist", "seat-cover")
_PLANS = ("detail", "invite", "start", "resolve", "ties", "dissolve")
_ANSWERS = ("detail", "accept", "decline", "ask", "change", "queue", "tick")
_WORK = ("detail", "phases", "tasks", "decisions", "indicators", "hand-over", "close", "case")
PLACES = {
    **{f"api-team-{name}": _one for name in _PLANS},
    **{f"api-team-{name}": _two("seat") for name in _SEATS},
    **{f"api-team-{name}": _two("invitation") for name in ("withdraw", "answer")},
    **{f"api-invitation-{name}": _one for name in _ANSWERS},
    **{f"api-engagement-{name}": _one for name in _WORK},
    "api-engagement-part": _part,
    "api-engagement-task-done": _two("task"),
    "api-engagement-check-in": _two("check_in"),
    **{f"api-room-{name}": _room for name in ("detail", "events", "messages", "read")},
    "api-room-message": _message,
}


def _said(**body: Any) -> Any:
    return lambda _world: body


_OWNER = {"organization": "owner"}
BODIES: dict[tuple[str, str], Any] = {
    ("api-team-list", "POST"): lambda world: {"proposal": world.proposals["latest"].pk},
    ("api-team-ties", "POST"): _said(text="面談で伝えました"),
    ("api-team-dissolve", "POST"): _said(text="お客様の都合"),
    ("api-team-seat-invite", "POST"): _said(organization="helper"),
    ("api-team-seat-waitlist", "POST"): _said(organization="helper"),
    ("api-team-seat-cover", "POST"): _said(**_OWNER),
    ("api-team-answer", "POST"): _said(text="国の補助で賄います"),
    ("api-invitation-decline", "POST"): _said(reason="timing"),
    ("api-invitation-ask", "POST"): _said(text="いつからですか"),
    ("api-invitation-change", "POST"): _said(text="運用は除いてください"),
    ("api-invitation-tick", "POST"): _said(item="nda"),
    ("api-engagement-phases", "POST"): _said(phase="operation", accountable="owner"),
    ("api-engagement-part", "POST"): _said(**_OWNER, letter="C"),
    ("api-engagement-tasks", "POST"): _said(**_OWNER, what="棚卸"),
    ("api-engagement-task-done", "POST"): _said(done=True),
    ("api-engagement-decisions", "POST"): _said(text="RPAを使う"),
    ("api-engagement-indicators", "POST"): _said(name="入力時間", before=80),
    ("api-engagement-check-in", "POST"): _said(text="回っています"),
    ("api-engagement-hand-over", "POST"): _said(text="月次の点検表"),
    ("api-engagement-close", "POST"): _said(outcome="success"),
    ("api-room-messages", "POST"): _said(text="よろしくお願いします。"),
    ("api-room-read", "POST"): _said(seq=1),
    ("api-room-message", "PUT"): _said(text="書き直した文", version=1),
}
