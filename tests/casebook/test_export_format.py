"""The newer keys of a case file: in, out, and out as a reader; teams by their case; what is withheld stays closed."""

import json
from datetime import date, timedelta
from io import BytesIO, StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from casebook.models import Case, Consent, Grant, Measure, Participant, Section
from casebook.reading import read
from casebook.transfer.exporting import case_lines
from casebook.transfer.importing import import_cases
from network.models import Team, TeamMember
from network.transfer.command import as_line
from network.transfer.errors import TransferError
from tests.casebook.log_cast import entries, lab_key, make_case, org_key

SUMMARY = {"kind": "summary", "text": "要約", "keys": ["public"]}
PLAIN = {"id": "case-1", "title": "題名", "owner": "owner", "sections": [SUMMARY]}
FULL = PLAIN | {
    "state": "archived", "opens_on": "2027-01-01", "basis": "client", "subtitle": "副題", "size_band": "21-50",
    "contact": "お客様支援部", "keywords": ["在庫", "棚卸"], "schemes": ["IT導入補助金"],
    "related_urls": ["https://example.jp/a"], "related": ["case-2"],
    "participants": [{"organization": "partner", "role": "開発", "capabilities": ["inventory", "pmo"]}],
    "measures": [{"name": "時間", "unit": "分", "before": 80, "after": 5, "how": "日報から", "on": "2025-03-01"}],
}  # fmt: skip
OTHER = PLAIN | {"id": "case-2", "title": "もう一つ"}


def run(*lines, **options):
    return import_cases(BytesIO(b"\n".join(json.dumps(line).encode() for line in lines)), **options)


def exported(reader=None):
    return [json.loads(as_line(line)) for line in case_lines(reader)]


def one(reader=None, name="case-1"):
    return next(line for line in exported(reader) if line["id"] == name)


def errors_of(*lines):
    with pytest.raises(TransferError) as caught:
        run(*lines)
    return [(error.line, error.field) for error in caught.value.errors]


@pytest.fixture
def bands():
    """A size band that the list has."""
    from network.codes import SIZE_BANDS

    return list(SIZE_BANDS)


@pytest.fixture
def full(small, bands):
    line = FULL | {"size_band": bands[1]}
    run(line, OTHER)
    return line


