"""The first row of a table: which column each head means."""

from collections.abc import Iterator
from typing import BinaryIO

from django.utils.translation import gettext as _

from network.tables import cells
from network.tables.columns import RATING, Column, columns
from network.tables.reading import Row, rows
from network.transfer.errors import whole_file
from network.transfer.shapes import nearest


class Heads:
    """Finds the column that a head means: by the head, the key, or the code in its brackets."""

    def __init__(self, known: list[Column]) -> None:
        self._by_name = {cells.plain(name): column for column in known for name in (column.head, column.key)}
        self.names = [column.head for column in known]

    def column(self, head: str) -> Column | None:
        said = cells.plain(head)
        if said.startswith("評価") and said.endswith("]") and "[" in said:
            return self._by_name.get(RATING + said[said.rindex("[") + 1 : -1])
        return self._by_name.get(said)


def read_heads(found: Iterator[Row], known: list[Column]) -> list[Column]:
    """The columns, from the first row. Raises TransferError for a head that means nothing, or the same as another."""
    heads, read = Heads(known), []
    _number, first = next(found)
    for head in first:
        column = heads.column(head)
        if column is None:
            hint = nearest(cells.plain(head), heads.names)
            raise whole_file(
                _("見出し「%(head)s」は使えません。%(hint)sひな形の見出しを使い、1行目に書いてください。")
                % {"head": head[:60], "hint": hint}
            )
        if column in read:
            raise whole_file(_("見出し「%(head)s」が2回あります。1つにまとめてください。") % {"head": column.head})
        read.append(column)
    if not any(column.key == "id" for column in read):
        raise whole_file(_("見出し「機関ID」の列がありません。ひな形をダウンロードしてお使いください。"))
    return read


def look(source: BinaryIO) -> None:
    """Raises TransferError for what a file's first bytes and its head tell; asks nothing of the registry itself."""
    read_heads(rows(source), columns({}))
