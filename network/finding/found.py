"""The answer to what somebody asked: which organizations, in which order, and how many there would be otherwise."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from django.utils import timezone

from network.access import Reader
from network.finding.counting import ROOMS, Counting, Counts
from network.finding.reading import Array
from network.finding.table import Table, current
from network.finding.wanted import Room, Sort, Wanted
from network.models import Organization


@dataclass(frozen=True)
class Found:
    """Keys of the organizations, and the counts. What is shown of them is read through `visible_to` again."""

    ids: Sequence[int] = ()
    counts: Counts = field(default_factory=dict)
    without: dict[str, int] = field(default_factory=dict)
    """How many there would be without each facet's choice; only where there are none."""


def find(wanted: Wanted, reader: Reader) -> Found:
    """The active organizations that the reader may know of and that have what is wanted."""
    if not knows_registry(reader):
        return Found()
    table = current()
    counting = Counting(table, wanted, timezone.now())
    chosen = counting.found()
    ids = table.columns.ids[_in_order(table, wanted, counting, chosen)]
    without = {} if len(ids) else {name: int(np.count_nonzero(counting.lifted(name))) for name in wanted.facets}
    return Found(ids.tolist(), counting.counts(), without)


def knows_registry(reader: Reader) -> bool:
    """Of active organizations a reader may know all or none (`OrganizationQuerySet.visible_to`)."""
    return Organization.objects.visible_to(reader).filter(is_active=True).order_by().exists()


def _in_order(table: Table, wanted: Wanted, counting: Counting, chosen: Array) -> Array:
    """Positions of the chosen ones; what is alike stands as in the list without a wish."""
    base = table.by_name if wanted.sort == Sort.NAME else table.by_place
    order: Array = base[chosen[base]]
    if wanted.prefecture and wanted.sort != Sort.NAME:
        home = [number for number, code in enumerate(table.axes.prefectures) if code in wanted.prefecture]
        order = order[np.argsort(~np.isin(table.columns.prefecture[order], home), kind="stable")]
    if wanted.sort == Sort.CONFIRMED:
        order = order[np.argsort(-table.columns.confirmed[order], kind="stable")]
    if wanted.sort == Sort.ACCEPTING:
        order = order[np.argsort(counting.room[order] != ROOMS.index(Room.ACCEPTING), kind="stable")]
    if wanted.sort == Sort.LEVEL and wanted.capability:
        order = order[np.argsort(-counting.best[order].astype(np.int16), kind="stable")]
    return order
