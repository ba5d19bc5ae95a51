"""A rebuild fills an index of its own and swaps it in: the old one answers until then, and no write is lost."""

import threading
from contextlib import suppress

import pytest
from django.db import connections
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casebook.models import Case
from casebook.signals import case_changed
from search import checking, filling, outbox
from search.engines import meili
from search.engines.meili import version
from search.finding import find
from search.models import Filling, Outbox
from tests.search.cast import NUMBERS, make_case, make_organization
from tests.search.fakes import FakeIndex, call_command_output, held
from tests.threads import needs_several_connections

STEPS = st.lists(
    st.sampled_from(["change", "new", "delete", "drain", "rebuild", "kill in swap", "kill before swap", "lose"]),
    min_size=3,
    max_size=10,
)


class Killed(BaseException):
    """The process ends here."""


def change(case, text="旅館"):
    case.sections.update(text=f"{text}{next(NUMBERS)}")
    case_changed.send(sender=Case, case=case)


def due():
    """As if the leases and waits of all had ended."""
    Outbox.objects.update(not_before=timezone.now())
    Filling.objects.filter(moving__isnull=False).update(moving=timezone.now() - filling.MOVING)


def settled():
    for _ in range(3):
        due()
        outbox.prepared()
        outbox.drain()


def cut_short(monkeypatch, name, when):
    """The next swap is killed before or after Meilisearch has done it."""
    act = FakeIndex.take_place_of

    def killed(self, live):
        monkeypatch.setattr(FakeIndex, "take_place_of", act)
        if when == "after":
            act(self, live)
        raise Killed(name)

    monkeypatch.setattr(FakeIndex, "take_place_of", killed)


def do(step, cases, bank, monkeypatch):
    if step == "change" and cases:
        change(cases[-1])
    elif step == "new":
        cases.append(make_case(bank, "題名", "在庫"))
    elif step == "delete" and cases:
        cases.pop(0).delete()
    elif step == "drain":
        due()
        outbox.drain()
    elif step == "rebuild":
        outbox.begin_next()
    elif step == "lose":
        FakeIndex().drop()
    elif step.startswith("kill"):
        cut_short(monkeypatch, step, "after" if step == "kill in swap" else "before")


@pytest.mark.django_db
@given(steps=STEPS)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_comes_between_nothing_is_lost_in_the_end(steps, index, monkeypatch):
    Outbox.objects.all().delete()
    Filling.objects.all().delete()
    Case.objects.all().delete()
    FakeIndex.forget()
    bank = make_organization()
    cases = [make_case(bank, "題名", "在庫") for _ in range(2)]
    outbox.drain()
    with monkeypatch.context() as patch:
        for step in steps:
            with suppress(Killed):
                do(step, cases, bank, patch)
    settled()
    assert checking.differences() == []
    assert filling.complete(version())
    assert held(index, "sections-next") == {}


def test_the_old_index_answers_until_the_new_one_holds_everything(bank, index, monkeypatch):
    for _ in range(3):
        make_case(bank, "題名", "在庫")
    outbox.drain()
    monkeypatch.setattr(outbox, "AT_ONCE", 1)
    replace, seen = FakeIndex.replace, []

    def watched(self, cases, documents):
        seen.append((self.uid, filling.complete(version()), len(held(index))))
        replace(self, cases, documents)

    monkeypatch.setattr(FakeIndex, "replace", watched)
    done = []
    assert outbox.rebuild(lambda done_, whole: done.append((done_, whole))) == 3
    # What did not change is written into the new index only; the old one is whole all the time.
    assert seen == [("sections-next", True, 3)] * 3
    assert done[-1] == (3, 3)
    assert checking.differences() == []


def test_a_change_during_a_rebuild_goes_to_both(bank, index):
    case = make_case(bank, "題名", "在庫")
    other = make_case(bank, "題名", "在庫")
    outbox.drain()
    outbox.begin_next()
    change(case)
    index.writes = []
    outbox.drain()
    assert ("sections", [case.pk]) in index.writes
    assert ("sections-next", [case.pk, other.pk]) in index.writes


