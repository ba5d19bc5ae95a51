"""What becomes of a case: marks, notes, questions, uses; related cases."""

from typing import Any

from tests.access.addresses import number
from tests.cast import World

MATRIX = """
# route                                 method object                  ano str par out col edi fac ofa ste for dor ina tea del
casebook:life                           GET    draft                   404 404 404 404 200 200 404 404 404 404 404 404 404 404
casebook:life                           GET    network                 404 404 200 200 200 200 200 200 200 404 404 404 200 404
casebook:life                           GET    public                  200 200 200 200 200 200 200 200 200 200 200 200 200 200
casebook:life                           GET    takendown               404 404 404 404 200 200 404 404 200 404 404 404 404 404
casebook:life                           GET    withdrawn               404 404 404 404 200 200 404 404 404 404 404 404 404 404
casebook:life                           GET    written                 404 404 404 404 200 200 404 404 404 404 404 404 404 200
casebook:life                           GET    mixed                   200 200 200 200 200 200 200 200 200 200 200 200 200 200
casebook:life                           GET    missing                 404 404 404 404 404 404 404 404 404 404 404 404 404 404
# Choosing related cases by typing: of those that one may see
casebook:pick_case                      GET    -                       302 200 200 200 200 200 200 200 200 200 200 302 200 200
casebook:bookmarks                      GET    -                       302 200 200 200 200 200 200 200 200 200 200 302 200 200
casebook:questions                      GET    -                       302 200 200 200 200 200 200 200 200 200 200 302 200 200
# Notes are the network's
casebook:insights                       GET    -                       302 200 200 200 200 200 200 200 200 200 200 302 200 200
casebook:insights                       POST   -                       302 403 302 302 302 302 302 302 302 403 403 302 302 403
casebook:note                           POST   draft                   302 404 404 404 302 302 404 404 404 404 404 302 404 404
casebook:note                           POST   network                 302 404 302 302 302 302 302 302 302 404 404 302 302 404
casebook:note                           POST   public                  302 403 302 302 302 302 302 302 302 403 403 302 302 403
casebook:note                           POST   withdrawn               302 404 404 404 302 302 404 404 404 404 404 302 404 404
casebook:note                           POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:remove_insight                 POST   lab                     302 404 302 404 403 403 403 404 404 404 404 302 404 404
casebook:remove_insight                 POST   section                 302 404 302 404 403 403 403 404 404 404 404 302 404 404
casebook:remove_insight                 POST   network                 302 404 403 302 403 403 403 403 302 404 404 302 403 404
casebook:remove_insight                 POST   removed                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:remove_insight                 POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
# Marks: a word of praise is not the owner's to say
casebook:bookmark                       POST   draft                   302 404 404 404 302 302 404 404 404 404 404 302 404 404
casebook:bookmark                       POST   network                 302 404 302 302 302 302 302 302 302 404 404 302 302 404
casebook:bookmark                       POST   public                  302 302 302 302 302 302 302 302 302 302 302 302 302 302
casebook:bookmark                       POST   expired                 302 404 404 404 302 302 404 404 404 404 404 302 404 404
casebook:bookmark                       POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:helpful                        POST   network                 302 404 302 302 403 403 302 302 302 404 404 302 302 404
casebook:helpful                        POST   public                  302 302 302 302 403 403 302 302 302 302 302 302 302 302
casebook:helpful                        POST   written                 302 404 404 404 403 403 404 404 404 404 404 302 404 302
casebook:helpful                        POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
# Uses: in the name of the outsider's organization
casebook:reuse                          POST   network                 302 404 422 302 422 422 422 422 422 404 404 302 422 404
casebook:reuse                          POST   withdrawn               302 404 404 404 422 422 404 404 404 404 404 302 404 404
casebook:reuse                          POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:take_back_reuse                POST   used                    302 404 404 302 403 403 404 404 404 404 404 302 404 404
casebook:take_back_reuse                POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
# Questions: the outsider's; the owner and the partner answer
casebook:ask                            POST   network                 302 404 302 302 403 403 302 302 302 404 404 302 302 404
casebook:ask                            POST   public                  302 302 302 302 403 403 302 302 302 302 302 302 302 302
casebook:ask                            POST   embargo                 302 404 404 404 403 403 404 404 404 404 404 302 404 404
casebook:ask                            POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:answer                         POST   waiting                 302 404 302 403 302 302 404 404 404 404 404 302 404 404
casebook:answer                         POST   opened                  302 404 302 403 302 302 403 403 403 404 404 302 403 404
casebook:answer                         POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:open_question                  POST   waiting                 302 404 403 403 403 422 404 404 404 404 404 302 404 404
casebook:open_question                  POST   answered                302 404 403 403 403 302 404 404 404 404 404 302 404 404
casebook:open_question                  POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:close_question                 POST   opened                  302 404 403 403 403 302 403 403 403 404 404 302 403 404
casebook:close_question                 POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:withdraw_question              POST   waiting                 302 404 403 302 403 403 404 404 404 404 404 302 404 404
casebook:withdraw_question              POST   answered                302 404 403 409 403 403 404 404 404 404 404 302 404 404
casebook:withdraw_question              POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
# The API
api-insight-list                        GET    -                       401 200 200 200 200 200 200 200 200 200 200 401 200 200
api-insight-list                        POST   -                       401 403 201 201 201 201 201 201 201 403 403 401 201 403
api-related-list                        GET    case-network            404 404 200 200 200 200 200 200 200 404 404 404 200 404
api-related-list                        GET    case-public             200 200 200 200 200 200 200 200 200 200 200 200 200 200
api-related-list                        GET    case-withdrawn          404 404 404 404 200 200 404 404 404 404 404 404 404 404
api-related-list                        GET    missing                 404 404 404 404 404 404 404 404 404 404 404 404 404 404
api-question-list                       GET    case-network            401 404 200 200 200 200 200 200 200 404 404 401 200 404
api-question-list                       GET    case-mixed              401 200 200 200 200 200 200 200 200 200 200 401 200 200
api-question-list                       GET    missing                 401 404 404 404 404 404 404 404 404 404 404 401 404 404
api-question-list                       POST   case-network            401 404 201 201 403 403 201 201 201 404 404 401 201 404
api-question-list                       POST   case-withdrawn          401 404 404 404 403 403 404 404 404 404 404 401 404 404
api-question-list                       POST   missing                 401 404 404 404 404 404 404 404 404 404 404 401 404 404
"""


