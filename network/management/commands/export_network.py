"""`manage.py export_network [FILE|-]`: the registry in the format that `import_network` reads."""

from typing import Any

from network.transfer.command import ExportCommand
from network.transfer.exporting import network_lines


class Command(ExportCommand):
    help = "登録簿を import_network と同じ形式で書き出します。パスワードは含みません。"

    def handle(self, *args: Any, **options: Any) -> None:
        self.write_lines(network_lines(), options["file"])
