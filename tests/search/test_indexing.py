"""The index follows the casebook, and says where it does not."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from casebook.models import Case, Section
from casebook.signals import case_changed
from search import indexing
from search.documents import entries
from search.finding import find
from search.models import Document, Posting
from tests.search.cast import make_case, make_organization
from tests.search.fakes import call_command_output


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
    assert document.length + document.paired == sum(document.postings.values_list("frequency", flat=True))


def test_a_section_or_case_that_is_gone_takes_its_postings_along(bank, anyone):
    case = make_case(bank, "題名", {"summary": ("在庫", "public"), "action": ("旅館", "public")})
    Section.objects.filter(kind="action").delete()
    case_changed.send(sender=Case, case=case)
    assert find("旅館", anyone).total == 0
    case.delete()
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


# --- Making it anew while people work -----------------------------------------------------------


def test_a_rebuild_does_not_overwrite_what_was_saved_meanwhile(bank, anyone):
    case, changed = make_case(bank, "題名", "在庫"), []

    def change_as_the_transaction_begins(execute, sql, *arguments):
        if sql.startswith("SAVEPOINT") and not changed:
            changed.append(1)
            case.sections.update(text="旅館")
            case_changed.send(sender=Case, case=case)
        return execute(sql, *arguments)

    with connection.execute_wrapper(change_as_the_transaction_begins):
        indexing.rebuild()
    assert [find(word, anyone).total for word in ("在庫", "旅館")] == [0, 1]
    assert indexing.differences() == []


def test_a_rebuild_reads_under_the_lock_of_the_case(bank):
    make_case(bank, "題名", "在庫")
    with CaptureQueriesContext(connection) as queries:
        indexing.rebuild()
    locking = [q["sql"] for q in queries if '"casebook_case"."title"' in q["sql"]]
    assert len(locking) == 1
    assert ("FOR UPDATE" in locking[0]) == connection.features.has_select_for_update


@pytest.mark.django_db(transaction=True)
def test_a_section_deleted_meanwhile_does_not_stop_a_rebuild(monkeypatch):
    case = make_case(make_organization(), "題名", {"summary": ("在庫", "public"), "action": ("旅館", "public")})
    Document.objects.all().delete()

    def entries_while_one_goes(current):
        found = entries(current)
        monkeypatch.setattr(indexing, "entries", entries)
        Section.objects.filter(case=case, kind="action").delete()
        return found

    monkeypatch.setattr(indexing, "entries", entries_while_one_goes)
    assert indexing.rebuild() == 2
    assert indexing.differences() == []
