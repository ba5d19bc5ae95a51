"""`manage.py verify_read_log [--anchor FILE] [--write-anchor FILE] [--json]`: whether the log is as it was written."""

import json
import sys
from collections import defaultdict
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from casebook.readlog.anchors import Anchor, AnchorError, anchors_now, read_anchors, write_anchors
from casebook.readlog.verifying import Fault, owners, verify
from network.models import Organization
from network.transfer.command import BAD_INPUT, unusable_file

TAMPERED = 3


class Command(BaseCommand):
    help = (
        "閲覧・書き出しの記録が書き換えられていないか、すべての鎖をたどって確かめます。"
        "改ざんがあれば終了コード3。--write-anchor で末尾の控えを書き、別の場所に保管してください。"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--anchor", metavar="FILE", help="前に書いた控えと突き合わせます")
        parser.add_argument("--write-anchor", metavar="FILE", help="問題がなければ、いまの末尾の控えを書きます")
        parser.add_argument("--json", action="store_true", help="結果をJSONで出力します")

    def handle(self, *args: Any, **options: Any) -> None:
        known = self._anchors(options["anchor"])
        ends = anchors_now()  # before the walk: what is anchored was walked
        entries, faults = 0, list[Fault]()
        chains = sorted({*owners(), *known})
        for owner in chains:
            count, found = verify(owner, known.get(owner, []))
            entries, faults = entries + count, faults + found
        self._say(chains, entries, faults, as_json=options["json"])
        if faults:
            sys.exit(TAMPERED)
        if options["write_anchor"]:
            try:
                write_anchors(ends, Path(options["write_anchor"]))
            except OSError as error:
                raise unusable_file(options["write_anchor"], error) from error

    def _anchors(self, file: str | None) -> dict[int, list[Anchor]]:
        found: dict[int, list[Anchor]] = defaultdict(list)
        try:
            for anchor in read_anchors(Path(file)) if file else []:
                found[anchor.owner].append(anchor)
        except OSError as error:
            raise unusable_file(str(file), error) from error
        except AnchorError as error:
            said = f"ファイル {file}: 控えではありません。--write-anchor で書いたファイルを指定してください。"
            raise CommandError(said, returncode=BAD_INPUT) from error
        return dict(found)

    def _say(self, chains: list[int], entries: int, faults: list[Fault], *, as_json: bool) -> None:
        if as_json:
            told = {"chains": len(chains), "entries": entries, "faults": [asdict(fault) for fault in faults]}
            self.stdout.write(json.dumps(told, ensure_ascii=False))
            return
        names = dict(Organization.objects.filter(pk__in=chains).values_list("pk", "name"))
        for fault in faults:
            name = names.get(fault.owner, f"機関 {fault.owner}")
            self.stdout.write(f"{name}（鎖 {fault.owner}）の記録 {fault.number}: {fault.what.label}")
        told_all = "改ざんの跡があります" if faults else "記録はつながっています"
        self.stdout.write(f"{told_all}（鎖 {len(chains)}、記録 {entries}件、問題 {len(faults)}件）")
