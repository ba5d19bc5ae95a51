"""The keys that processes hold can do what they are for, and nothing else."""

import pytest
from meilisearch import Client
from meilisearch.errors import MeilisearchApiError

from search import checking, filling, outbox
from search.finding import find
from tests.search.cast import make_case
from tests.search.fakes import call_command_output

REFUSED = "invalid_api_key"

pytestmark = pytest.mark.meilisearch


@pytest.fixture
def least(meilisearch, settings):
    """The keys that `search keys` prints, in the place of the master key."""
    status, output = call_command_output("search", "keys")
    assert status == 0
    assert call_command_output("search", "keys") == (0, output)
    keys = dict(line.split("=") for line in output.split())
    settings.MEILISEARCH_SEARCH_KEY = keys["MEILISEARCH_SEARCH_KEY"]
    settings.MEILISEARCH_ADMIN_KEY = keys["MEILISEARCH_ADMIN_KEY"]
    return {name: Client(meilisearch.url, key) for name, key in keys.items()}


def test_they_are_enough_for_everything(least, bank, anyone):
    make_case(bank, "甲", "在庫")
    outbox.drain()
    assert (find("在庫", anyone).total, find("在庫", anyone).fallback) == (1, False)
    assert outbox.rebuild() == 1
    assert checking.differences() == []
    assert call_command_output("search", "check") == (0, "違いはありません。\n")


def test_the_search_key_reads_no_document_and_changes_nothing(least, settings, bank):
    make_case(bank, "甲", "在庫")
    outbox.drain()
    client = least["MEILISEARCH_SEARCH_KEY"]
    index = client.index(settings.MEILISEARCH_INDEX)
    assert len(index.search("在庫")["hits"]) == 1
    for forbidden in (
        index.get_documents,
        index.get_settings,
        index.get_stats,
        client.get_keys,
        client.get_indexes,
        lambda: index.add_documents([{"id": 1}]),
        index.delete_all_documents,
        lambda: client.index(filling.next_index()).search("在庫"),
        lambda: client.index("other").search("在庫"),
    ):
        with pytest.raises(MeilisearchApiError, match=REFUSED):
            forbidden()


def test_the_workers_key_makes_no_keys_and_touches_no_other_index(least):
    client = least["MEILISEARCH_ADMIN_KEY"]
    for forbidden in (client.get_keys, lambda: client.create_index("other"), lambda: client.index("other").search("")):
        with pytest.raises(MeilisearchApiError, match=REFUSED):
            forbidden()