def test_a_write_that_ends_in_another_stand_is_done_again(bank, index, monkeypatch):
    """It began before there was a next index, and ends after the swap: it went to the retired one alone."""
    case = make_case(bank, "題名", "在庫")
    outbox.drain()
    change(case)
    replace = FakeIndex.replace

    def rebuilt_meanwhile(self, cases, documents):
        monkeypatch.setattr(FakeIndex, "replace", replace)
        replace(self, cases, documents)
        outbox.begin_next()
        Outbox.objects.update(not_before=timezone.now())  # the lease of the slow one has ended
        outbox.drain()

    monkeypatch.setattr(FakeIndex, "replace", rebuilt_meanwhile)
    outbox.drain()
    settled()
    assert checking.differences() == []


def test_another_version_is_filled_beside_the_one_that_still_answers(bank, index, monkeypatch):
    make_case(bank, "題名", "在庫")
    outbox.drain()
    before = version()
    monkeypatch.setattr(outbox, "version", lambda: "later")
    outbox.prepared()
    assert filling.complete(before)
    assert not filling.complete("later")
    outbox.drain()
    assert filling.complete("later")
    assert len(held(index)) == 1


@pytest.mark.meilisearch
def test_changes_between_all_steps_of_a_real_rebuild_are_in_it(meilisearch, bank, anyone, monkeypatch):
    cases = [make_case(bank, f"題名{number}", "在庫") for number in range(6)]
    outbox.drain()
    monkeypatch.setattr(outbox, "AT_ONCE", 2)
    seen = []

    def between(act):
        def changed(*arguments):
            change(cases[len(seen) % 5])
            seen.append((find("題名", anyone).fallback, find("題名", anyone).total))
            act(*arguments)
            change(cases[-1])
            seen.append((find("題名", anyone).fallback, find("題名", anyone).total))

        return changed

    with monkeypatch.context() as patch:
        for name in ("replace", "take_place_of"):
            patch.setattr(meili.Index, name, between(getattr(meili.Index, name)))
        outbox.begin_next()
        for _ in range(4):
            due()
            _once(outbox)
    assert set(seen) == {(False, 6)}
    settled()
    assert filling.stand().next is None
    assert checking.differences() == []


def _once(work):
    """One round of a worker, and not for as long as others go on changing."""
    rows = work.lease()
    if rows:
        work._written(rows)
    work._let_next_take_over()


@pytest.mark.meilisearch
@pytest.mark.django_db(transaction=True)
def test_writers_and_readers_during_a_real_rebuild_lose_nothing(meilisearch):
    """Two who write, one who reads and one who rebuilds, on a real Meilisearch; every answer is the index's own."""
    needs_several_connections()
    bank = make_organization()
    cases = [make_case(bank, f"題名{number}", "在庫") for number in range(12)]
    outbox.drain()
    stop, wrong = threading.Event(), []

    def writer(mine):
        number = 0
        while not stop.is_set():
            change(mine[number % len(mine)], text="倉庫")
            outbox.drain()
            number += 1

    def reader():
        from django.contrib.auth.models import AnonymousUser

        while not stop.is_set():
            answer = find("題名", AnonymousUser())
            if (answer.fallback, answer.total) != (False, len(cases)):
                wrong.append((answer.fallback, answer.total))

    def guarded(work, *arguments):
        try:
            work(*arguments)
        except Exception as problem:
            wrong.append(problem)
        finally:
            connections.close_all()

    jobs = [(writer, cases[:6]), (writer, cases[6:]), (reader,)]
    threads = [threading.Thread(target=guarded, args=job) for job in jobs]
    for thread in threads:
        thread.start()
    try:
        for _ in range(2):
            outbox.rebuild()
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert wrong == []
    due()
    outbox.drain()
    assert checking.differences() == []
    left = meili.Index(filling.next_index())
    assert left.made() is None or list(left.held()) == []
    assert call_command_output("search", "check") == (0, "違いはありません。\n")
