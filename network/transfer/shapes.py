"""A small declarative language for what a JSON value must look like.

A check takes a JSON value and returns the Python value it stands for, or raises Refusal.
Checks are built from checks: `Shape(required={"id": text(64)}, optional={"labs": list_of(text(40))})`.
"""

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import Enum
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from network.text import clean_line, clean_text, unsafe

Check = Callable[[Any], Any]

# Names of JSON types for messages. Lazy: a file of a million values must not look up a million translations.
TEXT = gettext_lazy("文字列")
WHOLE = gettext_lazy("整数")
NUMBER = gettext_lazy("数値")
FLAG = gettext_lazy("true か false ")
LIST = gettext_lazy("リスト [ … ] ")
OBJECT = gettext_lazy("オブジェクト { … } ")


class Refusal(Exception):  # noqa: N818 - what a check says no with; whoever reads on decides if it is an error
    """Why a value is refused: pairs of the field's path inside the value and a sentence."""

    def __init__(self, *problems: tuple[str, str]) -> None:
        super().__init__(*problems)
        self.problems = problems

    def under(self, name: str) -> list[tuple[str, str]]:
        """The problems as seen from an object that holds the value under this name (or "[3]" in a list)."""
        return [(name + ("" if not path or path[0] == "[" else ".") + path, said) for path, said in self.problems]


def refuse(message: str) -> Refusal:
    """A refusal of the value itself."""
    return Refusal(("", message))


def shown(value: object) -> str:
    """The value as an error message can print it: short, without characters that deceive or cannot be encoded."""
    printable = "".join(f"\\u{ord(c):04x}" if unsafe(c) else c for c in str(value))
    return printable if len(printable) <= 60 else printable[:60] + "…"


def validated(validator: Callable[[Any], Any], value: object) -> Any:
    """What a Django validator returns; its ValidationError becomes a Refusal."""
    try:
        return validator(value)
    except ValidationError as error:
        raise refuse(" ".join(error.messages)) from None


def expect(value: object, kind: type | tuple[type, ...], called: object) -> None:
    """Refuses a value of another JSON type, naming the one that is expected."""
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise refuse(_("%(expected)sで書いてください。") % {"expected": called})


def nearest(name: str, names: Collection[str]) -> str:
    """A hint at the name that was probably meant, or nothing."""
    found = get_close_matches(name, names, n=1)
    return _("「%(name)s」のことでしょうか。") % {"name": found[0]} if found else ""


def text(max_length: int, *, blank: bool = False, multiline: bool = False) -> Check:
    """Visible text. With `blank`, empty text and null are allowed and become ""."""
    clean = clean_text if multiline else clean_line

    def check(value: Any) -> str:
        if blank and (value is None or value == ""):
            return ""
        expect(value, str, TEXT)
        if not value:
            raise refuse(_("必須です。空にはできません。"))
        if len(value) > max_length:
            raise refuse(
                _("%(limit)d文字以内で書いてください（いまは%(length)d文字）。")
                % {"limit": max_length, "length": len(value)}
            )
        validated(clean, value)
        return str(value)

    return check


def whole(minimum: int, maximum: int) -> Check:
    """An integer between two limits."""

    def check(value: Any) -> int:
        expect(value, int, WHOLE)
        if not minimum <= value <= maximum:
            raise refuse(_("%(min)d〜%(max)dの整数で書いてください。") % {"min": minimum, "max": maximum})
        return int(value)

    return check


def number(minimum: float = -math.inf, maximum: float = math.inf) -> Check:
    """A finite number between two limits."""

    def check(value: Any) -> float:
        expect(value, (int, float), NUMBER)
        try:
            found = float(value)
        except OverflowError:
            found = math.inf
        if not math.isfinite(found):
            raise refuse(_("数が大きすぎます。"))
        if not minimum <= found <= maximum:
            raise refuse(_("%(min)g〜%(max)gの数値で書いてください。") % {"min": minimum, "max": maximum})
        return found

    return check


def flag(value: Any) -> bool:
    """true or false."""
    expect(value, bool, FLAG)
    return bool(value)


def one_of(names: Collection[str], *, called: object = "") -> Check:
    """One of the names; `called` says what they are, for the message."""

    def check(value: Any) -> str:
        expect(value, str, TEXT)
        if value not in names:
            said = _("%(what)s「%(value)s」は登録されていません。") % {
                "what": called or _("コード"),
                "value": shown(value),
            }
            raise refuse(said + nearest(value, names))
        return str(value)

    return check


def choice_of(choices: type[Enum], *, called: object = "") -> Check:
    """A member of an enumeration, by its value."""
    return one_of([str(member.value) for member in choices], called=called)


def nullable(check: Check) -> Check:
    """The same, or null."""
    return lambda value: None if value is None else check(value)


def list_of(check: Check, *, unique: bool = True, at_least: int = 0) -> Check:
    """A list; by default no value (a hashable one) may stand in it twice."""

    def check_list(value: Any) -> list[Any]:
        expect(value, list, LIST)
        if len(value) < at_least:
            raise refuse(_("%(count)d件以上を書いてください。") % {"count": at_least})
        found, seen, problems = [], set(), []
        for position, item in enumerate(value):
            try:
                found.append(check(item))
                if unique and found[-1] in seen:
                    raise refuse(_("「%(value)s」が2回書かれています。") % {"value": shown(item)})
            except Refusal as refusal:
                problems += refusal.under(f"[{position}]")
            else:
                if unique:
                    seen.add(found[-1])
        if problems:
            raise Refusal(*problems)
        return found

    return check_list


def distinct(check: Check, *, by: Callable[[Any], str], field: str, at_least: int = 0) -> Check:
    """A list of objects no two of which have the same `field`; `by` reads it from a checked object."""
    listed = list_of(check, unique=False, at_least=at_least)
    said = gettext_lazy("「%(name)s」が2回書かれています。1つの項目にまとめてください。")

    def check_list(value: Any) -> list[Any]:
        found: list[Any] = listed(value)
        seen: set[str] = set()
        problems = []
        for position, name in enumerate(map(by, found)):
            if name in seen:
                problems.append((f"[{position}].{field}", said % {"name": shown(name)}))
            seen.add(name)
        if problems:
            raise Refusal(*problems)
        return found

    return check_list


@dataclass(frozen=True)
class Shape:
    """An object: its keys and what stands under each. Called as a check it returns the keys that were given.

    `make` turns the checked fields into something else, and may refuse what does not fit together.
    """

    required: Mapping[str, Check] = field(default_factory=dict)
    optional: Mapping[str, Check] = field(default_factory=dict)
    make: Callable[[dict[str, Any]], Any] | None = None

    @cached_property
    def checks(self) -> dict[str, Check]:
        return {**self.required, **self.optional}

    def __call__(self, value: Any) -> Any:
        expect(value, dict, OBJECT)
        found: dict[str, Any] = {}
        problems = self._strangers(value)
        for name, check in self.checks.items():
            if name not in value:
                if name in self.required:
                    problems.append((name, _("必須です。このキーを書いてください。")))
                continue
            try:
                found[name] = check(value[name])
            except Refusal as refusal:
                problems += refusal.under(name)
        if problems:
            raise Refusal(*problems)
        return self.make(found) if self.make else found

    def _strangers(self, value: dict[str, Any]) -> list[tuple[str, str]]:
        if value.keys() <= self.checks.keys():
            return []
        return [
            (shown(name), _("このキーは使えません。") + nearest(name, self.checks))
            for name in value
            if name not in self.checks
        ]
