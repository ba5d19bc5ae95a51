"""Meilisearch: it finds what the database would let it find, and its absence is nobody's problem."""

import socket
import threading
import time

import pytest
from django.db import connection
from meilisearch.errors import MeilisearchCommunicationError

from casebook.models import Case, Grant, Section
from casebook.signals import case_changed
from search import checking, filling, outbox
from search.engines import meili
from search.engines.base import EngineUnavailable
from search.engines.breaker import Breaker
from search.engines.meili import MeilisearchEngine
from search.engines.meili_settings import CANDIDATES, key_filter
from search.finding import find
from search.indexing import enqueue
from search.models import Outbox
from tests.search.cast import make_case, make_organization, titles
from tests.search.fakes import call_command_output
from tests.search.test_leaks import CANARY


@pytest.fixture(params=["database", pytest.param("meilisearch", marks=pytest.mark.meilisearch)])
def engine(request, db):
    """Each engine in turn; `settle` brings it up to date."""
    if request.param == "meilisearch":
        request.getfixturevalue("meilisearch")
    return request.param


def settle():
    outbox.drain()


# --- What both engines must do ------------------------------------------------------------------


def test_words_are_found_in_every_spelling(engine, bank, anyone):
    make_case(bank, "工場の話", "ｻｰﾊﾞｰの見積りと在庫の管理をした")
    make_case(bank, "京都の話", "旅館の夕食")
    settle()
    for text in ("サーバ", "見積もり", "在庫管理", "見積書 サーバー"):
        assert titles(find(text, anyone, engine=engine)) == ["工場の話"], text
    assert find("東京", anyone, engine=engine).total == 0
    assert find("京", anyone, engine=engine).total == 0


def test_all_words_first(engine, bank, anyone):
    make_case(bank, "甲", "旅館の夕食")
    make_case(bank, "乙", "旅館の廃棄")
    settle()
    assert titles(find("旅館 廃棄", anyone, engine=engine))[0] == "乙"


def test_an_unknown_word_hinders_nothing(engine, bank, anyone):
    make_case(bank, "甲", "旅館の夕食")
    make_case(bank, "乙", {"summary": (f"{CANARY}の話", "network")})
    settle()
    assert titles(find("どこにもない語 旅館", anyone, engine=engine)) == ["甲"]
    assert titles(find(f"{CANARY} 旅館", anyone, engine=engine)) == ["甲"]


def test_each_reader_finds_what_the_reader_may_read(engine, bank, banker, developer, anyone):
    vendor = developer.memberships.get().organization
    make_case(bank, "甲", {"summary": ("在庫", "public"), "lessons": (CANARY, "network")})
    make_case(bank, "乙", {"summary": (CANARY,)})
    make_case(bank, "丙", {"summary": (CANARY, f"org:{vendor.pk}")})
    settle()
    found = {reader: set(titles(find(CANARY, reader, engine=engine))) for reader in (anyone, banker, developer)}
    assert found == {anyone: set(), banker: {"甲", "乙", "丙"}, developer: {"甲", "丙"}}


def test_key_numbers_are_not_taken_for_each_other(engine, anyone, developer):
    others = [make_organization() for _ in range(12)]
    for other in others:
        make_case(other, other.name, {"summary": (CANARY, f"org:{other.pk}")})
    settle()
    assert find(CANARY, developer, engine=engine).total == 0


def test_totals_and_facets_are_of_visible_cases(engine, bank, developer, anyone):
    for number in range(25):
        keys = ["public"] if number % 2 else ["network"]
        make_case(bank, f"在庫{number}", {"summary": ("在庫", *keys), "action": ("在庫", *keys)}, industry="E")
    settle()
    for reader, expected in ((anyone, 12), (developer, 25)):
        results = find("在庫", reader, engine=engine, limit=5)
        assert results.total == expected
        assert [(v.value, v.count) for v in results.facets[0].values] == [("E", expected)]


