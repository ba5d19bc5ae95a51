"""Cases in and out of files: exact mistakes, labels as keys, and nothing in an export that its reader may not read."""

import json
from datetime import date
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.dispatch import Signal

from casebook.labels import keys_of_label
from casebook.models import Case, Grant, Measure, Section
from casebook.signals import case_changed
from casebook.transfer.exporting import case_lines
from casebook.transfer.importing import import_cases
from network.access import keys_held_by
from network.demo import demo_network
from network.models import Lab, Organization, User
from network.transfer.command import as_line
from network.transfer.errors import TransferError
from network.transfer.importing import import_network
from tests.cast import AUDIENCES, CASE_WORDS, READERS, word

pytestmark = pytest.mark.django_db

DEMO = Path(__file__).resolve().parents[2] / "casebook" / "data" / "demo_cases.jsonl"
SUMMARY = {"kind": "summary", "text": "要約", "keys": ["public"]}
CASE = {"id": "case-1", "title": "題名", "owner": "owner", "sections": [SUMMARY]}


def run(*lines, **options):
    data = b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines)
    return import_cases(BytesIO(data), **options)


def exported(reader=None):
    return "".join(as_line(line) for line in case_lines(reader)).encode()


def errors_of(*lines):
    """(line, field, message) of every mistake; checks that nothing was imported."""
    with pytest.raises(TransferError) as caught:
        run(*lines)
    assert not Case.objects.exists()
    return [(error.line, error.field, error.message) for error in caught.value.errors]


@pytest.fixture
def organizations():
    made = [
        Organization.objects.create(external_id=name, name=f"架空 {name}", kind="shinkin_bank", prefecture="22")
        for name in ("owner", "partner")
    ]
    made[0].labs.add(Lab.objects.get(name="静岡県"))
    User.objects.create_user("reader@example.jp")
    return made


@pytest.fixture
def news():
    """External ids of the cases that were reported as changed."""
    heard = []

    def hear(case, **_signal):
        heard.append(case.external_id)

    case_changed.connect(hear)
    yield heard
    case_changed.disconnect(hear)


class TestLabels:
    FACTS = {"owner": 1, "participants": [3, 1], "labs": [7]}

    @pytest.mark.parametrize(
        ("label", "keys"),
        [
            ("CLEAR", ["public"]),
            ("GREEN", ["network"]),
            ("AMBER", ["lab:7", "org:1", "org:3"]),
            ("AMBER+STRICT", []),
            ("RED", []),
        ],
    )
    def test_a_label_names_a_set_of_keys(self, label, keys):
        assert keys_of_label(label, **self.FACTS) == keys

    def test_sections_without_keys_follow_the_label(self, organizations):
        owner, partner = organizations
        run(CASE | {"tlp": "AMBER", "participants": [{"organization": "partner"}],
                    "sections": [SUMMARY, {"kind": "lessons", "text": "学び", "until": "2027-03-31"}]})  # fmt: skip
        lessons = Grant.objects.filter(section__kind="lessons").order_by("key")
        lab = f"lab:{Lab.objects.get(name='静岡県').pk}"
        assert [grant.key for grant in lessons] == sorted([f"org:{owner.pk}", f"org:{partner.pk}", lab])
        assert {grant.until for grant in lessons} == {date(2027, 3, 31)}
        assert [grant.key for grant in Grant.objects.filter(section__kind="summary")] == ["public"]

    def test_no_label_is_red_and_no_keys_are_the_owners_alone(self, organizations):
        run(CASE | {"sections": [{"kind": "summary", "text": "要約"}]})
        run(CASE | {"id": "case-2", "tlp": "CLEAR", "sections": [SUMMARY | {"keys": []}]})
        assert Case.objects.get(external_id="case-1").tlp == "RED"
        assert not Grant.objects.exists()


