"""The one Sudachi dictionary of this process, and a tokenizer for each of its threads."""

import threading
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version

from sudachipy import Dictionary, SplitMode, Tokenizer

PIECE = 8_000
"""Characters given to Sudachi at once; it refuses more than 49,149 bytes."""

_local = threading.local()
_loading = threading.Lock()


def pieces(text: str) -> Iterator[tuple[int, str]]:
    """The text cut into pieces of at most PIECE characters with their offsets, at line or sentence ends if any."""
    start = 0
    while len(text) - start > PIECE:
        window = text[start : start + PIECE]
        cut = max(window.rfind("\n"), window.rfind("。"), window.rfind(" ")) + 1 or PIECE
        yield start, window[:cut]
        start += cut
    yield start, text[start:]


def dictionary_version() -> str:
    """Which words the analysis knows: an index made with other ones has to be made anew."""
    return version("sudachidict-small")


def tokenizer() -> Tokenizer:
    """This thread's tokenizer: Sudachi refuses to have one used by two threads at a time."""
    if not hasattr(_local, "tokenizer"):
        _local.tokenizer = _dictionary().tokenizer(mode=SplitMode.C)
    found: Tokenizer = _local.tokenizer
    return found


def _dictionary() -> Dictionary:
    with _loading:
        return _loaded_dictionary()


@cache
def _loaded_dictionary() -> Dictionary:
    # At first use, not at start-up: it maps 110 MB.
    return Dictionary(dict="small")