class TestIn:
    def test_everything_is_kept(self, full):
        case = Case.objects.get(external_id="case-1")
        assert (case.state, case.opens_on, case.basis) == ("archived", date(2027, 1, 1), "client")
        assert (case.subtitle, case.size_band, case.contact) == ("副題", full["size_band"], "お客様支援部")
        assert (case.keywords, case.schemes, case.related_urls) == (
            ["在庫", "棚卸"], ["IT導入補助金"], ["https://example.jp/a"],
        )  # fmt: skip
        assert [entry.external_id for entry in case.related.all()] == ["case-2"]
        [took] = case.participants.all()
        assert sorted(one.code for one in took.capabilities.all()) == ["inventory", "pmo"]
        assert [(m.how, m.on) for m in case.measures.all()] == [("日報から", date(2025, 3, 1))]

    def test_the_same_again_changes_nothing(self, full):
        tally = run(full, OTHER).tallies["case"]
        assert (tally.created, tally.updated, tally.unchanged) == (0, 0, 2)

    @pytest.mark.parametrize(
        "change",
        [{"state": "published"}, {"opens_on": None}, {"basis": None}, {"subtitle": ""}, {"size_band": None},
         {"contact": None}, {"keywords": []}, {"schemes": ["別の制度"]}, {"related_urls": []}, {"related": []},
         {"participants": [{"organization": "partner", "role": "開発", "capabilities": ["pmo"]}]},
         {"participants": [{"organization": "partner", "role": "開発"}]},
         {"measures": [{"name": "時間", "unit": "分", "before": 80, "after": 5, "how": "日報から"}]}],
    )  # fmt: skip
    def test_each_alone_is_a_change_and_told(self, full, change):
        assert run(full | change).tallies["case"].updated == 1
        assert run(full | change).tallies["case"].unchanged == 1
        [name] = change
        empty = {"opens_on": None, "basis": None, "size_band": None, "contact": ""}
        assert (one()[name] or empty.get(name)) == (change[name] or empty.get(name)) or name in {
            "participants",
            "measures",
        }

    def test_what_a_line_leaves_out_stays(self, full):
        assert run(PLAIN).tallies["case"].unchanged == 1
        case = Case.objects.get(external_id="case-1")
        assert (case.subtitle, case.state, case.related.count()) == ("副題", "archived", 1)
        assert Participant.objects.get().capabilities.count() == 2

    @pytest.mark.parametrize(
        ("fields", "field"),
        [
            ({"state": "open"}, "state"), ({"opens_on": "soon"}, "opens_on"), ({"basis": "x"}, "basis"),
            ({"subtitle": "長" * 201}, "subtitle"), ({"size_band": "huge"}, "size_band"),
            ({"contact": "a\nb"}, "contact"), ({"keywords": "在庫"}, "keywords"),
            ({"keywords": ["a", "a"]}, "keywords[1]"),
            ({"schemes": [""]}, "schemes[0]"), ({"related_urls": ["javascript:x"]}, "related_urls[0]"),
            ({"related": ["a b"]}, "related[0]"), ({"withheld": "yes"}, "withheld"),
            (
                {"participants": [{"organization": "partner", "capabilities": ["no"]}]},
                "participants[0].capabilities[0]",
            ),
            ({"measures": [{"name": "x", "on": "2025"}]}, "measures[0].on"),
            ({"measures": [{"name": "x", "how": "長" * 201}]}, "measures[0].how"),
            ({"sections": [SUMMARY | {"tlp": "green"}]}, "sections[0].tlp"),
        ],
    )  # fmt: skip
    def test_one_wrong_field_is_named(self, small, fields, field):
        assert errors_of(PLAIN, OTHER | fields) == [(2, field)]

    def test_cases_may_name_each_other_in_any_order_and_nobody_else(self, small):
        run(PLAIN | {"related": ["case-2"]}, OTHER | {"related": ["case-1", "case-2"]})
        assert [entry.external_id for entry in Case.objects.get(external_id="case-2").related.all()] == ["case-1"]
        assert errors_of(PLAIN | {"related": ["nobody"]}) == [(1, "related")]
        assert [entry.external_id for entry in Case.objects.get(external_id="case-1").related.all()] == ["case-2"]

    @pytest.mark.parametrize("count", [1, 40])
    def test_the_number_of_queries_does_not_grow_with_the_lines(self, small, bands, monkeypatch, count):
        from django.db import connection
        from django.dispatch import Signal
        from django.test.utils import CaptureQueriesContext

        monkeypatch.setattr("casebook.transfer.importing.case_changed", Signal())
        lines = [
            FULL | {"id": f"case-{n}", "size_band": bands[0], "related": [f"case-{(n + 1) % count}"],
                    "sections": [SUMMARY | {"keys": [f"team:case-{n}"]}]}
            for n in range(count)
        ]  # fmt: skip
        with CaptureQueriesContext(connection) as queries:
            run(*lines)
        assert len(queries) < 75
        assert Team.objects.count() == count


class TestSectionLabels:
    def test_a_section_without_keys_follows_its_own_label_before_the_cases(self, small):
        labels = {"summary": "CLEAR", "lessons": "AMBER", "result": "RED"}
        sections = [{"kind": kind, "text": "本文", "tlp": label} for kind, label in labels.items()]
        sections.append({"kind": "team", "text": "体制"})
        run(PLAIN | {"tlp": "GREEN", "sections": sections})
        found = {s.kind: {g.key for g in s.grants.all()} for s in Section.objects.all()}
        assert found == {
            "summary": {"public"},
            "lessons": {org_key(small.owner), lab_key(small)},
            "team": {"network"},
            "result": set(),
        }

    def test_keys_win_over_the_label(self, small):
        run(PLAIN | {"sections": [SUMMARY | {"tlp": "RED"}]})
        assert list(Grant.objects.values_list("key", flat=True)) == ["public"]

    def test_a_readers_export_taken_in_elsewhere_opens_nothing_wider_than_its_label(self, small):
        make_case(small, "narrow", org_key(small.partner), tlp="CLEAR")
        lines = exported(small["partner"])
        Case.objects.all().delete()
        run(*lines)
        opened = set(Grant.objects.filter(section__kind="lessons").values_list("key", flat=True))
        assert opened == {org_key(small.owner), lab_key(small)}


