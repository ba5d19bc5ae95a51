"""Hostile bodies on every page that takes one: refused with a message, never a fault of ours, nothing saved."""

from functools import partial
from typing import Any
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core import serializers
from django.urls import reverse
from rest_framework.authtoken.models import Token

from casebook.models import (
    AccessRequest,
    Answer,
    Attachment,
    Case,
    CaseEvent,
    Consent,
    Draft,
    Grant,
    Insight,
    LogEntry,
    Question,
    Reuse,
    Section,
)
from matching.models import ReadMark
from network.models import (
    Application,
    Correction,
    Expert,
    Invitation,
    Membership,
    Office,
    OfficeArea,
    Organization,
    OrganizationIndustry,
    Partnership,
    Rating,
    Tie,
)
from search.dictionary import Synonym
from search.records import Inquiry, InquiryReply, SavedSearch
from tests.access.matrix import BODIES, ROWS, kwargs_of, need_fields
from tests.access.walking import Visitor

FORM = "application/x-www-form-urlencoded"
CSRF = "csrfmiddlewaretoken=x&version=1"
"""With the version that the cast's records have, so that a refusal is about something else."""
HUGE = 10**30
TEXTS = {
    "nul": "a%00b",
    "lone surrogate": "%ED%A0%80",
    "invalid utf-8": "%FF%FE",
    "zero width": "%E2%80%8B%E2%80%8B",
    "direction override": "a%E2%80%AEb",
    "a megabyte": "x" * 1_000_000,
}
MARKS: dict[str, list[Any]] = {"nul": []}
"""What the databases themselves take differently is tried on both."""
"""As they stand in a body, percent-encoded."""
PAGES = {
    "network:describe": ("editor", "owner", "name"),
    "network:capacity": ("editor", "owner", "slots"),
    "network:rating": ("editor", "owner/pmo", "note"),
    "network:weaknesses": ("editor", "owner", "audience"),
    "network:new_office": ("editor", "owner", "name"),
    "network:office": ("editor", "owner/owner", "name"),
    "network:new_expert": ("editor", "owner", "name"),
    "network:expert": ("editor", "owner/owner_silent", "name"),
    "network:agreement": ("editor", "owner/owner_agreed", "agreement_note"),
    "network:apply": ("anonymous", "-", "about"),
    "network:application_decline": ("steward", "open", "reason"),
    "network:invite": ("editor", "owner", "email"),
    "network:member_role": ("editor", "owner/colleague", "role"),
    "network:ties": ("editor", "owner", "has_ties"),
    "network:new_tie": ("editor", "owner", "note"),
    "network:tie": ("editor", "owner/capital", "note"),
    "network:end_tie": ("editor", "owner/capital", "until"),
    "network:new_partnership": ("editor", "owner", "note"),
    "network:correct": ("partner", "owner", "reason"),
    "network:decline_correction": ("editor", "asked", "answer"),
    "casebook:insights": ("partner", "-", "text"),
    "casebook:note": ("partner", "network", "text"),
    "casebook:remove_insight": ("steward", "network", "reason"),
    "casebook:reuse": ("outsider", "network", "text"),
    "casebook:ask": ("partner", "network", "text"),
    "casebook:answer": ("editor", "waiting", "text"),
    "casebook:share": ("editor", "draft/summary", "audience"),
    "casebook:new_case": ("editor", "owner", "title"),
    "casebook:send_back": ("editor", "embargo", "reason"),
    "casebook:record_consent": ("editor", "embargo", "person"),
    "casebook:request_access": ("partner", "mixed", "purpose"),
    "casebook:decline_request": ("editor", "waiting", "answer"),
    "casebook:take_down": ("steward", "network", "taken_down_because"),
    "casebook:describe_file": ("editor", "public/unpublished", "description"),
    "search:save": ("partner", "-", "name"),
    "search:change_saved": ("partner", "kept", "name"),
    "search:ask": ("partner", "-", "text"),
    "search:reply": ("facilitator", "inquiry", "text"),
    "search:add_synonym": ("steward", "-", "name"),
    "matching:new_need": ("facilitator", "-", "title"),
    "matching:edit_need": ("facilitator", "need", "title"),
    "matching:need_person_add": ("facilitator", "need", "user"),
    "matching:need_dx_new": ("facilitator", "need", "note"),
    "matching:variant_note": ("facilitator", "need/variant", "note"),
    "matching:team_describe": ("facilitator", "forming", "title"),
    "matching:team_ties": ("facilitator", "forming", "ties_note"),
    "matching:team_dissolve": ("facilitator", "forming", "reason"),
    "matching:seat_invite": ("facilitator", "forming/training", "organization"),
    "matching:seat_waitlist": ("facilitator", "forming/training", "organization"),
    "matching:seat_cover": ("facilitator", "forming/training", "organization"),
    "matching:invitation_answer": ("facilitator", "forming/asked", "answer"),
    "matching:invitation_decline": ("editor", "invited", "note"),
    "matching:invitation_ask": ("editor", "invited", "question"),
    "matching:invitation_change": ("editor", "invited", "change"),
    "matching:invitation_tick": ("editor", "held", "item"),
    "matching:engagement_phase": ("editor", "work", "phase-phase"),
    "matching:engagement_part": ("editor", "work/development", "letter"),
    "matching:engagement_task": ("editor", "work", "task-what"),
    "matching:engagement_decision": ("editor", "work", "decision-text"),
    "matching:engagement_indicator": ("editor", "work", "indicator-name"),
    "matching:engagement_check_in": ("editor", "work/look", "look-note"),
    "matching:engagement_hand_over": ("editor", "work", "handover-handover_note"),
    "matching:engagement_close": ("editor", "work", "close-failed"),
    "matching:room_post": ("editor", "room", "text"),
    "matching:message_edit": ("editor", "room/message", "text"),
}
EMPTY_IS_AN_ANSWER = {"matching:seat_cover", "matching:message_edit"}
"""Nobody covers the seat; the message is its file."""
NEED_PAGES = ("matching:new_need", "matching:edit_need")
"""They take the fields of a need."""
"""By route: who may post there, to what, and a field that takes text or refuses it."""
WITHOUT_FIELDS = {
    "casebook:apply_suggestion",
    "casebook:archive",
    "casebook:ask_approvals",
    "casebook:discard",
    "casebook:end_delegation",
    "casebook:reinstate",
    "casebook:reopen",
    "casebook:restore",
    "casebook:revise",
    "casebook:revoke_request",
    "casebook:tell_recall",
    "casebook:withdraw_request",
    "casebook:bookmark",
    "casebook:helpful",
    "casebook:take_back_reuse",
    "casebook:open_question",
    "casebook:close_question",
    "casebook:withdraw_question",
    "casebook:remove_file",
    "matching:cancel_run",
    "matching:need_dx_remove",
    "matching:need_person_remove",
    "matching:propose",
    "matching:variant_new",
    "matching:variant_change",
    "matching:variant_mark",
    "matching:variant_remove",
    "matching:choose_team",
    "matching:team_invite_all",
    "matching:team_resolve",
    "matching:team_start",
    "matching:invitation_withdraw",
    "matching:invitation_accept",
    "matching:invitation_queue",
    "matching:engagement_task_done",
    "matching:engagement_case",
    "matching:message_delete",
    "matching:room_open",
    "matching:room_read",
    "search:close_inquiry",
    "search:delete_saved",
    "search:forget",
    "search:forget_all",
    "search:remove_synonym",
    "search:saved_seen",
    "search:send_again",
    "search:settle_unanswered",
    "network:account",
    "network:confirm",
    "network:withdraw",
    "network:undo",
    "network:remove_office",
    "network:remove_expert",
    "network:accept_correction",
    "network:withdraw_correction",
    "network:answer_partnership",
    "network:end_partnership",
    "network:application_approve",
    "network:invitation_resend",
    "network:invitation_revoke",
    "network:leave",
    "network:letter",
    "network:member_remove",
    "network:person",
    "network:read_all_notices",
    "network:read_notice",
    "network:reconfirm",
    "network:table_apply",
    "network:table_discard",
    "network:vouch",
    "network:vouch_withdraw",
}
"""They ask for nothing, or for one of two buttons."""
ELSEWHERE = (
    "account_",
    "mfa_",
    "usersessions_",
    "api-",
    "set_language",
    "network:steward_",
    "network:area",
    "network:join",
    "network:tables",
    "casebook:attachments",
    "casebook:draft_step",
    "casebook:answer_approval",
    "casebook:export",
    "casebook:acknowledge",
    "casebook:audience",
    "casebook:export_list",
    "casebook:grant_request",
    "casebook:publish",
    "casebook:submit",
    "casebook:withdraw_approval",
    "casebook:withdraw_consent",
    "casebook:writers",
    "matching:need_client",
    "matching:together",
)
"""allauth's forms, the API (refused with 422, in tests of its own), Django's own view, the steward's
desk (in tests/network/test_steward_pages.py), the service area, for which nothing is a good answer too
(tests/network/test_places_pages.py), codes of invitations (tests/network/test_joining.py), files
(tests/network/test_hostile_tables.py, tests/casebook/test_files_*.py), and forms of the casebook that need more than
one body: tests/casebook/test_draft_*.py, test_{review,consent,export,asking}_pages.py, test_delegating.py; needs that
are planned together (tests/matching/test_batch.py); the sealed client, who may be nobody
(tests/matching/test_need_around.py)."""
GOOD = {
    "network:describe": "name=A&version=1",
    "network:capacity": "status=open&slots=2&version=1",
    "network:rating": "level=3&stance=neutral&version=1",
    "network:weaknesses": "audience=network&version=1",
    "network:new_office": "name=A&prefecture=22&on_site=on",
    "network:office": "name=A&prefecture=22&on_site=on&version=1",
    "network:new_expert": "name=A",
    "network:expert": "name=A&version=1",
    "network:agreement": "agreed_on=2026-01-05&agreement_note=A&version=1",
    "casebook:share": "audience=network",
}
KEPT = (
    AccessRequest, Answer, CaseEvent, Consent, Draft, Insight, LogEntry, Question, Reuse,
    Attachment, Case, Section, Grant, Organization, OrganizationIndustry, Rating,
    Membership, Token, Office, OfficeArea, Expert, Application, Correction, Invitation, Partnership, Tie,
    Inquiry, InquiryReply, SavedSearch, Synonym, get_user_model(),
    *(model for model in apps.get_app_config("matching").get_models() if model is not ReadMark),
)  # fmt: skip
"""All but how far somebody has read: a room that is shown again, with what was refused, is read too."""


