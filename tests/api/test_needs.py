"""Needs and proposals over HTTP, by each kind of reader."""

import copy
import json

import pytest

from matching.models import Need, Proposal, Requirement
from network.models import LabFacilitator, Organization
from tests.api.conftest import NEED, READERS, capability, errors_of
from tests.api.test_organizations import count_queries

pytestmark = pytest.mark.django_db
LIST = "/api/v1/needs"


def changed(path, value):
    """NEED with one place changed; the path is dotted, numbers are positions, None takes the key out."""
    need = copy.deepcopy(NEED)
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    inside = need
    for step in way:
        inside = inside[step]
    inside[last] = value
    return need


@pytest.mark.parametrize("reader", READERS)
def test_who_sees_a_need(desk, reader):
    client, one = desk.client(reader), f"{LIST}/{desk.need.pk}"
    listed = client.get(LIST)
    if reader == "anonymous":
        assert {listed.status_code, client.get(one).status_code, client.get(f"{one}/proposals").status_code} == {401}
        return
    sees = reader == "facilitator"
    assert [entry["id"] for entry in listed.json()["results"]] == ([desk.need.pk] if sees else [])
    for address in (one, f"{one}/proposals"):
        response = client.get(address)
        assert response.status_code == (200 if sees else 404)
        if not sees:
            assert response.content == client.get(f"{LIST}/999999").content


@pytest.mark.parametrize("reader", READERS)
def test_who_may_write_a_need(desk, reader):
    client, one = desk.client(reader), f"{LIST}/{desk.need.pk}"
    created = client.post(LIST, NEED)
    expected = {"anonymous": 401, "facilitator": 201, "other_facilitator": 201}.get(reader, 403)
    assert created.status_code == expected, created.content
    replaced = client.put(one, NEED)
    assert replaced.status_code == {"anonymous": 401, "facilitator": 200}.get(reader, 404)
    proposed = client.post(f"{one}/proposals")
    assert proposed.status_code == {"anonymous": 401, "facilitator": 201}.get(reader, 404)
    desk.need.refresh_from_db()
    assert desk.need.title == (NEED["title"] if reader == "facilitator" else "受発注と在庫")
    assert Need.objects.count() == (2 if expected == 201 else 1)
    assert Proposal.objects.count() == (1 if reader == "facilitator" else 0)


def test_a_need_comes_back_as_it_was_sent(world):
    client = world.client("facilitator")
    created = client.post(LIST, NEED | {"text": "出勤簿を\n紙で 𠮷"})
    assert created.status_code == 201
    shown = created.json()
    assert {key: shown[key] for key in NEED} == NEED
    assert (shown["lab"], shown["text"]) == ("藤枝市", "出勤簿を\n紙で 𠮷")
    assert shown["created_at"]
    assert client.get(created["Location"]).json() == shown
    need = Need.objects.get(pk=shown["id"])
    assert need.created_by == world.people["facilitator"]
    assert [(line.weight, line.must) for line in need.requirements.all()] == [(0.37, True)]


def test_what_is_read_can_be_written_back(desk):
    client, one = desk.client("facilitator"), f"{LIST}/{desk.need.pk}"
    before = client.get(one).json()
    sent = {key: before[key] for key in before if key not in {"id", "created_at", "updated_at"}}
    after = client.put(one, sent)
    assert after.status_code == 200, after.content
    assert {**after.json(), "updated_at": None} == {**before, "updated_at": None}
    assert Requirement.objects.count() == 2


def test_the_least_a_need_says(world):
    least = {"title": "最小", "client": {"prefecture": "22"}, "requirements": [NEED["requirements"][0]]}
    shown = world.client("facilitator").post(LIST, least).json()
    assert shown["client"] == {
        "prefecture": "22", "municipality": None, "industry": None, "employees": None, "stage": None, "demand": None,
    }  # fmt: skip
    assert shown["lead"] == {"kinds": None, "min_suitability": 0.0}
    assert (shown["max_size"], shown["max_hops"], shown["must_include"], shown["exclude"]) == (6, None, [], [])