class TestOut:
    def test_the_whole_comes_back(self, full):
        first = exported()
        assert run(*first).tallies["case"].unchanged == 2
        Case.objects.all().delete()
        Team.objects.all().delete()
        run(*first)
        assert exported() == first

    def test_schemes_go_with_the_action_urls_with_the_source_capabilities_with_the_team(self, small):
        case = make_case(small, "narrow", schemes=["補助金"], related_urls=["https://example.jp/a"])
        took = case.participants.create(organization=small.partner, role="開発")
        took.capabilities.set([])
        for kind in ("action", "team", "identity"):
            Section.objects.create(case=case, kind=kind, text="本文")
        line = one(small["partner"], "narrow")
        assert (line["schemes"], line["related_urls"], line["participants"]) == ([], [], [])
        for kind, shown in (("action", "schemes"), ("identity", "related_urls"), ("team", "participants")):
            Grant.objects.create(section=case.sections.get(kind=kind), key="network")
            assert one(small["partner"], "narrow")[shown]

    def test_related_cases_that_the_reader_may_not_see_are_not_there(self, small):
        case, open_, hidden = (make_case(small, name) for name in ("narrow", "open", "hidden"))
        hidden.sections.all().delete()
        case.related.set([open_, hidden])
        assert one(small["partner"], "narrow")["related"] == ["open"]
        assert one(small["editor"], "narrow")["related"] == ["hidden", "open"]
        assert read([case], small["partner"])[0].related == ["open"]

    def test_the_state_is_the_owners_business(self, small):
        make_case(small, "narrow", opens_on=timezone.localdate())
        assert "state" not in one(small["partner"], "narrow")
        assert one(small["colleague"], "narrow")["opens_on"] == timezone.localdate().isoformat()

    def test_the_api_says_the_same(self, small):
        case = make_case(small, "narrow", subtitle="副題", keywords=["在庫"])
        case.related.add(make_case(small, "open"))
        found = small.client("partner").get("/api/v1/cases/narrow").json()
        assert found == one(small["partner"], "narrow")
        assert (found["subtitle"], found["keywords"], found["related"]) == ("副題", ["在庫"], ["open"])
        assert small.client("editor").get("/api/v1/cases/narrow").json() == one(small["editor"], "narrow")


class TestTeams:
    def line(self, *keys, **fields):
        return (
            PLAIN
            | {"participants": [{"organization": "partner"}], "sections": [SUMMARY | {"keys": list(keys)}]}
            | fields
        )

    def test_a_line_that_names_its_own_team_makes_one(self, small):
        run(self.line("team:case-1"))
        case = Case.objects.get()
        assert list(Grant.objects.values_list("key", flat=True)) == [f"team:{case.team_id}"]
        assert set(case.team.organizations.all()) == {small.owner, small.partner}
        assert Section.objects.visible_to(small["partner"]).exists()
        assert not Section.objects.visible_to(small["stranger"]).exists()

    def test_again_it_is_the_same_one(self, small):
        run(self.line("team:case-1"))
        assert run(self.line("team:case-1")).tallies["case"].unchanged == 1
        assert Team.objects.count() == 1

    def test_it_comes_back_from_an_export(self, small):
        run(self.line("team:case-1", "steward"))
        first = exported()
        assert first[0]["sections"][0]["keys"] == ["steward", "team:case-1"]
        assert run(*first).tallies["case"].unchanged == 1
        Case.objects.all().delete()
        Team.objects.all().delete()
        run(*first)
        assert exported() == first

    def test_the_team_follows_who_takes_part(self, small):
        run(self.line("team:case-1"))
        run(self.line("team:case-1", participants=[]))
        assert set(TeamMember.objects.values_list("organization", flat=True)) == {small.owner.pk}

    @pytest.mark.parametrize("born_of", ["", "engagement:3"])
    def test_the_cases_own_team_follows_who_took_part(self, small, born_of):
        run(self.line("team:case-1"))
        Case.objects.update(born_of=born_of)
        run(self.line("team:case-1", participants=[]))
        assert [one.organization for one in TeamMember.objects.all()] == [small.owner]

    def test_the_team_of_an_engagement_is_another_one_and_stays(self, small):
        engaged = Team.objects.create(name="在庫管理の支援")
        TeamMember.objects.create(team=engaged, organization=small.partner)
        run(self.line("team:case-1"))
        Case.objects.update(born_of="engagement:3")
        run(self.line("team:case-1", participants=[]))
        assert engaged.members.get().organization == small.partner

    def test_another_cases_team_must_be_there(self, small):
        assert errors_of(self.line("team:nobody")) == [(1, "sections[0].keys")]
        run(self.line("team:case-1"))
        run(self.line("team:case-1", id="case-2"))
        assert Team.objects.count() == 1

    def test_a_dry_run_makes_none(self, small):
        run(self.line("team:case-1"), dry_run=True)
        assert not Team.objects.exists()

    def test_the_name_of_a_case_is_no_number_of_a_team(self, small):
        team = Team.objects.create(name="よそのチーム")
        assert errors_of(self.line(f"team:{team.pk}")) == [(1, "sections[0].keys")]
        assert errors_of(self.line(f"team:?{team.pk}")) == [(1, "sections[0].keys")]


