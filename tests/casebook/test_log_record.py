"""What goes into the log, who and why stand there, and that nobody reads what could not be written down."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from casebook.models import AccessRequest, Delegation, LogChain, LogEntry, Section
from casebook.reading import read
from casebook.readlog import Excerpt, is_restricted, record
from casebook.readlog.chain import digest_of
from casebook.readlog.verifying import verify
from casebook.vocabulary import LogAction
from network.models import Membership
from tests.casebook.log_cast import entries, lab_key, make_case, make_team, org_key, user_key

READ, DOWNLOAD, EXPORT = LogAction.READ, LogAction.DOWNLOAD, LogAction.EXPORT


def shown(case, reader, action=READ, **options):
    record(read([case], reader), action, reader, **options)


def test_a_reading_says_who_what_when_and_why(small):
    case = make_case(small, "narrow", lab_key(small))
    before = timezone.now()
    shown(case, small["facilitator"])
    [entry] = entries()
    assert (entry.chain, entry.number, entry.action) == (small.owner.pk, 1, "read")
    assert (entry.reader, entry.reader_name, entry.reader_of) == (small["facilitator"].pk, "facilitator", "静岡県")
    assert (entry.case, entry.case_reference, entry.version) == (case.pk, "narrow", 2)
    assert entry.sections == [["lessons", "AMBER"]]
    assert entry.why == "ラボ「静岡県」への公開"
    assert before <= entry.at <= timezone.now()


@pytest.mark.parametrize(
    ("keys", "label", "counts"),
    [(["public"], "CLEAR", False), (["network"], "GREEN", False), (["lab"], "AMBER", True), (["org"], "AMBER", True),
     (["user"], "RED", True), (["lab", "network"], "GREEN", False)],
)  # fmt: skip
def test_only_labels_narrower_than_the_network_count(small, keys, label, counts):
    by_name = {"lab": lab_key(small), "org": org_key(small.partner), "user": user_key(small["facilitator"])}
    case = make_case(small, "narrow", *(by_name.get(key, key) for key in keys))
    section = case.sections.get(kind="lessons")
    assert (section.tlp, is_restricted(section)) == (label, counts)
    record([Excerpt(case, [section])], READ, small["facilitator"])
    assert [entry.sections for entry in entries()] == ([[["lessons", label]]] if counts else [])


@pytest.mark.parametrize("name", ["editor", "colleague"])
def test_the_owners_members_read_their_own_unwritten(small, name):
    case = make_case(small, "narrow", lab_key(small))
    shown(case, small[name])
    assert entries() == []


def test_somebody_who_left_the_owner_reads_as_a_stranger(small):
    case = make_case(small, "narrow", user_key(small["colleague"]))
    Membership.objects.filter(user=small["colleague"]).delete()
    shown(case, small["colleague"])
    assert [entry.why for entry in entries()] == ["本人への公開"]


class TestReasons:
    def test_an_organization_by_its_name(self, small):
        shown(make_case(small, "narrow", org_key(small.partner)), small["partner"])
        assert [(e.reader_of, e.why) for e in entries()] == [("架空 天竜システム", "機関「架空 天竜システム」への公開")]

    def test_a_team(self, small):
        team = make_team(small.owner, small.partner)
        shown(make_case(small, "narrow", f"team:{team.pk}"), small["partner"])
        assert [entry.why for entry in entries()] == ["支援チーム「在庫の支援チーム」への公開"]

    def test_every_key_that_opens_it_and_no_other(self, small):
        team = make_team(small.owner, small.partner)
        keys = [f"team:{team.pk}", org_key(small.partner), lab_key(small), user_key(small["stranger"])]
        shown(make_case(small, "narrow", *keys), small["partner"])
        [entry] = entries()
        assert entry.why == "機関「架空 天竜システム」への公開、支援チーム「在庫の支援チーム」への公開"

    def test_a_key_that_ended_yesterday_is_no_reason(self, small):
        case = make_case(small, "narrow", org_key(small.partner), user_key(small["partner"]))
        lessons = case.sections.get(kind="lessons")
        lessons.grants.filter(key=org_key(small.partner)).update(until=timezone.localdate() - timedelta(days=1))
        shown(case, small["partner"])
        assert [entry.why for entry in entries()] == ["本人への公開"]

    def test_the_purpose_of_a_granted_request(self, small):
        case = make_case(small, "narrow", user_key(small["stranger"]))
        common = {"case": case, "by": small["stranger"], "until": timezone.localdate(), "state": "granted"}
        AccessRequest.objects.create(purpose="在庫に悩むお客様のため", kinds=["lessons"], **common)
        shown(case, small["stranger"])
        assert [entry.why for entry in entries()] == ["申請「在庫に悩むお客様のため」"]

    @pytest.mark.parametrize(
        "change",
        [{"state": "open", "until": None}, {"kinds": ["team"]}, {"until": timezone.localdate() - timedelta(1)}],
    )
    def test_a_request_that_did_not_open_it_is_not_told(self, small, change):
        case = make_case(small, "narrow", user_key(small["stranger"]))
        given = {"state": "granted", "until": timezone.localdate(), "kinds": ["lessons"]} | change
        AccessRequest.objects.create(case=case, by=small["stranger"], purpose="別の理由", **given)
        shown(case, small["stranger"])
        assert [entry.why for entry in entries()] == ["本人への公開"]

    def test_somebody_asked_to_write(self, small):
        case = make_case(small, "narrow")
        Delegation.objects.create(case=case, user=small["stranger"], until=timezone.localdate())
        shown(case, small["stranger"])
        assert [(e.sections, e.why) for e in entries()] == [([["lessons", "AMBER+STRICT"]], "執筆の依頼")]

    def test_the_log_speaks_japanese_whoever_reads(self, small):
        from django.utils.translation import override

        case = make_case(small, "narrow", user_key(small["stranger"]))
        with override("en"):
            shown(case, small["stranger"])
        assert [entry.why for entry in entries()] == ["本人への公開"]


class TestExports:
    def test_everything_that_leaves_counts_whatever_its_label_and_whoever_takes_it(self, small):
        case = make_case(small, "open", "network")
        for name in ("colleague", "partner"):
            shown(case, small[name], EXPORT, why="研修のため")
        assert [(e.reader_name, e.sections, e.why) for e in entries()] == [
            ("colleague", [["summary", "CLEAR"], ["lessons", "GREEN"]], "研修のため / 自機関の事例"),
            ("partner", [["summary", "CLEAR"], ["lessons", "GREEN"]], "研修のため"),
        ]

    def test_a_case_without_any_section_leaves_too(self, small):
        case = make_case(small, "bare")
        record([Excerpt(case, [])], EXPORT, small["editor"], why="控え")
        assert [entry.sections for entry in entries()] == [[]]

    def test_the_operators_command_has_no_person(self, small):
        record([Excerpt(make_case(small), [])], EXPORT, None, why="コマンド")
        [entry] = entries()
        assert (entry.reader, entry.reader_name, entry.reader_of, entry.why) == (None, "運用コマンド", "", "コマンド")

    def test_somebody_unknown_is_called_so(self, small):
        record([Excerpt(make_case(small), [])], EXPORT, AnonymousUser(), why="x")
        assert [(e.reader, e.reader_name) for e in entries()] == [(None, "サインインしていない方")]


class TestOnceADay:
    def excerpt(self, case, reader):
        record([Excerpt(case, read([case], reader)[0].sections)], READ, reader, why="検索", once_a_day=True)

    def test_what_was_shown_today_is_not_written_again(self, small):
        case = make_case(small, "narrow", lab_key(small))
        self.excerpt(case, small["facilitator"])
        self.excerpt(case, small["facilitator"])
        assert [entry.why for entry in entries()] == ["検索 / ラボ「静岡県」への公開"]

    def test_but_to_another_person_of_another_version_on_another_day_or_of_another_section(self, small):
        case = make_case(small, "narrow", org_key(small.partner))
        self.excerpt(case, small["partner"])
        self.excerpt(case, small["partner_editor"])
        case.version += 1
        self.excerpt(case, small["partner"])
        team = Section.objects.create(case=case, kind="team", text="支援した機関")
        team.grants.create(key=org_key(small.partner))
        self.excerpt(case, small["partner"])
        assert [(e.reader_name, e.version, [kind for kind, _label in e.sections]) for e in entries()] == [
            ("partner", 2, ["lessons"]),
            ("partner_editor", 2, ["lessons"]),
            ("partner", 3, ["lessons"]),
            ("partner", 3, ["team"]),
        ]

    def test_a_page_is_written_down_every_time(self, small):
        case = make_case(small, "narrow", lab_key(small))
        for _time in range(2):
            shown(case, small["facilitator"])
        assert len(entries()) == 2

    def test_tomorrow_is_another_day(self, small, monkeypatch):
        case = make_case(small, "narrow", lab_key(small))
        self.excerpt(case, small["facilitator"])
        tomorrow = timezone.now() + timedelta(days=1)
        monkeypatch.setattr(timezone, "now", lambda: tomorrow)
        self.excerpt(case, small["facilitator"])
        assert len(entries()) == 2


class TestChain:
    def test_each_owner_has_a_chain_and_each_entry_seals_the_one_before(self, small):
        case = make_case(small, "narrow", lab_key(small))
        other = make_case(small, "elsewhere", lab_key(small), owner=small.partner)
        for _time in range(3):
            record(read([case, other], small["facilitator"]), READ, small["facilitator"])
        for owner in (small.owner, small.partner):
            found = entries(chain=owner.pk)
            assert [entry.number for entry in found] == [1, 2, 3]
            assert [entry.previous for entry in found] == ["", found[0].digest, found[1].digest]
            assert all(digest_of(entry) == entry.digest for entry in found)
            end = LogChain.objects.get(pk=owner.pk)
            assert (end.length, end.digest) == (3, found[-1].digest)
            assert verify(owner.pk) == (3, [])

    def test_a_digest_covers_every_field(self, small):
        shown(make_case(small, "narrow", lab_key(small)), small["facilitator"])
        [entry] = entries()
        for field in LogEntry._meta.concrete_fields:
            if field.name in {"id", "digest"}:
                continue
            kept = getattr(entry, field.name)
            changed = {"at": entry.at + timedelta(microseconds=1), "sections": [["lessons", "CLEAR"]]}
            setattr(entry, field.name, changed.get(field.name, kept + 1 if isinstance(kept, int) else f"{kept}x"))
            assert digest_of(entry) != entry.digest, field.name
            setattr(entry, field.name, kept)
        assert digest_of(entry) == entry.digest

    def test_an_entry_is_not_saved_twice(self, small):
        shown(make_case(small, "narrow", lab_key(small)), small["facilitator"])
        [entry] = entries()
        with pytest.raises(RuntimeError):
            entry.save()

    def test_the_database_refuses_changes(self, small):
        shown(make_case(small, "narrow", lab_key(small)), small["facilitator"])
        from django.db import transaction

        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            LogEntry.objects.update(reader_name="だれか")
        assert [entry.reader_name for entry in entries()] == ["facilitator"]
        if connection.vendor == "postgresql":
            with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
                LogEntry.objects.all().delete()


class TestCost:
    @pytest.mark.parametrize("count", [1, 3])
    def test_any_number_of_cases_takes_the_same_queries(self, small, django_assert_num_queries, count):
        cases = [make_case(small, f"case-{n}", lab_key(small)) for n in range(count)]
        readings = read(cases, small["facilitator"])
        record(readings, READ, small["facilitator"])  # the chain is there
        with django_assert_num_queries(11):
            record(readings, READ, small["facilitator"])
        assert len(entries()) == 2 * count

    def test_nothing_restricted_costs_nothing(self, small, django_assert_num_queries):
        readings = read([make_case(small, "open", "network")], small["partner"])
        with django_assert_num_queries(0):
            record(readings, READ, small["partner"])

    def test_a_text_too_long_for_a_column_is_cut_and_still_sealed(self, small):
        case = make_case(small, "narrow", user_key(small["stranger"]))
        shown(case, small["stranger"], EXPORT, why="長" * 3_000)
        [entry] = entries()
        assert len(entry.why) == 1_000
        assert verify(small.owner.pk) == (1, [])


def test_queries_are_written_once_for_many_cases(small):
    cases = [make_case(small, f"case-{n}", lab_key(small)) for n in range(5)]
    readings = read(cases, small["facilitator"])
    with CaptureQueriesContext(connection) as queries:
        record(readings, READ, small["facilitator"])
    inserts = [one for one in queries if one["sql"].startswith('INSERT INTO "casebook_logentry"')]
    assert len(inserts) == 1
