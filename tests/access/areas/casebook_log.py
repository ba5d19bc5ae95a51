"""Taking cases out, the log of it, and the casebook in numbers."""

from typing import Any

from tests.access.addresses import number, organization_of
from tests.cast import World

MATRIX = """
# route                                 method object                  ano str par out col edi fac ofa ste for dor ina tea del
# Taking cases out: whoever may see one, as far as they may read it; the list is of all cases there are
casebook:export                         GET    public                  302 200 200 200 200 200 200 200 200 200 200 302 200 200
casebook:export                         GET    mixed                   302 200 200 200 200 200 200 200 200 200 200 302 200 200
casebook:export                         GET    opensnow                302 200 200 200 200 200 200 200 200 200 200 302 200 200
casebook:export                         GET    network                 302 404 200 200 200 200 200 200 200 404 404 302 200 404
casebook:export                         GET    lastday                 302 404 200 200 200 200 200 200 200 404 404 302 200 404
casebook:export                         GET    draft                   302 404 404 404 200 200 404 404 404 404 404 302 404 404
casebook:export                         GET    expired                 302 404 404 404 200 200 404 404 404 404 404 302 404 404
casebook:export                         GET    embargo                 302 404 404 404 200 200 404 404 404 404 404 302 404 404
casebook:export                         GET    archived                302 404 404 404 200 200 404 404 404 404 404 302 404 404
casebook:export                         GET    withdrawn               302 404 404 404 200 200 404 404 404 404 404 302 404 404
casebook:export                         GET    lapsed                  302 404 404 404 200 200 404 404 404 404 404 302 404 404
casebook:export                         GET    lab                     302 404 200 404 200 200 200 404 404 404 404 302 404 404
casebook:export                         GET    org                     302 404 200 404 200 200 404 404 404 404 404 302 404 404
casebook:export                         GET    user                    302 200 404 404 200 200 404 404 404 404 404 302 404 404
casebook:export                         GET    team                    302 404 404 404 200 200 404 404 404 404 404 302 200 404
casebook:export                         GET    takendown               302 404 404 404 200 200 404 404 200 404 404 302 404 404
casebook:export                         GET    written                 302 404 404 404 200 200 404 404 404 404 404 302 404 200
casebook:export                         GET    missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:export                         POST   public                  302 200 200 200 200 200 200 200 200 200 200 302 200 200
casebook:export                         POST   mixed                   302 200 200 200 200 200 200 200 200 200 200 302 200 200
casebook:export                         POST   opensnow                302 200 200 200 200 200 200 200 200 200 200 302 200 200
casebook:export                         POST   network                 302 404 200 200 200 200 200 200 200 404 404 302 200 404
casebook:export                         POST   lastday                 302 404 200 200 200 200 200 200 200 404 404 302 200 404
casebook:export                         POST   draft                   302 404 404 404 200 200 404 404 404 404 404 302 404 404
casebook:export                         POST   expired                 302 404 404 404 200 200 404 404 404 404 404 302 404 404
casebook:export                         POST   embargo                 302 404 404 404 200 200 404 404 404 404 404 302 404 404
casebook:export                         POST   archived                302 404 404 404 200 200 404 404 404 404 404 302 404 404
casebook:export                         POST   withdrawn               302 404 404 404 200 200 404 404 404 404 404 302 404 404
casebook:export                         POST   lapsed                  302 404 404 404 200 200 404 404 404 404 404 302 404 404
casebook:export                         POST   lab                     302 404 200 404 200 200 200 404 404 404 404 302 404 404
casebook:export                         POST   org                     302 404 200 404 200 200 404 404 404 404 404 302 404 404
casebook:export                         POST   user                    302 200 404 404 200 200 404 404 404 404 404 302 404 404
casebook:export                         POST   team                    302 404 404 404 200 200 404 404 404 404 404 302 200 404
casebook:export                         POST   takendown               302 404 404 404 200 200 404 404 200 404 404 302 404 404
casebook:export                         POST   written                 302 404 404 404 200 200 404 404 404 404 404 302 404 200
casebook:export                         POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:export_list                    GET    -                       302 422 422 422 422 422 422 422 422 422 422 302 422 422
casebook:export_list                    POST   -                       302 200 200 200 200 200 200 200 200 200 200 302 200 200
# The owner's log, and whom to call back
casebook:one_case_log                   GET    public                  302 404 404 404 200 200 404 404 404 404 404 302 404 404
casebook:one_case_log                   GET    network                 302 404 404 404 200 200 404 404 404 404 404 302 404 404
casebook:one_case_log                   GET    draft                   302 404 404 404 200 200 404 404 404 404 404 302 404 404
casebook:one_case_log                   GET    withdrawn               302 404 404 404 200 200 404 404 404 404 404 302 404 404
casebook:one_case_log                   GET    takendown               302 404 404 404 200 200 404 404 404 404 404 302 404 404
casebook:one_case_log                   GET    written                 302 404 404 404 200 200 404 404 404 404 404 302 404 404
casebook:one_case_log                   GET    missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:recall                         GET    public                  302 404 404 404 200 200 404 404 404 404 404 302 404 404
casebook:recall                         GET    network                 302 404 404 404 200 200 404 404 404 404 404 302 404 404
casebook:recall                         GET    draft                   302 404 404 404 200 200 404 404 404 404 404 302 404 404
casebook:recall                         GET    withdrawn               302 404 404 404 200 200 404 404 404 404 404 302 404 404
casebook:recall                         GET    takendown               302 404 404 404 200 200 404 404 404 404 404 302 404 404
casebook:recall                         GET    written                 302 404 404 404 200 200 404 404 404 404 404 302 404 404
casebook:recall                         GET    missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:tell_recall                    POST   public                  302 404 404 404 403 302 404 404 404 404 404 302 404 404
casebook:tell_recall                    POST   draft                   302 404 404 404 403 302 404 404 404 404 404 302 404 404
casebook:tell_recall                    POST   withdrawn               302 404 404 404 403 302 404 404 404 404 404 302 404 404
casebook:tell_recall                    POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:case_log                       GET    owner                   302 404 404 404 200 200 404 404 404 404 404 302 404 404
casebook:case_log                       GET    partner                 302 404 200 404 404 404 404 404 404 404 404 302 404 404
casebook:case_log                       GET    elsewhere               302 404 404 200 404 404 404 404 404 404 404 302 404 404
casebook:case_log                       GET    closed                  302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:case_log                       GET    missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:case_log_csv                   GET    owner                   302 404 404 404 200 200 404 404 404 404 404 302 404 404
casebook:case_log_csv                   GET    partner                 302 404 200 404 404 404 404 404 404 404 404 302 404 404
casebook:case_log_csv                   GET    elsewhere               302 404 404 200 404 404 404 404 404 404 404 302 404 404
casebook:case_log_csv                   GET    closed                  302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:case_log_csv                   GET    missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
# Counts, for everybody
casebook:statistics                     GET    -                       200 200 200 200 200 200 200 200 200 200 200 200 200 200
api-case-statistics                     GET    -                       200 200 200 200 200 200 200 200 200 200 200 200 200 200
"""


def case_of(world: World, thing: str) -> dict[str, Any]:
    return {"pk": number(world.cases, thing)}


ROUTES = ("export", "one_case_log", "recall", "tell_recall")
PLACES = {
    **dict.fromkeys([f"casebook:{name}" for name in ROUTES], case_of),
    "casebook:case_log": organization_of,
    "casebook:case_log_csv": organization_of,
}


def every_case(world: World) -> dict[str, Any]:
    ids = [case.pk for case in world.cases.values()]
    return {"id": [*ids, 10**12], "purpose": "お客様への説明のため", "form": "lines"}


BODIES = {
    ("casebook:export", "POST"): lambda _world: {"purpose": "お客様への説明のため", "form": "document"},
    ("casebook:export_list", "POST"): every_case,
}
