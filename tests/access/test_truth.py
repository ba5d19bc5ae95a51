"""One table, every surface: whatever shows cases shows each reader the same ones."""

import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from casebook.models import Case, Grant
from network.models import User
from search.finding import find
from tests.access.matrix import ROWS
from tests.access.truth import HIDDEN, OWNS, RIGHTS, may_read
from tests.access.walking import Visitor, words_in
from tests.cast import AUDIENCES, CASE_WORDS, MIXED, READERS, word

SHARED = {HIDDEN: 404, "v": 403, "vc": 403, OWNS: 302}
"""What a signed-in reader gets for choosing an audience."""


def titles_of(reader):
    """The titles that the table lets the reader see; everybody sees that of the mixed case."""
    return {word(audience, "title") for audience in AUDIENCES if RIGHTS[reader][audience] != HIDDEN} | {
        word("mixed", "title")
    }


def titles_in(text):
    return words_in(text) & {word(case, "title") for case in (*AUDIENCES, "mixed")}


def test_the_declared_statuses_of_case_pages_are_those_of_the_table():
    pages = {row.thing.removeprefix("case-"): row for row in ROWS if row.route in {"casebook:case", "api-case-detail"}}
    for reader in READERS:
        for audience in AUDIENCES:
            assert pages[audience].statuses[reader] == (404 if RIGHTS[reader][audience] == HIDDEN else 200)


@pytest.mark.parametrize("reader", READERS)
def test_every_list_of_cases_holds_the_same_cases(world, reader):
    visitor, person = Visitor(world, reader), world.people[reader]
    wanted = titles_of(reader)
    results = find("在庫管理", person)
    assert {word_ for hit in results.hits for word_ in titles_in(hit.case.title)} == wanted
    assert results.total == len(wanted)
    assert {value.count for facet in results.facets if facet.name == "industry" for value in facet.values} == {
        len(wanted)
    }
    for address in ("search:cases", "api-search", "api-case-list"):
        asked = {"q": "在庫管理"} if address == "api-search" else {}
        shown = visitor.visit("GET", reverse(address), asked)
        assert shown.status_code == 200
        assert titles_in(shown.content.decode()) == wanted, address
    assert json.loads(visitor.visit("GET", reverse("api-case-list")).content)["count"] == len(wanted)
    recent = visitor.visit("GET", reverse("casebook:recent")).content.decode()
    assert titles_in(recent) <= wanted
    assert len(titles_in(recent)) == min(5, len(wanted))


@pytest.mark.parametrize("reader", READERS)
def test_commands_that_speak_for_a_reader_tell_what_the_table_says(world, reader):
    person = world.people[reader]
    named = [f"--as={person.email}"] if isinstance(person, User) else []
    if reader == "inactive":
        for command in (["find", "在庫管理", "--json"], ["export_cases", "-"]):
            with pytest.raises(CommandError) as refused:
                call_command(*command, *named, stdout=io.StringIO())
            assert refused.value.returncode == 2
        return
    found = io.StringIO()
    call_command("find", "在庫管理", "--json", "--limit=50", *named, stdout=found)
    assert titles_in(found.getvalue()) == titles_of(reader)
    if named:
        written = io.StringIO()
        call_command("export_cases", "-", *named, stdout=written)
        read = words_in(written.getvalue()) & CASE_WORDS.keys()
        assert read == {w for w, audience in CASE_WORDS.items() if may_read(reader, audience)}


@pytest.mark.parametrize("reader", READERS)
def test_an_audience_is_chosen_by_whom_the_table_names(world, reader):
    visitor = Visitor(world, reader)
    signed_in = reader not in {"anonymous", "inactive"}
    for audience in AUDIENCES:
        section = world.section(audience, "lessons")
        path = reverse("casebook:share", args=[section.case_id, section.pk])
        answer = visitor.visit("POST", path, {"audience": "public"})
        assert answer.status_code == (SHARED[RIGHTS[reader][audience]] if signed_in else 302)
        if not signed_in:
            assert answer["Location"].startswith(reverse("account_login"))


def test_choosing_an_audience_changes_what_it_says_and_nothing_else(world, client):
    section, before = world.section("draft", "lessons"), Grant.objects.count()
    client.force_login(world.people["editor"])
    client.post(reverse("casebook:share", args=[section.case_id, section.pk]), {"audience": "public"})
    assert list(section.grants.values_list("key", "until")) == [("public", None)]
    assert Grant.objects.count() == before + 1
    assert Case.objects.visible_to(world.people["anonymous"]).filter(pk=section.case_id).exists()


# --- Words that stand where the reader may not look ---------------------------------------------

SEARCHED = {word("mixed", kind): audience for kind, audience in MIXED.items()} | {
    word(audience, place): audience for audience in AUDIENCES for place in ("title", "lessons")
}


@pytest.mark.parametrize("reader", READERS)
def test_a_word_is_found_by_exactly_those_who_may_read_where_it_stands(world, reader):
    person = world.people[reader]
    for searched, audience in SEARCHED.items():
        results = find(searched, person)
        assert bool(results.total) == may_read(reader, audience), searched
        assert len(results.hits) == results.total
        assert any(facet.values for facet in results.facets) == bool(results.total)


@pytest.mark.once
@pytest.mark.parametrize("reader", ["anonymous", "partner", "steward"])
def test_asking_for_a_hidden_word_looks_like_asking_for_a_word_that_stands_nowhere(world, reader):
    visitor = Visitor(world, reader)
    nowhere = "zqnowhereqz"

    def asked(address, query):
        text = visitor.visit("GET", reverse(address), {"q": query}).content.decode()
        if address == "api-search":
            return {name: value for name, value in json.loads(text).items() if name != "took_ms"}
        return [line.replace(query, "QUERY") for line in text.splitlines() if "csrf" not in line.lower()]

    for address in ("search:cases", "api-search"):
        nothing = asked(address, nowhere)
        for searched, audience in SEARCHED.items():
            assert (asked(address, searched) == nothing) != may_read(reader, audience), f"{address} {searched}"
