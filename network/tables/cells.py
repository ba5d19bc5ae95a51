"""What people write into a cell, and what it means: text ↔ JSON values of a network file's line.

A cell is understood as people write it: full-width digits, names or codes, dates in three forms. Every reader raises
`shapes.Refusal` with a sentence that says what to write instead.
"""

import re
import unicodedata
from datetime import date
from enum import Enum
from functools import cache
from typing import Any

from django.utils.translation import gettext as _

from network.codes import CodeList, industry_majors
from network.models import Municipality
from network.transfer.shapes import nearest, refuse, shown
from network.vocabulary import MAX_LEVEL, Stance

SEPARATORS = re.compile(r"[;；,，\n]")
YES = frozenset({"はい", "有", "あり", "○", "〇", "◯", "1", "true", "yes", "y"})
NO = frozenset({"いいえ", "無", "なし", "×", "0", "false", "no", "n"})
DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]00:00(?::00)?)?")
STANCES = {"強み": Stance.STRENGTH, "中立": Stance.NEUTRAL, "弱み": Stance.WEAKNESS} | {s.value: s for s in Stance}
RATING = re.compile(r"(?P<stance>{0})?\s*(?P<level>[0-9])?\s*(?P<after>{0})?".format("|".join(STANCES)))
WITHDRAWN = frozenset({"なし", "none", "-"})
"""Written into a rating's cell: nothing is declared any more."""


def plain(cell: str) -> str:
    """Width folded and trimmed, as codes and numbers are compared."""
    return unicodedata.normalize("NFKC", cell).strip()


def listed(cell: str) -> list[str]:
    """The parts of a cell that holds several values."""
    return [part.strip() for part in SEPARATORS.split(cell) if part.strip()]


def yes_or_no(cell: str) -> bool:
    """はい or いいえ, in the ways people write them."""
    said = plain(cell).lower()
    if said in YES or cell.strip() in YES:
        return True
    if said in NO or cell.strip() in NO:
        return False
    raise refuse(_("「%(value)s」は読み取れません。「はい」か「いいえ」と書いてください。") % {"value": shown(cell)})


def number(cell: str) -> int:
    """A whole number; full-width digits and the .0 of a spreadsheet are understood."""
    said = plain(cell).removesuffix(".0")
    if not (said.isascii() and said.isdigit() and len(said) <= 9):
        raise refuse(_("「%(value)s」は整数ではありません（例: 3）。") % {"value": shown(cell)})
    return int(said)


def day(cell: str) -> str:
    """A date as ISO 8601; understood are 2027-03-31, 2027/3/31 and 2027年3月31日."""
    found = DATE.fullmatch(plain(cell))
    try:
        if found:
            return date(*(int(part) for part in found.groups())).isoformat()
    except ValueError:
        pass
    raise refuse(_("「%(value)s」は日付ではありません（例: 2027-03-31）。") % {"value": shown(cell)})


def code_of(cell: str, codes: CodeList, *, called: str, width: int = 0) -> str:
    """A code by itself, by its name, or written before its name ("22 静岡県").

    `width` restores the zeros that a spreadsheet takes from the front of a number.
    """
    said = plain(cell)
    head = said.split()[0] if said else ""
    for guess in (said, head, head.zfill(width) if head.isdigit() else ""):
        if guess in codes:
            return guess
    by_name = {plain(entry.name_ja): code for code, entry in codes.items()}
    if said in by_name:
        return by_name[said]
    raise refuse(
        _("%(what)s「%(value)s」は登録されていません。") % {"what": called, "value": shown(cell)}
        + nearest(said, list(by_name))
    )


def industry(cell: str) -> str:
    """A JSIC major by its letter, its name, or both."""
    said = plain(cell)
    if said[:1].upper() in industry_majors() and not said[1:2].isalnum():
        return said[:1].upper()
    by_name = {plain(entry.name_ja): code for code, entry in industry_majors().items()}
    if said in by_name:
        return by_name[said]
    raise refuse(
        _("業種「%(value)s」は登録されていません。大分類の記号（例: E）で書けます。") % {"value": shown(cell)}
        + nearest(said, list(by_name))
    )


def choice(cell: str, choices: type[Enum], labels: dict[str, str], *, called: str) -> str:
    """A member of an enumeration, by its value or its Japanese label."""
    said = plain(cell)
    if said in {str(member.value) for member in choices}:
        return said
    if said in labels:
        return labels[said]
    raise refuse(
        _("%(what)s「%(value)s」は使えません。%(known)s のどれかを書いてください。")
        % {"what": called, "value": shown(cell), "known": _("、").join(labels)}
    )


@cache
def municipalities_by_name() -> dict[str, str]:
    """Codes in force by prefecture and name as one reads them; the table only changes with a release."""
    return {plain(str(place)): place.pk for place in Municipality.objects.filter(retired_on=None)}


def municipality(cell: str) -> str:
    """A municipality's code in the cell, alone or before its name, or its name with the prefecture's.

    The codes themselves are checked with the line.
    """
    said = plain(cell).removesuffix(".0")
    head = said.split()[0] if said else ""
    if head.isascii() and head.isdigit():
        return head.zfill(5)
    if said in municipalities_by_name():
        return municipalities_by_name()[said]
    raise refuse(
        _(
            "市区町村「%(value)s」は見つかりません。5桁のコードか、都道府県からの名称"
            "（例: 静岡県浜松市中央区）で書いてください。"
        )
        % {"value": shown(cell)}
    )


def rating(cell: str) -> dict[str, Any] | None:
    """A level, a stance, or both ("4", "強み 4", "弱み"); None for 「なし」."""
    said = plain(cell).removesuffix(".0").lower()
    if said in WITHDRAWN:
        return None
    found = RATING.fullmatch(said)
    stances = {found["stance"], found["after"]} - {None} if found else set()
    level = int(found["level"]) if found and found["level"] else 0
    if not found or len(stances) > 1 or level > MAX_LEVEL or not (stances or found["level"]):
        raise refuse(
            _(
                "「%(value)s」は読み取れません。0〜4のレベル、「強み 4」「弱み」のような立場つき、"
                "または「なし」と書いてください。"
            )
            % {"value": shown(cell)}
        )
    stance = STANCES[stances.pop()] if stances else Stance.NEUTRAL
    return {"level": level, "stance": stance.value}


def rating_text(level: int, stance: str) -> str:
    """The cell of a rating, as `rating` reads it back."""
    if stance == Stance.WEAKNESS:
        return "弱み" if not level else f"弱み {level}"
    return f"強み {level}" if stance == Stance.STRENGTH else str(level)
