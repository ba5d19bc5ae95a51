"""Names of people in folded text: by the dictionary, and by what is said beside a name."""

import re
from collections.abc import Iterable, Iterator, Sequence

from casebook.anonymity.addresses import place_words
from casebook.anonymity.finding import Hit
from casebook.anonymity.tokens import Token
from casebook.vocabulary import FindingKind

SOMEBODY = "担当者"
"""Stands in the text for a name, so it is Japanese."""
POSTS = (
    "代表取締役社長|代表取締役|取締役|副社長|社長|副会長|会長|専務|常務|監査役|理事長|理事|本部長|部長|次長|室長|課長|係長|主任|事務長|事務局長|局長"
    "|工場長|支店長|店長|所長|院長|園長|組合長|代表|マネージャー|リーダー|顧問|教授|税理士|会計士|診断士"
)
CALLED = r"氏(?![名族神])|様(?![子々式相])|さま|さん(?!ぽ)|殿|君(?!主)|くん|先生"
BEHIND = re.compile(rf"[ ]?(?:(?P<called>{CALLED})|(?P<post>{POSTS}))")
BEHIND_A_PLACE = re.compile(r"[ ]?(?:氏(?![名族神])|様(?![子々式相])|さま|さん(?!ぽ)|殿|社長|専務|常務|先生)")
"""浜松工場長 is the head of a works, 石川社長 a person."""
BEFORE = re.compile(rf"(?:{POSTS}|担当者?|責任者|氏名|お名前|コーディネータ|専門家)(?:[ ]?[の:はが(、][ ]?|[ ])?$")
NOBODY = frozenset({"同", "両", "各", "某", "彼", "諸", "故", "お客", "皆", "何", "前", "現", "元", "新"})
SEPARATORS = frozenset({" ", "・", "=", "."})
LATIN = re.compile(r"[\x21-\x7e]+")


def people(text: str, tokens: Sequence[Token]) -> Iterator[Hit]:
    """Full names, names with a title or an honorific; a family name alone is found, but not for sure."""
    position = 0
    while position < len(tokens):
        end = _run_end(tokens, position)
        hit = _named(text, tokens, position, end) if end > position else _honoured(text, tokens[position])
        if hit:
            yield hit
        position = max(end, position + 1)


def named(text: str, names: Iterable[str]) -> Iterator[Hit]:
    """The given names (folded, without spaces, at least three characters) wherever they stand, spaced or not."""
    for name in names:
        if len(name) >= 3:
            pattern = f"{'[ ]?'.join(map(re.escape, name))}(?:[ ]?(?:{CALLED}))?"
            for found in re.finditer(pattern, text, re.IGNORECASE):
                yield Hit(FindingKind.PERSON, found.start(), found.end(), SOMEBODY)


def _run_end(tokens: Sequence[Token], position: int) -> int:
    """Where a run of names of persons that begins here ends; spaces and the dot in ジョン・スミス are part of it."""
    end = position
    while end < len(tokens) and tokens[end].is_personal:
        end += 1
        if end + 1 < len(tokens) and tokens[end].surface in SEPARATORS and tokens[end + 1].is_personal:
            end += 1
    return end


def _named(text: str, tokens: Sequence[Token], position: int, end: int) -> Hit | None:
    run = tokens[position:end]
    first, last = run[0].start, run[-1].end
    names = [token for token in run if token.is_personal]
    behind = BEHIND.match(text, last)
    full = len(names) > 1 and (names[0].is_surname or text[first:last].count("・") > 0)
    if behind:
        return _called(first, behind)
    if full or BEFORE.search(text, max(0, first - 20), first):
        return Hit(FindingKind.PERSON, first, last, SOMEBODY)
    lonely = len(names) == 1 and names[0].is_surname and last - first >= 2
    beside = [*tokens[max(0, position - 1) : position], *tokens[end : end + 1]]
    joined = any(token.is_noun or token.classes[0] in {"接頭辞", "接尾辞"} for token in beside)
    if lonely and not joined and text[first:last] not in place_words():
        return Hit(FindingKind.PERSON, first, last, SOMEBODY, sure=False)
    return None


def _honoured(text: str, token: Token) -> Hit | None:
    """A word that is a name because of what follows: one that the dictionary lacks, or a place (石川氏)."""
    if not token.is_noun or LATIN.fullmatch(token.surface) or token.surface in NOBODY:
        return None
    behind = BEHIND.match(text, token.end)
    if behind is None:
        return None
    if token.unknown or behind["called"] == "氏":
        return _called(token.start, behind)
    if token.is_proper and token.classes[2] == "地名" and BEHIND_A_PLACE.match(text, token.end):
        return _called(token.start, behind)
    return None


def _called(first: int, behind: re.Match[str]) -> Hit:
    """With the honorific; a post is told instead of its holder."""
    return Hit(FindingKind.PERSON, first, behind.end(), behind["post"] or SOMEBODY)
