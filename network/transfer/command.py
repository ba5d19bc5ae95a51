"""What the commands for files have in common: opening, telling how far, exit status 2 for bad input."""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO, ClassVar

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from network.transfer.counts import Report
from network.transfer.errors import TransferError
from network.transfer.writing import Say

BAD_INPUT = 2


class ImportCommand(BaseCommand):
    """A command that takes one file in. Subclasses say what reads it and what its line types are called."""

    type_names: ClassVar[dict[str, str]]

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help=_("JSON Linesのファイル（UTF-8）"))
        parser.add_argument("--dry-run", action="store_true", help=_("確かめるだけで、何も保存しません"))
        parser.add_argument("--json", action="store_true", help=_("件数をJSONで出力します"))

    def read(self, source: BinaryIO, *, dry_run: bool, say: Say) -> Report:
        raise NotImplementedError

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with Path(options["file"]).open("rb") as source:
                report = self.read(source, dry_run=options["dry_run"], say=self._say)
        except OSError as error:
            raise unusable_file(options["file"], error) from error
        except TransferError as error:
            said = _("%(file)s を取り込めません。何も変更していません。\n%(errors)s")
            raise CommandError(said % {"file": options["file"], "errors": error}, returncode=BAD_INPUT) from error
        self.stdout.write(json.dumps(report.as_json()) if options["json"] else report.as_text(self.type_names))

    def _say(self, said: str) -> None:
        self.stderr.write(said, self.style.NOTICE)


class ExportCommand(BaseCommand):
    """A command that writes lines to a file or to standard output."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", default="-", help=_("書き出すファイル（省略すると標準出力）"))

    def write_lines(self, lines: Iterable[dict[str, object]], to: str) -> None:
        """One JSON object a line, UTF-8 whatever the terminal speaks. A file is complete or not there."""
        if to == "-":
            self._write_to_stdout(lines)
            return
        path = Path(to)
        unfinished = path.with_name(f".{path.name}.unfinished")
        try:
            with unfinished.open("w", encoding="utf-8", newline="\n") as file:
                file.writelines(as_line(line) for line in lines)
            unfinished.replace(path)
        except OSError as error:
            raise unusable_file(to, error) from error
        finally:
            unfinished.unlink(missing_ok=True)

    def _write_to_stdout(self, lines: Iterable[dict[str, object]]) -> None:
        binary = getattr(sys.stdout, "buffer", None) if self.stdout._out is sys.stdout else None
        for line in lines:
            if binary:
                binary.write(as_line(line).encode())
            else:
                self.stdout.write(as_line(line), ending="")


def as_line(line: dict[str, object]) -> str:
    """One line of a file: always the same text for the same object."""
    return json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n"


def unusable_file(name: str, error: OSError) -> CommandError:
    """Bad input: a file that cannot be read or written."""
    reasons: dict[type[OSError], str] = {
        FileNotFoundError: _("見つかりません"),
        IsADirectoryError: _("フォルダーです。ファイルを指定してください"),
        PermissionError: _("読み書きする権限がありません"),
    }
    reason = reasons.get(type(error), _("読み書きできません"))
    return CommandError(_("ファイル %(file)s: %(reason)s") % {"file": name, "reason": reason}, returncode=BAD_INPUT)
