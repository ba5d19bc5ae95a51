"""Names as people type them: whatever the width, the case, the kana or the abbreviation."""

import unicodedata

LEGAL_FORMS = {
    "(株)": "株式会社",
    "(有)": "有限会社",
    "(名)": "合名会社",
    "(資)": "合資会社",
    "(財)": "財団法人",
    "(社)": "社団法人",
    "(学)": "学校法人",
    "(協)": "協同組合",
}
"""By what is left of ㈱ and its like once they are normalised."""
TO_KATAKANA = {ord(hiragana): ord(hiragana) + 0x60 for hiragana in map(chr, range(0x3041, 0x3097))}


def folded(text: str) -> str:
    """The text with everything taken away that tells apart only how it was typed: ＡＢＣ㈱ and abc 株式会社 are one."""
    plain = unicodedata.normalize("NFKC", text).casefold().translate(TO_KATAKANA)
    for short, full in LEGAL_FORMS.items():
        plain = plain.replace(short, full)
    return "".join(plain.split())


def words(query: str) -> list[str]:
    """The words that all must occur."""
    return [folded(word) for word in unicodedata.normalize("NFKC", query).split()]
