"""Whatever is done to the log behind its back, the walk along the chains tells; rewriting a whole chain, the anchor."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from casebook.management.commands.verify_read_log import TAMPERED
from casebook.models import LogChain, LogEntry
from casebook.reading import read
from casebook.readlog import record
from casebook.readlog.anchors import Anchor, AnchorError, anchors_now, read_anchors, write_anchors
from casebook.readlog.chain import digest_of
from casebook.readlog.verifying import NEAR, TAIL, What, end_of, owners, verify
from casebook.vocabulary import LogAction
from tests.casebook.log_cast import entries, lab_key, make_case

LENGTH = 6


@pytest.fixture
def log(small):
    """Six readings of the owner's case, and one of the partner's."""
    case = make_case(small, "narrow", lab_key(small))
    other = make_case(small, "elsewhere", lab_key(small), owner=small.partner)
    for n in range(LENGTH):
        record(read([case], small["facilitator"]), LogAction.READ, small["facilitator"], why=f"その{n + 1}")
    record(read([other], small["facilitator"]), LogAction.READ, small["facilitator"])
    with connection.cursor() as cursor:
        on = " ON casebook_logentry" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER casebook_log_append_only{on}")
    return small.owner.pk


def behind_its_back(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def change(number, column, value):
    behind_its_back(f"UPDATE casebook_logentry SET {column} = %s WHERE number = %s AND case_reference = 'narrow'",  # noqa: S608
                    value, number)  # fmt: skip


def delete(*numbers):
    LogEntry.objects.filter(case_reference="narrow", number__in=numbers).delete()


def resealed(chain, since, *, number_too=False):
    """Seal every entry from a number on anew, as somebody would who knows how."""
    before = LogEntry.objects.filter(chain=chain, number__lt=since).order_by("-number").first()
    previous, number = (before.digest, before.number) if before else ("", 0)
    for entry in LogEntry.objects.filter(chain=chain, number__gte=since).order_by("number"):
        entry.previous = previous
        entry.number = number = number + 1 if number_too else entry.number
        entry.digest = digest_of(entry)
        values = {name: getattr(entry, name) for name in ("previous", "digest", "number")}
        LogEntry.objects.filter(pk=entry.pk).update(**values)
        previous = entry.digest
    LogChain.objects.filter(pk=chain).update(length=number, digest=previous)


def faults(chain, anchors=()):
    return [(fault.number, fault.what) for fault in verify(chain, anchors)[1]]


def test_a_log_as_it_was_written_is_clean(log, small):
    assert verify(log) == (LENGTH, [])
    assert verify(small.partner.pk) == (1, [])
    assert owners() == sorted([log, small.partner.pk])
    assert verify(10**9) == (0, [])


@pytest.mark.parametrize(
    ("column", "value"),
    [("reader_name", "別の人"), ("reader", 10**9), ("reader_of", "よその機関"), ("why", "別の理由"),
     ("action", "export"),
     ("case", 10**9), ("version", 9), ("sections", "[]"), ("at", "2020-01-01 00:00:00+00:00"), ("digest", "0" * 64)],
)  # fmt: skip
def test_a_changed_entry_tells(log, column, value):
    quoted = f'"{column}"'
    change(3, quoted, value)
    assert (3, What.CHANGED) in faults(log)


def test_a_change_sealed_anew_no_longer_fits_the_next_entry(log):
    change(3, "reader_name", "別の人")
    entry = LogEntry.objects.get(chain=log, number=3)
    change(3, "digest", digest_of(entry))
    assert faults(log) == [(4, What.FOREIGN)]


def test_a_missing_entry_tells_wherever_it_stood(log):
    delete(3, 4)
    assert faults(log) == [(3, What.MISSING)]
    delete(1)
    assert faults(log) == [(1, What.MISSING), (3, What.MISSING)]


def test_a_gap_closed_by_new_numbers_tells(log):
    delete(3)
    for number in range(4, LENGTH + 1):
        change(number, "number", number - 1)
    LogChain.objects.filter(pk=log).update(length=LENGTH - 1)
    assert {what for _number, what in faults(log)} == {What.MOVED}


def test_a_cut_off_end_tells(log):
    delete(5, 6)
    assert faults(log) == [(5, What.CUT_OFF)]


def test_a_chain_cut_off_altogether_tells(log):
    delete(*range(1, LENGTH + 1))
    assert faults(log) == [(1, What.CUT_OFF)]


def test_a_cut_off_end_with_a_head_to_match_tells_only_with_the_anchor(log):
    kept = anchors_now()
    delete(5, 6)
    last = LogEntry.objects.get(chain=log, number=4)
    LogChain.objects.filter(pk=log).update(length=4, digest=last.digest)
    assert faults(log) == []
    assert faults(log, [one for one in kept if one.owner == log]) == [(LENGTH, What.CUT_OFF)]


def test_swapped_entries_tell(log):
    change(2, "number", 100)
    change(5, "number", 2)
    change(100, "number", 5)
    found = faults(log)
    assert (2, What.MOVED) in found
    assert (5, What.MOVED) in found


def test_an_entry_put_in_tells(log):
    for number in range(LENGTH, 2, -1):
        change(number, "number", number + 1)
    copy = LogEntry.objects.get(chain=log, number=2)
    copy.pk, copy.number = None, 3
    copy.digest = digest_of(copy)
    copy.save()
    LogChain.objects.filter(pk=log).update(length=LENGTH + 1)
    found = faults(log)
    assert (3, What.FOREIGN) in found
    assert (4, What.MOVED) in found


def test_an_entry_added_beside_the_chain_tells(log):
    last = LogEntry.objects.get(chain=log, number=LENGTH)
    extra = LogEntry.objects.get(pk=last.pk)
    extra.pk, extra.number, extra.previous = None, LENGTH + 1, last.digest
    extra.digest = digest_of(extra)
    extra.save()
    assert faults(log) == [(LENGTH + 1, What.HEAD)]


def test_another_head_tells(log):
    LogChain.objects.filter(pk=log).update(digest="0" * 64)
    assert faults(log) == [(LENGTH, What.HEAD)]
    LogChain.objects.filter(pk=log).delete()
    assert faults(log) == [(LENGTH, What.HEAD)]


def test_a_chain_rewritten_whole_tells_only_with_the_anchor(log):
    kept = [one for one in anchors_now() if one.owner == log]
    change(1, "reader_name", "別の人")
    resealed(log, 1)
    assert faults(log) == []
    assert faults(log, kept) == [(LENGTH, What.REWRITTEN)]


def test_a_chain_shortened_and_rewritten_tells_only_with_the_anchor(log):
    kept = [one for one in anchors_now() if one.owner == log]
    delete(2)
    resealed(log, 3, number_too=True)
    assert faults(log) == []
    assert faults(log, kept) == [(LENGTH, What.CUT_OFF)]


def test_what_was_written_after_the_anchor_is_no_fault(log, small):
    kept = anchors_now()
    case = small.owner.cases.get()
    record(read([case], small["facilitator"]), LogAction.READ, small["facilitator"])
    assert faults(log, [one for one in kept if one.owner == log]) == []


def test_what_is_written_during_the_walk_is_no_fault(log, small, monkeypatch):
    from casebook.readlog import verifying

    case, head = small.owner.cases.get(), verifying._head
    behind = head(log)
    record(read([case], small["facilitator"]), LogAction.READ, small["facilitator"])
    heads = iter([behind])
    monkeypatch.setattr(verifying, "_head", lambda owner: next(heads, None) or head(owner))
    assert verify(log) == (LENGTH + 1, [])


class TestTheEnd:
    """What the owner's page says of the chain."""

    def test_short_chains_are_walked_whole(self, log):
        state = end_of(log)
        assert (state.length, state.walked, state.faults) == (LENGTH, LENGTH, [])
        change(1, "why", "別の理由")
        assert [(fault.number, fault.what) for fault in end_of(log).faults] == [(1, What.CHANGED)]

    def test_a_long_one_is_walked_at_its_end_and_counted_whole(self, log, small, monkeypatch):
        monkeypatch.setattr("casebook.readlog.verifying.TAIL", 2)
        assert (end_of(log).length, end_of(log).walked) == (LENGTH, 2)
        delete(2)
        assert [(fault.number, fault.what) for fault in end_of(log).faults] == [(4, What.MISSING)]
        change(5, "why", "別の理由")
        assert (5, What.CHANGED) in [(fault.number, fault.what) for fault in end_of(log).faults]

    def test_nothing_written_yet_is_whole(self, small):
        assert end_of(small.owner.pk).faults == []
        assert end_of(small.owner.pk).length == 0

    def test_a_page_asks_few_questions(self, log, django_assert_max_num_queries):
        with django_assert_max_num_queries(4):
            end_of(log)
        assert (TAIL, NEAR) == (200, 100)


