"""An index that does not hold every case yet does not answer."""

import pytest

from casebook.models import Case
from casebook.signals import case_changed
from search import filling, outbox
from search.engines.meili import version
from search.models import Outbox
from tests.search.cast import make_case
from tests.search.fakes import FakeIndex, call_command_output, held


def complete():
    return filling.complete(version())


def test_cases_older_than_the_index_are_written_before_it_answers(bank, index, settings):
    settings.MEILISEARCH_URL = ""
    old = [make_case(bank, f"前からの事例{number}", "在庫") for number in range(3)]
    settings.MEILISEARCH_URL = "http://127.0.0.1:9"
    new = make_case(bank, "新しい事例", "在庫")
    assert not complete()
    assert outbox.drain() == 4
    assert complete()
    assert {document["case"] for document in held(index).values()} == {case.pk for case in [*old, new]}
    # From now on a case costs one write, and the index answers while it waits.
    make_case(bank, "もっと新しい事例", "在庫")
    assert complete()
    assert outbox.drain() == 1
    assert index.prepared == ["sections"]


def test_a_worker_on_an_empty_site_makes_an_index_that_answers(db, index):
    assert call_command_output("worker", "--once") == (0, "0件\n")
    assert complete()


def test_it_does_not_answer_before_the_last_case_is_written(bank, index, settings, monkeypatch):
    settings.MEILISEARCH_URL = ""
    for _ in range(3):
        make_case(bank, "題名", "在庫")
    settings.MEILISEARCH_URL = "http://127.0.0.1:9"
    monkeypatch.setattr(outbox, "AT_ONCE", 1)
    replace, seen = FakeIndex.replace, []

    def watched(self, cases, documents):
        seen.append(complete())
        replace(self, cases, documents)

    monkeypatch.setattr(FakeIndex, "replace", watched)
    outbox.prepared()
    outbox.drain()
    assert (seen, complete()) == ([False] * 3, True)


def test_filling_that_was_cut_short_begins_anew(bank, index, monkeypatch):
    make_case(bank, "題名", "在庫")
    Outbox.objects.all().delete()

    def killed(**_options):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(filling, "note_everything", killed)
        with pytest.raises(KeyboardInterrupt):
            outbox.prepared()
    assert not complete()
    outbox.prepared()
    assert outbox.drain() == 1
    assert complete()


@pytest.mark.parametrize(
    "lose",
    [
        lambda: FakeIndex().drop(),
        lambda: FakeIndex.ages.update(sections=7),
    ],
)
def test_an_index_that_was_lost_or_is_another_one_is_filled_anew(bank, index, lose):
    make_case(bank, "題名", "在庫")
    outbox.drain()
    index.indexes = {}
    lose()
    outbox.prepared()
    assert not complete()
    assert outbox.drain() == 1
    assert complete()
    assert len(held(index)) == 1


def test_a_change_that_the_index_did_not_learn_of_takes_its_word_away(bank, index, settings):
    case = make_case(bank, "題名", "在庫")
    outbox.drain()
    settings.MEILISEARCH_URL = ""
    case_changed.send(sender=Case, case=case)
    assert not complete()


def test_check_says_so(bank, index):
    make_case(bank, "題名", "在庫")
    status, output = call_command_output("search", "check")
    assert (status, "まだ書き終わっていません" in output) == (1, True)
