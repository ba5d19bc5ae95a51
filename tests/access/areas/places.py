"""Where organizations work, their offices and experts, and who may know their weaknesses."""

from typing import Any

from tests.access.addresses import number, organization_of
from tests.cast import World

MATRIX = """
# The service area and the audience of weaknesses: the organization's editors
network:area                            GET    owner                   302 404 403 403 403 200 403 403 403 404 404 302 403 404
network:area                            GET    elsewhere               302 404 403 200 403 403 403 403 403 404 404 302 403 404
network:area                            GET    closed                  302 404 404 404 404 404 404 404 403 404 404 302 404 404
network:area                            GET    missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:area                            POST   owner                   302 404 403 403 403 302 403 403 403 404 404 302 403 404
network:area                            POST   elsewhere               302 404 403 302 403 403 403 403 403 404 404 302 403 404
network:area                            POST   closed                  302 404 404 404 404 404 404 404 403 404 404 302 404 404
network:area                            POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:weaknesses                      GET    owner                   302 404 403 403 403 200 403 403 403 404 404 302 403 404
network:weaknesses                      GET    elsewhere               302 404 403 200 403 403 403 403 403 404 404 302 403 404
network:weaknesses                      GET    closed                  302 404 404 404 404 404 404 404 403 404 404 302 404 404
network:weaknesses                      GET    missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:weaknesses                      POST   owner                   302 404 403 403 403 302 403 403 403 404 404 302 403 404
network:weaknesses                      POST   elsewhere               302 404 403 302 403 403 403 403 403 404 404 302 403 404
network:weaknesses                      POST   closed                  302 404 404 404 404 404 404 404 403 404 404 302 404 404
network:weaknesses                      POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
# Offices
network:offices                         GET    owner                   302 404 403 403 403 200 403 403 403 404 404 302 403 404
network:offices                         GET    closed                  302 404 404 404 404 404 404 404 403 404 404 302 404 404
network:offices                         GET    missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:new_office                      GET    owner                   302 404 403 403 403 200 403 403 403 404 404 302 403 404
network:new_office                      GET    missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:new_office                      POST   owner                   302 404 403 403 403 302 403 403 403 404 404 302 403 404
network:new_office                      POST   closed                  302 404 404 404 404 404 404 404 403 404 404 302 404 404
network:new_office                      POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:office                          GET    owner/owner             302 404 403 403 403 200 403 403 403 404 404 302 403 404
network:office                          GET    elsewhere/owner         302 404 403 404 403 403 403 403 403 404 404 302 403 404
network:office                          GET    closed/closed           302 404 404 404 404 404 404 404 403 404 404 302 404 404
network:office                          GET    missing/missing         302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:office                          POST   owner/owner             302 404 403 403 403 302 403 403 403 404 404 302 403 404
network:office                          POST   elsewhere/owner         302 404 403 404 403 403 403 403 403 404 404 302 403 404
network:office                          POST   missing/missing         302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:remove_office                   GET    owner/owner             302 404 403 403 403 200 403 403 403 404 404 302 403 404
network:remove_office                   GET    missing/missing         302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:remove_office                   POST   owner/owner             302 404 403 403 403 302 403 403 403 404 404 302 403 404
network:remove_office                   POST   elsewhere/owner         302 404 403 404 403 403 403 403 403 404 404 302 403 404
network:remove_office                   POST   closed/closed           302 404 404 404 404 404 404 404 403 404 404 302 404 404
network:remove_office                   POST   missing/missing         302 404 404 404 404 404 404 404 404 404 404 302 404 404
# Experts: the list for members, changes for editors
network:experts                         GET    owner                   302 404 403 403 200 200 403 403 403 404 404 302 403 404
network:experts                         GET    closed                  302 404 404 404 404 404 404 404 403 404 404 302 404 404
network:experts                         GET    missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:new_expert                      GET    owner                   302 404 403 403 403 200 403 403 403 404 404 302 403 404
network:new_expert                      GET    missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:new_expert                      POST   owner                   302 404 403 403 403 302 403 403 403 404 404 302 403 404
network:new_expert                      POST   closed                  302 404 404 404 404 404 404 404 403 404 404 302 404 404
network:new_expert                      POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:expert                          GET    owner/owner_silent      302 404 403 403 403 200 403 403 403 404 404 302 403 404
network:expert                          GET    elsewhere/owner_silent  302 404 403 404 403 403 403 403 403 404 404 302 403 404
network:expert                          GET    missing/missing         302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:expert                          POST   owner/owner_silent      302 404 403 403 403 302 403 403 403 404 404 302 403 404
network:expert                          POST   elsewhere/owner_silent  302 404 403 404 403 403 403 403 403 404 404 302 403 404
network:expert                          POST   missing/missing         302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:remove_expert                   GET    owner/owner_silent      302 404 403 403 403 200 403 403 403 404 404 302 403 404
network:remove_expert                   GET    missing/missing         302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:remove_expert                   POST   owner/owner_silent      302 404 403 403 403 302 403 403 403 404 404 302 403 404
network:remove_expert                   POST   elsewhere/owner_silent  302 404 403 404 403 403 403 403 403 404 404 302 403 404
network:remove_expert                   POST   closed/closed_agreed    302 404 404 404 404 404 404 404 403 404 404 302 404 404
network:remove_expert                   POST   missing/missing         302 404 404 404 404 404 404 404 404 404 404 302 404 404
# The agreement: the person alone who has an account, else an editor; who may not see the person finds nothing
network:agreement                       GET    owner/owner_silent      302 404 404 404 200 403 404 404 404 404 404 302 404 404
network:agreement                       GET    owner/owner_agreed      302 404 403 403 403 200 403 403 403 404 404 302 403 404
network:agreement                       GET    closed/closed_agreed    302 404 404 404 404 404 404 404 403 404 404 302 404 404
network:agreement                       GET    missing/missing         302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:agreement                       POST   owner/owner_silent      302 404 404 404 302 403 404 404 404 404 404 302 404 404
network:agreement                       POST   owner/owner_agreed      302 404 403 403 403 302 403 403 403 404 404 302 403 404
network:agreement                       POST   elsewhere/owner_agreed  302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:agreement                       POST   closed/closed_agreed    302 404 404 404 404 404 404 404 403 404 404 302 404 404
network:agreement                       POST   missing/missing         302 404 404 404 404 404 404 404 404 404 404 302 404 404
"""


