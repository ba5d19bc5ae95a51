"""Notices, corrections, confirming again, history."""

from typing import Any

from tests.access.addresses import number, organization_of
from tests.cast import World

MATRIX = """
# route                                 method object                  ano str par out col edi fac ofa ste for dor ina tea del
network:notices                         GET    -                       302 200 200 200 200 200 200 200 200 200 200 302 200 200
network:read_all_notices                POST   -                       302 302 302 302 302 302 302 302 302 302 302 302 302 302
network:read_notice                     POST   editors                 302 404 404 404 404 302 404 404 404 404 404 302 404 404
network:read_notice                     POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:my_corrections                  GET    -                       302 200 200 200 200 200 200 200 200 200 200 302 200 200
network:correct                         GET    owner                   302 404 200 200 403 403 200 200 200 404 404 302 200 404
network:correct                         GET    elsewhere               302 404 200 403 200 200 200 200 200 404 404 302 200 404
network:correct                         GET    closed                  302 404 404 404 404 404 404 404 403 404 404 302 404 404
network:correct                         GET    missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:correct                         POST   owner                   302 404 302 302 403 403 302 302 302 404 404 302 302 404
network:correct                         POST   closed                  302 404 404 404 404 404 404 404 403 404 404 302 404 404
network:correct                         POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:corrections_to                  GET    owner                   302 404 404 404 200 200 404 404 200 404 404 302 404 404
network:corrections_to                  GET    elsewhere               302 404 404 200 404 404 404 404 200 404 404 302 404 404
network:corrections_to                  GET    closed                  302 404 404 404 404 404 404 404 200 404 404 302 404 404
network:corrections_to                  GET    missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:accept_correction               POST   asked                   302 404 403 404 403 302 404 404 403 404 404 302 404 404
network:accept_correction               POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:decline_correction              POST   asked                   302 404 403 404 403 302 404 404 403 404 404 302 404 404
network:decline_correction              POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:withdraw_correction             POST   asked                   302 404 302 404 403 403 404 404 403 404 404 302 404 404
network:withdraw_correction             POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:reconfirm                       GET    owner                   302 404 403 403 403 200 403 403 403 404 404 302 403 404
network:reconfirm                       GET    closed                  302 404 404 404 404 404 404 404 403 404 404 302 404 404
network:reconfirm                       GET    missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:reconfirm                       POST   owner                   302 404 403 403 403 302 403 403 403 404 404 302 403 404
network:reconfirm                       POST   closed                  302 404 404 404 404 404 404 404 403 404 404 302 404 404
network:reconfirm                       POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:history                         GET    owner                   302 404 404 404 200 200 404 404 200 404 404 302 404 404
network:history                         GET    elsewhere               302 404 404 200 404 404 404 404 200 404 404 302 404 404
network:history                         GET    closed                  302 404 404 404 404 404 404 404 200 404 404 302 404 404
network:history                         GET    missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:history_as_of                   GET    owner                   302 404 404 404 200 200 404 404 200 404 404 302 404 404
network:history_as_of                   GET    elsewhere               302 404 404 200 404 404 404 404 200 404 404 302 404 404
network:history_as_of                   GET    closed                  302 404 404 404 404 404 404 404 200 404 404 302 404 404
network:history_as_of                   GET    missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
"""


def correction_of(world: World, thing: str) -> dict[str, Any]:
    return {"pk": number(world.corrections, thing)}


def notice_of(world: World, thing: str) -> dict[str, Any]:
    return {"pk": number(world.notices, thing)}


PLACES = {
    "network:read_notice": notice_of,
    "network:correct": organization_of,
    "network:corrections_to": organization_of,
    "network:accept_correction": correction_of,
    "network:decline_correction": correction_of,
    "network:withdraw_correction": correction_of,
    "network:reconfirm": organization_of,
    "network:history": organization_of,
    "network:history_as_of": organization_of,
}
BODIES = {
    ("network:correct", "POST"): lambda _world: {"field": "kana", "proposed": "かくう", "reason": "看板で見ました"},
    ("network:decline_correction", "POST"): lambda _world: {"answer": "現状のままで合っています"},
    ("network:read_notice", "POST"): lambda _world: {"go": "1"},
}
