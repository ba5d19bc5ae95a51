"""Code lists and their way into the database."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from network import codes
from network.models import Capability, Lab, LabArea, Municipality, VocabularyVersion
from network.seeding import seed_vocabularies


def test_names_follow_the_language():
    assert codes.PREFECTURES.name("22") == "静岡県"
    with translation.override("en"):
        assert codes.PREFECTURES.name("22") == "Shizuoka"


def test_an_unknown_code_is_shown_as_it_is_and_refused():
    assert codes.KINDS.name("guild") == "guild"
    with pytest.raises(ValidationError, match="guild"):
        codes.KnownCode("organization_kinds")("guild")


def test_validators_are_equal_when_they_ask_the_same_list():
    assert codes.KnownCode("phases") == codes.KnownCode("phases")
    assert codes.KnownCode("phases") != codes.KnownCode("prefectures")
    assert hash(codes.KnownCode("phases")) == hash(codes.KnownCode("phases"))


def test_only_majors_are_industries_of_an_organization():
    codes.validate_industry_major("E")
    with pytest.raises(ValidationError, match="24"):
        codes.validate_industry_major("24")


def test_banks_are_primary_doctors_and_chambers_are_not():
    assert "shinkin_bank" in codes.primary_doctor_kinds()
    assert "chamber_of_commerce" not in codes.primary_doctor_kinds()


def test_the_two_groupings_differ_where_the_sources_differ():
    bureau, statistics = codes.region_grouping("meti_bureau"), codes.region_grouping("statistics")
    assert len(bureau) == len(statistics) == 47
    assert {p for p in bureau if p in {"15", "20", "22"} and bureau[p] == bureau["13"]} == {"15", "20", "22"}
    assert {p for p in ("15", "20", "22") if statistics[p] == statistics["23"]} == {"15", "20", "22"}


@pytest.mark.django_db
class TestSeeding:
    def test_a_migrated_database_holds_every_vocabulary(self):
        assert Lab.objects.count() == 43
        assert Municipality.objects.filter(kind="designated_city").count() == 20
        assert 60 <= Capability.objects.count() <= 120
        assert LabArea.objects.filter(lab__name="静岡県", prefecture="22", municipality=None).exists()

    def test_retired_codes_know_their_successors(self):
        old = Municipality.objects.get(code="22131")
        assert str(old.successor) == "静岡県浜松市中央区"
        assert old.retired_on is not None
        assert old.retired_on.isoformat() == "2024-01-01"

    def test_seeding_again_writes_nothing(self, django_assert_num_queries):
        with django_assert_num_queries(1):
            seed_vocabularies()

    def test_a_changed_file_updates_and_keeps_what_others_added(self):
        Capability.objects.create(code="x-1", name_ja="追加", is_custom=True)
        Capability.objects.filter(code="pmo").update(name_ja="古い名前")
        VocabularyVersion.objects.update(fingerprint="old")
        seed_vocabularies()
        assert Capability.objects.get(code="pmo").name_ja != "古い名前"
        assert Capability.objects.filter(code="x-1").exists()
