"""Writing a case by the guided form, previewing it, deciding who reads a section.

The case `written` has a draft whose words are planted; the delegate was asked to write it until today."""

from typing import Any

from casebook.forms.draft.screens import STEPS, seen
from casebook.models import Draft
from casebook.writing.content import Content
from tests.access.addresses import number, organization_of
from tests.cast import World

MATRIX = """
# route                                 method object                  ano str par out col edi fac ofa ste for dor ina tea del
# Beginning: editors of the organization
casebook:new_case                       GET    owner                  302 404 403 403 403 200 403 403 403 404 404 302 403 404
casebook:new_case                       GET    elsewhere              302 404 403 200 403 403 403 403 403 404 404 302 403 404
casebook:new_case                       GET    closed                 302 404 404 404 404 404 404 404 403 404 404 302 404 404
casebook:new_case                       GET    missing                302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:new_case                       POST   owner                  302 404 403 403 403 302 403 403 403 404 404 302 403 404
casebook:new_case                       POST   elsewhere              302 404 403 302 403 403 403 403 403 404 404 302 403 404
casebook:new_case                       POST   closed                 302 404 404 404 404 404 404 404 403 404 404 302 404 404
casebook:new_case                       POST   missing                302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:revise                         POST   written                302 404 404 404 403 302 404 404 404 404 404 302 404 302
casebook:revise                         POST   public                 302 403 403 403 403 302 403 403 403 403 403 302 403 403
casebook:revise                         POST   draft                  302 404 404 404 403 302 404 404 404 404 404 302 404 404
casebook:revise                         POST   missing                302 404 404 404 404 404 404 404 404 404 404 302 404 404
# The draft of the case `written`: read by the owner's members, written by its editors and who was asked; `public` has none
casebook:draft                          GET    written                302 404 404 404 200 200 404 404 404 404 404 302 404 200
casebook:draft                          GET    public                 302 404 404 404 404 200 404 404 404 404 404 302 404 404
casebook:draft                          GET    missing                302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:preview                        GET    written                302 404 404 404 200 200 404 404 404 404 404 302 404 200
casebook:preview                        GET    public                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:preview                        GET    missing                302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:check                          GET    written                302 404 404 404 403 200 404 404 404 404 404 302 404 200
casebook:check                          GET    public                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:check                          GET    missing                302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:submit                         GET    written                302 404 404 404 403 200 404 404 404 404 404 302 404 200
casebook:submit                         GET    public                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:submit                         GET    missing                302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:submit                         POST   written                302 404 404 404 403 422 404 404 404 404 404 302 404 422
casebook:submit                         POST   missing                302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:acknowledge                    POST   written                302 404 404 404 403 302 404 404 404 404 404 302 404 302
casebook:acknowledge                    POST   public                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:acknowledge                    POST   missing                302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:apply_suggestion               POST   written                302 404 404 404 403 302 404 404 404 404 404 302 404 302
casebook:apply_suggestion               POST   public                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:apply_suggestion               POST   missing                302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:draft_step                     GET    written/summary        302 404 404 404 403 200 404 404 404 404 404 302 404 200
casebook:draft_step                     GET    written/team           302 404 404 404 403 200 404 404 404 404 404 302 404 200
casebook:draft_step                     GET    written/result         302 404 404 404 403 200 404 404 404 404 404 302 404 200
casebook:draft_step                     GET    written/audience       302 404 404 404 403 200 404 404 404 404 404 302 404 403
casebook:draft_step                     GET    written/nothing        302 404 404 404 403 404 404 404 404 404 404 302 404 404
casebook:draft_step                     GET    public/summary         302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:draft_step                     GET    missing/summary        302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:draft_step                     POST   written/summary        302 404 404 404 403 302 404 404 404 404 404 302 404 302
casebook:draft_step                     POST   written/audience       302 404 404 404 403 302 404 404 404 404 404 302 404 403
casebook:draft_step                     POST   public/summary         302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:draft_step                     POST   missing/summary        302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:discard                        POST   written                302 404 404 404 403 302 404 404 404 404 404 302 404 403
casebook:discard                        POST   public                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:discard                        POST   missing                302 404 404 404 404 404 404 404 404 404 404 302 404 404
# What is public, as others find it: inside
casebook:seen_as                        GET    written                302 404 404 404 200 200 404 404 404 404 404 302 404 200
casebook:seen_as                        GET    mixed                  302 403 403 403 200 200 403 403 403 403 403 302 403 403
casebook:seen_as                        GET    team                   302 404 404 404 200 200 404 404 404 404 404 302 403 404
casebook:seen_as                        GET    missing                302 404 404 404 404 404 404 404 404 404 404 302 404 404
# Who reads a section: editors of the owner
casebook:audience                       GET    written/summary        302 404 404 404 403 200 404 404 404 404 404 302 404 403
casebook:audience                       GET    mixed/summary          302 403 403 403 403 200 403 403 403 403 403 302 403 403
casebook:audience                       GET    public/missing         302 403 403 403 403 404 403 403 403 403 403 302 403 403
casebook:audience                       GET    draft/summary          302 404 404 404 403 200 404 404 404 404 404 302 404 404
casebook:audience                       GET    missing/missing        302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:audience                       POST   written/summary        302 404 404 404 403 302 404 404 404 404 404 302 404 403
casebook:audience                       POST   mixed/summary          302 403 403 403 403 302 403 403 403 403 403 302 403 403
casebook:audience                       POST   public/missing         302 403 403 403 403 404 403 403 403 403 403 302 403 403
casebook:audience                       POST   draft/summary          302 404 404 404 403 302 404 404 404 404 404 302 404 404
casebook:audience                       POST   missing/missing        302 404 404 404 404 404 404 404 404 404 404 302 404 404
"""


def case_of(world: World, thing: str) -> dict[str, Any]:
    return {"pk": number(world.cases, thing)}


def _section_of(world: World, thing: str) -> dict[str, Any]:
    case, kind = thing.split("/")
    sections = {one.kind: one for one in world.cases[case].sections.all()} if case in world.cases else {}
    return {**case_of(world, case), "section": number(sections, kind)}


def _step_of(world: World, thing: str) -> dict[str, Any]:
    case, step = thing.split("/")
    return {**case_of(world, case), "step": step}


def _typed(world: World) -> dict[str, Any]:
    """Good for any step: what its page carries, and nothing typed."""
    content = Content.from_json(Draft.objects.get(case=world.cases["written"]).content)
    return {"version": 1, "seen": seen(STEPS["summary"], content), "how-summary": "AMBER+STRICT"}


PLACES = {
    "casebook:new_case": organization_of,
    "casebook:draft_step": _step_of,
    "casebook:audience": _section_of,
    **dict.fromkeys(
        (
            "casebook:revise",
            "casebook:draft",
            "casebook:discard",
            "casebook:preview",
            "casebook:check",
            "casebook:acknowledge",
            "casebook:apply_suggestion",
            "casebook:submit",
            "casebook:seen_as",
        ),
        case_of,
    ),
}
BODIES = {
    ("casebook:new_case", "POST"): lambda _world: {"title": "在庫の見える化", "basis": "client"},
    ("casebook:draft_step", "POST"): _typed,
    ("casebook:audience", "POST"): lambda _world: {"how-summary": "AMBER+STRICT"},
}
