"""Exact numbers of people who work somewhere, in folded text: a band tells a reader as much, and less of the client."""

import re
from collections.abc import Iterator

from casebook.anonymity.finding import Hit
from casebook.vocabulary import FindingKind
from network.codes import SIZE_BANDS

KANJI_FIGURES = {figure: value for value, figure in enumerate("〇一二三四五六七八九")}
KANJI_UNITS = {"十": 10, "百": 100, "千": 1000}
NUMBER = r"\d{1,3}(?:,\d{3})+|\d{1,6}|[一二三四五六七八九十百千〇]{1,7}"
WHO = "従業員|従業者|正社員|社員|職員|スタッフ|パート|アルバイト|作業員|技能実習生"
ALL_OF_THEM = ("従業員", "従業者")
VAGUE = "以上|以下|未満|超|程度|前後|規模|弱|強|くらい|ぐらい|ほど|余|台|[-〜~からー]|月"
BEHIND = re.compile(
    rf"(?P<head>(?P<who>{WHO})(?:数|の数|総数)?(?:[ ]?[はが:、(][ ]?|[ ])?(?:全部で|合計|計|総勢|現在)?)"
    rf"(?P<number>{NUMBER})[ ]?(?:名|人)(?!{VAGUE}|を|が参|が研|が受|が対)"
)
DOING = re.compile("[がにずで]")
"""「社員2人が」「社員3人で」 tell who did something; of 従業員 one says how many there are."""
BEFORE = re.compile(rf"(?<![\d,〜~-])(?P<number>{NUMBER})[ ]?(?:名|人)の(?P<tail>{WHO})(?!が|を|に|で|から)")


def headcounts(text: str) -> Iterator[Hit]:
    """「従業員47名」, with the band as what could stand there: 「従業員21〜50人」."""
    for found in BEHIND.finditer(text):
        band = band_of(value_of(found["number"]))
        if band and not (found["who"] not in ALL_OF_THEM and DOING.match(text, found.end())):
            yield Hit(FindingKind.HEADCOUNT, found.start(), found.end(), f"{found['head']}{band}", sure=False)
    for found in BEFORE.finditer(text):
        band = band_of(value_of(found["number"]))
        if band and not text[: found.start()].endswith(("約", "およそ", "ほぼ")):
            yield Hit(FindingKind.HEADCOUNT, found.start(), found.end(), f"{band}の{found['tail']}", sure=False)


def band_of(people: int) -> str:
    """The name of the band, in Japanese like the text it shall stand in; empty for nobody."""
    for band in SIZE_BANDS.values():
        least, most = int(band.fields["least"]), int(band.fields["most"] or people)
        if least <= people <= most:
            return band.name_ja
    return ""


def value_of(number: str) -> int:
    """Arabic figures, with or without commas, and kanji ones: 四十七, 四七, 百二十."""
    if number[0].isdigit():
        return int(number.replace(",", ""))
    if not any(unit in number for unit in KANJI_UNITS):
        return int("".join(str(KANJI_FIGURES[figure]) for figure in number))
    total, figure = 0, 0
    for char in number:
        if char in KANJI_UNITS:
            total += (figure or 1) * KANJI_UNITS[char]
            figure = 0
        else:
            figure = KANJI_FIGURES[char]
    return total + figure