def test_replacing_a_need_leaves_nothing_of_the_old_one(world):
    client = world.client("facilitator")
    one = client.post(LIST, NEED | {"text": "x"})["Location"]
    least = {"title": "最小", "client": {"prefecture": "13"}, "requirements": [NEED["requirements"][0]]}
    shown = client.put(one, least).json()
    assert shown["text"] == ""
    assert shown["client"]["municipality"] is None
    assert shown["must_include"] == shown["exclude"] == []
    assert shown["lead"]["kinds"] is None


def test_codes_with_more_detail_are_stored_as_their_major(world):
    sent = changed("client.industry", "09") | {}
    sent["client"]["municipality"] = "222143"
    shown = world.client("facilitator").post(LIST, sent).json()
    assert (shown["client"]["industry"], shown["client"]["municipality"]) == ("E", "22214")


def test_a_facilitator_of_several_labs_says_which(world):
    LabFacilitator.objects.create(user=world.people["facilitator"], lab=world.sapporo)
    client = world.client("facilitator")
    response = client.post(LIST, NEED)
    assert response.status_code == 422
    assert list(errors_of(response)) == ["lab"]
    created = client.post(LIST, NEED | {"lab": "札幌市"})
    assert created.json()["lab"] == "札幌市"
    assert client.put(created["Location"], NEED).json()["lab"] == "札幌市"
    assert client.put(created["Location"], NEED | {"lab": "藤枝市"}).json()["lab"] == "藤枝市"
    assert world.client("other_facilitator").get(created["Location"]).status_code == 404


@pytest.mark.parametrize("lab", ["札幌市", "ない市", None, 3, "\x00"])
def test_a_need_can_only_go_to_an_own_lab(world, lab):
    response = world.client("facilitator").post(LIST, NEED | {"lab": lab})
    assert response.status_code == 422
    assert list(errors_of(response)) == ["lab"]
    assert Need.objects.count() == 0


BAD = [
    ("titel", "x", "titel"),
    ("title", "", "title"),
    ("title", "x" * 121, "title"),
    ("title", "a\nb", "title"),
    ("title", "\x00", "title"),
    ("text", 5, "text"),
    ("text", "x" * 4001, "text"),
    ("client", [], "client"),
    ("client.prefecture", "99", "client.prefecture"),
    ("client.prefecture", None, "client.prefecture"),
    ("client.name", "株式会社", "client.name"),
    ("client.municipality", "13101", "client.municipality"),
    ("client.municipality", "\x00", "client.municipality"),
    ("client.industry", "Z", "client.industry"),
    ("client.employees", -1, "client.employees"),
    ("client.employees", 10**30, "client.employees"),
    ("client.stage", 5, "client.stage"),
    ("client.demand", "huge", "client.demand"),
    ("requirements", [], "requirements"),
    ("requirements", {}, "requirements"),
    ("requirements.0.capability", "nothing", "requirements[0].capability"),
    ("requirements.0.phase", "nothing", "requirements[0].phase"),
    ("requirements.0.level", 0, "requirements[0].level"),
    ("requirements.0.level", 5, "requirements[0].level"),
    ("requirements.0.weight", 0, "requirements[0].weight"),
    ("requirements.0.weight", -1, "requirements[0].weight"),
    ("requirements.0.weight", "1", "requirements[0].weight"),
    ("requirements.0.must", "yes", "requirements[0].must"),
    ("requirements.0.wieght", 1, "requirements[0].wieght"),
    ("lead.kinds", ["bank"], "lead.kinds[0]"),
    ("lead.kinds", [], "lead.kinds"),
    ("lead.min_suitability", 1.1, "lead.min_suitability"),
    ("max_size", 0, "max_size"),
    ("max_size", 7, "max_size"),
    ("max_size", None, "max_size"),
    ("must_include", ["org-nowhere"], "must_include[0]"),
    ("must_include", ["org-dormant"], "must_include[0]"),
    ("exclude", ["org-suruga", "org-suruga"], "exclude[1]"),
    ("exclude", ["org-hamana"], "exclude"),
    ("max_hops", 47, "max_hops"),
    ("weights", "mine", "weights"),
    ("id", 3, "id"),
]


