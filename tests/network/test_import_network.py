"""What a good network file does: creates, updates only what it mentions, and tells the rest of the house."""

import json
from datetime import date
from io import BytesIO, StringIO

import pytest
from django.core.management import call_command

from network.models import (
    Capability,
    Collaboration,
    Lab,
    LabFacilitator,
    Membership,
    Organization,
    Rating,
    Tie,
    User,
)
from network.signals import organization_changed
from network.transfer.errors import TransferError
from network.transfer.importing import import_network

pytestmark = pytest.mark.django_db

# The example of the format, with the organizations it refers to.
EXAMPLE = [
    {"type": "tie", "between": ["org-001", "org-009"], "kind": "capital", "since": "2020-04-01", "note": "…"},
    {"type": "collaboration", "between": ["org-001", "org-002"], "engagements": 3, "last": "2025-10-01"},
    {"type": "person", "email": "Editor@Example.jp", "name": "架空 編集",
     "memberships": [{"organization": "org-001", "role": "editor"}], "labs": ["藤枝市"], "steward": False},
    {"type": "organization", "id": "org-001", "name": "架空 浜名信用金庫", "kana": "カクウハマナシンヨウキンコ",
     "kind": "shinkin_bank", "corporate_number": None, "municipality": "22131",
     "service_area": {"prefectures": ["22", "23"], "municipalities": [], "nationwide": False, "remote": True},
     "industries": ["E", "H"], "capacity": {"status": "open", "slots": 3, "until": "2027-03-31"},
     "labs": ["藤枝市"], "lead_suitability": 0.7, "max_requirements": 3, "availability": 0.8, "exposure": 0.1,
     "ratings": [{"capability": "pmo", "level": 4}, {"capability": "x-100", "level": 2},
                 {"capability": "system_development", "stance": "weakness"}]},
    {"type": "organization", "id": "org-009", "name": "架空 三方原ソフト", "kind": "local_it_vendor",
     "prefecture": "22"},
    {"type": "organization", "id": "org-002", "name": "架空 佐鳴情報", "kind": "local_it_vendor",
     "municipality": "221384"},
    {"type": "capability", "code": "x-100", "name_ja": "独自の支援", "name_en": "Own", "phases": ["requirements"],
     "synonyms": ["こだわり"]},
    {"type": "lab", "name": "架空湖畔ラボ", "prefecture": "22", "areas": ["22138", "22"]},
]  # fmt: skip


def run(*lines, **options):
    return import_network(BytesIO(b"\n".join(json.dumps(line).encode() for line in lines)), **options)


def counts(report):
    return {
        name: (tally.created, tally.updated, tally.unchanged)
        for name, tally in report.tallies.items()
        if (tally.created, tally.updated, tally.unchanged) != (0, 0, 0)
    }


@pytest.fixture
def news():
    """External ids of the organizations that were reported as changed."""
    heard = []

    def hear(organization, **_signal):
        heard.append(organization.external_id)

    organization_changed.connect(hear)
    yield heard
    organization_changed.disconnect(hear)


@pytest.fixture
def example():
    run(*EXAMPLE)
    return Organization.objects.get(external_id="org-001")


