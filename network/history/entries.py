"""What the pages of a record's history show."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from network.access import Reader, is_steward
from network.codes import AREAS
from network.history import record as history
from network.history.labels import ROW_LABELS
from network.history.telling import changes_told_to, told_to
from network.history.words import Names, differing, names_for, path_label, paths_in_order, words
from network.models import Capability, Change, Organization


@dataclass(frozen=True, slots=True)
class Line:
    """What was said of one thing, before and after."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One deed as a reader sees it."""

    change: Change
    lines: list[Line]
    record: str
    """The name of the duplicate in whose history it stood; empty for the record's own."""
    by: str
    """Who did it: of somebody without a name, the address stands there for colleagues and stewards only."""


def told_changes(organization: Organization, reader: Reader, *, deed: str = "", capability: str = "") -> list[Change]:
    """The history of the record and of what was merged into it, newest first, as far as the reader is told of it.

    Narrowed by deed only after it was cut down: the deed too is part of what is told.
    """
    found = Change.objects.filter(organization__in=history.records_of(organization))
    found = found.select_related("correction__proposed_by")
    if capability:
        found = found.filter(changes__has_key=f"rating.{capability}")
    told = changes_told_to(reader, organization, found.order_by("-at", "-pk"))
    if capability:
        for change in told:
            change.changes = {path: pair for path, pair in change.changes.items() if path == f"rating.{capability}"}
        told = [change for change in told if change.changes]
    return [change for change in told if not deed or change.deed == deed]


def entries(changes: Sequence[Change], organization: Organization, reader: Reader) -> list[Entry]:
    """These entries in words; a fixed number of queries."""
    names = names_for(reader, organization, [change.changes for change in changes])
    others = {change.organization_id for change in changes} - {organization.pk}
    records = dict(Organization.objects.filter(pk__in=others).values_list("pk", "name"))
    known = None if is_steward(reader) else set(organization.memberships.values_list("user_id", flat=True))
    return [
        Entry(
            change,
            lines(change.changes, names),
            records.get(change.organization_id, ""),
            _called(change, named=known is None or change.by_id in known),
        )
        for change in changes
    ]


def _called(change: Change, *, named: bool) -> str:
    return change.by_name if named or "@" not in change.by_name else _("氏名の登録がない方")


def lines(changes: Mapping[str, Sequence[Any]], names: Names) -> list[Line]:
    """One line per path; of a row that stood before and after, only what differs."""
    made = []
    for path in paths_in_order(changes):
        before, after = changes[path]
        only = differing(before, after)
        said = words(path, before, names, only=only), words(path, after, names, only=only)
        made.append(Line(path_label(path, names.capabilities), *said))
    return made


@dataclass(frozen=True, slots=True)
class Stood:
    """What stood in one place of a record, and what stands there now where that differs."""

    label: str
    then: str
    now: str
    changed: bool


@dataclass(frozen=True, slots=True)
class Part:
    title: str
    rows: list[Stood]


def profile_as_of(organization: Organization, reader: Reader, moment: datetime) -> list[Part] | None:
    """The record as it stood, by part, each line with what stands there now where that differs; None before it was
    registered."""
    stood = history.as_of(organization, moment)
    if stood is None:
        return None
    then = told_to(reader, organization, stood)
    now = told_to(reader, organization, history.snapshot(organization))
    names = names_for(reader, organization, [then, now])
    rows = {path: _stood(path, then.get(path), now.get(path), names) for path in {**then, **now}}
    return [Part(title, [rows[path] for path in paths]) for title, paths in _by_part(rows) if paths]


def _stood(path: str, then: Any, now: Any, names: Names) -> Stood:
    changed = then != now
    return Stood(
        path_label(path, names.capabilities),
        words(path, then, names),
        words(path, now, names, only=differing(then, now)) if changed else "",
        changed,
    )


def _by_part(paths: Iterable[str]) -> list[tuple[str, list[str]]]:
    """Paths under the headings of the page: the record itself, ratings by area, then every kind of row."""
    paths = paths_in_order(paths)
    parts = [(_("基本のこと"), [path for path in paths if "." not in path])]
    rated = {path.removeprefix("rating."): path for path in paths if path.startswith("rating.")}
    by_area: dict[str, list[str]] = {}
    for capability in Capability.objects.filter(code__in=rated):
        area = AREAS.name(capability.area) if capability.area else _("追加された領域")
        by_area.setdefault(area, []).append(rated[capability.code])
    parts += list(by_area.items())
    parts += [
        (str(label), [path for path in paths if path.startswith(f"{head}.")]) for head, label in ROW_LABELS.items()
    ]
    return parts
