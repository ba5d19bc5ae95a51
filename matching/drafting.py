"""From a pasted description to requirements a facilitator may accept: suggestions, never silent changes."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from network.models import Capability


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A capability and the words of the text that speak for it."""

    capability: Capability
    words: list[str]


def suggest(text: str, capabilities: Iterable[Capability]) -> list[Suggestion]:
    """Capabilities whose name or synonyms occur in the text, in the order of their first word.

    Longer words win over shorter ones inside them ("在庫管理" over "在庫"); a Latin word must stand alone.
    """
    folded = fold(text)
    owner = {
        fold(word): capability for capability in capabilities for word in (capability.name_ja, *capability.synonyms)
    }
    found: dict[int, list[tuple[int, str]]] = {}
    taken = [False] * len(folded)
    for word in sorted(owner, key=len, reverse=True):
        for match in re.finditer(pattern(word), folded):
            if any(taken[match.start() : match.end()]):
                continue
            taken[match.start() : match.end()] = [True] * len(match[0])
            found.setdefault(owner[word].pk, []).append((match.start(), word))
    by_pk = {capability.pk: capability for capability in owner.values()}
    first = sorted((min(hits), pk) for pk, hits in found.items())
    return [Suggestion(by_pk[pk], list(dict.fromkeys(word for _at, word in sorted(found[pk])))) for _hit, pk in first]


def fold(text: str) -> str:
    """Width and case do not matter for finding a word."""
    return unicodedata.normalize("NFKC", text).casefold()


def pattern(word: str) -> str:
    """The word itself; a Latin word only where no other Latin letter or digit touches it."""
    quoted = re.escape(word)
    return rf"(?<![a-z0-9]){quoted}(?![a-z0-9])" if word.isascii() else quoted