@pytest.mark.parametrize("text", ['"', '在庫" OR keys EXISTS', "-在庫", "\\", '"在庫', "在庫 " * 300, "'", "[]"])
def test_hostile_queries_open_nothing(engine, bank, anyone, text):
    make_case(bank, "甲", {"summary": (f"在庫 {CANARY}",)})
    settle()
    assert find(text, anyone, engine=engine).total == 0


# --- What is Meilisearch's own ------------------------------------------------------------------


@pytest.mark.meilisearch
def test_a_stale_index_hides_but_never_tells(meilisearch, bank, developer, anyone):
    case = make_case(bank, "甲", {"summary": ("在庫", "public"), "lessons": (CANARY, "network")})
    settle()
    assert find(CANARY, developer).total == 1
    Grant.objects.filter(key="network").delete()
    stale = find(CANARY, developer)
    assert (stale.total, stale.engine, stale.hits) == (0, "meilisearch", [])
    assert find("在庫", developer).total == 1
    # A word taken out of a text that may still be read.
    Section.objects.filter(kind="summary").update(text="旅館")
    case_changed.send(sender=Case, case=case)
    assert find("在庫", developer).total == 0
    pk = case.pk
    case.delete()
    assert find("題名 旅館", developer).total == 0
    enqueue([pk])
    settle()
    assert list(meili.Index().held()) == []


@pytest.mark.meilisearch
def test_the_index_holds_no_text_and_shows_ids_only(meilisearch, bank, anyone):
    make_case(bank, "甲", "秘密の在庫が、合わない")
    settle()
    index = meili.Index().index
    [hit] = index.search("在庫")["hits"]
    assert set(hit) == {"id", "case"}
    settings = index.get_settings()
    assert settings["typoTolerance"]["enabled"] is False
    assert settings["displayedAttributes"] == ["id", "case"]
    assert settings["pagination"]["maxTotalHits"] > CANDIDATES
    assert meili.Index().unlike() == []
    meili.Index()._wait(index.update_ranking_rules(["words"]))
    assert meili.Index().unlike() == ["rankingRules"]


@pytest.mark.meilisearch
def test_rebuild_and_check_cover_meilisearch(meilisearch, bank, anyone):
    case = make_case(bank, "甲", "在庫")
    Outbox.objects.all().delete()
    assert call_command_output("search", "rebuild") == (0, "database: 1節\nmeilisearch: 1節\n")
    assert call_command_output("search", "check") == (0, "違いはありません。\n")
    index = meili.Index()
    index.remove([document["id"] for document in index.held()])
    status, output = call_command_output("search", "check")
    assert (status, "meilisearch: " + case.external_id in output) == (1, True)
    index._wait(index.client.delete_index(index.index.uid))
    assert find("在庫", anyone).fallback
    call_command_output("search", "rebuild")
    assert (find("在庫", anyone).total, find("在庫", anyone).engine) == (1, "meilisearch")


@pytest.mark.meilisearch
def test_an_index_made_later_than_the_cases_answers_when_it_holds_them(meilisearch, settings, bank, anyone):
    url, settings.MEILISEARCH_URL = settings.MEILISEARCH_URL, ""
    for number in range(3):
        make_case(bank, f"在庫{number}", "在庫")
    settings.MEILISEARCH_URL = url
    make_case(bank, "在庫3", "在庫")
    outbox.prepared()
    early = find("在庫", anyone)
    assert (early.total, early.fallback) == (4, True)
    settle()
    late = find("在庫", anyone)
    assert (late.total, late.engine) == (4, "meilisearch")


@pytest.mark.meilisearch
def test_an_index_made_by_somebody_else_is_filled_anew(meilisearch, bank, anyone):
    make_case(bank, "甲", "在庫")
    settle()
    index = meili.Index()
    index._wait(index.client.delete_index(index.index.uid))
    index.prepare()
    call_command_output("worker", "--once")
    assert (find("在庫", anyone).total, find("在庫", anyone).engine) == (1, "meilisearch")


