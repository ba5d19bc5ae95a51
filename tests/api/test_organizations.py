"""The registry over HTTP, by each kind of reader."""

import json

import pytest

from network.models import Organization, Rating
from network.transfer.organization_lines import OrganizationLines
from network.vocabulary import Stance
from tests.api.conftest import NETWORK, READERS, errors_of

pytestmark = pytest.mark.django_db
LIST, HAMANA = "/api/v1/organizations", "/api/v1/organizations/org-hamana"
WHATEVER = {"HTTP_IF_MATCH": "*"}
"""A change that does not ask what stands there; who does is in test_versions.py."""
MAY_KNOW_WEAKNESS = {"member", "editor", "facilitator"}


def ids(response):
    assert response.status_code == 200, response.content
    return {entry["id"] for entry in response.json()["results"]}


@pytest.mark.parametrize("reader", READERS)
def test_who_sees_the_registry(world, reader):
    client = world.client(reader)
    listed, one = client.get(LIST), client.get(HAMANA)
    if reader == "anonymous":
        assert listed.status_code == one.status_code == 401
        assert listed["WWW-Authenticate"] == "Token"
        assert "Token" in errors_of(listed)[""]
    elif reader in NETWORK:
        assert ids(listed) == {"org-hamana", "org-suruga"}
        assert one.json()["id"] == "org-hamana"
    else:
        assert ids(listed) == set()
        assert one.status_code == 404


@pytest.mark.parametrize("reader", NETWORK)
def test_list_and_page_show_the_same_organizations(world, reader):
    client = world.client(reader)
    client.force_login(world.people[reader])
    page = client.get("/organizations/", HTTP_ACCEPT="text/html").content.decode()
    listed = ids(client.get(LIST))
    every = {organization.external_id: organization.name for organization in Organization.objects.all()}
    assert listed == {id_ for id_, name in every.items() if name in page}


@pytest.mark.parametrize(("reader", "status"), [("steward", 200), ("member", 404), ("facilitator", 404)])
def test_an_inactive_organization_is_there_for_stewards_only(world, reader, status):
    assert world.client(reader).get(f"{LIST}/org-dormant").status_code == status
    assert "org-dormant" not in ids(world.client(reader).get(LIST))


def test_hidden_reads_like_missing(world):
    client = world.client("partner")
    hidden, missing = client.get(f"{LIST}/org-dormant"), client.get(f"{LIST}/org-nowhere")
    assert hidden.status_code == missing.status_code == 404
    assert hidden.content == missing.content
    assert client.patch(f"{LIST}/org-dormant", {}).content == missing.content


@pytest.mark.parametrize("reader", NETWORK)
def test_a_weakness_is_there_for_its_members_and_the_facilitators_of_its_labs(world, reader):
    client = world.client(reader)
    [listed] = [entry for entry in client.get(LIST).json()["results"] if entry["id"] == "org-hamana"]
    for shown in (listed, client.get(HAMANA).json()):
        stances = {rating["capability"]: rating["stance"] for rating in shown["ratings"]}
        assert stances["pmo"] == "strength"
        assert ("system_development" in stances) == (reader in MAY_KNOW_WEAKNESS)


@pytest.mark.parametrize("reader", NETWORK)
@pytest.mark.parametrize("query", ["capability=system_development", "capability=system_development&min_level=2"])
def test_no_filter_finds_by_a_weakness(world, reader, query):
    assert ids(world.client(reader).get(f"{LIST}?{query}")) == {"org-suruga"}


def test_a_weakness_that_is_withdrawn_changes_nothing_for_a_partner(world):
    client = world.client("partner")
    asked = ["", "?capability=system_development", "?q=浜名", "?accepting=true"]
    before = [client.get(LIST + query).content for query in asked]
    Rating.objects.filter(stance=Stance.WEAKNESS).delete()
    assert [client.get(LIST + query).content for query in asked] == before


def test_an_organization_is_the_line_of_a_network_file_without_what_operators_stated(world):
    [line] = OrganizationLines().of([world.hamana.pk])
    stated = {"type", "lead_suitability", "max_requirements", "availability", "exposure"}
    expected = {key: value for key, value in line.items() if key not in stated}
    shown = world.client("editor").get(HAMANA).json()
    assert [rating.pop("version") for rating in shown["ratings"]] == [1, 1, 1]
    assert [rating.pop("confidence") for rating in shown["ratings"]] == [0.35, 0.35, None]  # computed, not stated
    assert [rating.pop("confidence") for rating in line["ratings"]] == [None, None, None]
    assert shown == json.loads(json.dumps(expected))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("kind=shinkin_bank", {"org-hamana"}),
        ("prefecture=13", {"org-suruga"}),
        ("prefecture=23", {"org-hamana"}),  # where it works, not where it stands
        ("prefecture=01", set()),
        ("capability=pmo", {"org-hamana"}),
        ("capability=rpa&min_level=3", set()),
        ("capability=rpa&min_level=2", {"org-hamana"}),
        ("q=駿河", {"org-suruga"}),
        ("q=ハマナ", {"org-hamana"}),
        ("accepting=true", {"org-hamana"}),
        ("accepting=false", {"org-suruga"}),
        ("kind=&q=", {"org-hamana", "org-suruga"}),
    ],
)
def test_filters(world, query, expected):
    Organization.objects.filter(pk=world.suruga.pk).update(capacity_status="closed")
    assert ids(world.client("member").get(f"{LIST}?{query}")) == expected


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("kind=bank", "kind"),
        ("prefecture=99", "prefecture"),
        ("capability=nothing", "capability"),
        ("capability=pmo&min_level=5", "min_level"),
        ("capability=pmo&min_level=%EF%BC%95x", "min_level"),
        ("min_level=3", "min_level"),
        ("accepting=maybe", "accepting"),
        ("q=%00", "q"),
        ("capabilty=pmo", "capabilty"),
        ("%00=1", "\\u0000"),
    ],
)
def test_parameters_that_mean_nothing_are_refused_by_name(world, query, field):
    response = world.client("member").get(f"{LIST}?{query}")
    assert response.status_code == 422
    assert list(errors_of(response)) == [field]


