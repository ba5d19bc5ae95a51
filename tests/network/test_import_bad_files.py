"""A bad network file: every mistake by line and field, exit status 2, and nothing changed."""

import json
import subprocess
import sys
from io import BytesIO, StringIO

import pytest
from django.core.management import CommandError, call_command

from network.models import Capability, Organization, Rating, User
from network.transfer.errors import MAX_KEPT, MAX_SHOWN, TransferError
from network.transfer.importing import import_network

pytestmark = pytest.mark.django_db

GOOD = {"type": "organization", "id": "good", "name": "架空 よい機関", "kind": "shinkin_bank", "prefecture": "22"}


def organization(**fields):
    return GOOD | {"id": "org-1"} | fields


def as_bytes(*lines):
    return b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines)


def errors_of(*lines):
    """(line, field, message) of every mistake; checks that nothing was imported."""
    before = (Organization.objects.count(), Rating.objects.count(), Capability.objects.count(), User.objects.count())
    with pytest.raises(TransferError) as caught:
        import_network(BytesIO(as_bytes(*lines)))
    now = (Organization.objects.count(), Rating.objects.count(), Capability.objects.count(), User.objects.count())
    assert now == before
    return [(error.line, error.field, error.message) for error in caught.value.errors]


def places_of(*lines):
    return [(line, field) for line, field, _message in errors_of(*lines)]


@pytest.mark.parametrize("identifier", ["a/b", "a?b", "a#b", "a%2Fb", "a b", "a\u3000b", "a\\b"])
def test_an_id_that_an_address_would_cut_is_refused(identifier):
    assert places_of(organization(id=identifier)) == [(1, "id")]


def test_the_good_line_is_good():
    import_network(BytesIO(as_bytes(GOOD)))
    assert Organization.objects.get().name == "架空 よい機関"


@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        ({"corporate_number": "1234567890123"}, "corporate_number", "検査数字が合いません"),
        ({"corporate_number": 5}, "corporate_number", "13桁の数字の文字列"),
        ({"corporate_number": "12345"}, "corporate_number", "13桁"),
        ({"name": ""}, "name", "必須です"),
        ({"name": None}, "name", "文字列で書いてください"),
        ({"name": "\u200b\u2060"}, "name", "見える文字がありません"),
        ({"name": "架空\u0000"}, "name", "U+0000"),
        ({"name": "架空\ud800"}, "name", "U+D800"),
        ({"name": "架空\u202e"}, "name", "U+202E"),
        ({"name": "架空\n銀行"}, "name", "改行"),
        ({"name": "あ" * 121}, "name", "120文字以内で書いてください（いまは121文字）"),
        ({"kind": "shinkin_bnk"}, "kind", "「shinkin_bank」のことでしょうか"),
        ({"prefecture": "48"}, "prefecture", "「48」は登録されていません"),
        ({"municipality": "99999"}, "municipality", "登録されていません"),
        ({"municipality": "221310"}, "municipality", "検査数字が合いません"),
        ({"municipality": "２２１３１"}, "municipality", "5桁の数字"),
        ({"municipality": "13101"}, "municipality", "都道府県コード「22」の市区町村ではありません"),
        ({"service_area": {"prefectures": ["22", "22"]}}, "service_area.prefectures[1]", "2回"),
        ({"service_area": {"prefecture": ["22"]}}, "service_area.prefecture", "このキーは使えません"),
        ({"service_area": {"remote": 1}}, "service_area.remote", "true か false"),
        ({"industries": ["Z"]}, "industries[0]", "業種「Z」"),
        ({"capacity": {"slots": 3}}, "capacity.status", "必須です"),
        ({"capacity": {"status": "open", "slots": -1}}, "capacity.slots", "0〜999"),
        ({"capacity": {"status": "open", "slots": True}}, "capacity.slots", "整数"),
        ({"capacity": {"status": "open", "until": "2027-3-31"}}, "capacity.until", "2027-03-31"),
        ({"capacity": {"status": "open", "until": "2027-02-29"}}, "capacity.until", "日付ではありません"),
        ({"labs": ["存在しないラボ"]}, "labs[0]", "ラボ「存在しないラボ」"),
        ({"lead_suitability": 1.01}, "lead_suitability", "0〜1"),
        ({"availability": "0.5"}, "availability", "数値"),
        ({"max_requirements": 0}, "max_requirements", "1〜100"),
        ({"ratings": {}}, "ratings", "リスト"),
        ({"ratings": [{"capability": "pmo", "level": 1}, 7]}, "ratings[1]", "オブジェクト"),
        ({"ratings": [{"capability": "pmoo", "level": 1}]}, "ratings[0].capability", "「pmo」のことでしょうか"),
        ({"ratings": [{"capability": "pmo", "level": 5}]}, "ratings[0].level", "0〜4"),
        ({"ratings": [{"capability": "pmo", "level": -1}]}, "ratings[0].level", "0〜4"),
        ({"ratings": [{"capability": "pmo"}]}, "ratings[0].level", "level か stance"),
        ({"ratings": [{"capability": "pmo", "stance": "strong"}]}, "ratings[0].stance", "「strong」"),
        ({"ratings": [{"capability": "pmo", "level": 1, "confirmed_at": "2026-01-01T09:00:00"}]},
         "ratings[0].confirmed_at", "時差つき"),
        ({"capcity": {"status": "open"}}, "capcity", "「capacity」のことでしょうか"),
        ({"id": "x" * 65}, "id", "64文字以内"),
    ],
)  # fmt: skip
def test_one_wrong_field_is_named(fields, field, said):
    found = errors_of(GOOD, organization(**fields))
    assert [(line, name) for line, name, _message in found] == [(2, field)]
    assert said in found[0][2]


