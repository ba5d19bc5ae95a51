"""The registry as the matcher's arrays, kept by this process and never older than the database.

Every question begins with `current`, which asks the database for the registry's version and reads the organizations
that have changed since; confidences and strengths fade, so another day is read anew.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from threading import Lock
from typing import Any

import numpy as np
from django.db import connection

from matching.assembling import Assembled, Vocabulary, assembled, renewed
from matching.core.arrays import Arrays
from matching.core.model import WEAKNESS
from matching.rows import read
from network.models import Lab, Organization, RegistryVersion

State = tuple[int, int]
"""The registry's version, and how many organizations there are: a row that was deleted has no version any more."""
MANY = 500
"""With more changes than this everything is read anew."""
TRIES = 5
"""Where somebody writes all the time, what was read last is still newer than the question."""
VIEWS = 8
"""Labs whose view of the arrays is kept."""


@dataclass(frozen=True)
class Snapshot:
    """The registry at one version on one day."""

    state: State
    day: date
    whole: Assembled
    views: dict[int | None, Arrays] = field(default_factory=dict, compare=False, repr=False)
    measured: dict[int | None, tuple[Mapping[str, float], Arrays]] = field(
        default_factory=dict, compare=False, repr=False
    )

    def seen_by(self, lab: Lab | None) -> Arrays:
        """The arrays with the weaknesses and interests that a lab's facilitators may know; all of them for None."""
        if lab is None:
            return self.whole.arrays
        found = self.views.get(lab.pk)
        if found is None:
            _make_room(self.views)
            found = self.views[lab.pk] = _view(self.whole, lab.pk)
        return found

    def exposed(self, lab: Lab | None, measured: Mapping[str, float]) -> Arrays:
        """The same with the exposure that was measured, by external id, where no file states it."""
        key = lab.pk if lab else None
        kept = self.measured.get(key)
        if kept is None or kept[0] is not measured:
            _make_room(self.measured)
            kept = self.measured[key] = (measured, self._with(self.seen_by(lab), measured))
        return kept[1]

    def _with(self, arrays: Arrays, measured: Mapping[str, float]) -> Arrays:
        known = [(arrays.row[member], value) for member, value in sorted(measured.items()) if member in arrays.row]
        known = [(row, value) for row, value in known if self.whole.measured[row]]
        if not known:
            return arrays
        exposure = arrays.exposure.copy()
        exposure[[row for row, _value in known]] = [value for _row, value in known]
        return arrays.changed(exposure=exposure)


def _make_room(views: dict[int | None, Any]) -> None:
    while len(views) >= VIEWS:
        views.pop(next(iter(views)), None)


def _view(whole: Assembled, lab: int) -> Arrays:
    arrays, joined = whole.arrays, np.zeros(len(whole.arrays), dtype=bool)
    joined[whole.labs[whole.labs[:, 1] == lab, 0]] = True
    known = whole.open_weaknesses | joined
    told = (arrays.rating_level != WEAKNESS) | known[arrays.rating_row]
    shown = ~whole.private | joined[arrays.interest_from] | joined[arrays.interest_to]
    if told.all() and shown.all():
        return arrays
    return arrays.keeping(ratings=told, interests=shown)


_lock = Lock()
_kept: dict[str, Snapshot] = {}


def current(today: date) -> Snapshot:
    """The registry as it is committed now.

    Inside a transaction nothing is kept: what is read there may never be committed.
    """
    if connection.in_atomic_block:
        return _read(state(), today)
    with _lock:
        name = str(connection.settings_dict["NAME"])
        snapshot = _kept.get(name)
        for _try in range(TRIES):
            now = state()
            if snapshot and (snapshot.state, snapshot.day) == (now, today):
                break
            snapshot = _renewed(snapshot, now) if snapshot and snapshot.day == today else _read(now, today)
        assert snapshot is not None  # noqa: S101 - the first try reads
        _kept[name] = snapshot
        return snapshot


def of(organizations: Collection[int], today: date) -> Snapshot:
    """The same of these alone (ids), read anew: for a few of them, also inside a transaction."""
    return Snapshot(state(), today, assembled(Vocabulary.load(), read(today, organizations)))


def forget() -> None:
    """Lets go of what is kept: the next question reads everything."""
    with _lock:
        _kept.clear()


def state() -> State:
    return RegistryVersion.current(), Organization.objects.count()


def _read(now: State, today: date) -> Snapshot:
    return Snapshot(now, today, assembled(Vocabulary.load(), read(today)))


def _renewed(snapshot: Snapshot, now: State) -> Snapshot:
    """The same with what has changed since; everything anew where other organizations or words are there."""
    newer = Organization.objects.filter(registry_version__gt=snapshot.state[0]).order_by()
    changed = list(newer.values_list("pk", flat=True)[: MANY + 1])
    unlike = now[0] <= snapshot.state[0] or now[1] != snapshot.state[1] or len(changed) > MANY
    if unlike or Vocabulary.load() != snapshot.whole.vocabulary:
        return _read(now, snapshot.day)
    whole = renewed(snapshot.whole, changed, read(snapshot.day, changed))
    return Snapshot(now, snapshot.day, whole) if whole else _read(now, snapshot.day)