class TestCommand:
    def run(self, **options):
        out = StringIO()
        try:
            call_command("verify_read_log", stdout=out, **options)
        except SystemExit as ended:
            return ended.code, out.getvalue()
        return 0, out.getvalue()

    def test_a_clean_log(self, log):
        status, said = self.run()
        assert (status, said) == (0, "記録はつながっています（鎖 2、記録 7件、問題 0件）\n")

    def test_tampering_is_named_with_its_place(self, log):
        change(3, "reader_name", "別の人")
        delete(5, 6)
        status, said = self.run()
        assert status == TAMPERED == 3
        assert f"架空 浜名信用金庫（鎖 {log}）の記録 3: 書き換えられています" in said
        assert f"（鎖 {log}）の記録 5: ここから後ろが切り取られています" in said
        assert "改ざんの跡があります" in said

    def test_as_json(self, log):
        delete(3)
        status, said = self.run(json=True)
        assert (status, json.loads(said)) == (
            3, {"chains": 2, "entries": 6, "faults": [{"owner": log, "number": 3, "what": "missing"}]},
        )  # fmt: skip

    def test_an_anchor_is_written_once_everything_is_clean_and_read_again(self, log, tmp_path):
        file = tmp_path / "heads.json"
        assert self.run(write_anchor=str(file))[0] == 0
        assert {one.owner: one.length for one in read_anchors(file)}[log] == LENGTH
        assert self.run(anchor=str(file))[0] == 0
        change(1, "reader_name", "別の人")
        resealed(log, 1)
        assert self.run()[0] == 0
        status, said = self.run(anchor=str(file), write_anchor=str(tmp_path / "later.json"))
        assert status == 3
        assert "鎖ごと作り直されています" in said
        assert not (tmp_path / "later.json").exists()

    def test_an_anchored_chain_that_vanished_tells(self, log, tmp_path):
        file = tmp_path / "heads.json"
        write_anchors(anchors_now(), file)
        LogEntry.objects.filter(chain=log).delete()
        LogChain.objects.filter(pk=log).delete()
        assert self.run()[0] == 0
        assert self.run(anchor=str(file))[0] == 3

    @pytest.mark.parametrize(
        "content", ["", "{", "[1]", '[{"owner": 1}]', '[{"owner": "1", "length": 2, "digest": "x"}]', "3",
                    '[{"owner": 1, "length": -1, "digest": "x"}]', "[" * 100_000],
    )  # fmt: skip
    def test_a_file_that_is_no_anchor_is_bad_input(self, log, tmp_path, content):
        file = tmp_path / "heads.json"
        file.write_text(content)
        with pytest.raises(AnchorError):
            read_anchors(file)
        with pytest.raises(CommandError) as caught:
            self.run(anchor=str(file))
        assert caught.value.returncode == 2

    def test_a_file_that_is_not_there_or_cannot_be_written_is_bad_input(self, log, tmp_path):
        for options in ({"anchor": str(tmp_path / "no.json")}, {"write_anchor": str(tmp_path / "no" / "x.json")}):
            with pytest.raises(CommandError) as caught:
                self.run(**options)
            assert caught.value.returncode == 2

    def test_an_anchor_file_is_whole_or_not_there(self, log, tmp_path):
        file = tmp_path / "heads.json"
        write_anchors([Anchor(1, 2, "x")], file)
        assert read_anchors(file) == [Anchor(1, 2, "x")]
        assert [path.name for path in tmp_path.iterdir()] == ["heads.json"]


def test_the_planted_log_is_what_the_tests_think(log):
    assert [entry.number for entry in entries(chain=log)] == [1, 2, 3, 4, 5, 6]
