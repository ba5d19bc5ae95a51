"""The only place that turns rows into what the matcher computes with."""

from collections.abc import Iterable
from datetime import date
from functools import cache

from matching import snapshot
from matching.core import model as core
from matching.core.adding import with_bare
from matching.core.arrays import Arrays
from matching.core.places import hop_table
from matching.core.views import network_of
from matching.exposing import exposures_on
from matching.models import Need
from matching.rows import lead_suitability
from network.codes import prefecture_links
from network.graph.strength import strength
from network.models import Lab, Organization

__all__ = ["is_current", "lead_suitability", "need_facts", "network", "prefecture_hops", "strength"]


@cache
def prefecture_hops() -> dict[str, dict[str, int]]:
    """Hops between all prefectures; the graph never changes while the process lives."""
    return hop_table(prefecture_links())


def network(
    today: date,
    lab: Lab | None = None,
    demanded: frozenset[str] = frozenset(),
    *,
    taken: frozenset[str] = frozenset(),
) -> core.Network:
    """The active registry as of `today`, in the order of external ids; its version is a fingerprint of all of it.

    For a lab, declared weaknesses and interests count only where the lab's facilitators may know them: otherwise
    scores would tell what profiles hide. At the operator's console (no lab) all count. Exposure is what a file
    states, else what was proposed before today. Organizations that are `demanded` by a need are there even when
    they are inactive, but never available. Those that are `taken` gave their place to the team in question: they are
    free for it, whatever else they can begin.
    """
    kept = snapshot.current(today)
    arrays = kept.exposed(lab, exposures_on(today))
    arrays = _taking(arrays, taken)
    if missing := demanded - arrays.row.keys():
        arrays = _with_inactive(arrays, missing)
    found = network_of(arrays, prefecture_hops())
    found.cache["state"] = kept.state
    return found


def is_current(network: core.Network) -> bool:
    """Whether the registry is still at the version that the network was read from."""
    return bool(network.cache["state"] == snapshot.state())


def _taking(arrays: Arrays, taken: frozenset[str]) -> Arrays:
    """With a place for each of those that have accepted."""
    rows = [arrays.row[member] for member in sorted(taken & arrays.row.keys())]
    if not rows:
        return arrays
    slots = arrays.slots.copy()
    slots[rows] = slots[rows].clip(min=1)
    return arrays.changed(slots=slots)


def _with_inactive(arrays: Arrays, missing: Iterable[str]) -> Arrays:
    """The same registry with these inactive organizations, of which a need must be told that they are not free."""
    inactive = Organization.objects.filter(external_id__in=sorted(missing)).values_list(
        "external_id", "kind", "prefecture"
    )
    added = [core.Organization(name, kind, (prefecture,), slots=0) for name, kind, prefecture in inactive]
    return with_bare(arrays, added) if added else arrays


def need_facts(need: Need) -> core.Need:
    """A stored need as the matcher reads it."""
    rows = list(need.requirements.select_related("capability", "locked"))
    return core.Need(
        title=need.title,
        prefecture=need.prefecture,
        industry=need.industry,
        requirements=tuple(
            core.Requirement(row.capability.code, row.phase, row.level, row.weight, row.must) for row in rows
        ),
        lead_kinds=frozenset(need.lead_kinds) if need.lead_kinds else None,
        lead_min_suitability=need.lead_min_suitability,
        max_size=need.max_size,
        must_include=frozenset(need.must_include.values_list("external_id", flat=True)),
        exclude=frozenset(need.exclude.values_list("external_id", flat=True)),
        max_hops=need.max_hops,
        remote=need.remote,
        locked=tuple((seat, row.locked.external_id) for seat, row in enumerate(rows) if row.locked),
        forbidden_ties=frozenset(need.forbidden_ties),
    )
