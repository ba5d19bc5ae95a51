"""`manage.py sweep_attachments`: removes stored files that belong to no attachment and are a day old."""

from typing import Any

from django.core.management.base import BaseCommand

from casebook.files.sweeping import sweep


class Command(BaseCommand):
    help = "どの添付にも属さない古いファイルを、保存先から削除します。"

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{sweep()}個のファイルを削除しました。")
