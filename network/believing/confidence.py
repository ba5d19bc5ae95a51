"""How far the network believes what an organization says of itself: the documented formula, as plain functions.

    doubt      = (1 − 0.70) × Π (1 − w · 2^(−age / h))     over the evidence that counts
    belief     = 1 − doubt
    freshness  = 1 while confirmed within `reconfirm_after` days, then 2^(−(days over) / 730), never below 0.5;
                 0.5 where nobody ever confirmed
    confidence = belief × freshness, rounded to 4 digits

Of each kind the three strongest pieces count. Evidence counts through its last day; the word of a partner counts for
levels up to the one it confirmed. A weakness, or nothing declared, has no confidence. Where a file stated one, it wins.

Why these figures: an organization's own fresh word alone gives 0.70, so that an honest newcomer is proposed; one
partner or case leaves half of the doubt (0.85), two a quarter (0.925), and nothing reaches certainty. A credential
says that somebody learnt it, less than that it was done, so it takes away less. What was seen in a partner or a case
ages as practice does, by half in five years; what an examination certified ages half as fast.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from network.vocabulary import EvidenceKind

OWN_WORD = 0.70
WEIGHT: dict[str, float] = {EvidenceKind.CREDENTIAL: 0.40, EvidenceKind.PARTNER: 0.50, EvidenceKind.CASE: 0.50}
HALF_LIFE_YEARS: dict[str, float] = {EvidenceKind.CREDENTIAL: 10.0, EvidenceKind.PARTNER: 5.0, EvidenceKind.CASE: 5.0}
COUNTING = 3
"""Pieces of one kind that count: a fourth says little that three did not."""
FADING_HALF_LIFE_DAYS = 730
LEAST_FRESHNESS = 0.5
DIGITS = 4
DAYS_PER_YEAR = 365.25


@dataclass(frozen=True, slots=True)
class Support:
    """One piece of evidence, as far as the formula looks at it."""

    kind: str
    on: date
    until: date | None = None
    """The last day on which it counts."""
    level: int | None = None
    """The level that a partner confirmed."""

    def counts(self, level: int, today: date) -> bool:
        """Whether it bears out this level today."""
        in_force = self.until is None or self.until >= today
        return in_force and (self.level is None or level <= self.level)

    def weight(self, today: date) -> float:
        """The share of the doubt that it takes away, in (0, 1)."""
        years = max((today - self.on).days, 0) / DAYS_PER_YEAR
        return WEIGHT[self.kind] * math.exp2(-years / HALF_LIFE_YEARS[self.kind])


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A confidence and where it comes from."""

    confidence: float
    stated: bool
    """A file stated it; the rest is what it would be otherwise."""
    belief: float
    """What own word and evidence give together, before time is taken into account."""
    freshness: float
    counting: dict[str, int]
    """How many pieces of each kind count, by kind; kinds without any are absent."""

    @property
    def own_percent(self) -> int:
        """What the organization's own word alone is worth while it is fresh."""
        return round(OWN_WORD * 100)

    @property
    def percent(self) -> int:
        return round(self.confidence * 100)

    @property
    def belief_percent(self) -> int:
        return round(self.belief * 100)

    @property
    def freshness_percent(self) -> int:
        return round(self.freshness * 100)


def breakdown(
    level: int,
    *,
    confirmed_on: date | None,
    supports: Iterable[Support] = (),
    stated: float | None = None,
    today: date,
    reconfirm_after: int,
) -> Breakdown | None:
    """The confidence of a declared level, with its parts; None where no level is declared. The caller leaves
    weaknesses out."""
    if level <= 0:
        return None
    counting = strongest([support for support in supports if support.counts(level, today)], today)
    belief = believed(counting, today)
    fresh = freshness(confirmed_on, today, reconfirm_after)
    by_kind = {kind: number for kind in WEIGHT if (number := sum(support.kind == kind for support in counting))}
    computed = round(belief * fresh, DIGITS)
    return Breakdown(computed if stated is None else stated, stated is not None, belief, fresh, by_kind)


def strongest(supports: Iterable[Support], today: date) -> list[Support]:
    """At most `COUNTING` pieces of each kind, those that weigh most."""
    ranked = sorted(supports, key=lambda support: -support.weight(today))
    return [
        support for kind in WEIGHT for support in [each for each in ranked if each.kind == kind][:COUNTING]
    ]  # kind by kind, so that the product below never depends on the order in which evidence came


def believed(counting: Iterable[Support], today: date) -> float:
    """How far own word and this evidence are believed, in [0.7, 1)."""
    doubt = 1 - OWN_WORD
    for support in counting:
        doubt *= 1 - support.weight(today)
    return 1 - doubt


def freshness(confirmed_on: date | None, today: date, reconfirm_after: int) -> float:
    """What time leaves of it, in [0.5, 1]; `reconfirm_after` in days."""
    if confirmed_on is None:
        return LEAST_FRESHNESS
    over = (today - confirmed_on).days - reconfirm_after
    return max(LEAST_FRESHNESS, math.exp2(-over / FADING_HALF_LIFE_DAYS)) if over > 0 else 1.0