class TestWithheld:
    """Consents stand in no file: a copy elsewhere must not open what a withdrawal closed here."""

    @pytest.fixture
    def case(self, small):
        case = make_case(small, "narrow")
        agreed = {"person": "架空 花子", "means": "written", "state": "given", "binding": True}
        Consent.objects.create(case=case, withdrawn_at=timezone.now(), **agreed)
        return case

    def test_it_says_so_and_changes_nothing_here(self, case):
        first = exported()
        assert first[0]["withheld"] is True
        assert run(*first).tallies["case"].unchanged == 1
        case.refresh_from_db()
        assert case.state == "published"

    def test_elsewhere_it_is_put_away(self, case, small):
        first = exported()
        Case.objects.all().delete()
        run(*first)
        assert Case.objects.get().state == "archived"
        assert not Case.objects.visible_to(small["partner"]).exists()

    def test_a_consent_that_holds_says_nothing(self, small):
        case = make_case(small, "narrow")
        agreed = {"person": "架空 花子", "means": "written", "state": "given", "binding": True}
        Consent.objects.create(case=case, until=timezone.localdate() + timedelta(days=1), **agreed)
        assert "withheld" not in exported()[0]


class TestLog:
    def test_the_command_is_logged_for_a_person_and_for_the_operator(self, small):
        make_case(small, "open", "network")
        make_case(small, "narrow")
        call_command("export_cases", reader=small["partner"].email, stdout=StringIO())
        call_command("export_cases", stdout=StringIO())
        assert [(e.reader_name, e.case_reference, e.why) for e in entries()] == [
            ("partner", "narrow", "コマンド"), ("partner", "open", "コマンド"),
            ("運用コマンド", "narrow", "コマンド"), ("運用コマンド", "open", "コマンド"),
        ]  # fmt: skip

    def test_only_what_was_asked_for_leaves_and_is_logged(self, small):
        wanted, other = make_case(small, "wanted"), make_case(small, "other")
        assert [line["id"] for line in case_lines(small["partner"], only=[wanted.pk], why="x")] == ["wanted"]
        assert [entry.case for entry in entries()] == [wanted.pk]
        assert other.pk != wanted.pk

    @pytest.mark.parametrize("count", [1, 3])
    def test_the_number_of_queries_does_not_grow(self, small, count):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        for n in range(count):
            case = make_case(small, f"case-{n}", org_key(small.partner))
            case.participants.create(organization=small.partner)
            Measure.objects.create(case=case, name="時間")
        list(case_lines(small["partner"], only=[case.pk]))
        with CaptureQueriesContext(connection) as queries:
            assert len(list(case_lines(small["partner"]))) == count
        assert len(queries) == 38
        assert len(entries()) == count + 1