@pytest.mark.parametrize(("path", "value", "field"), BAD, ids=[f"{path}={value!r:.20}" for path, value, _f in BAD])
def test_bad_needs(world, path, value, field):
    response = world.client("facilitator").post(LIST, changed(path, value))
    assert response.status_code == 422
    assert list(errors_of(response)) == [field]
    assert Need.objects.count() == 0


def test_an_organization_one_may_not_see_is_refused_like_one_that_is_not_there(world):
    client = world.client("facilitator")
    hidden = errors_of(client.post(LIST, changed("exclude", ["org-dormant"])))
    missing = errors_of(client.post(LIST, changed("exclude", ["org-nowhere"])))
    assert hidden["exclude[0]"].replace("org-dormant", "x") == missing["exclude[0]"].replace("org-nowhere", "x")


def test_all_mistakes_at_once_also_those_beside_the_need_file(world):
    sent = changed("client.prefecture", "99") | {"lab": "ない市", "max_size": 9}
    assert set(errors_of(world.client("facilitator").post(LIST, sent))) == {"client.prefecture", "lab", "max_size"}


def test_the_same_requirement_twice(world):
    sent = changed("requirements", NEED["requirements"] * 2)
    response = world.client("facilitator").post(LIST, sent)
    assert response.status_code == 422
    assert all(field.startswith("requirements[1]") for field in errors_of(response))


def test_a_refused_change_changes_nothing(desk):
    client, one = desk.client("facilitator"), f"{LIST}/{desk.need.pk}"
    before = client.get(one).json()
    assert client.put(one, changed("max_size", 9)).status_code == 422
    assert client.get(one).json() == before


def test_lists_take_no_parameters_but_pages(desk):
    client = desk.client("facilitator")
    for address in (LIST, f"{LIST}/{desk.need.pk}/proposals"):
        assert client.get(f"{address}?page=1000000000").status_code == 404
        assert list(errors_of(client.get(f"{address}?lab=x"))) == ["lab"]


def test_the_number_of_queries_does_not_grow(desk, django_assert_num_queries):
    client = desk.client("facilitator")
    client.post(LIST, NEED)
    client.post(LIST, NEED)
    with django_assert_num_queries(count_queries(client, f"{LIST}?page_size=1")):
        assert len(client.get(f"{LIST}?page_size=3").json()["results"]) == 3


# --- Proposals ------------------------------------------------------------------------------------


@pytest.fixture
def proposals(desk):
    return f"{LIST}/{desk.need.pk}/proposals"


def test_a_proposal_in_the_file_format(desk, proposals):
    client = desk.client("facilitator")
    made = client.post(proposals)
    assert made.status_code == 201
    told = made.json()
    assert list(told) == [
        "id", "made_at", "need", "optimal", "gap", "took_ms", "limit", "stopped", "diverse", "weights", "run",
        "registry", "engine", "teams", "infeasible", "demands", "fairness",
    ]  # fmt: skip
    assert (told["need"], told["optimal"], told["gap"]) == ("受発注と在庫", True, 0)
    assert told["registry"]["organizations"] == 2
    team = told["teams"][0]
    assert list(team) == [
        "score", "open_must", "lead", "members", "parts", "owners", "given_up", "apart", "proved", "gaps", "covers",
        "reasons", "explanation",
    ]  # fmt: skip
    assert team["score"] == sum(team["parts"].values())
    assert set(team["members"]) == {"org-hamana", "org-suruga"}
    assert team["owners"] == {"0": "org-hamana", "1": "org-suruga"}
    assert any("架空 浜名信用金庫" in reason for reason in team["reasons"])
    assert client.get(made["Location"]).json() == told


