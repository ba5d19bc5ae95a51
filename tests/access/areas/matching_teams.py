"""Teams that are being formed, invitations to their seats, and teams at work."""

from typing import Any

from tests.access.addresses import MISSING, number
from tests.cast import World

MATRIX = """
# route                                 method object                  ano str par out col edi fac ofa ste for dor ina tea del
# The team that is being formed: for who facilitates the need
matching:choose_team                    GET    need/latest             302 404 404 404 404 404 200 404 404 404 404 302 404 404
matching:choose_team                    GET    other_need/other        302 404 404 404 404 404 404 200 404 404 404 302 404 404
matching:choose_team                    GET    need/other              302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:choose_team                    GET    missing/missing         302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:choose_team                    POST   need/latest             302 404 404 404 404 404 409 404 404 404 404 302 404 404
matching:choose_team                    POST   other_need/other        302 404 404 404 404 404 404 409 404 404 404 302 404 404
matching:choose_team                    POST   missing/missing         302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:team_desk                      GET    -                       302 200 200 200 200 200 200 200 200 200 200 302 200 200
matching:near_desk                      GET    -                       302 200 200 200 200 200 200 200 200 200 200 302 200 200
matching:region_gaps                    GET    -                       302 200 200 200 200 200 200 200 200 200 200 302 200 200
matching:team                           GET    forming                 302 404 404 404 404 404 200 404 404 404 404 302 404 404
matching:team                           GET    working                 302 404 404 404 404 404 404 200 404 404 404 302 404 404
matching:team                           GET    missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:team_describe                  POST   forming                 302 404 404 404 404 404 302 404 404 404 404 302 404 404
matching:team_describe                  POST   working                 302 404 404 404 404 404 404 409 404 404 404 302 404 404
matching:team_describe                  POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:team_invite_all                POST   forming                 302 404 404 404 404 404 302 404 404 404 404 302 404 404
matching:team_invite_all                POST   working                 302 404 404 404 404 404 404 409 404 404 404 302 404 404
matching:team_invite_all                POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:team_ties                      POST   forming                 302 404 404 404 404 404 302 404 404 404 404 302 404 404
matching:team_ties                      POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:team_start                     POST   forming                 302 404 404 404 404 404 409 404 404 404 404 302 404 404
matching:team_start                     POST   working                 302 404 404 404 404 404 404 409 404 404 404 302 404 404
matching:team_start                     POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:team_resolve                   POST   forming                 302 404 404 404 404 404 302 404 404 404 404 302 404 404
matching:team_resolve                   POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:team_dissolve                  POST   forming                 302 404 404 404 404 404 302 404 404 404 404 302 404 404
matching:team_dissolve                  POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:seat                           GET    forming/development     302 404 404 404 404 404 200 404 404 404 404 302 404 404
matching:seat                           GET    forming/missing         302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:seat                           GET    working/development     302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:seat_invite                    POST   forming/training        302 404 404 404 404 404 302 404 404 404 404 302 404 404
matching:seat_invite                    POST   forming/missing         302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:seat_waitlist                  POST   forming/training        302 404 404 404 404 404 302 404 404 404 404 302 404 404
matching:seat_waitlist                  POST   forming/missing         302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:seat_cover                     POST   forming/training        302 404 404 404 404 404 302 404 404 404 404 302 404 404
matching:seat_cover                     POST   forming/missing         302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:invitation_withdraw            POST   forming/asked           302 404 404 404 404 404 302 404 404 404 404 302 404 404
matching:invitation_withdraw            POST   forming/missing         302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:invitation_withdraw            POST   working/asked           302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:invitation_answer              POST   forming/asked           302 404 404 404 404 404 302 404 404 404 404 302 404 404
matching:invitation_answer              POST   forming/missing         302 404 404 404 404 404 404 404 404 404 404 302 404 404
# Invitations: for the members of the invited organization, once it was told; its editors answer
matching:invitations                    GET    -                       302 200 200 200 200 200 200 200 200 200 200 302 200 200
matching:invitation_desk                GET    -                       302 200 200 200 200 200 200 200 200 200 200 302 200 200
matching:invitation                     GET    asked                   302 404 200 404 404 404 404 404 404 404 404 302 404 404
matching:invitation                     GET    held                    302 404 404 404 200 200 404 404 404 404 404 302 404 404
matching:invitation                     GET    invited                 302 404 404 404 200 200 404 404 404 404 404 302 404 404
matching:invitation                     GET    waiting                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:invitation                     GET    declined                302 404 404 200 404 404 404 404 404 404 404 302 404 404
matching:invitation                     GET    missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:invitation_accept              POST   asked                   302 404 403 404 404 404 404 404 404 404 404 302 404 404
matching:invitation_accept              POST   held                    302 404 404 404 403 409 404 404 404 404 404 302 404 404
matching:invitation_accept              POST   invited                 302 404 404 404 403 302 404 404 404 404 404 302 404 404
matching:invitation_accept              POST   waiting                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:invitation_accept              POST   declined                302 404 404 409 404 404 404 404 404 404 404 302 404 404
matching:invitation_accept              POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:invitation_decline             POST   invited                 302 404 404 404 403 302 404 404 404 404 404 302 404 404
matching:invitation_decline             POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:invitation_ask                 POST   invited                 302 404 404 404 403 302 404 404 404 404 404 302 404 404
matching:invitation_ask                 POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:invitation_change              POST   invited                 302 404 404 404 403 302 404 404 404 404 404 302 404 404
matching:invitation_change              POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:invitation_queue               POST   invited                 302 404 404 404 403 409 404 404 404 404 404 302 404 404
matching:invitation_queue               POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:invitation_tick                POST   held                    302 404 404 404 403 302 404 404 404 404 404 302 404 404
matching:invitation_tick                POST   asked                   302 404 403 404 404 404 404 404 404 404 404 302 404 404
matching:invitation_tick                POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
# A team at work: for its organizations and who facilitates; the lead's editors and facilitators plan and end it
matching:engagement                     GET    work                    302 404 404 404 200 200 404 200 404 404 404 302 200 404
matching:engagement                     GET    missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:engagement_phase               POST   work                    302 404 404 404 403 302 404 302 404 404 404 302 403 404
matching:engagement_phase               POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:engagement_part                POST   work/development        302 404 404 404 403 302 404 302 404 404 404 302 403 404
matching:engagement_part                POST   work/missing            302 404 404 404 403 404 404 404 404 404 404 302 403 404
matching:engagement_part                POST   missing/missing         302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:engagement_task                POST   work                    302 404 404 404 302 302 404 302 404 404 404 302 302 404
matching:engagement_task                POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:engagement_task_done           POST   work/task               302 404 404 404 302 302 404 302 404 404 404 302 302 404
matching:engagement_task_done           POST   work/missing            302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:engagement_decision            POST   work                    302 404 404 404 302 302 404 302 404 404 404 302 302 404
matching:engagement_decision            POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:engagement_indicator           POST   work                    302 404 404 404 302 302 404 302 404 404 404 302 302 404
matching:engagement_indicator           POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:engagement_check_in            POST   work/look               302 404 404 404 403 302 404 302 404 404 404 302 403 404
matching:engagement_check_in            POST   work/missing            302 404 404 404 403 404 404 404 404 404 404 302 403 404
matching:engagement_hand_over           POST   work                    302 404 404 404 403 302 404 302 404 404 404 302 403 404
matching:engagement_hand_over           POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:engagement_close               POST   work                    302 404 404 404 403 302 404 302 404 404 404 302 403 404
matching:engagement_close               POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:engagement_case                POST   work                    302 404 404 404 403 409 404 403 404 404 404 302 403 404
matching:engagement_case                POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
"""


