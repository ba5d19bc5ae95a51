"""`manage.py import_network FILE.jsonl`: takes organizations, relations, labs, people and vocabulary in."""

from typing import BinaryIO

from network.transfer.command import ImportCommand
from network.transfer.counts import Report
from network.transfer.importing import import_network
from network.transfer.writing import Say


class Command(ImportCommand):
    help = (
        "機関、連携の実績、利害関係、ラボ、利用者、支援領域をファイルから登録・更新します（すべて、または何もしない）。"
    )
    type_names = {
        "capability": "支援領域",
        "lab": "ラボ",
        "organization": "機関",
        "collaboration": "連携の実績",
        "tie": "利害関係",
        "person": "利用者",
    }

    def read(self, source: BinaryIO, *, dry_run: bool, say: Say) -> Report:
        return import_network(source, dry_run=dry_run, say=say)