class TestBadFiles:
    @pytest.mark.parametrize(
        ("fields", "field", "said"),
        [
            ({"owner": "nobody"}, "owner", "機関「nobody」"),
            ({"title": "\u200b"}, "title", "見える文字がありません"),
            ({"tilte": "x"}, "tilte", "「title」のことでしょうか"),
            ({"sections": []}, "sections", "1件以上"),
            ({"sections": [SUMMARY, SUMMARY]}, "sections[1].kind", "2回"),
            ({"sections": [SUMMARY | {"kind": "sumary"}]}, "sections[0].kind", "「summary」のことでしょうか"),
            ({"sections": [SUMMARY | {"text": ""}]}, "sections[0].text", "必須です"),
            ({"sections": [SUMMARY | {"text": "あ" * 20_001}]}, "sections[0].text", "20000文字以内"),
            ({"sections": [SUMMARY | {"keys": ["publik"]}]}, "sections[0].keys[0]", "使えません"),
            ({"sections": [SUMMARY | {"keys": ["org:5"]}]}, "sections[0].keys[0]", "登録されていません"),
            ({"sections": [SUMMARY | {"keys": ["lab:架空"]}]}, "sections[0].keys[0]", "登録されていません"),
            ({"sections": [SUMMARY | {"keys": ["user:who@example.jp"]}]}, "sections[0].keys[0]", "登録されていません"),
            ({"sections": [SUMMARY | {"keys": ["network", "network"]}]}, "sections[0].keys", "2回"),
            ({"sections": [SUMMARY | {"keys": None}]}, "sections[0].keys", "リスト"),
            ({"sections": [SUMMARY | {"until": "x"}]}, "sections[0].until", "日付ではありません"),
            ({"tlp": "green"}, "tlp", "「green」"),
            ({"outcome": "good"}, "outcome", "「good」"),
            ({"industry": "ZZ"}, "industry", "「ZZ」"),
            ({"year": 1899}, "year", "1990〜2100"),
            ({"stage_after": 5}, "stage_after", "1〜4"),
            ({"phases": ["design"]}, "phases[0]", "「design」"),
            ({"capabilities": ["pmo", "pmo"]}, "capabilities[1]", "2回"),
            ({"participants": [{"organization": "owner"}] * 2}, "participants[1].organization", "2回"),
            ({"measures": [{"name": "時間", "before": "80"}]}, "measures[0].before", "数値"),
            ({"source": {"title": "t", "url": "javascript:alert(1)"}}, "source.url", "URL"),
            ({"municipality": "22131", "prefecture": "13"}, "municipality", "市区町村ではありません"),
        ],
    )  # fmt: skip
    def test_one_wrong_field_is_named(self, organizations, fields, field, said):
        found = errors_of(CASE, CASE | {"id": "case-2"} | fields)
        assert [(line, name) for line, name, _message in found] == [(2, field)]
        assert said in found[0][2]

    def test_what_a_case_must_have(self, organizations):
        assert [(line, field) for line, field, _said in errors_of({})] == [
            (1, "id"), (1, "title"), (1, "owner"), (1, "sections"),
        ]  # fmt: skip

    def test_the_same_id_twice(self, organizations):
        assert errors_of(CASE, CASE)[0][:2] == (2, "id")

    def test_malformed_json_on_line_17_of_40(self, organizations):
        lines = [CASE | {"id": f"case-{n}"} for n in range(40)]
        lines[16] = b'{"id": "case-16", '
        assert [error[:2] for error in errors_of(*lines)] == [(17, "")]

    def test_the_command_ends_with_status_2(self, organizations, tmp_path):
        path = tmp_path / "cases.jsonl"
        path.write_text(json.dumps(CASE | {"owner": "nobody"}))
        with pytest.raises(CommandError, match="1行目 owner: ") as caught:
            call_command("import_cases", path)
        assert caught.value.returncode == 2

    def test_an_unknown_reader_ends_with_status_2(self, db):
        with pytest.raises(CommandError) as caught:
            call_command("export_cases", reader="nobody@example.jp")
        assert caught.value.returncode == 2


