"""How Japanese words are read: in hiragana, and in the Latin letters in which they are typed."""

import re
import unicodedata
from functools import lru_cache

from sudachipy import SplitMode

from network.morphemes import pieces, tokenizer
from search.widths import normalised

HIRAGANA = {ord(katakana): ord(katakana) - 0x60 for katakana in map(chr, range(0x30A1, 0x30F7))}
SYLLABLES = (
    "あa いi うu えe おo かka きki くku けke こko さsa しsi すsu せse そso たta ちti つtu てte とto なna にni ぬnu "
    "ねne のno はha ひhi ふhu へhe ほho まma みmi むmu めme もmo やya ゆyu よyo らra りri るru れre ろro わwa をo "
    "がga ぎgi ぐgu げge ごgo ざza じzi ずzu ぜze ぞzo だda ぢzi づzu でde どdo ばba びbi ぶbu べbe ぼbo "
    "ぱpa ぴpi ぷpu ぺpe ぽpo ゔbu んn ー-"
)
ROMAN = {syllable[0]: syllable[1:] for syllable in SYLLABLES.split()}
"""The Japanese system (ISO 3602): one spelling a syllable, to which `typed` brings the others."""
SMALL = {"ゃ": "a", "ゅ": "u", "ょ": "o", "ぁ": "a", "ぃ": "i", "ぅ": "u", "ぇ": "e", "ぉ": "o"}
HEPBURN = [
    *((f"{hepburn}{vowel}", f"{japanese}{vowel}")
      for hepburn, japanese in (("sh", "sy"), ("ch", "ty"), ("cy", "ty"), ("jy", "zy")) for vowel in "auoe"),
    ("shi", "si"), ("chi", "ti"), ("tsu", "tu"), ("tch", "tt"),
    ("ja", "zya"), ("ju", "zyu"), ("jo", "zyo"), ("ji", "zi"), ("je", "zye"),
    ("f", "h"), ("v", "b"), ("ā", "aa"), ("ū", "uu"), ("ō", "ou"),
]  # fmt: skip
"""What the Hepburn system writes otherwise; longer groups first."""
LONG = re.compile("ou|oo|uu|aa")
HALF = [("sh", "sy"), ("ch", "ty"), ("ts", "t"), ("j", "z"), ("f", "h")]
"""The same where the word was typed no further."""


@lru_cache(maxsize=2_000)
def kana(text: str) -> str:
    """The text as it is read, in hiragana; letters and digits without a reading stay, in small letters."""
    plain = normalised(text)[0]
    parts: list[str] = []
    for _offset, piece in pieces(plain):
        for morpheme in tokenizer().tokenize(piece, mode=SplitMode.C):
            reading = morpheme.reading_form()
            written = morpheme.surface()
            parts.append(written if written.isascii() or not reading else reading)
    return hiragana("".join(parts))


def is_kana(text: str) -> bool:
    """Whether it is written in kana alone; an empty text is not."""
    return bool(text) and all("ぁ" <= char <= "ヿ" for char in text)


def hiragana(text: str) -> str:
    """Katakana as hiragana, in one width; spaces and signs are left out."""
    plain = unicodedata.normalize("NFKC", text).casefold().translate(HIRAGANA)
    return "".join(char for char in plain if char.isalnum() or char == "ー")


def roman(reading: str) -> str:
    """Hiragana in Latin letters, one spelling for each sound; whatever else stands in it stays."""
    parts: list[str] = []
    for place, char in enumerate(reading):
        if char in SMALL:
            _join_small(parts, char)
        elif char == "っ":
            following = ROMAN.get(reading[place + 1 : place + 2], "")
            parts.append(following[:1])
        else:
            parts.append(ROMAN.get(char, char))
    return "".join(parts)


def typed(letters: str) -> str:
    """Latin letters typed for Japanese, in the spelling of `roman`, as far as they go: `sh` may become しゃ."""
    plain = unicodedata.normalize("NFKC", letters).casefold()
    for hepburn, japanese in HEPBURN:
        plain = plain.replace(hepburn, japanese)
    plain = re.sub(r"n'|nn(?![aiueoy])|m(?=[bp])", "n", plain)
    half = next(((end, start) for end, start in HALF if plain.endswith(end)), None)
    return plain.removesuffix(half[0]) + half[1] if half else plain


def shortened(letters: str) -> str:
    """Letters without what marks a long vowel: chusho, chuusho and chuushou are typed for the same word."""
    return LONG.sub(lambda found: found[0][0], letters).replace("-", "")


def _join_small(parts: list[str], small: str) -> None:
    """き + ゃ → kya, ふ + ぁ → hua as the keyboard's fa is brought to."""
    if parts and parts[-1].endswith(("i", "u", "e")) and small in "ゃゅょ":
        parts[-1] = parts[-1][:-1] + "y"
    elif parts and len(parts[-1]) > 1:
        parts[-1] = parts[-1][:-1]
    parts.append(SMALL[small])
