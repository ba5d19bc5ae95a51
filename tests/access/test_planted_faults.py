"""The walk notices: each fault planted here is one that a change could bring in."""

import json
from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse

import casebook.views.cases
import network.views.organizations
from casebook import reading
from casebook.models import Case, Section
from casebook.models.attachments import AttachmentQuerySet
from casebook.models.cases import CaseQuerySet
from casebook.models.sections import GrantQuerySet, SectionQuerySet
from matching.models.needs import NeedQuerySet
from network.models.capabilities import RatingQuerySet
from network.models.organizations import OrganizationQuerySet
from tests.access.matrix import ROWS, Row, parsed
from tests.access.walking import leaks, normalised, walk
from tests.cast import word

pytestmark = pytest.mark.once


def everything(self, _reader):
    return self


def rows_of(*routes):
    return [row for row in ROWS if row.route in routes and row.method == "GET"]


CASE_PAGES = ("casebook:case", "casebook:recent", "search:cases", "api-search", "api-case-list", "api-case-detail")
FAULTS = [
    (SectionQuerySet, "stranger", CASE_PAGES, word("network", "lessons")),
    (SectionQuerySet, "partner", ("casebook:case",), word("mixed", "background")),
    (SectionQuerySet, "anonymous", ("search:cases",), word("mixed", "measure")),
    (CaseQuerySet, "anonymous", ("casebook:recent",), word("withdrawn", "title")),
    (CaseQuerySet, "outsider", ("api-case-list",), word("lab", "title")),
    (AttachmentQuerySet, "anonymous", ("casebook:attachment",), word("draft", "filetext")),
    (AttachmentQuerySet, "stranger", ("api-attachment-list",), word("unpublished", "filename")),
    (OrganizationQuerySet, "stranger", ("network:organizations",), word("elsewhere", "name")),
    (OrganizationQuerySet, "editor", ("network:organization",), word("closed", "name")),
    (OrganizationQuerySet, "former", ("api-organization-list",), word("owner", "about")),
    (RatingQuerySet, "steward", ("api-organization-detail",), word("owner", "weakness")),
    (NeedQuerySet, "colleague", ("matching:needs", "matching:need"), word("need", "title")),
    (NeedQuerySet, "steward", ("api-need-list", "api-need-detail"), word("need", "text")),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault[0].__name__}-{fault[1]}-{fault[2][0]}")
def test_a_rule_that_lets_everything_through_is_noticed(world, monkeypatch, fault):
    model, reader, routes, told = fault
    assert walk(world, reader, rows_of(*routes)).problems == []
    monkeypatch.setattr(model, "visible_to", everything)
    problems = "\n".join(walk(world, reader, rows_of(*routes)).problems)
    assert f"tells {told}" in problems


def test_a_forgotten_last_day_is_noticed(world, monkeypatch):
    monkeypatch.setattr(GrantQuerySet, "in_force", lambda self: self)
    problems = walk(world, "anonymous", rows_of("casebook:case")).problems
    assert any(word("expired", "summary") in problem for problem in problems)
    assert "anonymous GET casebook:case expired: 200 instead of 404" in problems


def test_a_reading_that_forgets_where_figures_belong_is_noticed(world, monkeypatch):
    make = reading._reading

    def careless(*args, measures, participants, **more):
        made = make(*args, measures=measures, participants=participants, **more)
        return replace(made, measures=measures, participants=participants, shows_source=True)

    monkeypatch.setattr(reading, "_reading", careless)
    problems = "\n".join(walk(world, "anonymous", rows_of("api-case-detail")).problems)
    assert all(word("mixed", place) in problems for place in ("measure", "role", "source"))


def test_saying_forbidden_where_a_case_is_hidden_is_noticed(world, monkeypatch):
    def telling(cases, pk):
        if cases.filter(pk=pk).exists():
            return cases.get(pk=pk)
        raise PermissionDenied if Case.objects.filter(pk=pk).exists() else Http404

    monkeypatch.setattr(casebook.views.cases, "get_object_or_404", telling)
    problems = walk(world, "stranger", rows_of("casebook:case")).problems
    assert "stranger GET casebook:case draft: 403 instead of 404" in problems


def test_a_not_found_page_that_differs_for_hidden_objects_is_noticed(world, monkeypatch):
    def telling(request, exception):
        exists = Case.objects.filter(pk=request.resolver_match.kwargs["pk"]).exists()
        return HttpResponse("まだ読めません" if exists else "ありません", status=404)

    monkeypatch.setattr("config.urls.handler404", telling, raising=False)
    problems = walk(world, "stranger", rows_of("casebook:case")).problems
    assert len(problems) == 1
    assert "hidden and missing can be told apart" in problems[0]


def test_a_word_in_a_header_or_in_json_is_noticed():
    hidden = word("draft", "summary")
    assert list(leaks(HttpResponse(headers={"HX-Trigger": hidden}), "anonymous", set()))
    assert list(leaks(HttpResponse(json.dumps({"q": hidden.upper()})), "anonymous", set()))
    assert not list(leaks(HttpResponse(word("public", "summary")), "anonymous", set()))


def test_a_page_for_few_that_a_shared_cache_may_keep_is_noticed():
    for_few = word("network", "summary")
    assert list(leaks(HttpResponse(for_few), "editor", set()))
    assert not list(leaks(HttpResponse(for_few, headers={"Vary": "Cookie"}), "editor", set()))


def test_an_answer_is_compared_without_its_own_address_only():
    def answer(path, text):
        return normalised(HttpResponse(f"<input value='{path}'>{text}", status=404), path)

    assert answer("/cases/3/", "") == answer("/cases/987/", "")
    assert answer("/cases/3/", "a") != answer("/cases/987/", "b")


def test_a_row_with_a_status_too_few_is_refused():
    with pytest.raises(ValueError, match="13 statuses"):
        parsed("home GET - " + "200 " * 13)
    assert parsed("# a remark\n\nhome GET - " + "200 " * 14) == [Row("home", "GET", "-", (200,) * 14)]


def test_the_faults_above_are_faults_of_rules_in_use(world):
    """Section.visible_to is what pages call, not a copy of it."""
    assert Section.objects.visible_to(world.people["anonymous"]).count() < Section.objects.count()
    assert network.views.organizations.Organization.objects.visible_to(world.people["stranger"]).count() == 0
