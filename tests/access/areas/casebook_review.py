"""Review, publication, the consent ledger, versions and history.

The case `embargo` has a draft that waits for a second reader and for the word of the outsider's organization."""

from typing import Any

from django.utils import timezone

from casebook.writing.texts import draft_text
from tests.access.addresses import number
from tests.cast import World

MATRIX = """
# route                         method object                 ano str par out col edi fac ofa ste for dor ina tea del
# The second reader
casebook:review                 GET    embargo                302 404 404 404 403 200 404 404 404 404 404 302 404 404
casebook:review                 GET    written                302 404 404 404 403 200 404 404 404 404 404 302 404 403
casebook:review                 GET    public                 302 403 403 403 403 200 403 403 403 403 403 302 403 403
casebook:review                 GET    missing                302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:publish                POST   embargo                302 404 404 404 403 422 404 404 404 404 404 302 404 404
casebook:publish                POST   written                302 404 404 404 403 422 404 404 404 404 404 302 404 403
casebook:publish                POST   public                 302 403 403 403 403 409 403 403 403 403 403 302 403 403
casebook:publish                POST   missing                302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:send_back              POST   embargo                302 404 404 404 403 302 404 404 404 404 404 302 404 404
casebook:send_back              POST   network                302 404 403 403 403 409 403 403 403 404 404 302 403 404
casebook:send_back              POST   missing                302 404 404 404 404 404 404 404 404 404 404 302 404 404
# What was published before, and what happened: inside
casebook:versions               GET    public                 302 403 403 403 200 200 403 403 403 403 403 302 403 403
casebook:versions               GET    draft                  302 404 404 404 200 200 404 404 404 404 404 302 404 404
casebook:versions               GET    written                302 404 404 404 200 200 404 404 404 404 404 302 404 403
casebook:versions               GET    missing                302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:difference             GET    public/0/1             302 403 403 403 200 200 403 403 403 403 403 302 403 403
casebook:difference             GET    public/1/2             302 403 403 403 404 404 403 403 403 403 403 302 403 403
casebook:difference             GET    draft/0/1              302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:difference             GET    missing/0/1            302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:case_history           GET    public                 302 403 403 403 200 200 403 403 403 403 403 302 403 403
casebook:case_history           GET    withdrawn              302 404 404 404 200 200 404 404 404 404 404 302 404 404
casebook:case_history           GET    missing                302 404 404 404 404 404 404 404 404 404 404 302 404 404
# The ledger on the owner's side
casebook:consents               GET    withdrawn              302 404 404 404 200 200 404 404 404 404 404 302 404 404
casebook:consents               GET    embargo                302 404 404 404 200 200 404 404 404 404 404 302 404 404
casebook:consents               GET    opensnow               302 403 403 403 200 200 403 403 403 403 403 302 403 403
casebook:consents               GET    takendown              302 404 404 404 200 200 404 404 403 404 404 302 404 404
casebook:consents               GET    written                302 404 404 404 200 200 404 404 404 404 404 302 404 403
casebook:consents               GET    missing                302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:ask_approvals          POST   embargo                302 404 404 404 403 302 404 404 404 404 404 302 404 404
casebook:ask_approvals          POST   network                302 404 403 403 403 409 403 403 403 404 404 302 403 404
casebook:ask_approvals          POST   missing                302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:record_consent         GET    embargo                302 404 404 404 403 200 404 404 404 404 404 302 404 404
casebook:record_consent         GET    network                302 404 403 403 403 409 403 403 403 404 404 302 403 404
casebook:record_consent         GET    missing                302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:record_consent         POST   embargo                302 404 404 404 403 302 404 404 404 404 404 302 404 404
casebook:record_consent         POST   missing                302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:reopen                 POST   withdrawn              302 404 404 404 403 409 404 404 404 404 404 302 404 404
casebook:reopen                 POST   public                 302 403 403 403 403 422 403 403 403 403 403 302 403 403
casebook:reopen                 POST   missing                302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:consent_text           GET    embargo                302 404 404 404 403 200 404 404 404 404 404 302 404 404
casebook:consent_text           GET    network                302 404 403 403 403 404 403 403 403 404 404 302 403 404
casebook:consent_text           GET    missing                302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:withdraw_consent       GET    withdrawn/withdrawn    302 404 404 404 403 200 404 404 404 404 404 302 404 404
casebook:withdraw_consent       GET    opensnow/opensnow      302 403 403 403 403 200 403 403 403 403 403 302 403 403
casebook:withdraw_consent       GET    opensnow/withdrawn     302 403 403 403 403 404 403 403 403 403 403 302 403 403
casebook:withdraw_consent       GET    embargo/asked          302 404 404 404 403 403 404 404 404 404 404 302 404 404
casebook:withdraw_consent       GET    missing/missing        302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:withdraw_consent       POST   withdrawn/withdrawn    302 404 404 404 403 409 404 404 404 404 404 302 404 404
casebook:withdraw_consent       POST   opensnow/opensnow      302 403 403 403 403 302 403 403 403 403 403 302 403 403
casebook:withdraw_consent       POST   missing/missing        302 404 404 404 404 404 404 404 404 404 404 302 404 404
# The side of an organization that took part: its editors
casebook:approvals              GET    -                      302 200 200 200 200 200 200 200 200 200 200 302 200 200
casebook:approval               GET    asked                  302 404 404 200 404 404 404 404 404 404 404 302 404 404
casebook:approval               GET    withdrawn              302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:approval               GET    missing                302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:answer_approval        POST   asked                  302 404 404 302 404 404 404 404 404 404 404 302 404 404
casebook:answer_approval        POST   missing                302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:withdraw_approval      POST   asked                  302 404 404 409 404 404 404 404 404 404 404 302 404 404
casebook:withdraw_approval      POST   missing                302 404 404 404 404 404 404 404 404 404 404 302 404 404
"""