class TestFirstImport:
    def test_every_type_is_created_in_any_order(self):
        assert counts(run(*EXAMPLE)) == {
            "capability": (1, 0, 0),
            "lab": (1, 0, 0),
            "organization": (3, 0, 0),
            "collaboration": (1, 0, 0),
            "tie": (1, 0, 0),
            "person": (1, 0, 0),
        }

    def test_an_organization_with_everything_that_belongs_to_it(self, example):
        assert (example.prefecture, example.municipality_id) == ("22", "22131")
        assert (example.nationwide, example.remote) == (False, True)
        assert (example.capacity_slots, example.capacity_until) == (3, date(2027, 3, 31))
        assert (example.stated_lead_suitability, example.stated_max_requirements) == (0.7, 3)
        assert [area.prefecture for area in example.service_areas.all()] == ["22", "23"]
        assert [entry.industry for entry in example.industries.all()] == ["E", "H"]
        assert [lab.name for lab in example.labs.all()] == ["藤枝市"]

    def test_a_weakness_without_a_level_and_a_level_without_a_stance(self, example):
        ratings = {row.capability.code: (row.level, row.stance) for row in example.ratings.all()}
        assert ratings == {"pmo": (4, "neutral"), "x-100": (2, "neutral"), "system_development": (0, "weakness")}
        assert all(row.confirmed_at for row in example.ratings.all())

    def test_a_check_digit_is_accepted_and_a_prefecture_alone_too(self, example):
        places = dict(Organization.objects.values_list("external_id", "municipality_id"))
        assert places == {"org-001": "22131", "org-002": "22138", "org-009": None}

    def test_relations_are_kept_with_the_smaller_id_first(self, example):
        pair = Collaboration.objects.get()
        assert pair.first_id < pair.second_id
        assert (pair.engagements, pair.last, pair.stated_strength) == (3, date(2025, 10, 1), None)
        assert Tie.objects.get().since == date(2020, 4, 1)

    def test_a_person_is_known_by_the_address_in_lower_case_and_cannot_sign_in_yet(self, example):
        person = User.objects.get(email="editor@example.jp")
        assert not person.has_usable_password()
        assert (person.memberships.get().organization, person.memberships.get().role) == (example, "editor")
        assert person.facilitated.get().lab.name == "藤枝市"

    def test_a_lab_with_its_areas(self, example):
        lab = Lab.objects.get(name="架空湖畔ラボ")
        assert {area.municipality_id for area in lab.areas.all()} == {None, "22138"}

    def test_a_custom_capability(self, example):
        entry = Capability.objects.get(code="x-100")
        assert (entry.is_custom, entry.phases, entry.synonyms) == (True, ["requirements"], ["こだわり"])

    def test_defaults_of_what_a_line_does_not_mention(self):
        run({"type": "organization", "id": "a", "name": "架空 A", "kind": "university", "prefecture": "01"})
        record = Organization.objects.get()
        assert (record.capacity_status, record.capacity_slots, record.is_active) == ("open", 1, True)
        assert record.stated_availability is None

    @pytest.mark.parametrize(("status", "slots"), [("open", 1), ("limited", 1), ("waitlist", 0), ("closed", 0)])
    def test_slots_follow_the_status_when_not_given(self, status, slots):
        run(EXAMPLE[4] | {"capacity": {"status": status}})
        assert Organization.objects.get().capacity_slots == slots

    def test_a_middle_class_of_industry_stands_for_its_major(self):
        run(EXAMPLE[4] | {"industries": ["09", "E", "44"]})
        assert [entry.industry for entry in Organization.objects.get().industries.all()] == ["E", "H"]

    def test_a_byte_order_mark_windows_line_ends_and_empty_lines(self):
        line = json.dumps(EXAMPLE[4]).encode()
        import_network(BytesIO(b"\xef\xbb\xbf\r\n" + line + b"\r\n\r\n"))
        assert Organization.objects.get().external_id == "org-009"

    def test_rare_characters_come_back_byte_for_byte(self):
        name = "架空 𠮷野家具\U000e0100と葛\U000e0101"
        run(EXAMPLE[4] | {"name": name})
        assert Organization.objects.get().name == name


