"""Postal codes, addresses down to the house, and names of municipalities, in folded text."""

import re
from collections.abc import Iterator
from functools import cache

from casebook.anonymity.finding import Hit
from casebook.anonymity.numbers import HIDDEN
from casebook.vocabulary import FindingKind
from network.codes import PREFECTURES, rows

DIGIT = "[0-9一二三四五六七八九十]"
WORD = "[㐀-鿿々〇ケヶァ-ヴーぁ-ん]"
"""A character of a place's name; the particles that separate it from the sentence are taken out below."""
NAME = f"(?:(?![はがをにでともへや]){WORD})"
UNITS = "社人名年月日時分秒件個台回円万億割倍%か点階席本枚歳代週"
HOUSE = re.compile(
    rf"{DIGIT}{{1,4}}[ ]?丁目"
    rf"(?:[ ]?{DIGIT}{{1,4}}[ ]?(?:番地?|-)(?:[ ]?の?{DIGIT}{{1,4}}号?)?(?:-\d{{1,4}})?|[ ]?\d{{1,4}})?"
    rf"|\d{{1,5}}[ ]?番地(?:の?\d{{1,4}})?|\d{{1,4}}[ ]?番[ ]?\d{{1,4}}[ ]?号"
    rf"|(?<![\d-])\d{{1,4}}-\d{{1,4}}-\d{{1,4}}(?![\d-])|(?<![\d-])\d{{1,4}}-\d{{1,4}}(?![\d-]|[ ]?[{UNITS}])"
)
"""The end of an address; without 丁目, 番地 or 号 only behind a municipality or a town."""
BEFORE = re.compile(rf"{NAME}{{1,30}}$")
IN_A_TOWN = re.compile(r"[市区町村]")
POSTAL_CODE = re.compile(r"(?:〒[ ]?|郵便番号[ はの:]{0,3})\d{3}[ ]?-?[ ]?\d{4}(?!\d|-\d)")
BARE_POSTAL_CODE = re.compile(r"(?<![\d-])\d{3}-\d{4}(?=[ ]?(\w{2,3}[都道府県]))")
TOWN = re.compile(r"[㐀-鿿々ぁ-んァ-ヶ]{1,8}[市区町村]")


def addresses(text: str) -> Iterator[Hit]:
    """Postal codes, and addresses with a house or block number."""
    for found in POSTAL_CODE.finditer(text):
        yield Hit(FindingKind.ADDRESS, found.start(), found.end(), HIDDEN)
    for found in BARE_POSTAL_CODE.finditer(text):
        if found[1] in prefecture_names():
            yield Hit(FindingKind.ADDRESS, found.start(), found.end(), HIDDEN)
    for house in HOUSE.finditer(text):
        before = BEFORE.search(text, max(0, house.start() - 30), house.start())
        if before is None:
            continue
        start = _beginning(before)
        plain = re.fullmatch(rf"[\d-]+|{DIGIT}+[ ]?丁目", house[0])
        if not plain or IN_A_TOWN.search(text, start + 1, house.start()):
            yield Hit(FindingKind.ADDRESS, start, house.end(), "（所在地は非公開）")


def _beginning(before: re.Match[str]) -> int:
    """Where the address begins: at the last prefecture named, else with the run of characters."""
    starts = [before[0].rfind(name) for name in prefecture_names()]
    return before.start() + max([0, *starts])


def towns(text: str, known: frozenset[str]) -> Iterator[Hit]:
    """Names of the given municipalities."""
    for found in TOWN.finditer(text):
        names = (found[0][start:] for start in range(len(found[0]) - 1))
        name = next((name for name in names if name in known), None)
        if name:
            yield Hit(FindingKind.PLACE, found.end() - len(name), found.end(), sure=False)


def prefectures(text: str) -> Iterator[Hit]:
    for name in prefecture_names():
        for found in re.finditer(name, text):
            yield Hit(FindingKind.PLACE, found.start(), found.end(), sure=False)


@cache
def prefecture_names() -> frozenset[str]:
    return frozenset(entry.name_ja for entry in PREFECTURES.values())


@cache
def town_names(prefecture: str = "") -> frozenset[str]:
    """Names of the municipalities of a prefecture (of all without one), today's and former ones."""
    found = rows("municipalities")
    return frozenset(row["name"] for row in found if not prefecture or row["prefecture"] == prefecture)


@cache
def place_words() -> frozenset[str]:
    """Names of prefectures and municipalities as one says them: with and without 県, 市, 町."""
    whole = prefecture_names() | town_names()
    return whole | {name[:-1] for name in whole if len(name) > 2}