def stored():
    """Everything that a page could have changed, as text."""
    return [serializers.serialize("json", model.objects.order_by("pk")) for model in KEPT]


def need_body(world, **fields):
    return "&".join(f"{name}={value}" for name, value in (need_fields(world) | fields).items())


def post(world, route, body, reader=None, thing=None):
    """The answer as it is before it is rolled back, and whether anything was changed."""
    row = next(row for row in ROWS if row.route == route and row.method == "POST")
    if route in PAGES:
        reader, thing = reader or PAGES[route][0], thing or PAGES[route][1]
    visitor = Visitor(world, reader or "facilitator")
    path = reverse(route, kwargs=kwargs_of(world, type(row)(route, "POST", thing or row.thing, row.cells)))
    before = stored()
    answer = visitor.client.post(path, f"{CSRF}&{body}", content_type=FORM)
    return answer, stored() == before


def is_refusal(answer, route):
    """4xx, the form again with a message, or (choosing an audience) back to the page with one."""
    if answer.status_code == 302:
        return route == "casebook:share"
    page = answer.content.decode()
    told = "errorlist" in page or 'class="error' in page or 'class="notice bad"' in page
    return 400 <= answer.status_code < 500 and (answer.status_code != 422 or told)


def test_every_page_that_takes_a_body_is_tried_here():
    posts = {row.route for row in ROWS if row.method == "POST" and not row.route.startswith(ELSEWHERE)}
    assert posts == PAGES.keys() | WITHOUT_FIELDS, "add the page to PAGES in tests/access/test_bad_input.py"


