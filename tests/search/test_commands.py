"""manage.py find, as scripts use it."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.search.cast import make_case


@pytest.fixture(autouse=True)
def _cases(bank):
    make_case(bank, "在庫の話", {"summary": ("在庫が合わない", "public"), "lessons": ("失敗した", "network")})
    make_case(bank, "下書き", {"summary": ("在庫の下書き",)})


def run(*arguments):
    output = StringIO()
    call_command("find", *arguments, stdout=output)
    return output.getvalue()


def test_json_is_as_the_formats_fix_it(banker):
    shape = json.loads(run("在庫", "--json"))
    assert set(shape) == {"total", "hits", "facets", "engine", "took_ms"}
    assert (shape["total"], shape["engine"]) == (1, "database")
    assert [set(hit) for hit in shape["hits"]] == [{"id", "title", "snippet", "score"}]
    assert shape["hits"][0]["snippet"] == "在庫が合わない"


def test_the_reader_is_anyone_unless_named(banker, developer):
    assert json.loads(run("在庫", "--json"))["total"] == 1
    assert json.loads(run("在庫", "--json", "--as", banker.email.upper()))["total"] == 2
    assert json.loads(run("在庫", "--json", "--as", developer.email))["total"] == 1


def test_a_table_for_people():
    assert "1件" in run("在庫")
    assert "在庫の話" in run("在庫")


def test_a_batch_answers_line_by_line(tmp_path):
    queries = tmp_path / "queries.txt"
    queries.write_text("在庫\n\nどこにもない翡翠\n失敗\n", encoding="utf-8")
    lines = [json.loads(line) for line in run("--batch", str(queries), "--limit", "1").splitlines()]
    assert [line["total"] for line in lines] == [1, 1, 0, 0]


def test_no_hit_is_exit_status_three_but_not_in_a_batch(tmp_path):
    with pytest.raises(SystemExit) as end:
        run("どこにもない翡翠", "--json")
    assert end.value.code == 3
    queries = tmp_path / "queries.txt"
    queries.write_text("どこにもない翡翠", encoding="utf-8")
    assert json.loads(run("--batch", str(queries)))["total"] == 0


def test_who_may_not_sign_in_is_refused_and_not_answered_as_anyone(banker):
    banker.is_active = False
    banker.save()
    with pytest.raises(CommandError, match="登録されていません") as error:
        run("在庫", "--as", banker.email)
    assert error.value.returncode == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["在庫", "--as", "nobody@example.jp"], "nobody@example.jp"),
        (["在庫", "--engine", "meilisearch"], "MEILISEARCH_URL"),
        (["在庫", "--limit", "-1"], "--limit"),
        ([], "--batch"),
        (["--batch", "/nowhere/queries.txt"], "見つかりません"),
    ],
)
def test_bad_input_is_exit_status_two_with_a_reason(arguments, words):
    with pytest.raises(CommandError, match=words) as error:
        run(*arguments)
    assert error.value.returncode == 2
