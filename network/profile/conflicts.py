"""What to tell an editor whose page was older than the record: who changed it, when, and both values side by side."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.forms import BaseForm, ChoiceField, Field
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from network.actions import ConflictError
from network.codes import LEVELS
from network.models import Change, Organization, Rating
from network.vocabulary import Stance


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of a record as it stands now and as this editor typed it, in words."""

    label: str
    theirs: str
    mine: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """`by` is empty where the history does not know who it was; `version` is what overwriting replaces."""

    by: str
    at: datetime | None
    version: int
    differences: list[Difference]


def conflict_over(
    organization: Organization, paths: tuple[str, ...], current: Any, found: list[Difference]
) -> Conflict:
    """A conflict over what stands under these paths of the history; `current` is the record that holds it,
    None where it is gone."""
    change = last_change(organization, *paths)
    by, at = (change.by_name, change.at) if change else ("", None)
    return Conflict(by, at, current.version if current else 0, found)


def differences(form: BaseForm, theirs: Mapping[str, Any], mine: Mapping[str, Any]) -> list[Difference]:
    """The form's fields in which the two differ."""
    shown = [(form.fields[name], theirs[name], mine.get(name)) for name in theirs if name in form.fields]
    pairs = [(str(field.label), in_words(field, one), in_words(field, other)) for field, one, other in shown]
    return [Difference(*pair) for pair in pairs if pair[1] != pair[2]]


def in_words(field: Field, value: Any) -> str:
    """A field's value as one reads it."""
    if isinstance(value, bool):
        return _("はい") if value else _("いいえ")
    if value in (None, "", []):
        return _("（なし）")
    if isinstance(field, ChoiceField):
        names = {str(code): str(name) for code, name in field.choices}  # type: ignore[misc, union-attr]
        chosen = value if isinstance(value, list) else [value]
        return _("、").join(names.get(str(code), str(code)) for code in chosen)
    return date_format(value) if isinstance(value, date) else str(value)


def rating_differences(theirs: Rating | None, mine: Mapping[str, Any] | None) -> list[Difference]:
    """One line of the grid, field by field; all of theirs where this editor typed nothing."""
    if theirs is None:
        found: dict[str, str] = dict.fromkeys(LABELS, _("（記入なし）"))
    else:
        found = line_words(theirs.level, theirs.stance, theirs.note, theirs.evidence)
    if mine is None:
        return [Difference(str(LABELS[name]), said, "") for name, said in found.items()]
    typed = line_words(**mine)
    pairs = [(str(LABELS[name]), found[name], typed[name]) for name in LABELS]
    return [Difference(*pair) for pair in pairs if pair[1] != pair[2]]


LABELS = {
    "level": gettext_lazy("レベル"),
    "stance": gettext_lazy("立場"),
    "note": gettext_lazy("メモ"),
    "evidence": gettext_lazy("根拠"),
}


def line_words(level: int, stance: str, note: str, evidence: str) -> dict[str, str]:
    """A line's fields as one reads them."""
    named = f"{level} {LEVELS.name(str(level))}"
    nothing = _("（なし）")
    return {
        "level": named,
        "stance": str(Stance(stance).label),
        "note": note or nothing,
        "evidence": evidence or nothing,
    }


def last_change(organization: Organization, *paths: str) -> Change | None:
    """The newest entry of the history that speaks of one of the paths."""
    return organization.changes.filter(changes__has_any_keys=list(paths)).first()


def fingerprint(values: Mapping[str, Any]) -> str:
    """Tells whether two readings of a part of the record are the same."""
    return sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()


def unless_same(save: Callable[[int], None], *, expected: int, seen: str, now: Callable[[Organization], str]) -> None:
    """Save under a version that counts the whole record; a change of another part of it is no conflict.

    Raises ConflictError when the part that the editor saw (`seen`) is no longer what stands there (`now`).
    """
    try:
        save(expected)
    except ConflictError as conflict:
        if not seen or conflict.current is None or now(conflict.current) != seen:
            raise
        save(conflict.current.version)