def _id(world: World, name: str) -> int:
    return world.teaming.get(name, MISSING)


def _proposal(world: World, thing: str) -> dict[str, Any]:
    need, proposal = thing.split("/")
    return {"pk": number(world.needs, need), "proposal": number(world.proposals, proposal)}


def _one(world: World, thing: str) -> dict[str, Any]:
    return {"pk": _id(world, thing)}


def _two(second: str) -> Any:
    def place(world: World, thing: str) -> dict[str, Any]:
        first, inside = thing.split("/")
        return {"pk": _id(world, first), second: _id(world, inside)}

    return place


def _phase(world: World, thing: str) -> dict[str, Any]:
    work, phase = thing.split("/")
    return {"pk": _id(world, work), "phase": _id(world, "phase") if phase != "missing" else MISSING}


_SEATS = ("seat", "seat_invite", "seat_waitlist", "seat_cover")
_OF_PLAN = ("team", "team_describe", "team_invite_all", "team_ties", "team_start", "team_resolve", "team_dissolve")
_ANSWERS = ("", "_accept", "_decline", "_ask", "_change", "_queue", "_tick")
_WORK = ("", "_phase", "_task", "_decision", "_indicator", "_hand_over", "_close", "_case")
PLACES = {
    "matching:choose_team": _proposal,
    **{f"matching:{name}": _one for name in _OF_PLAN},
    **{f"matching:{name}": _two("seat") for name in _SEATS},
    **{f"matching:invitation_{name}": _two("invitation") for name in ("withdraw", "answer")},
    **{f"matching:invitation{name}": _one for name in _ANSWERS},
    **{f"matching:engagement{name}": _one for name in _WORK},
    "matching:engagement_part": _phase,
    "matching:engagement_task_done": _two("task"),
    "matching:engagement_check_in": _two("check_in"),
}