def case_of(world: World, thing: str) -> dict[str, Any]:
    return {"pk": number(world.cases, thing)}


def consent_of(world: World, thing: str) -> dict[str, Any]:
    return {"pk": number(world.consents, thing)}


def _consent_in(world: World, thing: str) -> dict[str, Any]:
    case, consent = thing.split("/")
    return {**case_of(world, case), "consent": number(world.consents, consent)}


def _versions(world: World, thing: str) -> dict[str, Any]:
    case, first, second = thing.split("/")
    return {**case_of(world, case), "first": int(first), "second": int(second)}


def _shown(world: World) -> dict[str, Any]:
    """Which text the page of the draft showed."""
    text = draft_text(world.cases["embargo"])
    assert text is not None
    return {"revision": 1, "digest": text.digest}


def _terms(world: World) -> dict[str, Any]:
    said = {"person": "架空 花子", "means": "written", "contact": "本店", "scope": "network", "naming": "region"}
    return _shown(world) | said | {"agreed_on": timezone.localdate().isoformat()}


PLACES = {
    **dict.fromkeys(
        (
            "casebook:review",
            "casebook:publish",
            "casebook:send_back",
            "casebook:versions",
            "casebook:case_history",
            "casebook:consents",
            "casebook:ask_approvals",
            "casebook:record_consent",
            "casebook:reopen",
            "casebook:consent_text",
        ),
        case_of,
    ),
    **dict.fromkeys(("casebook:approval", "casebook:answer_approval", "casebook:withdraw_approval"), consent_of),
    "casebook:difference": _versions,
    "casebook:withdraw_consent": _consent_in,
}
BODIES = {
    ("casebook:publish", "POST"): _shown,
    ("casebook:send_back", "POST"): lambda world: _shown(world) | {"reason": "数字を直す"},
    ("casebook:ask_approvals", "POST"): _shown,
    ("casebook:record_consent", "POST"): _terms,
    ("casebook:withdraw_consent", "POST"): lambda _world: {"reason": "代表が替わった"},
    ("casebook:answer_approval", "POST"): lambda world: _shown(world) | {"answer": "no", "reason": "数字が違います"},
    ("casebook:withdraw_approval", "POST"): lambda _world: {"reason": "方針"},
}
