"""From bytes to JSON objects, strictly: what JSON leaves open is refused here.

UTF-8 with or without a byte order mark; no NaN or Infinity, no key twice in one object.
"""

import io
import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from network.transfer.shapes import Refusal, refuse, shown

BOM = b"\xef\xbb\xbf"


def numbered_lines(source: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """The lines that hold something with their numbers from 1, from the start of a seekable source."""
    source.seek(0)
    for number, line in enumerate(source, start=1):
        content = (line.removeprefix(BOM) if number == 1 else line).strip(b" \t\r\n")
        if content:
            yield number, content


def seekable(source: BinaryIO) -> BinaryIO:
    """The source itself, or a copy in memory when it can be read only once (a pipe)."""
    return source if source.seekable() else io.BytesIO(source.read())


def parse_object(content: bytes) -> dict[str, Any]:
    """The JSON object in one line or one file; raises Refusal."""
    try:
        value = _DECODER.decode(content.removeprefix(BOM).decode("utf-8").strip())
    except UnicodeDecodeError as error:
        raise refuse(
            _("文字コードがUTF-8ではありません（%(byte)dバイト目）。UTF-8で保存し直してください。")
            % {"byte": error.start + 1}
        ) from None
    except json.JSONDecodeError as error:
        raise refuse(
            _("JSONとして読めません（%(place)s付近）。かっこ、引用符、カンマをご確認ください。")
            % {"place": _place(error)}
        ) from None
    except (ValueError, RecursionError):  # thousands of digits in a number, thousands of brackets
        raise refuse(_("JSONとして読めません（数が大きすぎるか、入れ子が深すぎます）。")) from None
    if not isinstance(value, dict):
        raise refuse(_("1行に1つのオブジェクト { … } を書いてください。"))
    return value


def _place(error: json.JSONDecodeError) -> str:
    if error.lineno > 1:
        return _("%(line)d行目の%(column)d文字目") % {"line": error.lineno, "column": error.colno}
    return _("%(column)d文字目") % {"column": error.colno}


def _object_with_unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Refusal((shown(twice), _("このキーが2回書かれています。")))
    return found


def _refuse_constant(name: str) -> None:
    raise refuse(_("%(name)s は使えません。数値か null を書いてください。") % {"name": name})


_DECODER = json.JSONDecoder(object_pairs_hook=_object_with_unique_keys, parse_constant=_refuse_constant)
