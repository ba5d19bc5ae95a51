"""Around the search: the box, ways on, cases near others, saved searches, history, questions to the network."""

from typing import Any

from tests.access.addresses import MISSING, number
from tests.cast import World

MATRIX = """
# route                                 method object                  ano str par out col edi fac ofa ste for dor ina tea del
search:everything                       GET    -                       200 200 200 200 200 200 200 200 200 200 200 200 200 200
search:suggest                          GET    -                       200 200 200 200 200 200 200 200 200 200 200 200 200 200
search:ways_on                          GET    -                       200 200 200 200 200 200 200 200 200 200 200 200 200 200
# Near a case: for who may see the case
search:like_case                        GET    draft                   404 404 404 404 200 200 404 404 404 404 404 404 404 404
search:like_case                        GET    network                 404 404 200 200 200 200 200 200 200 404 404 404 200 404
search:like_case                        GET    public                  200 200 200 200 200 200 200 200 200 200 200 200 200 200
search:like_case                        GET    lab                     404 404 200 404 200 200 200 404 404 404 404 404 404 404
search:like_case                        GET    user                    404 200 404 404 200 200 404 404 404 404 404 404 404 404
search:like_case                        GET    takendown               404 404 404 404 200 200 404 404 200 404 404 404 404 404
search:like_case                        GET    withdrawn               404 404 404 404 200 200 404 404 404 404 404 404 404 404
search:like_case                        GET    written                 404 404 404 404 200 200 404 404 404 404 404 404 404 200
search:like_case                        GET    mixed                   200 200 200 200 200 200 200 200 200 200 200 200 200 200
search:like_case                        GET    missing                 404 404 404 404 404 404 404 404 404 404 404 404 404 404
# Near a need: for the facilitators of its lab
search:like_matter                      GET    need/need               404 404 404 404 404 404 200 404 404 404 404 404 404 404
search:like_matter                      GET    need/other_need         404 404 404 404 404 404 404 200 404 404 404 404 404 404
search:like_matter                      GET    need/missing            404 404 404 404 404 404 404 404 404 404 404 404 404 404
search:like_matter                      GET    nothing/need            404 404 404 404 404 404 404 404 404 404 404 404 404 404
# What one keeps and asked: the partner's
search:saved                            GET    -                       302 200 200 200 200 200 200 200 200 200 200 302 200 200
search:saved_news                       GET    -                       302 200 200 200 200 200 200 200 200 200 200 302 200 200
search:save                             POST   -                       302 302 302 302 302 302 302 302 302 302 302 302 302 302
search:change_saved                     POST   kept                    302 404 302 404 404 404 404 404 404 404 404 302 404 404
search:change_saved                     POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
search:delete_saved                     POST   kept                    302 404 302 404 404 404 404 404 404 404 404 302 404 404
search:delete_saved                     POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
search:saved_seen                       POST   kept                    302 404 302 404 404 404 404 404 404 404 404 302 404 404
search:saved_seen                       POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
search:history                          GET    -                       302 200 200 200 200 200 200 200 200 200 200 302 200 200
search:forget_all                       POST   -                       302 302 302 302 302 302 302 302 302 302 302 302 302 302
search:forget                           POST   past                    302 404 302 404 404 404 404 404 404 404 404 302 404 404
search:forget                           POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
# Questions: the partner's to the facilitator; members of organizations of the lab may ask it
search:inquiries                        GET    -                       302 200 200 200 200 200 200 200 200 200 200 302 200 200
search:ask                              GET    -                       302 200 200 200 200 200 200 200 200 200 200 302 200 200
search:ask                              POST   -                       302 422 302 422 302 302 422 422 422 422 422 302 422 422
search:reply                            POST   inquiry                 302 404 403 404 404 404 302 404 404 404 404 302 404 404
search:reply                            POST   closed                  302 404 403 404 404 404 409 404 404 404 404 302 404 404
search:reply                            POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
search:close_inquiry                    POST   inquiry                 302 404 302 404 404 404 403 404 404 404 404 302 404 404
search:close_inquiry                    POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
# The API
api-similar-list                        GET    case-draft              404 404 404 404 200 200 404 404 404 404 404 404 404 404
api-similar-list                        GET    case-network            404 404 200 200 200 200 200 200 200 404 404 404 200 404
api-similar-list                        GET    case-public             200 200 200 200 200 200 200 200 200 200 200 200 200 200
api-similar-list                        GET    case-withdrawn          404 404 404 404 200 200 404 404 404 404 404 404 404 404
api-similar-list                        GET    missing                 404 404 404 404 404 404 404 404 404 404 404 404 404 404
api-saved-search-list                   GET    -                       401 200 200 200 200 200 200 200 200 200 200 401 200 200
api-saved-search-list                   POST   -                       401 201 201 201 201 201 201 201 201 201 201 401 201 201
api-saved-search-detail                 DELETE kept                    401 404 204 404 404 404 404 404 404 404 404 401 404 404
api-saved-search-detail                 DELETE missing                 401 404 404 404 404 404 404 404 404 404 404 401 404 404
# What nobody found: the steward's
search:unanswered                       GET    -                       302 404 404 404 404 404 404 404 200 404 404 302 404 404
search:settle_unanswered                POST   zero                    302 404 404 404 404 404 404 404 302 404 404 302 404 404
search:settle_unanswered                POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
# What the index would not take: the steward's
search:refused                          GET    -                       302 404 404 404 404 404 404 404 200 404 404 302 404 404
search:send_again                       POST   refused                 302 404 404 404 404 404 404 404 302 404 404 302 404 404
search:send_again                       POST   waiting                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
search:send_again                       POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
"""


def case_of(world: World, thing: str) -> dict[str, Any]:
    return {"pk": number(world.cases, thing)}


def matter_of(world: World, thing: str) -> dict[str, Any]:
    kind, name = thing.split("/")
    return {"kind": kind, "pk": number(world.needs, name)}


def left_by_searching(world: World, thing: str) -> dict[str, Any]:
    return {"pk": world.searching.get(thing, MISSING)}


PERSONAL = ("change_saved", "delete_saved", "saved_seen", "forget", "reply", "close_inquiry", "settle_unanswered")
PERSONAL += ("send_again",)
PLACES = {
    "search:like_case": case_of,
    "search:like_matter": matter_of,
    **dict.fromkeys([f"search:{name}" for name in PERSONAL], left_by_searching),
    "api-similar-list": lambda _world, thing: {"external_id": thing},
    "api-saved-search-detail": left_by_searching,
}
BODIES = {
    ("search:save", "POST"): lambda _world: {"q": "在庫", "alerts": "on"},
    ("search:change_saved", "POST"): lambda _world: {"name": "在庫の件", "alerts": "on"},
    ("search:ask", "POST"): lambda world: {"text": "棚卸の事例はありますか", "labs": [world.labs["shizuoka"].pk]},
    ("api-saved-search-list", "POST"): lambda _world: {"q": "在庫", "filters": {"industry": ["E"]}},
    ("search:reply", "POST"): lambda _world: {"text": "あります"},
}
