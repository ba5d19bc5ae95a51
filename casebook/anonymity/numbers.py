"""Telephone numbers, addresses and other strings that lead straight to somebody, in folded text."""

import re
from collections.abc import Iterator

from django.core.exceptions import ValidationError

from casebook.anonymity.finding import Hit
from casebook.vocabulary import FindingKind
from network.corporate_number import normalize_corporate_number

HIDDEN = "（非公開）"
"""Stands in the text, so it is Japanese like the text, whatever language its writer reads the screen in."""
JOINT = r"[ ]{0,2}(?:[-.・()]{1,2}[ ]{0,2})?"
"""What may stand between two figures of a telephone number."""
PHONE = re.compile(
    rf"(?<!\d)(?<!\d[-.])\(?(?:0{JOINT}[5789]{JOINT}0(?:{JOINT}\d){{8}}|0{JOINT}8{JOINT}0{JOINT}0(?:{JOINT}\d){{7}}"
    rf"|0{JOINT}[1-9](?:{JOINT}\d){{8}})(?!\d|[-.]\d)"
)
FROM_ABROAD = re.compile(
    rf"\+{JOINT}8{JOINT}1{JOINT}(?:\(?0\)?{JOINT})?(?P<rest>[1-9](?:{JOINT}\d){{8,9}})(?!\d|[-.]\d)"
)
EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]+[ ]?(?:@|[(\[][ ]?(?:at|アット|アットマーク)[ ]?[)\]])[ ]?"
    r"[A-Za-z0-9-]+(?:(?:\.|[ ]?[(\[][ ]?(?:dot|ドット)[ ]?[)\]][ ]?)[A-Za-z0-9-]+)+",
    re.IGNORECASE,
)
URL = re.compile(
    r"(?<![A-Za-z0-9])(?:https?://|www\.)[A-Za-z0-9](?:[A-Za-z0-9.:/?#@!$&*+,;=%~_-]*[A-Za-z0-9/=_-])?", re.I
)
OFFICIAL = re.compile(r"(?:https?://)?(?:[A-Za-z0-9-]+\.)*[A-Za-z0-9-]+\.(?:go|lg)\.jp(?:[/:?#]|$)", re.I)
"""Pages of the state and of local governments: laws, schemes, statistics."""
CORPORATE_NUMBER = re.compile(r"(?<![\d.])(?<!\d-)\d(?:[ ]?-?[ ]?\d){12}(?!\d|-\d|\.\d)")
GROUPINGS = {(13,), (1, 12), (1, 4, 4, 4), (4, 4, 5), (5, 4, 4), (1,) * 13}


def identifiers(text: str) -> Iterator[Hit]:
    """Strings that lead to somebody by themselves; one may lie within another."""
    for found in EMAIL.finditer(text):
        yield Hit(FindingKind.EMAIL, found.start(), found.end(), HIDDEN)
    for found in URL.finditer(text):
        if not OFFICIAL.match(found[0]):
            yield Hit(FindingKind.URL, found.start(), found.end(), sure=False)
    for found in CORPORATE_NUMBER.finditer(text):
        if _grouping(found[0]) in GROUPINGS and _is_corporate_number(found[0]):
            yield Hit(FindingKind.CORPORATE_NUMBER, found.start(), found.end(), HIDDEN)
    for found in FROM_ABROAD.finditer(text):
        groups = _grouping(found["rest"])
        if len(groups) <= 4 or set(groups) == {1}:
            yield Hit(FindingKind.PHONE, found.start(), found.end(), HIDDEN)
    for found in PHONE.finditer(text):
        if _stand_together(_grouping(found[0])):
            outside = found[0].startswith("(") and ")" not in found[0]  # the bracket is around it: （053-456-7890）
            yield Hit(FindingKind.PHONE, found.start() + outside, found.end(), HIDDEN)


def _grouping(typed: str) -> tuple[int, ...]:
    return tuple(len(figures) for figures in re.findall(r"\d+", typed))


def _is_corporate_number(typed: str) -> bool:
    try:
        normalize_corporate_number(typed)
    except ValidationError:
        return False
    return True


def _stand_together(groups: tuple[int, ...]) -> bool:
    """True for figures grouped as in a telephone number: not a row of a table, not a date."""
    if len(groups) == 1 or set(groups) == {1}:
        return True
    return len(groups) <= 4 and (groups[0] > 1 or len(groups) == 4) and groups[-1] >= 3