def case_of(world: World, thing: str) -> dict[str, Any]:
    return {"pk": number(world.cases, thing)}


def insight_of(world: World, thing: str) -> dict[str, Any]:
    return {"pk": number(world.insights, thing)}


def question_of(world: World, thing: str) -> dict[str, Any]:
    return {"pk": number(world.questions, thing)}


def reuse_of(world: World, thing: str) -> dict[str, Any]:
    return {"pk": number(world.reuses, thing)}


def external_id(_world: World, thing: str) -> dict[str, Any]:
    return {"external_id": thing}


QUESTIONS = ("answer", "open_question", "close_question", "withdraw_question")
PLACES = {
    **dict.fromkeys([f"casebook:{name}" for name in ("life", "note", "bookmark", "helpful", "reuse", "ask")], case_of),
    **dict.fromkeys([f"casebook:{name}" for name in QUESTIONS], question_of),
    "casebook:remove_insight": insight_of,
    "casebook:take_back_reuse": reuse_of,
    "api-related-list": external_id,
    "api-question-list": external_id,
}
BODIES = {
    ("casebook:insights", "POST"): lambda _world: {"text": "棚から見直すと早い", "key": "network"},
    ("casebook:note", "POST"): lambda _world: {"text": "棚から見直すと早い", "key": "network", "section": "summary"},
    ("casebook:remove_insight", "POST"): lambda _world: {"reason": "お客様が特定できるため"},
    ("casebook:bookmark", "POST"): lambda _world: {"on": "1"},
    ("casebook:helpful", "POST"): lambda _world: {"on": "1"},
    ("casebook:reuse", "POST"): lambda world: {
        "organization": world.organizations["elsewhere"].pk,
        "text": "提案の資料に",
    },
    ("casebook:ask", "POST"): lambda _world: {"text": "期間はどのくらいでしたか", "section": ""},
    ("casebook:answer", "POST"): lambda _world: {"text": "3か月です"},
    ("api-insight-list", "POST"): lambda _world: {"text": "棚から見直すと早い"},
    ("api-question-list", "POST"): lambda _world: {"text": "期間はどのくらいでしたか"},
}
