"""Takes counts of companies in from a CSV file: all of it, or nothing.

Columns: prefecture (2 digits), municipality (5 digits), industry (JSIC major), size_band, count. An empty cell means
all; the prefecture may be left out where there is a municipality. A row replaces the count of the same kind and place.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from casebook.models import EstablishmentCount
from network.codes import PREFECTURES, SIZE_BANDS, industry_majors
from network.models import Municipality
from network.transfer.counts import Report, Tally
from network.transfer.errors import Problems, whole_file
from network.transfer.writing import Say, all_or_nothing, one_at_a_time, save_all, set_fields

COLUMNS = ("prefecture", "municipality", "industry", "size_band", "count")
MOST = 2_147_483_647
"""What the database's column holds."""

Cell = tuple[str, str, str, str]
"""Prefecture, municipality, industry, size band."""


@dataclass(frozen=True)
class Codes:
    """What a cell may name; municipalities with their prefectures."""

    towns: Mapping[str, str]

    @classmethod
    def load(cls) -> "Codes":
        return cls(dict(Municipality.objects.values_list("code", "prefecture")))

    def cell(self, row: Mapping[str, str]) -> Cell:
        """Raises ValidationError with the column as its code."""
        town = _padded(row["municipality"], 5)
        if town and town not in self.towns:
            raise ValidationError(
                _("市区町村コードが登録されていません。5桁のコードをご確認ください。"), code="municipality"
            )
        prefecture = _padded(row["prefecture"], 2) or self.towns.get(town, "")
        if prefecture not in PREFECTURES:
            raise ValidationError(_("都道府県コード（01〜47）を書いてください。"), code="prefecture")
        if town and self.towns[town] != prefecture:
            raise ValidationError(_("市区町村が都道府県と合いません。"), code="municipality")
        if row["industry"] and row["industry"] not in industry_majors():
            raise ValidationError(_("日本標準産業分類の大分類（A〜T）を書いてください。"), code="industry")
        if row["size_band"] and row["size_band"] not in SIZE_BANDS:
            said = _("従業員規模は %(codes)s のどれかです。") % {"codes": ", ".join(SIZE_BANDS)}
            raise ValidationError(said, code="size_band")
        return prefecture, town, row["industry"], row["size_band"]


def import_establishments(
    source: BinaryIO, *, stated: str, as_of: str, dry_run: bool = False, say: Say = lambda _said: None
) -> Report:
    """Creates or replaces the counts of the file's cells; `stated` is who counted, `as_of` when. Raises TransferError,
    and then nothing has changed."""
    with all_or_nothing(dry_run=dry_run):
        one_at_a_time()
        counts = _counts(source, Codes.load())
        say(_("%(count)d行を読み込みました") % {"count": len(counts)})
        tally = _write(counts, {"source": stated, "as_of": as_of})
    return Report({"establishment": tally}, dry_run)


def _counts(source: BinaryIO, codes: Codes) -> dict[Cell, int]:
    """All rows checked; every mistake is told with its line."""
    problems = Problems()
    counts: dict[Cell, int] = {}
    lines: dict[Cell, int] = {}
    for line, row in _rows(source, problems):
        try:
            cell, count = codes.cell(row), _count(row["count"])
        except ValidationError as error:
            problems.add(line, str(error.code), " ".join(error.messages))
            continue
        if cell in counts:
            problems.add(
                line, "", _("%(line)d行目と同じ組み合わせです。1行にまとめてください。") % {"line": lines[cell]}
            )
        counts[cell], lines[cell] = count, line
    problems.raise_any()
    if not counts:
        raise whole_file(_("ファイルに行がありません。見出しの次の行から件数を書いてください。"))
    return counts


def _rows(source: BinaryIO, problems: Problems) -> Iterator[tuple[int, dict[str, str]]]:
    """Line numbers and cells without spaces around them."""
    try:
        text = source.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise whole_file(_("文字コードがUTF-8ではありません。UTF-8で保存し直してください。")) from error
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        head = [name.strip() for name in next(reader, [])]
        if sorted(head) != sorted(COLUMNS):
            raise whole_file(_("1行目に次の列名を書いてください: %(columns)s") % {"columns": ",".join(COLUMNS)})
        for cells in reader:
            if len(cells) == len(head):
                yield reader.line_num, dict(zip(head, map(str.strip, cells), strict=True))
            elif cells:
                problems.add(reader.line_num, "", _("列の数が見出しと合いません。"))
    except csv.Error as error:
        said = _("%(line)d行目をCSVとして読めません。引用符をご確認ください。") % {"line": reader.line_num}
        raise whole_file(said) from error


def _count(typed: str) -> int:
    digits = typed.replace(",", "")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 10 or int(digits) > MOST:
        raise ValidationError(_("件数は0以上の整数で書いてください。"), code="count")
    return int(digits)


def _padded(code: str, length: int) -> str:
    """Spreadsheets take the zeros from the front of a code."""
    return code.zfill(length) if code else ""


def _write(counts: Mapping[Cell, int], stated: Mapping[str, str]) -> Tally:
    present = {
        (row.prefecture, row.municipality_id or "", row.industry, row.size_band): row
        for row in EstablishmentCount.objects.all()
    }
    tally, created, changed = Tally(), [], []
    for cell, count in counts.items():
        prefecture, town, industry, size_band = cell
        row = present.get(cell) or EstablishmentCount(
            prefecture=prefecture, municipality_id=town or None, industry=industry, size_band=size_band
        )
        differs = bool(set_fields(row, {"count": count, **stated}))
        tally.count(created=cell not in present, changed=differs)
        if cell not in present:
            created.append(row)
        elif differs:
            changed.append(row)
    save_all(EstablishmentCount, created=created, changed=changed, fields={"count", "source", "as_of"})
    return tally