def good(world, route):
    """A body that is taken: the one of the walk where none stands here."""
    if route in NEED_PAGES:
        return need_body(world)
    return GOOD.get(route) or urlencode(BODIES[route, "POST"](world), doseq=True)


def body_with(world, route, field, text):
    if route in NEED_PAGES:
        return need_body(world, **{field: text})
    kept = [part for part in good(world, route).split("&") if not part.startswith(f"{field}=")]
    return "&".join([*kept, f"{field}={text}"])


@pytest.mark.parametrize("route", PAGES)
def test_a_good_body_is_taken(world, route):
    """Otherwise refusing everything would pass for care."""
    answer, unchanged = post(world, route, good(world, route))
    assert answer.status_code == 302
    assert not unchanged


@pytest.mark.parametrize("text", [pytest.param(text, marks=MARKS.get(text, [pytest.mark.once])) for text in TEXTS])
@pytest.mark.parametrize("route", PAGES)
def test_hostile_text_is_refused_and_nothing_is_saved(world, route, text):
    answer, unchanged = post(world, route, body_with(world, route, PAGES[route][2], TEXTS[text]))
    assert is_refusal(answer, route), answer.status_code
    assert unchanged


@pytest.mark.once
@pytest.mark.parametrize("route", [route for route in PAGES if route not in EMPTY_IS_AN_ANSWER])
def test_missing_fields_are_refused_and_nothing_is_saved(world, route):
    answer, unchanged = post(world, route, "action=save" if route in NEED_PAGES else "")
    assert is_refusal(answer, route), answer.status_code
    assert unchanged


