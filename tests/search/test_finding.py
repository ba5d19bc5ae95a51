"""The door: what a page of results holds, how it is narrowed, and what it costs."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from search import finding, snippets
from search.engines.base import EngineUnavailable
from search.facets import NAMES
from search.finding import find
from search.snippets import LENGTH, marked, snippet
from search.text import query
from tests.search.cast import make_case, titles


@pytest.fixture
def three(bank):
    return [
        make_case(bank, "工場の在庫", "在庫が合わない", industry="E", prefecture="22", year=2024, stage_before=1,
                  outcome="success", tlp="CLEAR", phases=["analysis", "operation"], capabilities=["inventory"]),
        make_case(bank, "旅館の在庫", "在庫の棚卸", industry="M", prefecture="17", year=2023, stage_before=2,
                  outcome="failure", tlp="GREEN", phases=["analysis"], capabilities=["inventory", "pos"]),
        make_case(bank, "農業の日報", "日報の集計", industry="A", prefecture="22", year=2024, stage_before=1),
    ]  # fmt: skip


def counts(results, name):
    [facet] = [facet for facet in results.facets if facet.name == name]
    return {value.value: value.count for value in facet.values}


def test_an_empty_query_lists_every_visible_case_newest_first(three, anyone):
    results = find("  ", anyone)
    assert titles(results) == ["農業の日報", "工場の在庫", "旅館の在庫"]
    assert (results.total, results.engine, results.fallback) == (3, "database", False)
    assert results.hits[0].snippet.text == "日報の集計"


def test_an_own_case_without_sections_is_listed_and_no_snippet_made(bank, banker, anyone):
    make_case(bank, "これから書く")
    [hit] = find("", banker).hits
    assert (hit.section, hit.snippet.text, hit.section_name) == (None, "", "")
    assert find("", anyone).total == 0


def test_pages_share_one_total(three, anyone):
    pages = [find("", anyone, limit=2, offset=offset) for offset in (0, 2, 4)]
    assert [page.total for page in pages] == [3, 3, 3]
    assert [len(page.hits) for page in pages] == [2, 1, 0]
    assert titles(pages[0]) + titles(pages[1]) == titles(find("", anyone))


def test_facets_count_what_matches(three, anyone):
    results = find("在庫", anyone)
    assert results.total == 2
    assert counts(results, "industry") == {"E": 1, "M": 1}
    assert counts(results, "stage") == {"1": 1, "2": 1}
    assert counts(results, "phase") == {"analysis": 2, "operation": 1}
    assert counts(results, "outcome") == {"success": 1, "failure": 1}
    assert counts(results, "year") == {"2024": 1, "2023": 1}
    assert counts(results, "capability") == {"inventory": 2, "pos": 1}
    assert counts(results, "tlp") == {"GREEN": 1, "CLEAR": 1}
    assert [facet.name for facet in results.facets] == list(NAMES)


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("industry", "E", {"工場の在庫"}),
        ("prefecture", "22", {"工場の在庫", "農業の日報"}),
        ("stage", "2", {"旅館の在庫"}),
        ("phase", "operation", {"工場の在庫"}),
        ("outcome", "failure", {"旅館の在庫"}),
        ("year", "2024", {"工場の在庫", "農業の日報"}),
        ("capability", "pos", {"旅館の在庫"}),
        ("tlp", "CLEAR", {"工場の在庫"}),
    ],
)
def test_each_facet_narrows(three, anyone, name, value, found):
    results = find("", anyone, {name: frozenset({value})})
    assert set(titles(results)) == found
    assert results.total == len(found)


def test_a_facets_own_choice_does_not_reduce_its_counts(three, anyone):
    results = find("", anyone, {"prefecture": frozenset({"22"}), "year": frozenset({"2024"})})
    assert counts(results, "prefecture") == {"22": 2}
    assert counts(results, "year") == {"2024": 2}
    narrower = find("", anyone, {"prefecture": frozenset({"17"})})
    assert counts(narrower, "prefecture") == {"22": 2, "17": 1}
    assert counts(narrower, "year") == {"2023": 1}


def test_two_values_of_a_facet_widen_and_a_choice_without_cases_stays_in_sight(three, anyone):
    assert find("", anyone, {"industry": frozenset({"E", "M"})}).total == 2
    results = find("旅館", anyone, {"industry": frozenset({"A"})})
    assert results.total == 0
    assert counts(results, "industry") == {"M": 1, "A": 0}


def test_the_snippet_is_from_the_section_that_matched(bank, anyone):
    make_case(bank, "題名", {"summary": ("全体の話", "public"), "lessons": ("棚卸を甘く見た。" * 3, "public")})
    [hit] = find("棚卸し", anyone).hits
    assert hit.section_name == "学び・失敗"
    assert hit.snippet.pieces[0] == ("棚卸", True)
    assert hit.snippet.text.startswith("棚卸を甘く見た。")


def test_a_snippet_shows_the_place_with_most_words():
    text = "旅館の話。" + "あれこれと続く話です。" * 40 + "\n旅館の食材の廃棄を減らした。" + "まだ続く。" * 40
    cut = snippet(text, query("旅館 廃棄"))
    assert [piece for piece, matched in cut.pieces if matched] == ["旅館", "廃棄"]
    assert cut.text[0] == cut.text[-1] == "…"
    assert len(cut.text) <= LENGTH + 2
    assert "\n" not in cut.text


def test_a_snippet_marks_words_not_letters():
    assert snippet("東京都の会社と、京都の旅館", query("京都")).pieces == [
        ("東京都の会社と、", False),
        ("京都", True),
        ("の旅館", False),
    ]


def test_a_title_is_analysed_once_and_marked_for_each_query(bank, anyone, monkeypatch):
    case = make_case(bank, "倉庫の棚卸と翡翠", "在庫")
    find("棚卸", anyone)
    analysed, tokens = [], snippets.tokens
    monkeypatch.setattr(snippets, "tokens", lambda text: analysed.append(text) or tokens(text))
    for word, mark in (("棚卸", "棚卸"), ("倉庫", "倉庫"), ("翡翠", "翡翠")):
        [hit] = find(word, anyone).hits
        assert [piece for piece, matched in hit.title.pieces if matched] == [mark]
    assert case.title not in analysed


def test_a_snippet_marks_other_spellings_and_ideas():
    assert marked("ｻｰﾊﾞを買う", query("サーバー")).pieces == [("ｻｰﾊﾞ", True), ("を買う", False)]
    # No word of the query, but a wording of what it is about.
    assert ("欠品", True) in snippet("毎月の欠品で困る", query("在庫管理")).pieces


def test_a_long_section_is_shown_where_it_matches(bank, anyone):
    make_case(bank, "題名", "関係のない話。" * 2000 + "ここで信用金庫が登場する。")
    [hit] = find("信金", anyone).hits
    assert ("信用金庫", True) in hit.snippet.pieces


@pytest.mark.parametrize("text", ["在庫", ""])
def test_the_number_of_queries_does_not_grow_with_the_hits(bank, anyone, banker, text):
    for reader in (anyone, banker):
        find(text, reader)
    used = []
    for number in (1, 2):
        for _ in range(number):
            make_case(bank, "在庫", {"summary": ("在庫", "public"), "action": ("在庫", "public")}, phases=["analysis"],
                      capabilities=["inventory"])  # fmt: skip
        for reader in (anyone, banker):
            with CaptureQueriesContext(connection) as queries:
                results = find(text, reader)
                assert [hit.case.owner.name for hit in results.hits] == [bank.name] * results.total
            used.append(len(queries))
    assert find(text, anyone).total == 3
    assert used[:2] == used[2:]


class Away:
    name = "meilisearch"

    def propose(self, _query, _reader):
        raise EngineUnavailable("away")


def test_the_database_answers_while_the_engine_is_away_and_says_so(three, anyone, settings, monkeypatch):
    settings.MEILISEARCH_URL = "http://127.0.0.1:9"
    monkeypatch.setattr(finding, "ENGINES", {**finding.ENGINES, "meilisearch": Away})
    results = find("在庫", anyone)
    assert (results.total, results.engine, results.fallback) == (2, "database", True)


def test_a_named_engine_is_not_replaced(three, anyone):
    with pytest.raises(EngineUnavailable, match="MEILISEARCH_URL"):
        find("在庫", anyone, engine="meilisearch")
    with pytest.raises(EngineUnavailable):
        find("", anyone, engine="meilisearch")


def test_a_query_of_two_thousand_words_is_answered_soon(three, anyone):
    results = find(" ".join(f"在庫{number}" for number in range(2000)), anyone)
    assert results.took_ms < 2000