def test_the_history(desk, proposals):
    client = desk.client("facilitator")
    first, second = client.post(proposals).json(), client.post(proposals).json()
    listed = client.get(proposals).json()["results"]
    assert [entry["id"] for entry in listed] == [second["id"], first["id"]]
    assert listed[0]["score"] == second["teams"][0]["score"]
    assert {key: listed[0][key] for key in ("optimal", "engine")} == {key: second[key] for key in ("optimal", "engine")}
    assert listed[0]["weights"].startswith("default")


def test_no_team_is_an_answer_too(desk, proposals):
    Organization.objects.update(capacity_status="closed")
    client = desk.client("facilitator")
    made = client.post(proposals)
    assert (made.status_code, made.json()["teams"]) == (201, [])
    assert client.get(proposals).json()["results"][0]["score"] is None


@pytest.mark.parametrize(
    ("options", "most"), [(None, 3), ({}, 3), ({"top": 1}, 1), ({"top": 10, "diverse": False}, 10)]
)
def test_how_many_teams(desk, proposals, options, most):
    made = desk.client("facilitator").post(proposals, options)
    assert 1 <= len(made.json()["teams"]) <= most


@pytest.mark.parametrize(
    ("options", "field"),
    [({"top": 0}, "top"), ({"top": 11}, "top"), ({"top": True}, "top"), ({"top": "3"}, "top"),
     ({"diverse": 1}, "diverse"), ({"tpo": 3}, "tpo"), ({"time_limit": 1000}, "time_limit")],
)  # fmt: skip
def test_bad_options(desk, proposals, options, field):
    response = desk.client("facilitator").post(proposals, options)
    assert response.status_code == 422
    assert list(errors_of(response)) == [field]
    assert Proposal.objects.count() == 0


def test_weaknesses_are_told_to_the_labs_facilitator_and_nobody_else(desk, proposals):
    """The same need and the same team; only one of the two labs has Hamana as its member."""
    ours = desk.client("facilitator").post(proposals).json()["teams"][0]
    assert ours["covers"] == [{"weakness_of": "org-hamana", "capability": "system_development", "by": "org-suruga"}]
    assert any("弱み" in reason for reason in ours["reasons"])
    Need.objects.filter(pk=desk.need.pk).update(lab=desk.sapporo)
    other = desk.client("other_facilitator")
    for response in (other.post(proposals), other.get(f"{proposals}/{Proposal.objects.first().pk}")):
        theirs = response.json()["teams"][0]
        assert theirs["members"] == ours["members"]
        assert theirs["covers"] == []
        assert "弱み" not in "".join(theirs["reasons"])


def test_what_a_proposal_keeps_for_itself_is_not_told(desk, proposals):
    made = desk.client("facilitator").post(proposals)
    kept = Proposal.objects.get().result
    assert kept["levels"]["org-hamana"]["system_development"] == -1
    assert not {"levels", "drops", "requirements"} & set(made.json())
    assert "-1" not in json.dumps(made.json()["teams"][0]["owners"])


def test_a_proposal_belongs_to_its_need(desk, proposals):
    client = desk.client("facilitator")
    made = client.post(proposals).json()
    other = client.post(LIST, NEED).json()
    assert client.get(f"{LIST}/{other['id']}/proposals/{made['id']}").status_code == 404
    assert client.get(f"{proposals}/999999").status_code == 404
    assert desk.client("other_facilitator").get(f"{proposals}/{made['id']}").status_code == 404


def test_a_facilitator_who_left_the_lab_sees_nothing_any_more(desk, proposals):
    client = desk.client("facilitator")
    address = client.post(proposals)["Location"]
    LabFacilitator.objects.filter(user=desk.people["facilitator"]).delete()
    assert [client.get(each).status_code for each in (address, proposals, f"{LIST}/{desk.need.pk}")] == [404] * 3
    assert client.post(LIST, NEED).status_code == 403


def test_proposals_use_the_registry_as_it_is_now(desk, proposals):
    client = desk.client("facilitator")
    before = client.post(proposals).json()
    desk.suruga.ratings.get(capability=capability("system_development")).delete()
    after = client.post(proposals).json()
    assert before["registry"]["version"] != after["registry"]["version"]
    assert after["teams"][0]["gaps"]
