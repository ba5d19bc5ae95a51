"""The casebook over HTTP, by each kind of reader."""

import json

import pytest

from casebook.models import Grant, Section
from casebook.transfer.exporting import case_lines
from network.models import Organization
from tests.api.conftest import READERS, errors_of
from tests.api.test_organizations import count_queries

pytestmark = pytest.mark.django_db
LIST, OPEN = "/api/v1/cases", "/api/v1/cases/case-open"
VISIBLE = {
    "anonymous": {"open"},
    "stranger": {"open"},
    "member": {"open", "network", "draft"},
    "editor": {"open", "network", "draft"},
    "partner": {"open", "network"},
    "facilitator": {"open", "network"},
    "other_facilitator": {"open", "network"},
    "steward": {"open", "network"},
}
SECTIONS = {
    "anonymous": ["summary"],
    "stranger": ["summary"],
    "member": ["summary", "result", "team", "identity"],
    "editor": ["summary", "result", "team", "identity"],
    "partner": ["summary", "result", "team"],
    "facilitator": ["summary", "result"],
    "other_facilitator": ["summary", "result"],
    "steward": ["summary", "result"],
}


def names(response):
    assert response.status_code == 200, response.content
    return {entry["id"].removeprefix("case-") for entry in response.json()["results"]}


@pytest.mark.parametrize("reader", READERS)
def test_who_sees_which_cases(casebook, reader):
    client = casebook.client(reader)
    assert names(client.get(LIST)) == VISIBLE[reader]
    for name in ("open", "network", "draft"):
        expected = 200 if name in VISIBLE[reader] else 404
        assert client.get(f"{LIST}/case-{name}").status_code == expected


@pytest.mark.parametrize("reader", READERS)
def test_the_pages_show_the_same_cases(casebook, client, reader):
    if reader != "anonymous":
        client.force_login(casebook.people[reader])
    shown = {name for name, case in casebook.cases.items() if client.get(f"/cases/{case.pk}/").status_code == 200}
    assert shown == names(casebook.client(reader).get(LIST))


@pytest.mark.parametrize("reader", READERS)
def test_a_case_is_cut_down_to_its_reader(casebook, reader):
    shown = casebook.client(reader).get(OPEN).json()
    kinds = [section["kind"] for section in shown["sections"]]
    assert kinds == SECTIONS[reader]
    assert bool(shown["measures"]) == ("result" in kinds)
    assert bool(shown["participants"]) == ("team" in kinds)
    assert bool(shown["source"]) == ("identity" in kinds)
    text = json.dumps(shown, ensure_ascii=False)
    for kind in SECTIONS["editor"]:
        assert (f"open {kind} 本文" in text) == (kind in kinds)


@pytest.mark.parametrize("reader", READERS)
def test_keys_are_for_editors_of_the_owner(casebook, reader):
    sections = casebook.client(reader).get(OPEN).json()["sections"]
    if reader == "editor":
        assert {section["kind"]: section["keys"] for section in sections} == {
            "summary": ["public"], "result": ["network"], "team": ["org:org-suruga"], "identity": [],
        }  # fmt: skip
    else:
        assert not any({"keys", "until"} & section.keys() for section in sections)


def test_a_case_is_the_line_of_a_case_file(casebook):
    lab, person = casebook.fujieda, casebook.people["partner"]
    for key, until in ((f"lab:{lab.pk}", "2099-01-31"), (f"user:{person.pk}", None), ("org:999999", None)):
        Grant.objects.create(
            section=Section.objects.get(case=casebook.cases["open"], kind="identity"), key=key, until=until
        )
    lines = {line["id"]: line for line in case_lines(casebook.people["editor"])}
    client = casebook.client("editor")
    for name in ("case-open", "case-draft"):
        assert client.get(f"{LIST}/{name}").json() == json.loads(json.dumps(lines[name]))


def test_a_list_has_the_facts_of_each_case(casebook):
    client = casebook.client("partner")
    [listed] = [entry for entry in client.get(LIST).json()["results"] if entry["id"] == "case-open"]
    whole = client.get(OPEN).json()
    assert listed == {key: whole[key] for key in listed}
    assert not {"sections", "measures", "participants", "source"} & set(listed)


@pytest.mark.parametrize("reader", ["anonymous", "stranger", "partner", "steward"])
def test_hidden_reads_like_missing(casebook, reader):
    client = casebook.client(reader)
    hidden, missing = client.get(f"{LIST}/case-draft"), client.get(f"{LIST}/case-nowhere")
    assert (hidden.status_code, missing.status_code) == (404, 404)
    assert hidden.content == missing.content
    assert errors_of(hidden)


