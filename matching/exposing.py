"""Fair exposure: what was proposed of late turned into each organization's exposure, and shown as figures.

Only the last proposal of each need before a day counts on that day: asking again changes nobody's exposure, the same
need asked twice on one day has the same answer, and nobody gains by asking often.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Count, Max

from matching.core.exposure import Place, Turn, exposures, gini
from matching.models import Exposure, Need
from network.codes import KINDS
from network.models import Organization


def note(need: Need, day: date, result: dict[str, Any]) -> None:
    """Keep who was proposed for a need today; a later proposal of the day takes its place."""
    if not result["teams"]:
        return
    fair = result.get("fairness")
    values = {"places": result["places"], "price": fair["price"] if fair else None}
    Exposure.objects.update_or_create(need=need, day=day, defaults=values)


def turns(today: date, went: Mapping[str, str]) -> list[Turn]:
    """The last proposal of each need before today; merged records (`went`) under the id of the one they went into."""
    return [
        Turn((today - row.day).days, tuple(_place(member, fitting, went) for member, fitting in row.places))
        for row in _last(today)
    ]


def _merged() -> dict[str, str]:
    # Asked as "> 0", which the index answers; for "is not null" SQLite reads the whole table.
    merged = Organization.objects.filter(merged_into__gt=0)
    return dict(merged.values_list("external_id", "merged_into__external_id"))


def _place(member: str, fitting: list[str], went: Mapping[str, str]) -> Place:
    return Place(went.get(member, member), tuple(sorted({went.get(other, other) for other in fitting})))


_kept: dict[str, tuple[tuple[object, ...], dict[str, float]]] = {}
"""By database, the last answer and what it rests on."""


def exposures_on(today: date) -> dict[str, float]:
    """Exposure in [0, 1] by external id; absent means 0. The same object as long as it rests on the same.

    Inside a transaction nothing is kept: what is read there may never be committed.
    """
    went = _merged()
    if connection.in_atomic_block:
        return exposures(turns(today, went))
    # A row of an earlier day never changes: it comes, and goes with its need.
    rows = Exposure.objects.before(today).order_by().aggregate(rows=Count("pk"), latest=Max("pk"))
    rests_on = (today, *rows.values(), tuple(sorted(went.items())))
    name = str(connection.settings_dict["NAME"])
    kept = _kept.get(name)
    if kept is None or kept[0] != rests_on:
        kept = _kept[name] = (rests_on, exposures(turns(today, went)))
    return kept[1]


@dataclass(frozen=True, slots=True)
class Share:
    """Organizations of one kind: how much they were proposed, of their fair share."""

    kind: str
    organizations: int
    fair: float
    """Places that would be theirs if all who fitted one had it equally often."""
    proposed: int

    @property
    def percent(self) -> int:
        return round(100 * self.proposed / self.fair) if self.fair else 0


@dataclass(frozen=True, slots=True)
class Figures:
    """What a steward sees: no need and no client is named."""

    needs: int
    organizations: int
    """Organizations with a fit to any need of late."""
    gini: float
    """Of what those with a fit were proposed, of their fair share."""
    kinds: list[Share]
    waiting: list[tuple[Organization, int]]
    """Fitted often and never proposed, with how often; the longest waiting first."""
    priced: int
    """Needs for which the price of fairness is known."""
    changed: int
    """Of these, how many teams it changed at a price."""
    mean_price: float
    """In points, over the needs priced."""


WAITING_SHOWN = 20
WAITING_FROM = 3
"""Who fitted so many needs and was never proposed is named."""


def figures(today: date) -> Figures:
    """The last half-year's figures, for stewards."""
    rounds = turns(today, _merged())
    fitted: dict[str, int] = defaultdict(int)
    proposed: dict[str, int] = defaultdict(int)
    fair: dict[str, float] = defaultdict(float)
    for turn in rounds:
        for place in turn.places:
            proposed[place.member] += 1
            for member in place.fitting:
                fair[member] += 1 / len(place.fitting)
        for member in {member for place in turn.places for member in place.fitting}:
            fitted[member] += 1
    known = Organization.objects.filter(external_id__in=list(fitted), is_active=True).select_related("municipality")
    prices = [row.price for row in _last(today) if row.price is not None]
    waiting = [(one, fitted[one.external_id]) for one in known if not proposed[one.external_id]]
    waiting = [pair for pair in waiting if pair[1] >= WAITING_FROM]
    return Figures(
        needs=len(rounds),
        organizations=len(fitted),
        gini=round(gini([proposed[member] / fair[member] for member in sorted(fitted)]), 2),
        kinds=_by_kind(list(known), fair, proposed),
        waiting=sorted(waiting, key=lambda pair: (-pair[1], pair[0].name, pair[0].pk))[:WAITING_SHOWN],
        priced=len(prices),
        changed=sum(price > 0 for price in prices),
        mean_price=round(sum(prices) / len(prices) / 10_000, 2) if prices else 0.0,
    )


def _last(today: date) -> list[Exposure]:
    return list({row.need_id: row for row in Exposure.objects.before(today)}.values())


def _by_kind(known: list[Organization], fair: dict[str, float], proposed: dict[str, int]) -> list[Share]:
    found = []
    for kind in KINDS:
        ids = [one.external_id for one in known if one.kind == kind]
        if ids:
            parts = (sum(fair[one] for one in ids), sum(proposed[one] for one in ids))
            found.append(Share(KINDS.name(kind), len(ids), round(parts[0], 1), parts[1]))
    return found
