"""Names of files as somebody else's computer takes them."""

import re
import unicodedata
from pathlib import PurePosixPath

LONGEST = 120
RESERVED = re.compile(r'[<>:"|?*]')
"""Not possible in a name on Windows."""
HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Control and direction characters, halves of characters, and what no font shows."""
DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])", re.IGNORECASE)
NAMELESS = "file"


def clean_name(given: str) -> str:
    """The last part of the name: composed (NFC), visible, without a leading dot, at most 120 characters with its
    ending kept; "file" where nothing is left."""
    last = unicodedata.normalize("NFC", given).replace("\\", "/").rsplit("/", maxsplit=1)[-1]
    shown = "".join(c for c in last if unicodedata.category(c) not in HIDDEN and c != "\ufffd")
    spaced = " ".join(RESERVED.sub("_", shown).split())
    whole = PurePosixPath(spaced.strip(" .") or NAMELESS)
    ending = whole.suffix if len(whole.suffix) <= 10 else ""
    stem = whole.name.removesuffix(ending).rstrip(" .")
    if DEVICES.fullmatch(stem.partition(".")[0]):
        stem = f"_{stem}"
    return f"{(stem or NAMELESS)[: LONGEST - len(ending)].rstrip(' .')}{ending}"