class TestImport:
    FULL = CASE | {
        "industry": "09", "municipality": "221317", "year": 2024, "stage_before": 1, "stage_after": 2,
        "phases": ["requirements", "analysis"], "capabilities": ["inventory"], "outcome": "success", "tlp": "GREEN",
        "participants": [{"organization": "partner", "role": "開発"}],
        "sections": [
            SUMMARY,
            {"kind": "lessons", "text": "学び\n二行目", "keys": ["network", "org:partner", "lab:静岡県", "steward"],
             "until": "2027-03-31"},
            {"kind": "identity", "text": "実名", "keys": ["user:Reader@example.jp"]},
        ],
        "measures": [{"name": "入力の時間", "unit": "%", "before": 80, "after": 5}, {"name": "残業"}],
        "source": {"title": "資料", "url": "https://example.jp/a"}, "published": "2024-11-01",
    }  # fmt: skip

    def test_everything_a_line_can_say(self, organizations, news):
        assert run(self.FULL).tallies["case"].created == 1
        case = Case.objects.get()
        assert (case.industry, case.prefecture, case.municipality_id) == ("E", "22", "22131")
        assert {entry.phase for entry in case.phases.all()} == {"analysis", "requirements"}
        assert [entry.code for entry in case.capabilities.all()] == ["inventory"]
        assert case.participants.get().role == "開発"
        assert [(m.name, m.before, m.after) for m in case.measures.all()] == [
            ("入力の時間", 80.0, 5.0), ("残業", None, None),
        ]  # fmt: skip
        assert (case.source_title, case.published) == ("資料", date(2024, 11, 1))
        assert news == ["case-1"]

    def test_names_become_the_keys_that_readers_hold(self, organizations):
        run(self.FULL)
        lab, partner = Lab.objects.get(name="静岡県"), organizations[1]
        person = User.objects.get()
        stored = {
            kind: set(Grant.objects.filter(section__kind=kind).values_list("key", flat=True))
            for kind in ("lessons", "identity")
        }
        assert stored["lessons"] == {"network", "steward", f"org:{partner.pk}", f"lab:{lab.pk}"}
        assert stored["identity"] <= keys_held_by(person)

    def test_the_same_again_changes_nothing(self, organizations, news):
        run(self.FULL)
        before = [list(model.objects.order_by("pk").values()) for model in (Case, Section, Grant, Measure)]
        news.clear()
        assert run(self.FULL).tallies["case"].unchanged == 1
        assert [list(model.objects.order_by("pk").values()) for model in (Case, Section, Grant, Measure)] == before
        assert news == []

    def test_what_a_line_leaves_out_stays_and_sections_are_given_whole(self, organizations, news):
        run(self.FULL)
        news.clear()
        assert run(CASE).tallies["case"].updated == 1
        case = Case.objects.get()
        assert [section.kind for section in case.sections.all()] == ["summary"]
        assert (case.year, case.tlp, case.measures.count(), case.participants.count()) == (2024, "GREEN", 2, 1)
        assert news == ["case-1"]

    def test_null_clears(self, organizations):
        run(self.FULL)
        run(CASE | {"source": None, "year": None, "industry": None, "municipality": None, "measures": []})
        case = Case.objects.get()
        assert (case.source_title, case.source_url, case.year, case.industry) == ("", "", None, "")
        assert (case.municipality_id, case.prefecture, case.measures.count()) == (None, "22", 0)

    def test_a_new_audience_replaces_the_old_one(self, organizations):
        run(self.FULL)
        run(CASE | {"sections": [SUMMARY | {"keys": ["network"], "until": "2027-01-01"}]})
        assert list(Grant.objects.values_list("key", "until")) == [("network", date(2027, 1, 1))]

    def test_a_dry_run_keeps_nothing_and_tells_nobody(self, organizations, news):
        assert run(self.FULL, dry_run=True).tallies["case"].created == 1
        assert not Case.objects.exists()
        assert news == []

    def test_counts_as_json(self, organizations, tmp_path):
        out = StringIO()
        path = tmp_path / "cases.jsonl"
        path.write_text(json.dumps(self.FULL))
        call_command("import_cases", path, json=True, stdout=out)
        assert json.loads(out.getvalue()) == {"case": {"created": 1, "updated": 0, "unchanged": 0}, "dry_run": False}

    def test_the_number_of_queries_does_not_grow_with_the_lines(
        self, organizations, monkeypatch, django_assert_max_num_queries
    ):
        # What listeners do with the news of each case is theirs to count.
        monkeypatch.setattr("casebook.transfer.importing.case_changed", Signal())
        with django_assert_max_num_queries(60):
            run(*(self.FULL | {"id": f"case-{n}"} for n in range(60)))
        assert Section.objects.count() == 180