@pytest.mark.parametrize(
    ("line", "field", "said"),
    [
        (b"{", "", "JSONとして読めません（2文字目付近）"),
        (b"[]", "", "オブジェクト"),
        (b'"text"', "", "オブジェクト"),
        (b'{"type":"organization","id":"a","id":"b"}', "id", "2回"),
        (b'{"type":"organization","id":"a","availability":NaN}', "", "NaN は使えません"),
        (b'{"type":"organization","id":"a","availability":-Infinity}', "", "-Infinity は使えません"),
        (b'{"type":"organization","id":"a","availability":' + b"9" * 5000 + b"}", "", "数が大きすぎる"),
        (b"[" * 100_000, "", "入れ子が深すぎます"),
        ('{"type":"organization","id":"日本"}'.encode("cp932"), "", "UTF-8ではありません（30バイト目）"),
        (b'{"type":"organization","name":"\x00"}', "", "JSONとして読めません"),
        (b'{"id":"a"}', "type", "必須です"),
        (b'{"type":"organisation"}', "type", "「organization」のことでしょうか"),
        (b'{"type":["organization"]}', "type", "文字列"),
        (b'{"type":"organization"}', "id", "必須です"),
    ],
)
def test_a_line_that_is_no_record(line, field, said):
    found = errors_of(GOOD, b"", line)
    assert [(number, name) for number, name, _message in found] == [(3, field)]
    assert said in found[0][2]


def test_a_number_beyond_floating_point_is_refused():
    line = b'{"type":"organization","id":"a","name":"A","kind":"university","prefecture":"22","availability":1e999}'
    assert errors_of(line)[0][1:] == ("availability", "数が大きすぎます。")


def test_malformed_json_on_line_17_of_40():
    lines = [organization(id=f"org-{n}") for n in range(40)]
    lines[16] = b'{"type":"organization","id":"org-16",'
    assert places_of(*lines) == [(17, "")]


def test_a_new_organization_needs_a_name_a_kind_and_a_place():
    assert places_of({"type": "organization", "id": "a"}) == [(1, "name"), (1, "kind"), (1, "municipality")]


def test_every_mistake_of_a_line_and_of_the_file_is_told_at_once():
    found = places_of(organization(name="", kind="x"), organization(id="b", ratings=[{"capability": "?", "level": 9}]))
    assert found == [(1, "name"), (1, "kind"), (2, "ratings[0].capability"), (2, "ratings[0].level")]


def test_only_the_first_mistakes_are_shown_and_the_others_counted():
    with pytest.raises(TransferError) as caught:
        import_network(BytesIO(b"x\n" * (MAX_KEPT + 5)))
    assert len(caught.value.errors) == MAX_SHOWN
    assert caught.value.more == MAX_KEPT + 5 - MAX_SHOWN
    assert str(caught.value).endswith(f"ほかに{MAX_KEPT + 5 - MAX_SHOWN}件の誤りがあります。")


