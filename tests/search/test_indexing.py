"""The index follows the casebook, and says where it does not."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from casebook.models import Case, Section
from casebook.signals import case_changed, case_deleted
from search import indexing, outbox
from search.documents import entries
from search.engines.base import EngineUnavailable
from search.finding import find
from search.models import Document, Outbox, Posting
from tests.search.cast import make_case


def test_postings_are_there_in_the_same_transaction_and_gone_with_it(bank, anyone):
    with transaction.atomic():
        make_case(bank, "題名", "在庫")
        assert find("在庫", anyone).total == 1
        transaction.set_rollback(True)
    assert find("在庫", anyone).total == 0
    assert Posting.objects.count() == 0


def test_a_change_of_text_or_title_replaces_the_postings(bank, anyone):
    case = make_case(bank, "題名", "在庫")
    case.sections.update(text="旅館")
    case.title = "新しい倉庫"
    case.save()
    case_changed.send(sender=Case, case=case)
    assert [find(word, anyone).total for word in ("在庫", "旅館", "倉庫")] == [0, 1, 1]
    document = Document.objects.get()
    assert document.length == sum(document.postings.values_list("frequency", flat=True))


def test_a_section_or_case_that_is_gone_takes_its_postings_along(bank, anyone):
    case = make_case(bank, "題名", {"summary": ("在庫", "public"), "action": ("旅館", "public")})
    Section.objects.filter(kind="action").delete()
    case_changed.send(sender=Case, case=case)
    assert find("旅館", anyone).total == 0
    pk = case.pk
    case.delete()
    case_deleted.send(sender=Case, case_id=pk)
    assert Posting.objects.count() == Document.objects.count() == 0


def test_what_did_not_change_is_not_written_again(bank):
    case = make_case(bank, "題名", {"summary": ("在庫", "public"), "action": ("旅館", "public")})
    before = set(Posting.objects.values_list("pk", flat=True))
    case_changed.send(sender=Case, case=case)
    assert set(Posting.objects.values_list("pk", flat=True)) == before
    case.sections.filter(kind="action").update(text="農業")
    assert indexing.write(entries(case)) == 1


@pytest.mark.parametrize(
    ("spoil", "word"),
    [
        (lambda: Document.objects.all().delete(), "ありません"),
        (lambda: Section.objects.update(text="農業"), "古いままです"),
        (lambda: Posting.objects.filter(term="在庫").delete(), "欠けています"),
    ],
)
def test_check_names_what_differs_and_rebuild_mends_it(bank, anyone, spoil, word):
    case = make_case(bank, "題名", "在庫")
    assert call_command_output("search", "check") == (0, "違いはありません。\n")
    spoil()
    status, output = call_command_output("search", "check")
    assert status == 1
    assert f"{case.external_id}「概要」" in output
    assert word in output
    assert call_command_output("search", "rebuild") == (0, "database: 1節\n")
    assert call_command_output("search", "check")[0] == 0
    assert find("題名", anyone).total == 1


def call_command_output(*arguments):
    output = StringIO()
    try:
        call_command(*arguments, stdout=output)
    except SystemExit as end:
        return end.code, output.getvalue()
    return 0, output.getvalue()


# --- The outbox -------------------------------------------------------------------------------


class FakeIndex:
    """Holds documents as Meilisearch would; away when told so."""

    held: dict[int, dict] = {}
    away = False
    writes: list[list[int]] = []

    def prepare(self):
        if self.away:
            raise EngineUnavailable("away")

    def replace(self, cases, documents):
        cases = list(cases)
        FakeIndex.writes.append(sorted(cases))
        kept = {pk: document for pk, document in self.held.items() if document["case"] not in cases}
        FakeIndex.held = kept | {document["id"]: document for document in documents}

    def ids(self):
        return {pk: document["case"] for pk, document in self.held.items()}

    def remove(self, sections):
        FakeIndex.held = {pk: document for pk, document in self.held.items() if pk not in set(sections)}


@pytest.fixture
def index(monkeypatch, settings):
    settings.MEILISEARCH_URL = "http://127.0.0.1:9"
    FakeIndex.held, FakeIndex.away, FakeIndex.writes = {}, False, []
    monkeypatch.setattr(outbox, "Index", FakeIndex)
    return FakeIndex


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


def test_a_deleted_case_loses_its_documents(bank, index):
    case = make_case(bank, "題名", "在庫")
    outbox.drain()
    assert index.held
    pk = case.pk
    case.delete()
    case_deleted.send(sender=Case, case_id=pk)
    outbox.drain()
    assert index.held == {}


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
    index.held = {999: {"id": 999, "case": 1}}
    assert outbox.differences() == ({section.pk for section in case.sections.all()}, {999})
    assert outbox.synchronise() == 2
    assert outbox.differences() == (set(), set())


def test_a_change_reaches_the_index_after_commit_where_no_worker_runs(
    bank, index, settings, django_capture_on_commit_callbacks
):
    settings.DRAIN_IN_PROCESS = True
    with django_capture_on_commit_callbacks(execute=True):
        make_case(bank, "題名", "在庫")
        assert index.held == {}
    assert len(index.held) == 1
    index.away = True
    with django_capture_on_commit_callbacks(execute=True):
        make_case(bank, "題名", "在庫")
    assert Outbox.objects.count() == 1


def test_the_worker_writes_what_waits(bank, index):
    make_case(bank, "題名", "在庫")
    assert call_command_output("worker", "--once") == (0, "1件\n")
    assert len(index.held) == 1
