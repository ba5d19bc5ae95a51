"""Saved searches and similar cases over HTTP."""

import pytest

from search.records import SavedSearch
from search.upkeep import look
from tests.search.cast import make_case

SAVED = "/api/v1/saved-searches"


@pytest.fixture
def signed_in(client, developer):
    client.force_login(developer)
    return client


def post(client, **body):
    return client.post(SAVED, body, content_type="application/json")


def test_a_search_is_kept_told_and_deleted(signed_in, bank, developer):
    made = post(signed_in, q="在庫", filters={"industry": ["E"]}, name="倉庫の件").json()
    assert made == {
        "id": SavedSearch.objects.get().pk, "name": "倉庫の件", "q": "在庫",
        "filters": {"industry": ["E"]}, "alerts": True, "new": [],
    }  # fmt: skip
    case = make_case(bank, "新しい", "在庫", industry="E")
    look(SavedSearch.objects.get())
    [line] = signed_in.get(SAVED).json()
    assert line["new"] == [case.external_id]
    assert signed_in.delete(f"{SAVED}/{line['id']}").status_code == 204
    assert signed_in.get(SAVED).json() == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "q"),
        ({"q": 3}, "q"),
        ({"q": "在庫", "alerts": "yes"}, "alerts"),
        ({"q": "在庫", "query": "x"}, "query"),
        ({"q": "在庫", "filters": []}, "filters"),
        ({"q": "在庫", "filters": {"industry": ["ZZ"]}}, "filters.industry"),
        ({"q": "在庫", "filters": {"nothing": []}}, "filters.nothing"),
        ({"q": "在庫", "filters": {"industry": [3]}}, "filters.industry"),
        ({"q": "在庫", "name": "x" * 81}, "q"),
        ({"q": "在庫", "name": "\u202ex"}, "q"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(signed_in, body, field):
    answer = post(signed_in, **body)
    assert answer.status_code == 422
    assert [problem["field"] for problem in answer.json()["errors"]] == [field]
    assert not SavedSearch.objects.exists()


def test_similar_cases(client, bank):
    one = make_case(bank, "甲", "棚卸の台帳", industry="E")
    two = make_case(bank, "乙", "台帳と棚卸", industry="E")
    make_case(bank, "丙", {"summary": ("台帳と棚卸", "network")})
    [line] = client.get(f"/api/v1/cases/{one.external_id}/similar").json()
    assert (line["id"], line["why"]) == (two.external_id, ["industry"])
    assert set(line["words"]) == {"棚卸", "台帳"}
    assert client.get("/api/v1/cases/nothing/similar").status_code == 404


def test_sorting(client, bank):
    make_case(bank, "古い", "在庫 在庫 在庫", year=2020)
    make_case(bank, "新しい", "在庫の話をする長い長い文章", year=2025)
    found = [client.get("/api/v1/search", {"q": "在庫", "sort": order}).json() for order in ("best", "newest")]
    assert [[hit["title"] for hit in one["hits"]] for one in found] == [["古い", "新しい"], ["新しい", "古い"]]
    assert client.get("/api/v1/search", {"q": "在庫", "sort": "oldest"}).status_code == 422
