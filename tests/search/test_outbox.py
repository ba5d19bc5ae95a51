"""From the outbox into the index: nothing lost, nothing written twice at a time."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from casebook.models import Case, Grant, Section
from casebook.signals import case_changed
from search import outbox
from search.engines.base import EngineUnavailable
from search.models import Outbox
from tests.search.cast import make_case
from tests.search.fakes import FakeIndex, call_command_output


def test_without_meilisearch_nothing_waits(bank):
    make_case(bank, "題名", "在庫")
    assert Outbox.objects.count() == 0


def test_several_changes_of_a_case_are_one_write_of_its_last_state(bank, vendor, index):
    case = make_case(bank, "題名", {"summary": ("在庫", "public"), "action": ("旅館", "network", f"org:{vendor.pk}")})
    case.sections.filter(kind="summary").update(text="農業")
    case_changed.send(sender=Case, case=case)
    assert Outbox.objects.get().revision == 2
    assert outbox.drain() == 1
    assert index.writes == [[case.pk]]
    by_kind = {section.kind: index.held[section.pk] for section in case.sections.all()}
    assert by_kind["summary"]["text"] == "農業"
    assert by_kind["summary"]["keys"] == ["public", f"org:{bank.pk}"]
    assert by_kind["action"]["keys"] == ["network", f"org:{vendor.pk}", f"org:{bank.pk}"]
    assert Outbox.objects.count() == 0
    assert outbox.drain() == 0


def test_a_case_that_vanished_while_it_waited_loses_its_documents(bank, index):
    case = make_case(bank, "題名", "在庫")
    outbox.drain()
    assert index.held
    case_changed.send(sender=Case, case=case)
    case.delete()
    outbox.drain()
    assert index.held == {}


def test_documents_of_vanished_cases_are_named_by_check_and_removed_by_rebuild(bank, index):
    case = make_case(bank, "題名", "在庫")
    outbox.drain()
    [section] = index.held
    case.delete()
    status, output = call_command_output("search", "check")
    assert (status, f"meilisearch: 節 {section}" in output) == (1, True)
    call_command_output("search", "rebuild")
    assert index.held == {}
    assert call_command_output("search", "check")[0] == 0


def test_what_fails_is_tried_again_later_and_later(bank, index):
    make_case(bank, "題名", "在庫")
    index.away = True
    with pytest.raises(EngineUnavailable):
        outbox.drain()
    row = Outbox.objects.get()
    assert row.attempts == 1
    assert timedelta(0) < row.not_before - timezone.now() <= timedelta(seconds=1)
    assert outbox.drain() == 0
    index.away = False
    Outbox.objects.update(not_before=timezone.now())
    assert outbox.drain() == 1
    assert [round((outbox.retry_at(n) - timezone.now()).total_seconds()) for n in (1, 2, 3, 6, 7, 99)] == [
        1, 2, 4, 32, 60, 60,
    ]  # fmt: skip


def test_a_lease_keeps_others_away_until_it_ends(bank, index):
    make_case(bank, "題名", "在庫")
    assert len(outbox.lease()) == 1
    assert outbox.lease() == []
    # The worker that took it was killed; a minute later it is free again.
    Outbox.objects.update(not_before=timezone.now())
    assert outbox.drain() == 1


def test_a_change_during_the_write_is_not_lost(bank, index, monkeypatch):
    case = make_case(bank, "題名", "在庫")
    replace = FakeIndex.replace

    def replace_while_it_changes(self, cases, documents):
        monkeypatch.setattr(FakeIndex, "replace", replace)
        replace(self, cases, documents)
        case.sections.update(text="旅館")
        case_changed.send(sender=Case, case=case)

    monkeypatch.setattr(FakeIndex, "replace", replace_while_it_changes)
    assert outbox.drain() == 2
    assert [document["text"] for document in index.held.values()] == ["旅館"]


def test_synchronise_writes_everything_and_removes_the_rest(bank, index):
    case = make_case(bank, "題名", {"summary": ("在庫", "public"), "action": ("旅館", "public")})
    index.held = {999: {"id": 999, "case": 1, "print": ""}}
    missing = [(section.pk, "missing") for section in case.sections.order_by("pk")]
    assert outbox.differences() == [*missing, (999, "needless")]
    assert outbox.synchronise() == 2
    assert outbox.differences() == []


@pytest.mark.parametrize(
    "change",
    [
        lambda case: Grant.objects.filter(section__case=case).delete(),
        lambda case: Section.objects.filter(case=case).update(text="旅館"),
        lambda case: Case.objects.filter(pk=case.pk).update(title="別の題名"),
    ],
)
def test_check_names_documents_that_are_older_than_their_sections(bank, index, change):
    case, other = make_case(bank, "題名", "在庫"), make_case(bank, "題名", "在庫")
    outbox.drain()
    change(case)
    assert outbox.differences() == [(case.sections.get().pk, "old")]
    _status, output = call_command_output("search", "check")
    assert f"meilisearch: {case.external_id}「概要」 の索引が古いままです" in output
    assert f"meilisearch: {other.external_id}" not in output


def test_check_and_rebuild_read_no_text_to_know_which_sections_there_are(bank, index):
    make_case(bank, "題名", "在庫")
    outbox.drain()
    with CaptureQueriesContext(connection) as queries:
        outbox.synchronise()
    [listing] = [q["sql"] for q in queries if q["sql"].startswith('SELECT "casebook_section"."id" ')]
    assert "text" not in listing


def test_the_worker_writes_what_waits(bank, index):
    make_case(bank, "題名", "在庫")
    assert call_command_output("worker", "--once") == (0, "1件\n")
    assert len(index.held) == 1
