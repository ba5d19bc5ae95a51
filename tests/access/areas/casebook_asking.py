"""Asking for more of a case, writing for somebody else, keeping and taking down."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from tests.access.addresses import number, organization_of
from tests.cast import World

MATRIX = """
# route                                 method object                  ano str par out col edi fac ofa ste for dor ina tea del
# Asking: who reads all, or owns it, has nothing to ask for; the outsider waits, the partner was granted something
casebook:request_access                 GET    mixed                   302 200 200 200 403 403 200 200 200 200 200 302 200 200
casebook:request_access                 GET    network                 302 404 200 200 403 403 200 200 200 404 404 302 200 404
casebook:request_access                 GET    public                  302 200 200 200 403 403 200 200 200 200 200 302 200 200
casebook:request_access                 GET    draft                   302 404 404 404 403 403 404 404 404 404 404 302 404 404
casebook:request_access                 GET    withdrawn               302 404 404 404 403 403 404 404 404 404 404 302 404 404
casebook:request_access                 GET    archived                302 404 404 404 403 403 404 404 404 404 404 302 404 404
casebook:request_access                 GET    missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:request_access                 POST   mixed                   302 302 302 409 403 403 302 302 302 302 302 302 302 302
casebook:request_access                 POST   network                 302 404 409 409 403 403 409 409 409 404 404 302 409 404
casebook:request_access                 POST   public                  302 409 409 409 403 403 409 409 409 409 409 302 409 409
casebook:request_access                 POST   draft                   302 404 404 404 403 403 404 404 404 404 404 302 404 404
casebook:request_access                 POST   withdrawn               302 404 404 404 403 403 404 404 404 404 404 302 404 404
casebook:request_access                 POST   archived                302 404 404 404 403 403 404 404 404 404 404 302 404 404
casebook:request_access                 POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:my_requests                    GET    -                       302 200 200 200 200 200 200 200 200 200 200 302 200 200
# One request: who asked, as long as the case may be seen, and the owner's members
casebook:case_request                   GET    waiting                 302 404 404 200 200 200 404 404 404 404 404 302 404 404
casebook:case_request                   GET    granted                 302 404 200 404 200 200 404 404 404 404 404 302 404 404
casebook:case_request                   GET    declined                302 200 404 404 200 200 404 404 404 404 404 302 404 404
casebook:case_request                   GET    hidden                  302 404 404 404 200 200 404 404 404 404 404 302 404 404
casebook:case_request                   GET    missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:withdraw_request               POST   waiting                 302 404 404 302 403 403 404 404 404 404 404 302 404 404
casebook:withdraw_request               POST   granted                 302 404 409 404 403 403 404 404 404 404 404 302 404 404
casebook:withdraw_request               POST   hidden                  302 404 404 404 403 403 404 404 404 404 404 302 404 404
casebook:withdraw_request               POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:grant_request                  POST   waiting                 302 404 404 403 403 302 404 404 404 404 404 302 404 404
casebook:grant_request                  POST   granted                 302 404 403 404 403 409 404 404 404 404 404 302 404 404
casebook:grant_request                  POST   hidden                  302 404 404 404 403 422 404 404 404 404 404 302 404 404
casebook:grant_request                  POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:decline_request                POST   waiting                 302 404 404 403 403 302 404 404 404 404 404 302 404 404
casebook:decline_request                POST   granted                 302 404 403 404 403 409 404 404 404 404 404 302 404 404
casebook:decline_request                POST   hidden                  302 404 404 404 403 302 404 404 404 404 404 302 404 404
casebook:decline_request                POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:revoke_request                 POST   granted                 302 404 403 404 403 302 404 404 404 404 404 302 404 404
casebook:revoke_request                 POST   waiting                 302 404 404 403 403 409 404 404 404 404 404 302 404 404
casebook:revoke_request                 POST   hidden                  302 404 404 404 403 409 404 404 404 404 404 302 404 404
casebook:revoke_request                 POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:case_requests                  GET    owner                   302 404 404 404 200 200 404 404 404 404 404 302 404 404
casebook:case_requests                  GET    partner                 302 404 200 404 404 404 404 404 404 404 404 302 404 404
casebook:case_requests                  GET    elsewhere               302 404 404 200 404 404 404 404 404 404 404 302 404 404
casebook:case_requests                  GET    closed                  302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:case_requests                  GET    missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
# Writing for somebody else
casebook:writing                        GET    -                       302 200 200 200 200 200 200 200 200 200 200 302 200 200
casebook:writers                        GET    written                 302 404 404 404 200 200 404 404 404 404 404 302 404 403
casebook:writers                        GET    public                  302 403 403 403 200 200 403 403 403 403 403 302 403 403
casebook:writers                        GET    missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:writers                        POST   written                 302 404 404 404 403 302 404 404 404 404 404 302 404 403
casebook:writers                        POST   public                  302 403 403 403 403 302 403 403 403 403 403 302 403 403
casebook:writers                        POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:end_delegation                 POST   written/asked           302 404 404 404 403 302 404 404 404 404 404 302 404 302
casebook:end_delegation                 POST   written/missing         302 404 404 404 403 404 404 404 404 404 404 302 404 404
casebook:end_delegation                 POST   public/asked            302 403 403 403 403 404 403 403 403 403 403 302 403 403
casebook:end_delegation                 POST   missing/missing         302 404 404 404 404 404 404 404 404 404 404 302 404 404
# Keeping; from another state: told on the case's page
casebook:archive                        POST   public                  302 403 403 403 403 302 403 403 403 403 403 302 403 403
casebook:archive                        POST   archived                302 404 404 404 403 302 404 404 404 404 404 302 404 404
casebook:archive                        POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:restore                        POST   public                  302 403 403 403 403 302 403 403 403 403 403 302 403 403
casebook:restore                        POST   archived                302 404 404 404 403 302 404 404 404 404 404 302 404 404
casebook:restore                        POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:archive                        POST   takendown               302 404 404 404 403 302 404 404 403 404 404 302 404 404
casebook:restore                        POST   takendown               302 404 404 404 403 302 404 404 403 404 404 302 404 404
casebook:take_down                      GET    network                 302 404 403 403 403 403 403 403 200 404 404 302 403 404
casebook:take_down                      GET    takendown               302 404 404 404 403 403 404 404 200 404 404 302 404 404
casebook:take_down                      GET    draft                   302 404 404 404 403 403 404 404 404 404 404 302 404 404
casebook:take_down                      GET    missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:take_down                      POST   network                 302 404 403 403 403 403 403 403 302 404 404 302 403 404
casebook:take_down                      POST   takendown               302 404 404 404 403 403 404 404 409 404 404 302 404 404
casebook:take_down                      POST   draft                   302 404 404 404 403 403 404 404 404 404 404 302 404 404
casebook:take_down                      POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:reinstate                      POST   takendown               302 404 404 404 403 403 404 404 302 404 404 302 404 404
casebook:reinstate                      POST   public                  302 403 403 403 403 403 403 403 409 403 403 302 403 403
casebook:reinstate                      POST   archived                302 404 404 404 403 403 404 404 404 404 404 302 404 404
casebook:reinstate                      POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:steward_cases                  GET    -                       302 404 404 404 404 404 404 404 200 404 404 302 404 404
# The same over HTTP
api-asking-list                         POST   case-mixed              401 201 201 409 403 403 201 201 201 201 201 401 201 201
api-asking-list                         POST   case-public             401 409 409 409 403 403 409 409 409 409 409 401 409 409
api-asking-list                         POST   case-draft              401 404 404 404 403 403 404 404 404 404 404 401 404 404
api-asking-list                         POST   missing                 401 404 404 404 404 404 404 404 404 404 404 401 404 404
api-access-request-list                 GET    -                       401 200 200 200 200 200 200 200 200 200 200 401 200 200
api-access-request-answer               POST   waiting                 401 404 404 403 403 200 404 404 404 404 404 401 404 404
api-access-request-answer               POST   granted                 401 404 403 404 403 409 404 404 404 404 404 401 404 404
api-access-request-answer               POST   hidden                  401 404 404 404 403 422 404 404 404 404 404 401 404 404
api-access-request-answer               POST   missing                 401 404 404 404 404 404 404 404 404 404 404 401 404 404
"""


def case_of(world: World, thing: str) -> dict[str, Any]:
    return {"pk": number(world.cases, thing)}


def request_of(world: World, thing: str) -> dict[str, Any]:
    return {"pk": number(world.requests, thing)}


def delegation_of(world: World, thing: str) -> dict[str, Any]:
    """The delegate was asked to write the case `written`, and no other."""
    case, name = thing.split("/")
    asked = {"asked": world.cases["written"].delegations.get()}
    return {"pk": number(world.cases, case), "delegation": number(asked, name)}


def external_id(_world: World, thing: str) -> dict[str, Any]:
    return {"external_id": thing}


REQUESTS = ("case_request", "withdraw_request", "grant_request", "decline_request", "revoke_request")
CASES = ("request_access", "writers", "archive", "restore", "take_down", "reinstate")
PLACES = {
    **dict.fromkeys([f"casebook:{name}" for name in REQUESTS], request_of),
    **dict.fromkeys([f"casebook:{name}" for name in CASES], case_of),
    "casebook:case_requests": organization_of,
    "casebook:end_delegation": delegation_of,
    "api-asking-list": external_id,
    "api-access-request-answer": request_of,
}


def until(_world: World) -> dict[str, Any]:
    day = (timezone.localdate() + timedelta(days=30)).isoformat()
    return {"state": "granted", "sections": ["summary"], "until": day}


BODIES = {
    ("casebook:request_access", "POST"): lambda _world: {"purpose": "お客様への説明のため"},
    ("casebook:grant_request", "POST"): lambda _world: {"kinds": ["summary"], "term": "1"},
    ("casebook:decline_request", "POST"): lambda _world: {"answer": "お客様の了解がありません"},
    ("casebook:writers", "POST"): lambda _world: {"email": "writer@example.jp", "term": "3"},
    ("casebook:take_down", "POST"): lambda _world: {"taken_down_because": "会社名が残っています"},
    ("api-asking-list", "POST"): lambda _world: {"purpose": "お客様への説明のため"},
    ("api-access-request-answer", "POST"): until,
}
