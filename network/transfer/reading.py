"""Reads a whole file of typed or untyped lines and collects everything that is wrong with it."""

from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, NamedTuple

from django.utils.translation import gettext as _

from network.transfer.errors import Problems, whole_file
from network.transfer.lines import numbered_lines, parse_object
from network.transfer.shapes import Refusal
from network.transfer.writing import Say

TELL_EVERY = 5000


class Line(NamedTuple):
    """A line that passed its checks."""

    number: int
    fields: dict[str, Any]


def checked_lines(
    source: BinaryIO, check: Callable[[dict[str, Any]], dict[str, Any]], problems: Problems, say: Say
) -> Iterator[Line]:
    """The good lines of the file in order; the bad ones go to `problems`."""
    for count, (number, content) in enumerate(numbered_lines(source), start=1):
        try:
            yield Line(number, check(parse_object(content)))
        except Refusal as refusal:
            problems.add_all(number, refusal.problems)
        if count % TELL_EVERY == 0:
            say(_("%(count)d行を確認しました") % {"count": count})


def refuse_empty(source: BinaryIO) -> None:
    """Raises TransferError for a file without any line: an export or a download that went wrong."""
    if next(numbered_lines(source), None) is None:
        raise whole_file(_("ファイルが空です。1行に1件を書いたファイルを指定してください。"))


def refuse_repeated(lines: Iterator[Line] | list[Line], field: str, problems: Problems) -> None:
    """Notes each line whose field has a value that an earlier line had."""
    first_lines: dict[object, int] = {}
    for line in lines:
        before = first_lines.setdefault(line.fields[field], line.number)
        if before != line.number:
            said = _("%(line)d行目と同じです。1つの行にまとめてください。")
            problems.add(line.number, field, said % {"line": before})
