"""The words of a folded text, as Sudachi cuts them."""

from typing import NamedTuple

from network.morphemes import pieces, tokenizer


class Token(NamedTuple):
    surface: str
    start: int
    end: int
    classes: tuple[str, ...]
    """The part of speech, from the widest to the narrowest."""
    unknown: bool
    """No word of the dictionary: often a name."""

    @property
    def is_noun(self) -> bool:
        return self.classes[0] == "名詞"

    @property
    def is_personal(self) -> bool:
        return self.classes[2] == "人名"

    @property
    def is_surname(self) -> bool:
        return self.classes[3] == "姓"

    @property
    def is_proper(self) -> bool:
        return self.classes[1] == "固有名詞"


def tokens(text: str) -> list[Token]:
    """All words in order, with the signs and spaces between them."""
    return [
        Token(
            morpheme.surface(),
            offset + morpheme.begin(),
            offset + morpheme.end(),
            tuple(morpheme.part_of_speech()),
            morpheme.is_oov(),
        )
        for offset, piece in pieces(text)
        for morpheme in tokenizer().tokenize(piece)
    ]
