"""Walking the chains: what was changed, taken out, moved, or cut off since it was written."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import models
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from casebook.models import LogChain, LogEntry
from casebook.readlog.anchors import Anchor
from casebook.readlog.chain import digest_of

NEAR = 100
"""How far from its place a moved entry is looked for."""
TAIL = 200
"""How many of the newest entries a page walks."""


class What(models.TextChoices):
    """What is wrong with an entry, or with the end of a chain."""

    CHANGED = "changed", _("書き換えられています")
    MOVED = "moved", _("順番が入れ替えられています")
    FOREIGN = "foreign", _("前の記録につながりません（差し込まれたか、作り直されています）")
    MISSING = "missing", _("ありません（削除されています）")
    CUT_OFF = "cut_off", _("ここから後ろが切り取られています")
    HEAD = "head", _("鎖の末尾の控えと合いません")
    REWRITTEN = "rewritten", _("別に保管した控えと合いません（鎖ごと作り直されています）")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and where: the owning organization's id and the entry's number."""

    owner: int
    number: int
    what: What


@dataclass(frozen=True, slots=True)
class State:
    """How a chain's end stands: what a page says of it."""

    length: int
    walked: int
    faults: list[Fault]


def owners() -> list[int]:
    """The ids of all organizations with a chain, or with entries that belong to none."""
    heads = LogChain.objects.values_list("owner_id", flat=True)
    return sorted({*heads, *LogEntry.objects.order_by().values_list("chain", flat=True).distinct()})


def verify(owner: int, anchors: Iterable[Anchor] = ()) -> tuple[int, list[Fault]]:
    """How many entries one chain has, and everything that is wrong with it.

    Others may go on writing: what is added meanwhile is no fault.
    """
    head = _head(owner)
    walk = _Walk(owner)
    faults = list(walk.over(LogEntry.objects.filter(chain=owner).order_by("number").iterator(chunk_size=2_000)))
    faults += walk.against(head)
    for anchor in anchors:
        sealed = LogEntry.objects.filter(chain=owner, number=anchor.length).values_list("digest", flat=True).first()
        if anchor.length and sealed != anchor.digest:
            faults.append(Fault(owner, anchor.length, What.CUT_OFF if sealed is None else What.REWRITTEN))
    return walk.count, faults


def end_of(owner: int) -> State:
    """The newest entries walked, all of them counted: cheap enough for a page. The command walks everything."""
    head = _head(owner)
    first = max(1, head.length - TAIL + 1)
    entries = LogEntry.objects.filter(chain=owner)
    walk = _Walk(owner, number=first - 1)
    walk.previous = entries.filter(number=first - 1).values_list("digest", flat=True).first() or ""
    faults = list(walk.over(entries.filter(number__gte=first).order_by("number")))
    earlier = entries.filter(number__lt=first).aggregate(count=Count("pk"))["count"]
    if earlier != first - 1:
        faults.append(Fault(owner, first - 1, What.MISSING))
    return State(earlier + walk.count, walk.count, faults + list(walk.against(head)))


class _Walk:
    """A walk along one chain, from the entry after `number`."""

    def __init__(self, owner: int, number: int = 0) -> None:
        self.owner, self.number, self.count = owner, number, 0
        self.previous = ""

    def over(self, entries: Iterable[LogEntry]) -> Iterator[Fault]:
        for entry in entries:
            gap = entry.number != self.number + 1
            if entry.number > self.number + 1:
                yield self._fault(self.number + 1, What.MISSING)
            if digest_of(entry) != entry.digest:
                yield self._fault(entry.number, What.MOVED if _was_near(entry) else What.CHANGED)
            elif entry.number <= self.number or (not gap and entry.previous != self.previous):
                yield self._fault(entry.number, What.FOREIGN)
            self.number, self.previous, self.count = entry.number, entry.digest, self.count + 1

    def against(self, head: LogChain) -> Iterator[Fault]:
        """What the chain's own end says of the walk."""
        if head.length < self.number:  # written meanwhile, or by somebody who forgot the end
            head = _head(self.owner)
        if head.length > self.number:
            yield self._fault(self.number + 1, What.CUT_OFF)
        elif head.length < self.number or head.digest != self.previous:
            yield self._fault(self.number, What.HEAD)

    def _fault(self, number: int, what: What) -> Fault:
        return Fault(self.owner, number, what)


def _head(owner: int) -> LogChain:
    return LogChain.objects.filter(owner_id=owner).first() or LogChain(owner_id=owner)


def _was_near(entry: LogEntry) -> bool:
    """Whether the entry is whole but for its number: it once stood somewhere near."""
    stands, sealed = entry.number, entry.digest
    try:
        for place in range(max(1, stands - NEAR), stands + NEAR + 1):
            entry.number = place
            if digest_of(entry) == sealed:
                return True
        return False
    finally:
        entry.number = stands
