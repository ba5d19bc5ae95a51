"""`manage.py export_cases [FILE|-] [--as EMAIL]`: the casebook in the format that `import_cases` reads."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from casebook.transfer.exporting import case_lines
from network.models import User
from network.transfer.command import BAD_INPUT, ExportCommand


class Command(ExportCommand):
    help = "事例を import_cases と同じ形式で書き出します。--as を付けると、その人が読める範囲だけにします。"

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--as", dest="reader", metavar="EMAIL", help="この人が読めるものだけを書き出します")

    def handle(self, *args: Any, **options: Any) -> None:
        self.write_lines(case_lines(self._reader(options["reader"])), options["file"])

    def _reader(self, email: str | None) -> User | None:
        if email is None:
            return None
        reader = User.objects.filter(email__iexact=email, is_active=True).first()
        if reader is None:
            raise CommandError(f"利用者「{email}」は登録されていません。", returncode=BAD_INPUT)
        return reader
