"""The search page and the search API give the same answers."""

import pytest
from django.urls import reverse

from search.views.cases import PAGE_SIZE
from tests.search.cast import make_case


@pytest.fixture(autouse=True)
def _cases(bank):
    make_case(bank, "<b>在庫</b>の話", {"summary": ("在庫が合わない", "public")}, industry="E", year=2024)
    make_case(bank, "旅館の話", {"summary": ("在庫と旅館", "network")}, industry="M")


def page(client, **parameters):
    return client.get(reverse("search:cases"), parameters)


def api(client, **parameters):
    return client.get(reverse("api-search"), parameters)


def test_the_page_shows_what_the_reader_may_read(client, developer):
    shown = page(client, q="在庫").content.decode()
    assert "<mark>在庫</mark>が合わない" in shown
    assert "旅館" not in shown
    client.force_login(developer)
    assert "旅館" in page(client, q="在庫").content.decode()


def test_markup_in_a_title_is_text(client):
    assert "&lt;b&gt;<mark>在庫</mark>" in page(client, q="在庫").content.decode()


def test_htmx_gets_the_results_only_but_going_back_gets_the_page(client):
    part = client.get(reverse("search:cases"), {"q": "在庫"}, headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode()
    back = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assert "<html" in client.get(reverse("search:cases"), {"q": "在庫"}, headers=back).content.decode()
    assert "HX-Request" in part["Vary"]


@pytest.mark.parametrize("number", ["2", "1000000000", "0", "-1", "x", "9" * 5000, "１"])
def test_a_page_that_is_not_there_is_not_found(client, number):
    assert page(client, page=number).status_code == 404


def test_pages_hold_twenty(client, bank):
    for number in range(PAGE_SIZE):
        make_case(bank, f"倉庫{number}", "在庫")
    first, second = page(client, q="在庫"), page(client, q="在庫", page=2)
    assert [len(answer.context["results"].hits) for answer in (first, second)] == [PAGE_SIZE, 1]
    assert first.context["page"].has_next()
    assert not second.context["page"].has_next()


def test_unknown_values_are_named_and_not_used_by_the_page_and_refused_by_the_api(client):
    shown = page(client, industry="ZZ", year="1492")
    assert shown.status_code == 200
    assert "industry=ZZ" in shown.content.decode()
    assert shown.context["results"].total == 1
    refused = api(client, industry="ZZ")
    assert refused.status_code == 422
    assert "industry=ZZ" in refused.content.decode()


@pytest.mark.parametrize(
    "parameters",
    [{"q": "在庫"}, {"q": ""}, {"q": "在庫", "industry": "E"}, {"industry": ["E", "M"]}, {"q": "どこにもない翡翠"}],
)
def test_page_and_api_agree(client, developer, parameters):
    client.force_login(developer)
    shown, answer = page(client, **parameters).context["results"], api(client, **parameters).json()
    assert answer["total"] == shown.total
    assert [hit["id"] for hit in answer["hits"]] == [hit.id for hit in shown.hits]
    assert answer["facets"] == {f.name: {v.value: v.count for v in f.values} for f in shown.facets}


def test_the_api_is_open_to_anyone_and_pages(client):
    answer = api(client, q="在庫", limit=1, offset=0).json()
    assert (answer["total"], answer["limit"], answer["offset"], answer["fallback"]) == (1, 1, 0, False)
    [hit] = answer["hits"]
    assert (hit["section"], hit["marks"]) == ("summary", [[0, 2]])
    assert api(client, q="在庫", offset=1).json()["hits"] == []


@pytest.mark.parametrize("parameters", [{"limit": 101}, {"limit": -1}, {"offset": -1}, {"limit": "x"}, {"q": "\x00"}])
def test_the_api_refuses_what_it_cannot_mean(client, parameters):
    assert api(client, **parameters).status_code == 422


def test_the_api_refuses_a_parameter_it_does_not_know_and_names_the_one_that_was_meant(client):
    refused = api(client, prefeture="22", q="在庫")
    assert refused.status_code == 422
    [problem] = refused.json()["errors"]
    assert problem["field"] == "prefeture"
    assert "「prefecture」" in problem["message"]
    assert api(client, q="", limit=1, offset=0, prefecture="22", format="json").status_code == 200


@pytest.mark.parametrize("text", ["\x00", "\u202e在庫", "%", "' OR 1=1 --", "在" * 5000, "*", "𠮷", "😀"])
def test_no_text_breaks_the_page(client, text):
    assert page(client, q=text).status_code == 200


def test_no_mark_of_markdown_is_shown_and_the_words_are_marked_in_their_place(client, bank):
    text = "## 背景\n\n- **翡翠**の[目録](https://example.jp/x)を`SKU`で管理"
    make_case(bank, "目録の話", {"summary": (text, "public")})
    [hit] = page(client, q="翡翠").context["results"].hits
    assert hit.snippet.text == "…翡翠の目録をSKUで管理"
    assert [piece for piece, matched in hit.snippet.pieces if matched] == ["翡翠"]
    assert api(client, q="翡翠").json()["hits"][0]["snippet"] == hit.snippet.text
