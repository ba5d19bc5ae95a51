"""Names of the registry in folded text: the database says which may occur, in one query.

Of each name the database takes off, at both ends, the characters that legal forms and 架空 are made of, whichever they
are, and looks for the first three and for the last three that are left among all runs of three characters of the text.
A name that stands in the text always passes; of those that pass only few do not.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

from django.db.models import BooleanField, CharField, F, Func, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Lower, Replace, Right, Substr

from casebook.anonymity.addresses import place_words
from casebook.anonymity.companies import FORM, FORMS
from casebook.anonymity.finding import Hit
from casebook.anonymity.folding import compact, folded_name
from casebook.anonymity.tokens import tokens
from casebook.vocabulary import FindingKind
from network.access import Reader
from network.codes import KINDS
from network.models import Organization
from network.stewarding.duplicates import INVENTED, OLD_KANJI

AT_THE_ENDS = "".join(sorted({*"".join(FORMS), *INVENTED, *" 　（）㈱㈲ＮＰＯnpo"}))
BEGINNING = re.compile(rf"^(?:{INVENTED}|{FORM.pattern})+", re.IGNORECASE)
FIRST = 3
OLDER: dict[str, list[str]] = {}
for _old, _today in OLD_KANJI.items():
    OLDER.setdefault(_today if isinstance(_today, str) else chr(_today), []).append(chr(_old))


class Stripped(Func):
    """The text without the given characters at both ends."""

    function = "TRIM"
    output_field = CharField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, function="BTRIM", **context)


class OneOf(Func):
    """Whether the text is one of many, which travel as one parameter: there is no limit to how many."""

    output_field = BooleanField()

    def __init__(self, text: Combinable, among: str) -> None:
        """`among`: a JSON list."""
        super().__init__(text, Value(among))

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "%(expressions)s))"
        return self.as_sql(
            compiler, connection, template=template, arg_joiner=" IN (SELECT value FROM json_each(", **context
        )

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "%(expressions)s::jsonb))"
        joiner = " IN (SELECT jsonb_array_elements_text("
        return self.as_sql(compiler, connection, template=template, arg_joiner=joiner, **context)


@dataclass(frozen=True, slots=True)
class Name:
    """An organization as it is looked for: its name without spaces, and what is left without form and 架空."""

    pk: int
    whole: str
    core: str
    kind: str

    @property
    def pattern(self) -> re.Pattern[str]:
        """The core, in full form or alone, spaced or not, not as a part of a longer word.

        A core that could be any word (サポート, 経営支援) or a place (浜松市) counts only with its form.
        """
        forms = FORM.pattern
        core = "[ ]?".join(map(re.escape, self.core))
        first, last = _of_one_script(self.core[0]), _of_one_script(self.core[-1])
        if len(self.core) < FIRST or _is_plain_word(self.core):
            whole = "[ ]?".join(map(re.escape, self.whole))
            with_form = f"(?:{forms})[ ]?{core}|{core}[ ]?(?:{forms})"
            return re.compile(with_form if self.core == self.whole else f"{whole}|{with_form}", re.IGNORECASE)
        bounded = f"(?<!{first}){core}(?!{last})"
        return re.compile(f"(?:{INVENTED}[ ]?)?(?:(?:{forms})[ ]?)?{bounded}(?:[ ]?(?:{forms}))?", re.IGNORECASE)


def registered(texts: Iterable[str], reader: Reader) -> list[Name]:
    """Organizations that the reader may know and whose names occur in the folded texts. One query on the registry."""
    told = [compact(text) for text in texts]
    runs = {run for text in told for run in _runs(text)}
    spelled = json.dumps(sorted(set().union(*map(_spellings, runs))))
    bare = Replace(Replace(Stripped(F("name"), Value(AT_THE_ENDS)), Value(" ")), Value("　"))
    rows = Organization.objects.visible_to(reader).filter(
        OneOf(Lower(Substr(bare, 1, FIRST)), spelled), OneOf(Lower(Right(bare, FIRST)), spelled)
    )
    return [name_of(*row) for row in rows.order_by().values_list("pk", "name", "kind") if _may_stand_in(told, row[1])]


def _may_stand_in(told: Iterable[str], name: str) -> bool:
    inside = folded_name(name).strip(AT_THE_ENDS)
    return any(inside in text for text in told)


def name_of(pk: int, name: str, kind: str) -> Name:
    whole = folded_name(name)
    core = BEGINNING.sub("", whole)
    ends = [found for found in FORM.finditer(core) if found.end() == len(core)]
    core = core[: ends[0].start()] if ends and ends[0].start() else core
    return Name(pk, whole, core or whole, kind)


def mentions(text: str, names: Iterable[Name]) -> Iterator[tuple[int, Hit]]:
    """Where in a folded text which organization (its key) is named."""
    told = compact(text)
    for name in names:
        if name.core in told:
            instead = KINDS[name.kind].name_ja if name.kind in KINDS else "支援機関"
            for found in name.pattern.finditer(text):
                yield name.pk, Hit(FindingKind.ORGANIZATION, found.start(), found.end(), instead)


def _runs(text: str) -> Iterator[str]:
    """All runs of up to FIRST characters."""
    for length in range(1, FIRST + 1):
        yield from (text[at : at + length] for at in range(len(text) - length + 1))


def _spellings(start: str) -> set[str]:
    """The same as it may stand in the registry, which keeps names as they were typed: in wide Latin letters (SQLite
    knows no small ones for these), in old kanji."""
    if start.isprintable() and "\x00" not in start:
        wide = "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in start)
        found = {start, wide, "".join(chr(ord(char) - 0x20) if "ａ" <= char <= "ｚ" else char for char in wide)}
        return found | {"".join(chars) for chars in product(*([char, *OLDER.get(char, ())] for char in start))}
    return set()


def _of_one_script(char: str) -> str:
    """What must not go on beside a name that ends with this character, lest it is a part of another word."""
    if char.isascii() and char.isalnum():
        return "[A-Za-z0-9]"
    if "ァ" <= char <= "ー":
        return "[ァ-ー]"
    return "[ぁ-ん]{2}" if "ぁ" <= char <= "ん" else "(?!)"


def _is_plain_word(core: str) -> bool:
    """True for a place, and for one or two words of the dictionary, or short ones, none of which is a name."""
    words = tokens(core)
    names = any(word.is_proper or word.unknown or word.classes[1] == "数詞" for word in words)
    return core in place_words() or (not names and (len(words) <= 2 or len(core) <= 5))