def test_a_misspelt_parameter_is_told_its_name(world):
    assert "capability" in errors_of(world.client("member").get(f"{LIST}?capabilty=pmo"))["capabilty"]


def test_pages(world):
    client = world.client("member")
    first = client.get(f"{LIST}?page_size=1").json()
    assert (first["count"], len(first["results"]), first["previous"]) == (2, 1, None)
    second = client.get(first["next"]).json()
    assert {first["results"][0]["id"], second["results"][0]["id"]} == {"org-hamana", "org-suruga"}
    for page in ("1000000000", "0", "-1", "x", "9" * 5000):
        response = client.get(f"{LIST}?page={page}")
        assert response.status_code == 404
        assert response.content == client.get(f"{LIST}/org-nowhere").content


@pytest.mark.parametrize("reader", ["partner", "facilitator", "steward"])
def test_the_number_of_queries_does_not_grow_with_the_page(world, reader, django_assert_num_queries):
    client = world.client(reader)
    with_one = count_queries(client, f"{LIST}?page_size=1")
    Organization.objects.create(external_id="org-3", name="三つ目", kind="university", prefecture="01")
    with django_assert_num_queries(with_one):
        assert len(client.get(f"{LIST}?page_size=3").json()["results"]) == 3


def count_queries(client, url):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


@pytest.mark.parametrize("reader", READERS)
def test_who_may_change_an_organization(world, reader):
    client = world.client(reader)
    expected = {"anonymous": 401, "stranger": 404, "editor": 200}.get(reader, 403)
    answers = [
        client.patch(HAMANA, {"about": "新しい紹介"}, **WHATEVER),
        client.put(f"{HAMANA}/ratings/pmo", {"level": 1}, **WHATEVER),
        client.delete(f"{HAMANA}/ratings/pmo", **WHATEVER),
    ]
    assert [answer.status_code for answer in answers] == [expected, expected, 204 if expected == 200 else expected]
    world.hamana.refresh_from_db()
    assert world.hamana.about == ("新しい紹介" if reader == "editor" else "浜名の紹介")
    assert world.hamana.ratings.filter(capability__code="pmo").exists() == (reader != "editor")


def test_change_everything(world):
    Organization.objects.filter(pk=world.hamana.pk).update(stated_availability=0.3)
    sent = {
        "name": "新しい名前",
        "kana": "アタラシイ",
        "about": "一行目\n二行目 𠮷󠄀",
        "corporate_number": "７０００-０１２０-５０００２",
        "remote": False,
        "nationwide": True,
        "industries": ["I", "09"],
        "capacity": {"status": "limited", "slots": 2, "until": "2027-03-31"},
    }
    response = world.client("editor").patch(HAMANA, sent, **WHATEVER)
    assert response.status_code == 200, response.content
    shown = response.json()
    assert {key: shown[key] for key in ("name", "kana", "about")} == {
        key: sent[key] for key in ("name", "kana", "about")
    }
    assert shown["corporate_number"] == "7000012050002"
    assert shown["service_area"] == {
        "prefectures": ["22"], "municipalities": ["23100"], "nationwide": True, "remote": False,
    }  # fmt: skip
    assert shown["industries"] == ["E", "I"]
    assert shown["capacity"] == sent["capacity"]
    assert world.client("partner").get(HAMANA).json()["about"] == sent["about"]
    world.hamana.refresh_from_db()
    assert world.hamana.stated_availability is None


def test_a_key_that_is_left_out_keeps_its_value(world):
    before = world.client("editor").get(HAMANA).json()
    after = world.client("editor").patch(HAMANA, {"capacity": {"status": "waitlist"}}, **WHATEVER).json()
    assert after == before | {"capacity": before["capacity"] | {"status": "waitlist"}}
    assert world.client("editor").patch(HAMANA, {}, **WHATEVER).json() == after