@pytest.mark.once
@pytest.mark.parametrize(
    ("route", "body"),
    [
        ("network:describe", "name=A&industries=Z"),
        ("network:describe", "name=A&corporate_number=1234567890123"),
        ("network:describe", "name=A&corporate_number=%00"),
        ("network:describe", f"name=A&about={'x' * 2001}"),
        ("network:capacity", "status=whenever&slots=1"),
        ("network:capacity", "status=open&slots=-1"),
        ("network:capacity", f"status=open&slots={HUGE}"),
        ("network:capacity", "status=open&slots=1&until=2026-02-30"),
        ("network:capacity", "status=open&slots=1&until=99999-01-01"),
        ("network:rating", "level=9&stance=neutral"),
        ("network:rating", "level=-1&stance=neutral"),
        ("network:rating", "level=x&stance=neutral"),
        ("network:rating", "level=3&stance=best"),
        ("network:rating", f"level={HUGE}&stance=neutral"),
        ("network:rating", "version=1&stance=best"),
        ("network:rating", "version=1&note=only"),
        ("network:rating", "level=3&stance=neutral&version=1&evidence=a%00b"),
        ("network:rating", "level=3&stance=neutral&version=1&evidence=a%0Ab"),
        *[
            (route, f"{body}&version={version}")
            for route, body in (
                ("network:rating", "level=3&stance=neutral"),
                ("network:describe", "name=A"),
                ("network:capacity", "status=open&slots=2"),
            )
            for version in ("", "x", "-1", str(HUGE), "%00", "1.5", "%EF%BC%91x")
        ],
        ("casebook:share", "audience=everybody"),
        ("casebook:share", "audience=public,network"),
        ("casebook:share", "audience=steward"),
    ],
)
def test_values_that_no_list_knows_are_refused(world, route, body):
    answer, unchanged = post(world, route, body)
    assert is_refusal(answer, route), answer.status_code
    assert unchanged


NEEDS = [
    {"prefecture": "99"},
    {"prefecture": "%00"},
    {"municipality": "13101"},
    {"municipality": "%00"},
    {"industry": "ZZ"},
    {"stage": "7"},
    {"demand": "none"},
    {"employees": str(HUGE)},
    {"employees": "-1"},
    {"max_size": "0"},
    {"max_size": "7"},
    {"max_hops": "99"},
    {"lead_kinds": "%00"},
    {"lead_min_suitability": "nan"},
    {"must_include": str(HUGE)},
    {"must_include": "%00"},
    {"must_include": "x"},
    {"exclude": "999999"},
    {"lab": "%00"},
    {"lab": str(HUGE)},
    {"text": "%00"},
    {"text": "x" * 1_000_000},
    {"req-0-level": "9"},
    {"req-0-level": "x"},
    {"req-0-phase": "never"},
    {"req-0-capability": "nothing"},
    {"req-0-capability": "%00"},
    {"req-0-capability": "x" * 10_000},
    {"req-0-importance": "most"},
    {"req-TOTAL_FORMS": "0", "action": "propose"},
    {"req-TOTAL_FORMS": "21"},
    {"req-TOTAL_FORMS": str(HUGE)},
    {"req-TOTAL_FORMS": "-1"},
    {"req-TOTAL_FORMS": "%00"},
]
BUTTONS = ("refresh", "read", "search", "find", "add:%00", "add:pmo", f"remove:{HUGE}", "remove:" + "9" * 5000,
           f"include:{HUGE}", "include:²", "exclude:%00")  # fmt: skip


