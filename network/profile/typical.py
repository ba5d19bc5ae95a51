"""What organizations of one kind usually offer: a starting point for who fills a profile.

Computed from the registry itself and only from what its whole network reads: of the active organizations of a kind,
how many declare a capability at level 1 or more, and at which level. A declared weakness is never counted, so it looks
here as if nothing were declared.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Count

from network.models import Organization, Rating, RegistryVersion
from network.vocabulary import Stance

MIN_ORGANIZATIONS = 5
"""Fewer of a kind are no kind to speak of."""
MIN_DECLARING = 3
MIN_SHARE = 0.3
KEEP_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Usual:
    """How many tenths of a kind declare a capability, and the median of the levels they declare."""

    tenths: int
    level: int


def typical(kind: str) -> Mapping[int, Usual]:
    """What is usual in a kind, by capability id; empty where the kind has too few organizations.

    Kept until anything in the registry changes.
    """
    key = f"typical:{RegistryVersion.current()}:{kind}"
    found: dict[int, Usual] | None = cache.get(key)
    if found is None:
        found = computed(kind)
        cache.set(key, found, KEEP_SECONDS)
    return found


def computed(kind: str) -> dict[int, Usual]:
    """As `typical`, from the tables: two queries."""
    organizations = Organization.objects.filter(kind=kind, is_active=True).count()
    if organizations < MIN_ORGANIZATIONS:
        return {}
    declared = Rating.objects.filter(organization__kind=kind, organization__is_active=True, level__gte=1)
    declared = declared.exclude(stance=Stance.WEAKNESS).order_by()
    levels: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for capability, level, count in declared.values_list("capability", "level").annotate(count=Count("pk")):
        levels[capability].append((level, count))
    usual = {capability: _usual(sorted(counts), organizations) for capability, counts in levels.items()}
    return {capability: found for capability, found in usual.items() if found}


def _usual(counts: list[tuple[int, int]], organizations: int) -> Usual | None:
    """Of (level, how many declare it); None where too few do. Of two middle levels the lower one."""
    declaring = sum(count for _level, count in counts)
    if declaring < MIN_DECLARING or declaring / organizations < MIN_SHARE:
        return None
    below = 0
    for level, count in counts:
        below += count
        if 2 * below >= declaring:
            return Usual(tenths=round(10 * declaring / organizations), level=level)
    raise AssertionError("no median")
