"""Counts of companies from a file: all or nothing, mistakes by line. All counts are made up (架空)."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from casebook.models import EstablishmentCount

pytestmark = pytest.mark.django_db
HEAD = "prefecture,municipality,industry,size_band,count"
ROWS = ["22,22130,E,21-50,12", "22,,E,,900", ",22130,,,4000"]


@pytest.fixture
def run(tmp_path):
    def take(*rows, head=HEAD, encoding="utf-8", **options):
        file = tmp_path / "counts.csv"
        file.write_bytes("\n".join([head, *rows]).encode(encoding))
        out = StringIO()
        values = {"source": "架空の統計", "as_of": "2021"} | options
        call_command("import_establishments", str(file), stdout=out, stderr=StringIO(), **values)
        return out.getvalue()

    return take


def stored():
    rows = EstablishmentCount.objects.order_by("pk")
    return list(rows.values_list("prefecture", "municipality", "industry", "size_band", "count", "source", "as_of"))


def refused(run, *rows, **options):
    before = stored()
    with pytest.raises(CommandError) as caught:
        run(*rows, **options)
    assert caught.value.returncode == 2
    assert stored() == before
    return str(caught.value)


def test_cells_come_in_and_empty_means_all(run):
    told = run(*ROWS)
    assert "会社の数: 新規 3件" in told
    assert stored() == [
        ("22", "22130", "E", "21-50", 12, "架空の統計", "2021"),
        ("22", None, "E", "", 900, "架空の統計", "2021"),
        ("22", "22130", "", "", 4000, "架空の統計", "2021"),
    ]


def test_the_same_again_changes_nothing_and_another_count_replaces(run):
    run(*ROWS)
    assert json.loads(run(*ROWS, json=True)) == {
        "establishment": {"created": 0, "updated": 0, "unchanged": 3},
        "dry_run": False,
    }
    told = json.loads(run("22,22130,E,21-50,13", "22,,E,,900", json=True, as_of="2026"))
    assert told["establishment"] == {"created": 0, "updated": 2, "unchanged": 0}
    assert [(count, as_of) for *_cell, count, _source, as_of in stored()] == [
        (13, "2026"),
        (900, "2026"),
        (4000, "2021"),
    ]


def test_a_dry_run_keeps_nothing(run):
    assert "何も保存していません" in run(*ROWS, dry_run=True)
    assert stored() == []


def test_what_spreadsheets_make_of_codes_is_understood(run):
    run('1,1100,D,1-5,"1,234"', head=f"\ufeff{HEAD}", encoding="utf-8")
    assert stored() == [("01", "01100", "D", "1-5", 1234, "架空の統計", "2021")]


def test_columns_may_stand_in_any_order(run):
    run("7,21-50,E,22130,22", head="count,size_band,industry,municipality,prefecture")
    assert stored()[0][:5] == ("22", "22130", "E", "21-50", 7)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("48,,E,,1", "2行目 prefecture"),
        (",,E,,1", "2行目 prefecture"),
        ("22,99999,E,,1", "2行目 municipality"),
        ("23,22130,E,,1", "2行目 municipality"),
        ("22,,Z,,1", "2行目 industry"),
        ("22,,09,,1", "2行目 industry"),
        ("22,,E,20-50,1", "2行目 size_band"),
        ("22,,E,,", "2行目 count"),
        ("22,,E,,-1", "2行目 count"),
        ("22,,E,,1.5", "2行目 count"),
        ("22,,E,,99999999999", "2行目 count"),
        ("22,,E,,٣", "2行目 count"),
        ("22,,E", "2行目"),
        ('22,,E,,"1', "CSVとして読めません"),
    ],
)
def test_a_mistake_names_its_line_and_nothing_is_kept(row, said, run):
    run("22,,F,,3")
    assert said in refused(run, row, "22,,E,21-50,5")


def test_all_mistakes_are_told_at_once(run):
    told = refused(run, "48,,E,,1", "22,,E,,5", "22,,E,,x")
    assert "2行目" in told
    assert "4行目" in told
    assert "3行目" not in told


def test_the_same_cell_twice_is_a_mistake(run):
    assert "3行目: 2行目と同じ組み合わせ" in refused(run, "22,22130,E,,1", ",22130,E,,2")


@pytest.mark.parametrize(
    ("rows", "options", "said"),
    [
        ([], {}, "行がありません"),
        (["22,,E,,1"], {"head": "prefecture,count"}, "列名"),
        (["22,,E,,1"], {"head": ""}, "列名"),
        (["22,,E,,1", "架空"], {"encoding": "cp932"}, "UTF-8"),
        (["22,,E,,1"], {"source": ""}, "--source"),
        (["22,,E,,1"], {"source": "架空\n"}, "--source"),
        (["22,,E,,1"], {"source": "あ" * 201}, "--source"),
        (["22,,E,,1"], {"as_of": "2" * 21}, "--as-of"),
    ],
)
def test_a_file_that_cannot_be_taken(rows, options, said, run):
    assert said in refused(run, *rows, **options)


def test_a_file_that_is_not_there(run, tmp_path):
    with pytest.raises(CommandError) as caught:
        call_command("import_establishments", str(tmp_path / "none.csv"), source="架空", as_of="2021")
    assert caught.value.returncode == 2


def test_who_counted_must_be_said(tmp_path):
    with pytest.raises(CommandError):
        call_command("import_establishments", str(tmp_path / "none.csv"))