@pytest.mark.parametrize("fields", NEEDS, ids=lambda f: str(f)[:40])
def test_a_need_with_a_bad_field_is_refused(world, fields):
    answer, unchanged = post(world, "matching:edit_need", need_body(world, **fields))
    assert answer.status_code == 422
    assert "error" in answer.content.decode()
    assert unchanged


@pytest.mark.parametrize("button", BUTTONS)
def test_buttons_of_the_intake_show_the_form_again_whatever_stands_in_its_fields(world, button):
    fields = [{}, *NEEDS] if button in {"refresh", "find"} else [{}, {"text": "%00x"}, {"req-0-capability": "%00"}]
    visitor = Visitor(world, "facilitator")
    path, before = reverse("matching:new_need"), stored()
    words = [{"capability_q": asked, "organization_q": asked} for asked in ("", "%00", "%E2%80%8B", "x" * 10_000)]
    for bad in [*words, *fields]:
        body = need_body(world, **{"capability_q": "pmo", "organization_q": "x"} | bad | {"action": button})
        answer = visitor.client.post(path, f"{CSRF}&{body}", content_type=FORM)
        assert answer.status_code == 200, f"{button} {str(bad)[:60]}"
    assert stored() == before


def test_a_page_that_asks_for_nothing_takes_anything_as_nothing(world):
    visitor = Visitor(world, "facilitator")
    send = partial(visitor.client.post, content_type=FORM)
    assert send(reverse("matching:propose", args=[world.needs["need"].pk]), "top=%00&team=x").status_code == 302
    assert send(reverse("network:account"), "action=%00").status_code == 302


# --- Query strings ------------------------------------------------------------------------------

QUERIES = (
    "q=%00", "q=%ED%A0%80", "q=%E2%80%8B", f"q={'%E8%AA%9E' * 2000}", "page=0", "page=x", "page=%00", f"page={HUGE}",
    "kind=%00", "prefecture=%00", "capability=%00", "capability=nothing", "year=%00", "tlp=%00", "team=%00", "show=%00",
    "industry=%00", "stage=99", "limit=%00", f"offset={HUGE}", f"year={HUGE}", "page_size=%00", "accepting=%00",
)  # fmt: skip


@pytest.mark.parametrize("reader", ["anonymous", "facilitator"])
def test_hostile_query_strings_are_never_a_fault_of_ours(world, reader):
    visitor = Visitor(world, reader)
    for route in ("search:cases", "network:organizations", "matching:needs", "api-search", "api-case-list",
                  "api-organization-list", "api-need-list", "casebook:recent", "home"):  # fmt: skip
        for query in QUERIES:
            status = visitor.client.get(f"{reverse(route)}?{query}").status_code
            assert status < 500, f"{reader} {route} {query[:60]}: {status}"


@pytest.mark.parametrize(
    "address",
    [
        f"/cases/{HUGE}/",
        f"/organizations/{HUGE}/",
        f"/needs/{HUGE}/",
        "/organizations/1/ratings/%00/",
        "/organizations/1/ratings/%ED%A0%80/",
        f"/api/v1/needs/{HUGE}",
        "/api/v1/cases/%00",
        "/api/v1/organizations/%ED%A0%80",
        "/api/v1/organizations/owner/ratings/%00",
    ],
)
def test_hostile_addresses_are_not_found(world, address):
    # The grid's line is the editor's alone: to others the organization is there and the line refused.
    readers = (("editor", "GET"), ("editor", "POST"), ("facilitator", "GET"))
    for reader, method in readers[:2] if "/ratings/%" in address and "api" not in address else readers:
        address = address.replace("/organizations/1/", f"/organizations/{world.organizations['owner'].pk}/")
        status = Visitor(world, reader).visit(method, address).status_code
        assert status in {404, 405}, f"{reader} {method}: {status}"


@pytest.mark.parametrize("size", [11_000_000])
def test_a_body_larger_than_the_site_takes_is_refused(world, size):
    answer, unchanged = post(world, "network:describe", f"name=A&about={'x' * size}")
    assert answer.status_code in {400, 413}
    assert unchanged


def test_a_form_with_more_fields_than_the_site_takes_is_refused(world):
    answer, unchanged = post(world, "network:describe", "name=A&" + "&".join(f"f{n}=1" for n in range(1001)))
    assert answer.status_code in {400, 413}
    assert unchanged
