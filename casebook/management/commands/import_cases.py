"""`manage.py import_cases FILE.jsonl`: takes cases in."""

from typing import BinaryIO

from casebook.transfer.importing import import_cases
from network.transfer.command import ImportCommand
from network.transfer.counts import Report
from network.transfer.writing import Say


class Command(ImportCommand):
    help = "事例をファイルから登録・更新します（すべて、または何もしない）。"
    type_names = {"case": "事例"}

    def read(self, source: BinaryIO, *, dry_run: bool, say: Say) -> Report:
        return import_cases(source, dry_run=dry_run, say=say)
