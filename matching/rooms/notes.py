"""What happened, as the stream of a room tells it: a name and facts are stored, the sentence is made when it is read.

Whoever notes something registers its sentence: `register("task_done", gettext_lazy("%(by)sが…"))`.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

WORDS: dict[str, str | Promise] = {
    "opened": gettext_lazy("連携ルームができました。"),
    "said": "%(text)s",
}
"""Sentences in which %(by)s is who did it and every other name a fact."""


def register(what: str, words: str | Promise) -> None:
    """Have notes of this name told with this sentence."""
    WORDS[what] = words


def sentence(what: str, facts: Mapping[str, Any], by: str) -> str:
    """The note in words; what nobody left is a plain word."""
    known: dict[str, str] = defaultdict(lambda: "…")
    known |= {name: str(value) for name, value in facts.items()}
    known["by"] = by or _("結び目")
    return str(WORDS.get(what, _("状況が変わりました。"))) % known