def test_a_grant_that_ended_opens_nothing(casebook):
    Grant.objects.filter(key="public").update(until="2020-01-01")
    assert casebook.client("anonymous").get(OPEN).status_code == 404
    assert names(casebook.client("anonymous").get(LIST)) == set()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("industry=E", {"open", "network", "draft"}),
        ("industry=I", set()),
        ("prefecture=22", {"open", "network", "draft"}),
        ("prefecture=13", set()),
        ("year=2024", {"open", "network", "draft"}),
        ("year=2023", set()),
        ("outcome=success", {"open"}),
        ("phase=requirements", {"open", "network", "draft"}),
        ("phase=training", set()),
        ("capability=inventory", {"open", "network", "draft"}),
        ("capability=pmo", set()),
        ("capability=inventory&outcome=success", {"open"}),
    ],
)
def test_filters(casebook, query, expected):
    assert names(casebook.client("editor").get(f"{LIST}?{query}")) == expected
    assert names(casebook.client("anonymous").get(f"{LIST}?{query}")) == expected & {"open"}


@pytest.mark.parametrize(
    "query",
    [
        "industry=09",
        "prefecture=1",
        "year=20x4",
        "year=99999999999999999999",
        "outcome=good",
        "phase=x",
        "capability=x",
        "tlp=RED",
    ],
)
def test_filters_that_mean_nothing(casebook, query):
    response = casebook.client("anonymous").get(f"{LIST}?{query}")
    assert response.status_code == 422
    assert list(errors_of(response)) == [query.partition("=")[0]]


def test_pages_that_are_not_there(casebook):
    assert casebook.client("anonymous").get(f"{LIST}?page=1000000000").status_code == 404


@pytest.mark.parametrize("reader", ["anonymous", "editor"])
def test_the_number_of_queries_does_not_grow(casebook, reader, django_assert_num_queries):
    Section.objects.exclude(kind="team").update(text="x")
    for section in Section.objects.filter(kind="summary"):
        Grant.objects.update_or_create(section=section, key="public", defaults={"until": None})
    client = casebook.client(reader)
    with django_assert_num_queries(count_queries(client, f"{LIST}?page_size=1")):
        assert len(client.get(f"{LIST}?page_size=3").json()["results"]) == 3


@pytest.mark.parametrize("reader", READERS)
def test_who_may_share(casebook, reader):
    address = f"{OPEN}/sections/identity/share"
    response = casebook.client(reader).post(address, {"audience": "public"})
    assert response.status_code == {"anonymous": 401, "editor": 200}.get(reader, 403)
    now_open = casebook.client("anonymous").get(OPEN).json()["source"] is not None
    assert now_open == (reader == "editor")


def test_sharing_and_taking_back(casebook):
    editor, anonymous = casebook.client("editor"), casebook.client("anonymous")
    address = f"{LIST}/case-draft/sections/summary/share"
    shared = editor.post(address, {"audience": "public"})
    assert shared.json() == {"kind": "summary", "text": "draft summary 本文", "tlp": "CLEAR", "keys": ["public"]}
    assert anonymous.get(f"{LIST}/case-draft").status_code == 200
    assert editor.post(address, {"audience": "network"}).json()["keys"] == ["network"]
    assert anonymous.get(f"{LIST}/case-draft").status_code == 404
    assert casebook.client("partner").get(f"{LIST}/case-draft").status_code == 200
    assert editor.post(address, {"audience": "draft"}).json()["keys"] == []
    assert casebook.client("partner").get(f"{LIST}/case-draft").status_code == 404


@pytest.mark.parametrize(
    ("sent", "field"),
    [({}, "audience"), ({"audience": "all"}, "audience"), ({"audience": []}, "audience"),
     ({"audience": "public", "until": "2027-01-01"}, "until")],
)  # fmt: skip
def test_bad_sharing(casebook, sent, field):
    response = casebook.client("editor").post(f"{OPEN}/sections/identity/share", sent)
    assert response.status_code == 422
    assert list(errors_of(response)) == [field]


def test_sharing_what_is_not_there(casebook):
    editor = casebook.client("editor")
    for address in (
        f"{OPEN}/sections/lessons/share",
        f"{OPEN}/sections/nothing/share",
        f"{LIST}/none/sections/summary/share",
    ):
        assert editor.post(address, {"audience": "public"}).status_code == 404
    hidden = casebook.client("partner").post(f"{LIST}/case-draft/sections/summary/share", {"audience": "public"})
    assert hidden.status_code == 404
    assert Section.objects.get(case=casebook.cases["draft"]).grants.count() == 0


def test_an_editor_of_another_organization_may_not_share_what_it_reads(casebook):
    assert casebook.client("partner").post(f"{OPEN}/sections/team/share", {"audience": "public"}).status_code == 403


def test_reading_a_case_asks_for_no_more_of_the_registry_than_it_names(casebook):
    before = count_queries(casebook.client("editor"), OPEN)
    Organization.objects.bulk_create(
        Organization(external_id=f"x-{n}", name="x", kind="university", prefecture="01") for n in range(50)
    )
    assert count_queries(casebook.client("editor"), OPEN) == before