def office_of(world: World, thing: str) -> dict[str, Any]:
    organization, office = thing.split("/")
    return organization_of(world, organization) | {"office": number(world.offices, office)}


def expert_of(world: World, thing: str) -> dict[str, Any]:
    organization, expert = thing.split("/")
    return organization_of(world, organization) | {"expert": number(world.experts, expert)}


PLACES = {
    **dict.fromkeys(
        [f"network:{name}" for name in ("area", "weaknesses", "offices", "new_office", "experts", "new_expert")],
        organization_of,
    ),
    **dict.fromkeys([f"network:{name}" for name in ("office", "remove_office")], office_of),
    **dict.fromkeys([f"network:{name}" for name in ("expert", "remove_expert", "agreement")], expert_of),
}
OFFICE = {"name": "浜松支店", "prefecture": "22", "on_site": "on", "version": "1"}
BODIES = {
    ("network:area", "POST"): lambda _world: {"prefectures": ["22"], "version": "1"},
    ("network:weaknesses", "POST"): lambda _world: {"audience": "labs", "version": "1"},
    ("network:new_office", "POST"): lambda _world: OFFICE,
    ("network:office", "POST"): lambda _world: OFFICE,
    ("network:new_expert", "POST"): lambda _world: {"name": "架空 花子"},
    ("network:expert", "POST"): lambda _world: {"name": "架空 花子", "version": "1"},
    ("network:agreement", "POST"): lambda _world: {
        "agreed_on": "2026-01-05",
        "agreement_note": "書面で確認",
        "version": "1",
    },
}
