"""Every address of the site, visited by everybody: the declared answer, nothing planted told to the wrong reader."""

import pytest
from django.urls import reverse

from tests.access.matrix import ROWS, kwargs_of
from tests.access.truth import may_read
from tests.access.walking import Visitor, leaks, route_names, walk
from tests.cast import CASE_WORDS, MAIL_WORDS, READERS, WORDS, word

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


# --- Nothing is forgotten -----------------------------------------------------------------------


def test_every_route_is_declared():
    unlisted = sorted(set(route_names()) - {row.route for row in ROWS})
    assert not unlisted, (
        f"no declared answers for {', '.join(unlisted)}: add the route to MATRIX in tests/access/matrix.py, "
        "with a line per method and object, and say in PLACES and BODIES what its ids and its body are"
    )


def test_no_route_is_declared_that_does_not_exist():
    assert {row.route for row in ROWS} <= set(route_names())


def test_each_answer_is_declared_once():
    lines = [str(row) for row in ROWS]
    assert sorted(lines) == sorted(set(lines))


def test_every_route_with_ids_is_visited_with_an_id_that_does_not_exist():
    with_objects = {(row.route, row.method) for row in ROWS if row.thing != "-"}
    assert with_objects == {(row.route, row.method) for row in ROWS if "missing" in row.thing}


# --- The walk -----------------------------------------------------------------------------------


@pytest.mark.parametrize("reader", READERS)
def test_every_address_answers_as_declared_and_tells_what_it_should_and_no_more(world, reader):
    found = walk(world, reader, ROWS)
    assert found.problems == []
    assert found.seen & set(CASE_WORDS) == {w for w, audience in CASE_WORDS.items() if may_read(reader, audience)}


@pytest.mark.once
@pytest.mark.parametrize("reader", ["anonymous", "stranger", "partner", "editor", "facilitator", "steward"])
def test_fragments_for_htmx_tell_no_more_than_pages(world, reader):
    pages = [row for row in ROWS if row.method == "GET" and not row.route.startswith(("api-", "account_"))]
    assert walk(world, reader, pages, htmx=True).problems == []


@pytest.mark.parametrize("reader", ["editor", "outsider", "facilitator", "other_facilitator", "steward", "stranger"])
def test_every_planted_word_is_read_by_whom_it_is_for(world, reader):
    """Otherwise the walk would prove nothing by not finding it."""
    pages = [row for row in ROWS if row.method == "GET" and row.route in REGISTRY_PAGES]
    wanted = {w for w in WORDS.keys() - CASE_WORDS.keys() if may_read(reader, WORDS[w])}
    found_by_search = set(MAIL_WORDS) if reader == "steward" else set()
    assert walk(world, reader, pages).seen >= wanted - WRITTEN_IN_KEYS - found_by_search


REGISTRY_PAGES = {
    "casebook:approval",
    "casebook:case_history",
    "casebook:case_log",
    "casebook:consents",
    "casebook:difference",
    "casebook:draft",
    "casebook:draft_step",
    "casebook:review",
    "casebook:writers",
    "casebook:attachment",
    "casebook:case",
    "casebook:case_request",
    "casebook:case_requests",
    "casebook:steward_cases",
    "casebook:life",
    "casebook:insights",
    "casebook:questions",
    "network:steward_merges",
    "network:account",
    "network:organization",
    "network:ratings",
    "network:history",
    "network:partnerships",
    "network:history_as_of",
    "network:corrections_to",
    "network:my_corrections",
    "network:notices",
    "network:members",
    "network:applications",
    "network:application",
    "network:letters",
    "matching:engagement",
    "matching:invitation",
    "matching:invitations",
    "matching:need",
    "matching:message_trace",
    "matching:need_client",
    "matching:need_dx",
    "matching:room",
    "matching:room_file",
    "matching:team",
    "matching:workbench",
    "api-organization-detail",
    "api-question-list",
    "search:history",
    "search:inquiries",
    "search:saved",
    "search:dictionary",
    "search:unanswered",
}
WRITTEN_IN_KEYS = {word("mail", "stranger")}
"""A personal grant names the person to the owner's members: on the case's page of the API, not on these."""


@pytest.mark.once
@pytest.mark.parametrize("reader", ["anonymous", "stranger", "partner", "editor", "facilitator", "steward"])
def test_undeclared_methods_are_refused(world, reader):
    visitor = Visitor(world, reader)
    declared = {(row.route, row.method) for row in ROWS}
    first = {row.route: row for row in reversed(ROWS) if not row.route.startswith(("account_", "mfa_"))}
    for route, row in first.items():
        path = reverse(route, kwargs=kwargs_of(world, row))
        for method in METHODS:
            if (route, method) not in declared:
                status = visitor.visit(method, path).status_code
                assert status in {302, 401, 403, 404, 405}, f"{reader} {method} {route}: {status}"
                assert status != 302 or reader == "anonymous" or route == "set_language", f"{method} {route}"
        for method in ("OPTIONS", "HEAD"):
            response = visitor.visit(method, path)
            assert response.status_code < 500
            assert list(leaks(response, reader, set())) == []