@pytest.mark.meilisearch
def test_check_reads_what_meilisearch_holds(meilisearch, bank):
    case = make_case(bank, "甲", "在庫")
    settle()
    assert checking.differences() == []
    Grant.objects.all().delete()
    assert checking.differences() == [(case.sections.get().pk, "old")]


@pytest.mark.meilisearch
def test_many_requests_at_once(meilisearch, bank, anyone):
    make_case(bank, "甲", "在庫")
    settle()
    accepted, failed = key_filter({"public"}), []

    def ask():
        for _ in range(25):
            try:
                assert len(MeilisearchEngine()._hits(["在庫"], accepted)) == 1
            except Exception as problem:
                failed.append(problem)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


@pytest.mark.meilisearch
def test_a_wrong_key_is_an_engine_that_is_away(meilisearch, settings, bank, anyone):
    make_case(bank, "甲", "在庫")
    settle()
    settings.MEILISEARCH_SEARCH_KEY = "wrong"
    assert find("在庫", anyone).fallback


# --- Without it ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "keys", [[], [""], ["public", ""], ['org:1"] OR keys EXISTS'], ["org:１"], ["org:a1"], ["ORG:1"], ["org:1\n"]]
)
def test_the_filter_refuses_what_is_not_a_key(keys):
    with pytest.raises(ValueError, match="key"):
        key_filter(keys)


def test_the_filter_lists_the_readers_keys():
    assert key_filter({"public", "org:12", "lab:3"}) == 'keys IN ["lab:3", "org:12", "public"]'


@pytest.fixture
def silent_server():
    """Takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


@pytest.fixture
def filled(bank, settings):
    """An index that is taken to hold everything, so that it is asked."""
    settings.MEILISEARCH_URL = "http://127.0.0.1:9"
    make_case(bank, "甲", "在庫")
    filling.fill("earlier", meili.version())
    Outbox.objects.all().delete()


def test_a_server_that_never_answers_is_cut_off_after_a_second_and_a_half(silent_server, settings, filled, anyone):
    settings.MEILISEARCH_URL = silent_server
    began = time.monotonic()
    results = find("在庫", anyone)
    assert 1 < time.monotonic() - began < 8  # the rest is the database's answer, on a machine busy with other tests
    assert (results.total, results.engine, results.fallback) == (1, "database", True)


def test_a_server_that_is_not_there_is_given_up_after_five_times(settings, filled, anyone, monkeypatch):
    settings.MEILISEARCH_URL = "http://127.0.0.1:9"
    asked = []

    def refused(*_arguments, **_options):
        asked.append(1)
        raise MeilisearchCommunicationError("refused")

    monkeypatch.setattr(meili.meilisearch, "Client", refused)
    for _ in range(8):
        assert find("在庫", anyone).fallback
    assert len(asked) == 5


def test_a_save_succeeds_while_it_is_away(settings, bank, anyone):
    settings.MEILISEARCH_URL = "http://127.0.0.1:9"
    make_case(bank, "甲", "在庫")
    assert Outbox.objects.count() == 1
    assert find("在庫", anyone).total == 1
    with pytest.raises(EngineUnavailable):
        outbox.drain()
    assert not connection.needs_rollback


def test_the_breaker_lets_one_try_through_after_a_while(monkeypatch):
    now = [100.0]
    monkeypatch.setattr("search.engines.breaker.time.monotonic", lambda: now[0])
    breaker = Breaker(failures=2, seconds=30)

    def fail():
        with breaker:
            raise OSError

    for _ in range(2):
        with pytest.raises(OSError):  # noqa: PT011
            fail()
    with pytest.raises(EngineUnavailable):
        fail()
    now[0] += 31
    with breaker, pytest.raises(EngineUnavailable), breaker:
        pass
    with breaker:
        pass
