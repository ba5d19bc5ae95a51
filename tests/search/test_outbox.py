"""From the outbox into the index: nothing lost, nothing written twice at a time."""

from datetime import timedelta

import pytest
from django.utils import timezone

from casebook.models import Case, Grant, Section
from casebook.signals import case_changed
from search import checking, filling, outbox
from search.engines.base import EngineUnavailable
from search.engines.meili import version
from search.models import Outbox
from tests.search.cast import make_case
from tests.search.fakes import FakeIndex, call_command_output, held


def test_without_meilisearch_nothing_waits(bank):
    make_case(bank, "題名", "在庫")
    assert Outbox.objects.count() == 0


def test_several_changes_of_a_case_are_one_write_of_its_last_state(bank, vendor, index):
    case = make_case(bank, "題名", {"summary": ("在庫", "public"), "action": ("旅館", "network", f"org:{vendor.pk}")})
    case.sections.filter(kind="summary").update(text="農業")
    case_changed.send(sender=Case, case=case)
    assert Outbox.objects.get().revision == 2
    assert outbox.drain() == 1
    assert index.writes == [("sections", [case.pk])]
    by_kind = {section.kind: held(index)[section.pk] for section in case.sections.all()}
    assert by_kind["summary"]["text"] == "農業"
    assert by_kind["summary"]["keys"] == ["public", f"org:{bank.pk}"]
    assert by_kind["action"]["keys"] == ["network", f"org:{vendor.pk}", f"org:{bank.pk}"]
    assert Outbox.objects.count() == 0
    assert outbox.drain() == 0


def test_a_case_that_vanished_while_it_waited_loses_its_documents(bank, index):
    case = make_case(bank, "題名", "在庫")
    outbox.drain()
    assert held(index)
    case_changed.send(sender=Case, case=case)
    case.delete()
    outbox.drain()
    assert held(index) == {}


def test_documents_of_vanished_cases_are_named_by_check_and_removed_by_rebuild(bank, index):
    case = make_case(bank, "題名", "在庫")
    outbox.drain()
    [section] = held(index)
    case.delete()
    status, output = call_command_output("search", "check")
    assert (status, f"meilisearch: 節 {section}" in output) == (1, True)
    call_command_output("search", "rebuild")
    assert held(index) == {}
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
    assert [document["text"] for document in held(index).values()] == ["旅館"]


def test_a_rebuild_writes_everything_and_removes_the_rest(bank, index):
    case = make_case(bank, "題名", {"summary": ("在庫", "public"), "action": ("旅館", "public")})
    outbox.prepared()
    index.indexes["sections"] = {999: {"id": 999, "case": 1, "print": "", "body": outbox.body({})}}
    missing = [(section.pk, "missing") for section in case.sections.order_by("pk")]
    assert checking.differences() == [*missing, (999, "needless")]
    assert outbox.rebuild() == 2
    assert checking.differences() == []


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
    assert checking.differences() == [(case.sections.get().pk, "old")]
    _status, output = call_command_output("search", "check")
    assert f"meilisearch: {case.external_id}「概要」 の索引が古いままです" in output
    assert f"meilisearch: {other.external_id}" not in output


def test_what_is_refused_hinders_no_other_and_is_given_up_in_sight(bank, index):
    bad, good = make_case(bank, "題名", "在庫"), make_case(bank, "題名", "旅館")
    index.refused = {bad.sections.get().pk}
    for _ in range(outbox.MOST_REFUSALS):
        Outbox.objects.update(not_before=timezone.now())
        outbox.drain()
    assert {document["case"] for document in held(index).values()} == {good.pk}
    [row] = outbox.dead()
    assert (row.case_id, row.problem) == (bad.pk, "invalid_document")
    assert outbox.drain() == 0
    status, output = call_command_output("search", "check")
    assert (status, f"事例 {bad.pk}: invalid_document" in output) == (1, True)
    # The others are found meanwhile.
    assert filling.complete(version())


@pytest.mark.parametrize(
    "again", [lambda case: case_changed.send(sender=Case, case=case), lambda _case: outbox.rebuild()]
)
def test_what_was_given_up_is_tried_anew_with_the_next_change_or_rebuild(bank, index, again):
    case = make_case(bank, "題名", "在庫")
    outbox.prepared()
    Outbox.objects.update(dead_at=timezone.now(), refused=9, problem="too long")
    again(case)
    outbox.drain()
    assert len(held(index)) == 1
    assert not Outbox.objects.exists()


def test_who_was_overtaken_does_not_take_its_write_for_the_last(bank, index, monkeypatch):
    """A slow worker writes after its lease has ended and another one has written the newer state."""
    case = make_case(bank, "題名", "在庫")
    outbox.prepared()
    replace = FakeIndex.replace

    def overtaken(self, cases, documents):
        monkeypatch.setattr(FakeIndex, "replace", replace)
        case.sections.update(text="旅館")
        case_changed.send(sender=Case, case=case)
        Outbox.objects.update(not_before=timezone.now())
        assert outbox.drain() == 1
        assert not Outbox.objects.exists()
        replace(self, cases, documents)  # the older state, last
        assert [document["text"] for document in held(index).values()] == ["在庫 xcapinventory"]

    monkeypatch.setattr(FakeIndex, "replace", overtaken)
    outbox.drain()
    assert [document["text"] for document in held(index).values()] == ["旅館"]
    assert checking.differences() == []


def test_the_worker_writes_what_waits(bank, index):
    make_case(bank, "題名", "在庫")
    assert call_command_output("worker", "--once") == (0, "1件\n")
    assert len(held(index)) == 1