class TestRoundTrip:
    @pytest.fixture
    def demo(self):
        import_network(BytesIO("\n".join(json.dumps(line) for line in demo_network()).encode()))
        with DEMO.open("rb") as source:
            import_cases(source)

    def test_the_demo_cases_survive_it(self, demo):
        first = exported()
        report = run(*first.splitlines())
        assert (report.tallies["case"].unchanged, report.tallies["case"].updated) == (13, 0)
        Case.objects.all().delete()
        run(*first.splitlines())
        assert exported() == first

    def test_sections_keep_their_keys_by_name(self, demo):
        ours = {line["id"]: line for line in map(json.loads, DEMO.read_text(encoding="utf-8").splitlines())}
        for line in map(json.loads, exported().splitlines()):
            assert {s["kind"]: (s["text"], sorted(s["keys"]), s.get("until")) for s in line["sections"]} == {
                s["kind"]: (s["text"], sorted(s["keys"]), s.get("until")) for s in ours[line["id"]]["sections"]
            }

    def test_keys_with_different_last_days(self, organizations):
        run(CASE)
        section = Section.objects.get()
        Grant.objects.create(section=section, key="network", until=date(2027, 1, 1))
        first = exported()
        assert {"key": "network", "until": "2027-01-01"} in json.loads(first)["sections"][0]["keys"]
        assert run(first).tallies["case"].unchanged == 1
        Case.objects.all().delete()
        run(first)
        assert exported() == first

    def test_the_command_writes_a_file(self, demo, tmp_path):
        call_command("export_cases", tmp_path / "cases.jsonl")
        assert (tmp_path / "cases.jsonl").read_bytes() == exported()


class TestExportAs:
    """`world` plants a word in every text, figure, role and source, each with the audience it is for."""

    @pytest.mark.parametrize("reader", [name for name in READERS if name != "inactive"])
    def test_only_what_the_reader_may_read(self, world, reader):
        person = world.people[reader]
        found = exported(person).decode()
        readable = set(Section.objects.visible_to(person).values_list("case__external_id", "kind"))
        for text, place in self.words_and_sections().items():
            assert (text in found) == (place in readable), (text, place)

    def words_and_sections(self):
        """The section that opens each planted word of a text, a figure, a role or a source."""
        opened_by = {"measure": "result", "role": "team", "source": "identity"}
        return {
            word(case, part): (f"case-{case}", opened_by.get(part, part))
            for case in (*AUDIENCES, "mixed")
            for part in ("summary", "lessons", "result", "team", "identity", *opened_by)
        }

    def test_the_planted_words_are_the_casts(self):
        assert set(self.words_and_sections()) <= set(CASE_WORDS)

    def test_there_is_something_to_leak_and_somebody_who_sees_it(self, world):
        assert word("draft", "identity") in exported(world.people["editor"]).decode()
        assert word("draft", "identity") not in exported(world.people["partner"]).decode()

    @pytest.mark.parametrize(("reader", "sees_keys"), [("editor", True), ("partner", False), ("steward", False)])
    def test_keys_are_for_the_owning_organization(self, world, reader, sees_keys):
        lines = [json.loads(line) for line in exported(world.people[reader]).splitlines()]
        assert lines
        assert all(("keys" in section) == sees_keys for line in lines for section in line["sections"])

    def test_the_command_reads_as_that_person(self, world):
        person, out = world.people["partner"], StringIO()
        call_command("export_cases", reader=person.email.upper(), stdout=out)
        assert out.getvalue().encode() == exported(person)