def _said(**body: str) -> Any:
    return lambda _world: body


def _of(field: str, organization: str, **body: str) -> Any:
    return lambda world: {field: world.organizations[organization].pk, **body}


BODIES = {
    ("matching:choose_team", "POST"): _said(team="1", title="在庫の支援", shows="kinds"),
    ("matching:team_describe", "POST"): _said(title="在庫の支援", brief="", shows="kinds"),
    ("matching:team_ties", "POST"): _said(ties_note="面談で伝えました"),
    ("matching:team_dissolve", "POST"): _said(reason="お客様の都合"),
    ("matching:seat_invite", "POST"): _of("organization", "helper"),
    ("matching:seat_waitlist", "POST"): _of("organization", "helper"),
    ("matching:seat_cover", "POST"): _of("organization", "owner"),
    ("matching:invitation_answer", "POST"): _said(answer="国の補助で賄います"),
    ("matching:invitation_decline", "POST"): _said(reason="timing"),
    ("matching:invitation_ask", "POST"): _said(question="いつからですか"),
    ("matching:invitation_change", "POST"): _said(change="運用は除いてください"),
    ("matching:invitation_tick", "POST"): _said(item="nda", on="1"),
    ("matching:engagement_phase", "POST"): _of("phase-organization", "owner", **{"phase-phase": "operation"}),
    ("matching:engagement_part", "POST"): _of("organization", "owner", letter="C"),
    ("matching:engagement_task", "POST"): _of("task-organization", "owner", **{"task-what": "棚卸"}),
    ("matching:engagement_task_done", "POST"): _said(done="1"),
    ("matching:engagement_decision", "POST"): _said(**{"decision-text": "RPAを使う"}),
    ("matching:engagement_indicator", "POST"): _said(**{"indicator-name": "入力時間", "indicator-before": "80"}),
    ("matching:engagement_check_in", "POST"): _said(**{"look-note": "順調です"}),
    ("matching:engagement_hand_over", "POST"): _said(**{"handover-handover_note": "月次の点検表"}),
    ("matching:engagement_close", "POST"): _said(**{"close-outcome": "success"}),
}
