"""自地域の空白: what the open needs of a region ask for and too few organizations there can do."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models import Count

from matching.facts import prefecture_hops
from matching.models import Need, Requirement
from matching.standing import with_standing
from matching.vocabulary import NeedStanding
from network.access import Reader, lab_ids_facilitated_by
from network.codes import PREFECTURES
from network.finding.found import find
from network.finding.wanted import Wanted
from network.models import Capability, Lab, LabArea

ABLE = 3
"""The level from which an organization counts as able."""
SCARCE = 3
"""So many organizations are enough for a choice between teams: fewer are a gap."""
SHOWN = 3
FAR = 99
"""Hops to where no chain of neighbouring prefectures leads."""


@dataclass(frozen=True, slots=True)
class RegionGap:
    """One capability that a prefecture lacks."""

    prefecture: str
    """Name of the prefecture."""
    capability: Capability
    able: int
    """Active organizations that serve the prefecture and declare at least level ABLE."""
    needs: int
    """Needs there that the reader may see, that ask for it and whose team is not at work yet."""
    query: str
    """Opens the list of those organizations; where there are none, of those that serve the nearest prefecture."""
    near: str = ""
    """Where nobody there is able: the nearest prefecture that somebody able serves, by name; empty where none does."""
    near_able: int = 0


def region_gaps(reader: Reader) -> list[RegionGap]:
    """The largest SHOWN gaps of all regions of the labs that the reader facilitates for.

    What open needs ask for stands before what nobody asks for yet; then the fewer can do it, the larger the gap.
    Counts only what the whole network may know: declared weaknesses play no part.
    """
    found = [(code, gap) for code in _prefectures(reader) for gap in _gaps(reader, code)]
    largest = sorted(found, key=lambda row: (not row[1].needs, row[1].able, -row[1].needs, row[1].capability.order))
    return [gap if gap.able else _nearest(gap, code, reader) for code, gap in largest[:SHOWN]]


def _prefectures(reader: Reader) -> Iterable[str]:
    labs = lab_ids_facilitated_by(reader)
    seats = Lab.objects.filter(pk__in=labs).order_by("prefecture").values_list("prefecture", flat=True)
    areas = LabArea.objects.filter(lab__in=labs).order_by("prefecture").values_list("prefecture", flat=True)
    return dict.fromkeys([*seats, *areas])


def _gaps(reader: Reader, prefecture: str) -> Iterable[RegionGap]:
    able = find(Wanted(prefecture=(prefecture,), min_level=ABLE), reader).counts["capability"]
    asked = _asked(reader, prefecture)
    for capability in Capability.objects.all():
        count = able.get(capability.code, 0)
        if count < SCARCE:
            wanted = Wanted(capability=(capability.code,), min_level=ABLE, prefecture=(prefecture,))
            needs = asked.get(capability.pk, 0)
            yield RegionGap(PREFECTURES.name(prefecture), capability, count, needs, wanted.query())


def _asked(reader: Reader, prefecture: str) -> dict[int, int]:
    """How many needs without a team at work ask for it, by capability."""
    needs = with_standing(Need.objects.visible_to(reader).filter(prefecture=prefecture))
    ours = needs.exclude(standing__in=[NeedStanding.WORKING, NeedStanding.CLOSED]).order_by().values("pk")
    rows = Requirement.objects.filter(need__in=ours).order_by().values_list("capability")
    return dict(rows.annotate(n=Count("need", distinct=True)))


def _nearest(gap: RegionGap, home: str, reader: Reader) -> RegionGap:
    """The same with who is able in the nearest prefecture; of those equally near, where most are."""
    wanted = Wanted(capability=(gap.capability.code,), min_level=ABLE)
    counts = find(wanted, reader).counts["prefecture"]
    away = prefecture_hops().get(home, {})
    served = [(away.get(code, FAR), -n, code) for code, n in counts.items() if n]
    if not served:
        return replace(gap, query=wanted.query())
    _hops, n, code = min(served)
    there = replace(wanted, prefecture=(code,))
    return replace(gap, query=there.query(), near=PREFECTURES.name(code), near_able=-n)