class TestUpdate:
    def test_the_same_file_again_changes_nothing(self, example, news):
        before = list(Organization.objects.order_by("pk").values())
        ratings = list(Rating.objects.order_by("pk").values())
        report = run(*EXAMPLE)
        assert all((tally.created, tally.updated) == (0, 0) for tally in report.tallies.values())
        assert list(Organization.objects.order_by("pk").values()) == before
        assert list(Rating.objects.order_by("pk").values()) == ratings
        assert news == []

    def test_what_a_line_leaves_out_stays(self, example):
        run({"type": "organization", "id": "org-001", "name": "架空 新しい名前"})
        example.refresh_from_db()
        assert example.name == "架空 新しい名前"
        assert (example.municipality_id, example.capacity_slots, example.stated_exposure) == ("22131", 3, 0.1)
        assert example.ratings.count() == 3

    def test_sets_are_given_whole(self, example):
        run({"type": "organization", "id": "org-001", "ratings": [{"capability": "rfp", "level": 1}],
             "labs": [], "industries": ["D"], "service_area": {"municipalities": ["22138"]}})  # fmt: skip
        example.refresh_from_db()
        assert [row.capability.code for row in example.ratings.all()] == ["rfp"]
        assert [entry.industry for entry in example.industries.all()] == ["D"]
        assert [area.municipality_id for area in example.service_areas.all()] == ["22138"]
        assert (example.labs.count(), example.remote) == (0, False)

    def test_null_clears_a_stated_value(self, example):
        run({"type": "organization", "id": "org-001", "availability": None, "max_requirements": None})
        example.refresh_from_db()
        assert (example.stated_availability, example.stated_max_requirements) == (None, None)

    def test_only_the_changed_rating_is_confirmed_anew(self, example):
        Rating.objects.update(confirmed_at="2020-01-01T00:00:00+09:00")
        ratings = [{"capability": "pmo", "level": 3}, *EXAMPLE[3]["ratings"][1:]]
        run({"type": "organization", "id": "org-001", "ratings": ratings})
        years = {row.capability.code: row.confirmed_at.year > 2020 for row in example.ratings.all()}
        assert years == {"pmo": True, "x-100": False, "system_development": False}

    def test_a_changed_rating_is_no_longer_confirmed_by_a_person(self, example):
        person = User.objects.get()
        Rating.objects.update(confirmed_by=person)
        ratings = [{"capability": "pmo", "level": 3}, *EXAMPLE[3]["ratings"][1:]]
        run({"type": "organization", "id": "org-001", "ratings": ratings})
        assert example.ratings.get(capability__code="pmo").confirmed_by is None
        assert example.ratings.filter(confirmed_by=person).count() == 2

    def test_a_changed_set_renews_the_record(self, example, news):
        run({"type": "organization", "id": "org-001", "industries": []})
        assert Organization.objects.get(pk=example.pk).updated_at > example.updated_at
        assert news == ["org-001"]

    def test_another_prefecture_makes_the_municipality_unknown_the_same_one_does_not(self, example):
        run({"type": "organization", "id": "org-001", "prefecture": "22"})
        assert Organization.objects.get(pk=example.pk).municipality_id == "22131"
        run({"type": "organization", "id": "org-001", "prefecture": "13"})
        moved = Organization.objects.get(pk=example.pk)
        assert (moved.prefecture, moved.municipality_id) == ("13", None)

    def test_two_organizations_swap_their_corporate_numbers(self, example):
        numbers = ["7000012050002", "5000012010024"]
        for ids in (["org-001", "org-002"], ["org-002", "org-001"]):
            run(*({"type": "organization", "id": i, "corporate_number": n} for i, n in zip(ids, numbers, strict=True)))
            assert Organization.objects.get(external_id=ids[0]).corporate_number == numbers[0]

    def test_a_person_keeps_the_password_and_gives_up_old_memberships(self, example):
        person = User.objects.get()
        person.set_password("correct horse battery")
        person.save()
        run({"type": "person", "email": "editor@EXAMPLE.jp", "memberships": [{"organization": "org-002"}], "labs": []})
        person.refresh_from_db()
        assert person.check_password("correct horse battery")
        assert [(m.organization.external_id, m.role) for m in Membership.objects.all()] == [("org-002", "member")]
        assert not LabFacilitator.objects.exists()
        assert person.name == "架空 編集"

    def test_a_relation_changes_and_both_sides_hear_of_it(self, example, news):
        report = run({"type": "collaboration", "between": ["org-002", "org-001"], "strength": 0.42})
        assert counts(report) == {"collaboration": (0, 1, 0)}
        assert (Collaboration.objects.get().engagements, Collaboration.objects.get().stated_strength) == (3, 0.42)
        assert sorted(news) == ["org-001", "org-002"]

    def test_an_organization_is_put_to_rest(self, example):
        run({"type": "organization", "id": "org-001", "active": False})
        assert not Organization.objects.get(pk=example.pk).is_active


class TestDryRun:
    def test_it_counts_and_keeps_nothing(self, news):
        report = run(*EXAMPLE, dry_run=True)
        assert counts(report)["organization"] == (3, 0, 0)
        assert not Organization.objects.exists()
        assert not User.objects.exists()
        assert news == []

    def test_it_finds_mistakes_too(self):
        with pytest.raises(TransferError):
            run({"type": "organization", "id": "a"}, dry_run=True)


class TestCommand:
    def write(self, tmp_path, *lines):
        path = tmp_path / "network.jsonl"
        path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
        return path

    def test_counts_as_json(self, tmp_path):
        out = StringIO()
        call_command("import_network", self.write(tmp_path, *EXAMPLE), json=True, dry_run=True, stdout=out)
        told = json.loads(out.getvalue())
        assert told["organization"] == {"created": 3, "updated": 0, "unchanged": 0}
        assert told["dry_run"] is True

    def test_counts_for_people(self, tmp_path):
        out = StringIO()
        call_command("import_network", self.write(tmp_path, *EXAMPLE), stdout=out)
        assert "機関: 新規 3件 / 変更 0件 / 変更なし 0件" in out.getvalue()

    def test_progress_on_long_files(self, tmp_path):
        lines = [EXAMPLE[4] | {"id": f"o-{n}"} for n in range(5001)]
        out, err = StringIO(), StringIO()
        call_command("import_network", self.write(tmp_path, *lines), stdout=out, stderr=err)
        assert "5000行を確認しました" in err.getvalue()
        assert Organization.objects.count() == 5001


def test_the_number_of_queries_does_not_grow_with_the_lines(django_assert_max_num_queries):
    ratings = [{"capability": code, "level": 2} for code in Capability.objects.values_list("code", flat=True)[:5]]
    lines = [EXAMPLE[4] | {"id": f"o-{n}", "ratings": ratings} for n in range(300)]
    pairs = [{"type": "collaboration", "between": [f"o-{n}", f"o-{n + 1}"]} for n in range(299)]
    with django_assert_max_num_queries(80):
        run(*lines, *pairs)
    assert Rating.objects.count() == 1500