class TestBetweenLines:
    def test_the_same_id_twice(self):
        found = errors_of(organization(), GOOD, organization())
        assert found == [(3, "id", "1行目と同じです。1つの行にまとめてください。")]

    def test_the_same_capability_twice_in_one_organization(self):
        ratings = [
            {"capability": "pmo", "level": 1},
            {"capability": "rfp", "level": 1},
            {"capability": "pmo", "level": 2},
        ]
        assert places_of(organization(ratings=ratings)) == [(1, "ratings[2].capability")]

    def test_the_same_corporate_number_twice_in_the_file(self):
        number = {"corporate_number": "7000012050002"}
        found = errors_of(organization(**number), organization(id="org-2", **number))
        assert found[0][:2] == (2, "corporate_number")
        assert "1行目の機関「org-1」" in found[0][2]

    def test_a_corporate_number_that_the_registry_knows(self):
        import_network(BytesIO(as_bytes(organization(corporate_number="7000012050002"))))
        found = errors_of(organization(id="org-2", corporate_number="７００００１２０５０００２"))
        assert found[0][:2] == (1, "corporate_number")
        assert "登録済みの機関「架空 よい機関（org-1）」" in found[0][2]

    def test_a_pair_twice_in_either_order(self):
        other = organization(id="org-2")
        pair = {"type": "collaboration", "between": ["org-1", "org-2"]}
        turned = {"type": "collaboration", "between": ["org-2", "org-1"]}
        assert places_of(organization(), other, pair, turned) == [(4, "between")]

    def test_two_ties_of_one_pair_must_differ_in_kind(self):
        tie = {"type": "tie", "between": ["org-1", "org-2"], "kind": "capital"}
        other = organization(id="org-2")
        assert places_of(organization(), other, tie, tie | {"kind": "group"}, tie) == [(5, "between")]

    @pytest.mark.parametrize("between", [["org-1"], ["org-1", "org-1"], ["org-1", "good", "org-1"]])
    def test_a_relation_needs_two_organizations(self, between):
        line = {"type": "collaboration", "between": between}
        assert places_of(GOOD, organization(), line) == [(3, "between")]

    def test_missing_references_are_named_where_they_stand(self):
        found = places_of(
            {"type": "collaboration", "between": ["nobody", "good"]},
            {"type": "tie", "between": ["good", "nobody"], "kind": "capital"},
            {"type": "person", "email": "a@example.jp", "memberships": [{"organization": "nobody"}], "labs": ["?"]},
            GOOD,
        )
        assert found == [(1, "between[0]"), (2, "between[1]"), (3, "memberships[0].organization"), (3, "labs[0]")]

    def test_a_tie_does_not_end_before_it_began(self):
        tie = {"type": "tie", "between": ["good", "org-1"], "kind": "capital"}
        assert places_of(GOOD, organization(), tie | {"since": "2025-01-02", "until": "2025-01-01"}) == [(3, "until")]

    def test_a_person_twice_whatever_the_case(self):
        person = {"type": "person", "email": "a@example.jp"}
        assert places_of(person, person | {"email": "A@Example.jp"}) == [(2, "email")]

    def test_a_person_twice_a_member_of_one_organization(self):
        members = [{"organization": "good"}, {"organization": "good", "role": "editor"}]
        person = {"type": "person", "email": "a@example.jp", "memberships": members}
        assert places_of(GOOD, person) == [(2, "memberships[1].organization")]

    def test_a_built_in_capability_stays_as_it_is(self):
        assert places_of({"type": "capability", "code": "pmo", "name_ja": "別の意味"}) == [(1, "code")]

    def test_a_new_lab_needs_a_prefecture_and_an_area(self):
        assert places_of({"type": "lab", "name": "架空ラボ"}) == [(1, "prefecture"), (1, "areas")]


class TestCommand:
    def test_bad_input_ends_with_status_2_and_says_where(self, tmp_path):
        path = tmp_path / "bad.jsonl"
        path.write_bytes(as_bytes(GOOD, organization(corporate_number="1234567890123")))
        with pytest.raises(CommandError) as caught:
            call_command("import_network", path)
        assert caught.value.returncode == 2
        assert "2行目 corporate_number: 法人番号の検査数字が合いません。" in str(caught.value)
        assert not Organization.objects.exists()

    @pytest.mark.parametrize("content", [b"", b"\n \n", b"\xef\xbb\xbf\n"])
    def test_an_empty_file_is_a_mistake(self, tmp_path, content):
        path = tmp_path / "empty.jsonl"
        path.write_bytes(content)
        with pytest.raises(CommandError, match="ファイルが空です") as caught:
            call_command("import_network", path)
        assert caught.value.returncode == 2

    def test_a_missing_file(self, tmp_path):
        with pytest.raises(CommandError, match="見つかりません") as caught:
            call_command("import_network", tmp_path / "nothing.jsonl")
        assert caught.value.returncode == 2

    def test_a_folder_is_no_file(self, tmp_path):
        with pytest.raises(CommandError) as caught:
            call_command("import_network", tmp_path)
        assert caught.value.returncode == 2

    def test_an_export_that_cannot_be_written(self, tmp_path):
        with pytest.raises(CommandError) as caught:
            call_command("export_network", tmp_path / "no" / "such" / "folder.jsonl", stdout=StringIO())
        assert caught.value.returncode == 2

    def test_the_shell_sees_status_2_and_japanese_on_stderr(self, tmp_path, settings):
        done = subprocess.run(
            [sys.executable, settings.BASE_DIR / "manage.py", "import_network", tmp_path / "nothing.jsonl"],
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 2
        assert "見つかりません" in done.stderr
        assert not done.stdout