def test_all_or_nothing(world):
    Organization.objects.filter(pk=world.suruga.pk).update(corporate_number="7000012050002")
    response = world.client("editor").patch(
        HAMANA, {"corporate_number": "7000012050002", "about": "残らない", "capacity": {"slots": 9}}, **WHATEVER
    )
    assert response.status_code == 422
    assert list(errors_of(response)) == ["corporate_number"]
    world.hamana.refresh_from_db()
    assert (world.hamana.about, world.hamana.capacity_slots) == ("浜名の紹介", 3)


def test_the_description_is_not_kept_when_the_capacity_cannot_be(world, monkeypatch):
    def fail(*_args, **_kwargs):
        raise RuntimeError

    monkeypatch.setattr("network.actions.declare_capacity", fail)
    client = world.client("editor", raise_request_exception=False)
    assert client.patch(HAMANA, {"about": "残らない", "capacity": {"slots": 9}}, **WHATEVER).status_code == 500
    world.hamana.refresh_from_db()
    assert world.hamana.about == "浜名の紹介"


def test_ratings_are_written_and_withdrawn(world):
    editor, address = world.client("editor"), f"{HAMANA}/ratings/inventory"
    made = editor.put(address, {"level": 3, "stance": "strength", "note": "実績あり", "evidence": "事例集"})
    assert made.status_code == 201
    assert {key: made.json()[key] for key in ("capability", "level", "stance", "note", "evidence")} == {
        "capability": "inventory", "level": 3, "stance": "strength", "note": "実績あり", "evidence": "事例集",
    }  # fmt: skip
    assert made.json()["confirmed_at"]
    changed = editor.put(address, {"stance": "weakness"}, **WHATEVER)
    assert (changed.status_code, changed.json()["level"], changed.json()["note"]) == (200, 0, "")
    partner = [rating["capability"] for rating in world.client("partner").get(HAMANA).json()["ratings"]]
    assert "inventory" not in partner
    assert editor.delete(address, **WHATEVER).status_code == 204
    assert editor.delete(address, **WHATEVER).status_code == 404
    assert editor.put(f"{HAMANA}/ratings/nothing", {"level": 3}).status_code == 404


def test_one_rating_is_read_by_whom_it_is_for(world):
    statuses = {"editor": 200, "facilitator": 200, "partner": 404, "stranger": 404, "anonymous": 401}
    for reader, status in statuses.items():
        answer = world.client(reader).get(f"{HAMANA}/ratings/system_development")
        assert answer.status_code == status, reader
    shown = world.client("partner").get(f"{HAMANA}/ratings/pmo")
    assert shown.json() == next(r for r in world.client("partner").get(HAMANA).json()["ratings"] if r["level"] == 4)
    hidden = world.client("partner").get(f"{HAMANA}/ratings/system_development")
    assert hidden.content == world.client("partner").get(f"{HAMANA}/ratings/nothing").content


def test_nothing_is_posted_to_a_rating(world):
    assert world.client("editor").post(f"{HAMANA}/ratings/pmo").status_code == 405


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"abuot": "x"}, "abuot"),
        ({"about": 3}, "about"),
        ({"about": "x" * 2001}, "about"),
        ({"name": ""}, "name"),
        ({"name": "\u200b"}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"name": None}, "name"),
        ({"kana": "\u202ex"}, "kana"),
        ({"corporate_number": "7000012050001"}, "corporate_number"),
        ({"remote": "yes"}, "remote"),
        ({"nationwide": 1}, "nationwide"),
        ({"industries": "E"}, "industries"),
        ({"industries": ["Z"]}, "industries[0]"),
        ({"capacity": {"status": "open", "slot": 1}}, "capacity.slot"),
        ({"capacity": {"status": "busy"}}, "capacity.status"),
        ({"capacity": {"slots": -1}}, "capacity.slots"),
        ({"capacity": {"slots": True}}, "capacity.slots"),
        ({"capacity": {"until": "2027-02-30"}}, "capacity.until"),
        ({"capacity": None}, "capacity"),
        ({"id": "org-other"}, "id"),
        ({"kind": "university"}, "kind"),
        ({"ratings": []}, "ratings"),
        ({"lead_suitability": 1.0}, "lead_suitability"),
    ],
)
def test_bad_changes(world, sent, field):
    response = world.client("editor").patch(HAMANA, sent)
    assert response.status_code == 422
    assert list(errors_of(response)) == [field]
    assert world.client("editor").get(HAMANA).json()["about"] == "浜名の紹介"


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "level"),
        ({"note": "だけ"}, "level"),
        ({"level": 5}, "level"),
        ({"level": -1}, "level"),
        ({"level": 2.0}, "level"),
        ({"level": 3, "stance": "weak"}, "stance"),
        ({"level": 3, "note": "x" * 401}, "note"),
        ({"level": 3, "note": "\x00"}, "note"),
        ({"level": 3, "capability": "rpa"}, "capability"),
    ],
)
def test_bad_ratings(world, sent, field):
    response = world.client("editor").put(f"{HAMANA}/ratings/pmo", sent)
    assert response.status_code == 422
    assert list(errors_of(response)) == [field]
    assert world.hamana.ratings.get(capability__code="pmo").level == 4
